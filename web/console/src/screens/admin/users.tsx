export function AdminUsers() {
  return null;
}
