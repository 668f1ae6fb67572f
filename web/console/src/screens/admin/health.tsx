export function AdminHealth() {
  return null;
}
