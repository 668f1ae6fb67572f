export function AdminApprovals() {
  return null;
}
