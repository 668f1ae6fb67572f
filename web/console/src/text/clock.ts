// Times and dates as numbers, in no language.

/** Minutes of a business day as a clock shows them; the small hours behind midnight are 25:00. */
export function clockTime(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Minutes between the midnight that begins a business day and an instant: 1500 for 01:00 of the night behind it. The
 * instants of the API carry the offset of the business. */
export function minutesOfDay(date: string, at: string): number {
  const wall = (s: string) => Date.parse(`${s.slice(0, 19)}Z`); // the wall clock, whatever its offset
  return Math.round((wall(at) - Date.parse(`${date}T00:00:00Z`)) / 60_000);
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
