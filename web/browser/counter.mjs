// What journeys at the counter stand on: days that are open, bookings that are there, and a person who has no pointer.
import assert from "node:assert/strict";
import { call, mailTo, passphrase, signIn, visit } from "./harness.mjs";

/** Somebody of a shop before a desk or a tablet. */
export async function atCounter(t, email, how = {}) {
  const page = await visit(t, { size: "desk", as: email, ...how });
  const { body } = await call(page, "GET", "/businesses");
  return { page, id: body.items[0].id, path: `/console/b/${body.items[0].id}` };
}

/** The business day so many days ahead. */
export const jst = (days = 0) => new Date(Date.now() + 9 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);

/** The minute of today that has begun, on a grid of five. */
export function minuteNow() {
  const at = new Date(Date.now() + 9 * 3600e3);
  return Math.floor((at.getUTCHours() * 60 + at.getUTCMinutes()) / 5) * 5;
}

let owner;

/** The owner of a shop of this file's own, open now and for hours to come on every day, with six of the staff for one menu. */
export function ownShop(t) {
  owner ??= foundShop(t);
  return owner;
}

async function foundShop(t) {
  const page = await visit(t);
  const email = `counter-${process.pid}-${Date.now()}@shop.example`;
  const ask = async (method, path, data, headers) => {
    const done = await call(page, method, path, data, headers);
    assert.ok(done.status < 300, `${method} ${path}: ${done.status} ${JSON.stringify(done.body)}`);
    return done;
  };
  await ask("POST", "/auth/register", { email, password: passphrase, family_name: "台帳", given_name: "花子" });
  const link = await mailTo(page, email, /\/verify-email\/[A-Za-z0-9_.~-]+/);
  await ask("POST", "/auth/verify-email", { token: link.split("/").at(-1) });
  await signIn(page, email);
  const name = (ja, en) => ({ name: { ja, en } });
  const { body } = await ask("POST", "/businesses", {
    ...name("台帳の店", "Ledger Salon"),
    vertical: "hair_salon",
    slug: `counter-${process.pid}-${Date.now()}`,
    prefecture: "東京都",
    city: "渋谷区",
    phone: "03-1234-5678",
  });
  const path = `/businesses/${body.id}`;
  // Whoever looks at a clock shortly before midnight still has an evening before them.
  const ranges = [minuteNow() < 720 ? { start_minute: 0, end_minute: 1440 } : { start_minute: 720, end_minute: 1800 }];
  const { etag } = await ask("GET", path);
  await ask("PUT", `${path}/hours`, { weekly: [0, 1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, ranges })) }, { "If-Match": etag });
  const staff = [];
  for (const [ja, en] of [
    ["青木", "Aoki"],
    ["石井", "Ishii"],
    ["上田", "Ueda"],
    ["江口", "Eguchi"],
    ["大野", "Ono"],
    ["加藤", "Kato"],
  ]) {
    staff.push((await ask("POST", `${path}/resources`, { kind: "staff", ...name(ja, en) })).body.id);
  }
  await ask("POST", `${path}/services`, {
    ...name("カット", "Haircut"),
    duration_minutes: 60,
    price: { amount: 5500, currency: "JPY" },
    requirements: [{ kind: "staff", resource_ids: staff }],
  });
  return email;
}

export async function staffOf(page, id) {
  const { body } = await call(page, "GET", `/businesses/${id}/resources?limit=100`);
  return body.items.filter((r) => r.kind === "staff" && r.active);
}

/** How many days ahead the shop is next open, from so many days on. */
export async function nextOpen(page, id, from) {
  for (let i = from; i < from + 10; i++) {
    const { body } = await call(page, "GET", `/businesses/${id}/ledger?date=${jst(i)}`);
    if (body.hours.length > 0) return i;
  }
  return assert.fail("the shop is closed for ever");
}

let people = 0;

/** Somebody of whom no journey before has heard; without an address for mails. */
export function somebody(name) {
  const digits = `${Date.now() % 10_000_000}${people++ % 10}`.padStart(8, "0");
  return { family_name: name, given_name: "試", phone: `090${digits}` };
}

/** A booking made at the counter where it fits, for whoever is free or for one of the staff; null where nothing fits. */
export async function booked(page, id, date, customer, { minute = null, staff = null, service = null } = {}) {
  const services = (await call(page, "GET", `/businesses/${id}/services?limit=100`)).body.items;
  const wanted = services.find((s) => (service ? s.id === service : s.active && s.duration_minutes <= 60));
  for (let at = minute ?? 10 * 60; minute !== null || at < 18 * 60; at += 30) {
    const made = await call(page, "POST", `/businesses/${id}/bookings`, {
      start: new Date(Date.parse(`${date}T00:00:00+09:00`) + at * 60_000).toISOString(),
      service_id: wanted.id,
      silent: true,
      ...(staff && { assigned_staff_id: staff }),
      customer,
    });
    if (made.status === 201) return made.body;
    assert.ok([409, 422].includes(made.status), JSON.stringify(made.body));
    if (minute !== null) return null;
  }
  return null;
}

/** Two of the staff who are both free for the same menu at the same time of a day. */
export async function pair(page, id, date) {
  const staff = await staffOf(page, id);
  const services = (await call(page, "GET", `/businesses/${id}/services?limit=100`)).body.items.filter(
    (s) => s.active && s.duration_minutes <= 60,
  );
  for (let minute = 10 * 60; minute < 17 * 60; minute += 60) {
    for (const s of services) {
      const free = [];
      for (const r of staff) {
        const made = await booked(page, id, date, somebody("空き"), { minute, staff: r.id, service: s.id });
        if (!made) continue;
        free.push(r.id);
        await call(page, "POST", `/businesses/${id}/bookings/${made.id}/cancel`, { silent: true }, { "If-Match": `"${made.version}"` });
        if (free.length === 2) return { minute, service: s.id, one: free[0], other: free[1] };
      }
    }
  }
  return assert.fail("nobody is free");
}

export const now = async (page, id, booking) => (await call(page, "GET", `/businesses/${id}/bookings/${booking}`)).body;

/** Waits until the booking is as it should be. */
export async function becomes(page, id, booking, what, is) {
  let x;
  for (let i = 0; i < 80; i++) {
    x = await now(page, id, booking);
    if (is(x)) return x;
    await page.waitForTimeout(100);
  }
  return assert.fail(`${what}: ${JSON.stringify(x)}`);
}

export const servedBy = (x, staff) => x.serving.some((s) => s.resource_id === staff);
export const blockOf = (page, name) => page.locator("[data-block]").filter({ hasText: name }).first();

/** Presses Tab until the focus is where it is wanted, as people do; Shift+Tab is not needed: the page goes round. */
export async function tabTo(page, what, is, most = 90) {
  for (let i = 0; i < most; i++) {
    if (await page.evaluate(is)) return;
    await page.keyboard.press("Tab");
  }
  const at = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 300));
  assert.fail(`${what} was not reached by Tab; the focus is on ${at}`);
}

/** Tab to a button, or another thing that is pressed, by a part of its text. */
export const tabToText = (page, text) =>
  tabTo(
    page,
    text,
    `(() => { const e = document.activeElement; return e !== document.body && e.matches("button, a, [role=button]") && e.textContent.includes(${JSON.stringify(text)}); })()`,
  );

/** Goes by arrows from wherever the focus is in the grid to the block of a booking. */
export async function arrowTo(page, name) {
  await tabTo(page, "the grid", `document.activeElement?.getAttribute("role") === "gridcell"`);
  const column = await blockOf(page, name).evaluate((e) => e.closest("[data-column]").dataset.column);
  const at = () =>
    page.evaluate(() => {
      const e = document.activeElement;
      return { column: e?.closest("[data-column]")?.dataset.column, text: e?.matches("[data-block]") ? e.textContent : "" };
    });
  const order = await page.locator("[data-column]").evaluateAll((all) => all.map((e) => e.dataset.column));
  for (let i = 0; i < 40; i++) {
    const here = (await at()).column;
    if (here === column) break;
    await page.keyboard.press(order.indexOf(here) < order.indexOf(column) ? "ArrowRight" : "ArrowLeft");
  }
  for (const key of ["ArrowUp", "ArrowDown"]) {
    for (let i = 0; i < 60; i++) {
      if ((await at()).text.includes(name)) return;
      const before = await page.evaluate(
        () => document.activeElement?.getBoundingClientRect().top + document.querySelector("[data-ledger-grid]").scrollTop,
      );
      await page.keyboard.press(key);
      const after = await page.evaluate(
        () => document.activeElement?.getBoundingClientRect().top + document.querySelector("[data-ledger-grid]").scrollTop,
      );
      if (before === after) break;
    }
  }
  assert.fail(`${name} was not reached by arrows`);
}
