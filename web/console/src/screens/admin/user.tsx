export function AdminUser() {
  return null;
}
