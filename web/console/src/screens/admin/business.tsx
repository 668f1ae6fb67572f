export function AdminBusiness() {
  return null;
}
