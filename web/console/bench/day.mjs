// @ts-check
// A full day made up: so many bookings of so many staff, as the API answers them. The same numbers give the same day.

const zone = "+09:00";
export const business = "0193a000-0000-7000-8000-000000000001";
const date = "2026-12-01";

/** @typedef {import("@omotenashi-connect/api-client/schema").components["schemas"]} Schemas */

/** @type {(kind: string, n: number) => string} */
const id = (kind, n) => `0193a000-${kind}-7000-8000-${String(n).padStart(12, "0")}`;
/** @type {(n: number) => string} */
const two = (n) => String(n).padStart(2, "0");
/** @type {(amount: number) => Schemas["Money"]} */
const yen = (amount) => ({ amount, currency: "JPY" });
/** @type {(minute: number) => string} */
const at = (minute) => `${date}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00${zone}`;

/** @type {<T>(list: T[], n: number) => T} */
const turn = (list, n) => /** @type {any} */ (list[n % list.length]);

const families = ["山田", "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田"];
const given = ["花子", "太郎", "美咲", "健一", "陽子", "翔", "さくら", "大輔"];
/** @type {[ja: string, en: string, minutes: number][]} */
const menus = [
  ["カット", "Haircut", 30],
  ["カラー", "Colour", 30],
  ["眉カット", "Brows", 20],
  ["ヘッドスパ", "Head spa", 20],
];

/**
 * @param {number} n
 * @param {number} staff
 * @param {number} from
 * @param {number} menu
 * @param {Schemas["ConsoleBooking"]["status"]} status
 * @returns {Schemas["ConsoleBooking"]}
 */
function booking(n, staff, from, menu, status) {
  const [ja, en, minutes] = turn(menus, menu);
  const seat = id("3000", staff);
  return {
    id: id("5000", n),
    code: `CODE${String(n).padStart(4, "0")}`,
    status,
    date,
    start: at(from),
    end: at(from + minutes),
    party_size: 1,
    set: null,
    items: [
      {
        service: { id: id("4000", menu), name: { ja, en } },
        options: [],
        staff: n % 5 === 0 ? { id: id("2000", staff), name: { ja: `担当${staff + 1}` } } : null,
        start: at(from),
        end: at(from + minutes),
      },
    ],
    price: { total: yen(5500), lines: [], tax: [] },
    cancellation_policy: {
      steps: [],
      change_notice_minutes: 0,
      cancel_notice_minutes: 0,
      change_cutoff: null,
      cancel_cutoff: null,
      change_deadline: { ja: "" },
      cancel_deadline: { ja: "" },
    },
    expires_at: null,
    note: "",
    version: 1,
    source: "public",
    customer: {
      id: id("6000", n),
      family_name: turn(families, n),
      given_name: turn(given, n),
      family_name_kana: "",
      given_name_kana: "",
      phone: "",
      email: "",
      locale: "ja",
    },
    serving: [
      { item: 0, resource_id: id("2000", staff), unit: 1, start: at(from), end: at(from + minutes + 5) },
      { item: 0, resource_id: seat, unit: 1, start: at(from), end: at(from + minutes) },
    ],
    overridden: false,
    override_reason: "",
    outside_rules: n % 40 === 0,
    created_at: at(0),
    updated_at: at(0),
  };
}

/** The answers of the API for the day, by path. */
export function answers({ staff = 12, bookings = 300, role = "owner" } = {}) {
  /** @type {Pick<Schemas["LedgerColumn"], "id" | "kind" | "name">[]} */
  const people = Array.from({ length: staff }, (_, i) => ({
    id: id("2000", i),
    kind: "staff",
    name: { ja: `担当 ${turn(families, i)}`, en: `Stylist ${i + 1}` },
  }));
  const range = { start_minute: 600, end_minute: 1200 };
  /** @type {(i: number) => number} */
  const pause = (i) => 720 + (i % 4) * 30;
  /** @type {Schemas["ConsoleBooking"]["status"][]} */
  const statuses = ["confirmed", "confirmed", "confirmed", "pending_approval", "checked_in", "completed", "no_show"];
  const each = Math.ceil(bookings / staff);
  const room = Math.floor((600 - 30) / each / 5) * 5;
  /** @type {Schemas["ConsoleBooking"][]} */
  const list = [];
  for (let s = 0; s < staff; s++) {
    let from = 600;
    for (let i = 0; i < each && list.length < bookings; i++) {
      const menu = room >= 35 ? i % 4 : 2;
      list.push(booking(list.length, s, from, menu, turn(statuses, s + i)));
      from += Math.max(room, 20);
      if (from >= pause(s) && from - Math.max(room, 20) < pause(s)) from = pause(s) + 30;
    }
  }
  list.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.id < b.id ? -1 : 1));
  /** @type {<T>(items: T[]) => { items: T[]; next_cursor: null }} */
  const page = (items) => ({ items, next_cursor: null });
  const base = `/api/v1/businesses/${business}`;
  /** @type {Schemas["LedgerView"]} */
  const ledger = {
    date,
    timezone: "Asia/Tokyo",
    now: at(13 * 60 + 10),
    seq: 1,
    grid_minutes: 15,
    hours: [range],
    own_resource_id: null,
    resources: people.map((p, i) => ({
      ...p,
      capacity: 1,
      always: false,
      works: [
        { start_minute: 600, end_minute: pause(i) },
        { start_minute: pause(i) + 30, end_minute: 1200 },
      ],
    })),
    bookings: list,
    first_visits: list.filter((_, i) => i % 10 === 0).map((b) => b.id),
    holds: [],
    summary: {
      bookings: list.length,
      pending_approval: 3,
      cancelled: 0,
      no_shows: 1,
      expected_takings: yen(5500 * list.length),
      completed_takings: yen(0),
    },
  };
  /** @type {(menu: [string, string, number], i: number) => object} */
  const service = ([ja, en, minutes], i) => ({
    id: id("4000", i),
    name: { ja, en },
    active: true,
    duration_minutes: minutes,
    nomination: "optional",
    requirements: [
      {
        id: id("7000", i),
        kind: "staff",
        resource_ids: [],
        units: 1,
        per_person: false,
        before_minutes: 0,
        after_minutes: 5,
        gap_start_minute: null,
        gap_end_minute: null,
      },
    ],
  });
  return {
    "/api/v1/me": {
      user_id: id("8000", 1),
      email: "owner@example.com",
      family_name: "店長",
      given_name: "花",
      locale: "ja",
      operator: false,
      email_verified: true,
    },
    "/api/v1/businesses": page([{ id: business, slug: "bench", name: { ja: "計測サロン", en: "Bench salon" }, status: "approved", role }]),
    [`${base}/ledger`]: ledger,
    [`${base}/services`]: page(menus.map(service)),
    [`${base}/resources`]: page(people.map((p) => ({ ...p, active: true, capacity: 1, min_party: 1, max_party: 500, nominatable: true }))),
    [`${base}/bookings`]: page([]),
  };
}

export { date };
