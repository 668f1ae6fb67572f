// How long there is left, in words.

export type Urgency = "over" | "soon" | "today" | "later";

interface Left {
  urgency: Urgency;
  days: number;
  hours: number;
  minutes: number;
}

/** What is left until an instant; whole minutes, begun ones counted out: what is shown is there. */
export function left(until: string, now: number): Left {
  const minutes = Math.max(0, Math.floor((Date.parse(until) - now) / 60_000));
  const urgency = minutes === 0 ? "over" : minutes < 60 ? "soon" : minutes < 24 * 60 ? "today" : "later";
  return { urgency, days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 };
}

export interface LeftWords {
  over: string;
  minutes: (n: number) => string;
  hours: (h: number, m: number) => string;
  days: (d: number, h: number) => string;
}

/** あと3時間20分, 20 min left. */
export function leftWords(until: string, now: number, words: LeftWords): string {
  const l = left(until, now);
  if (l.urgency === "over") return words.over;
  if (l.days > 0) return words.days(l.days, l.hours);
  return l.hours > 0 ? words.hours(l.hours, l.minutes) : words.minutes(l.minutes);
}
