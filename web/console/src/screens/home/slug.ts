const longest = 60;
const shortest = 3;

/** A part of an address from a name: its Latin letters and digits. A name without them has none: how it is written in
 * Latin letters is the owner's to say, and without a word of theirs the server makes one up. */
export function slugOf(name: Record<string, string | undefined>): string {
  for (const text of [name["en"], name["ja"]]) {
    const slug = (text ?? "")
      .normalize("NFKD")
      .replaceAll(/[\u0300-\u036f'’]/g, "")
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replace(/^-/, "")
      .slice(0, longest)
      .replace(/-$/, "");
    if (slug.length >= shortest) return slug;
  }
  return "";
}
