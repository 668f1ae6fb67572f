/** Sites, one a line, as they are sent: in plain letters, without what is empty. */
export function originsOf(text: string): string[] {
  return text
    .normalize("NFKC")
    .split(/[\s,]+/)
    .filter(Boolean);
}
