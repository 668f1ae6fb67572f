export function PagePart() {
  return null;
}
