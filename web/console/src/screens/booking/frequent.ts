// Which menus this device enters most: those come first. Kept by menu ids alone, nothing of customers.

/** How often a menu was entered, counted so that half a month ago weighs half. */
export type Used = Record<string, { weight: number; at: number }>;

const halfLife = 15 * 86_400_000;
/** More menus than this are not remembered. */
const most = 60;

export function weightAt(used: Used, id: string, now: number): number {
  const u = used[id];
  return u ? u.weight * 0.5 ** (Math.max(0, now - u.at) / halfLife) : 0;
}

/** The same with one more booking of these menus. */
export function counted(used: Used, ids: readonly string[], now: number): Used {
  const next: Used = { ...used };
  for (const id of new Set(ids)) next[id] = { weight: weightAt(used, id, now) + 1, at: now };
  const kept = Object.keys(next)
    .sort((a, b) => weightAt(next, b, now) - weightAt(next, a, now))
    .slice(0, most);
  return Object.fromEntries(kept.map((id) => [id, next[id] as Used[string]]));
}

/** What was entered most first; what was never entered in the order of the menu. */
export function byFrequency<T extends { id: string; position: number }>(menu: readonly T[], used: Used, now: number): T[] {
  return [...menu].sort((a, b) => weightAt(used, b.id, now) - weightAt(used, a.id, now) || a.position - b.position);
}

const key = (business: string) => `menus.used.${business}`;

export function readUsed(business: string): Used {
  try {
    const found = JSON.parse(localStorage.getItem(key(business)) ?? "{}") as unknown;
    if (typeof found !== "object" || found === null) return {};
    return Object.fromEntries(Object.entries(found as Used).filter(([, u]) => Number.isFinite(u?.weight) && Number.isFinite(u?.at)));
  } catch {
    return {};
  }
}

export function count(business: string, ids: readonly string[]): void {
  try {
    localStorage.setItem(key(business), JSON.stringify(counted(readUsed(business), ids, Date.now())));
  } catch {
    // There is no room: the menu's own order serves as well.
  }
}
