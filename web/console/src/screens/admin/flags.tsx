export function AdminFlags() {
  return null;
}
