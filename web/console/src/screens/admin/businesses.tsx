export function AdminBusinesses() {
  return null;
}
