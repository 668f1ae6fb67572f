export function Menus() {
  return null;
}
