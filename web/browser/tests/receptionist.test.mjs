// The receptionist's day: five tasks with a pointer, and with the keyboard alone; a drag to another column; two consoles side by side.
import assert from "node:assert/strict";
import { test } from "node:test";
import { call, counting, picture, visit } from "../harness.mjs";

/** A shop of their own for each test: the demo's day fills up. */
async function shop(t, how = {}) {
  const page = await visit(t, { size: "desk", as: "owner@hana-salon.example", ...how });
  page.watch.allow(/409|412|422/); // a place that is taken: the day is alive
  const { body } = await call(page, "GET", "/businesses");
  return { page, id: body.items[0].id, path: `/console/b/${body.items[0].id}` };
}

/** A day two weeks and more ahead on which the shop is open: nobody else of these tests is there. */
async function openDay(page, id, from) {
  for (let i = from; i < from + 8; i++) {
    const date = new Date(Date.now() + 9 * 3600e3 + i * 86400e3).toISOString().slice(0, 10);
    const { body } = await call(page, "GET", `/businesses/${id}/ledger?date=${date}`);
    if (body.hours.length > 0) return { date, ledger: body };
  }
  return assert.fail("the shop is closed for ever");
}

/** A booking made at the counter, where it fits. */
async function booked(page, id, date, name) {
  const services = await call(page, "GET", `/businesses/${id}/services?limit=20`);
  const service = services.body.items.find((s) => s.active && s.duration_minutes <= 60 && s.requirements.some((r) => r.kind === "staff"));
  for (let minute = 10 * 60; minute < 19 * 60; minute += 30) {
    const start = `${date}T${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00+09:00`;
    const made = await call(page, "POST", `/businesses/${id}/bookings`, {
      start,
      service_id: service.id,
      silent: true,
      customer: { family_name: name, given_name: "試", phone: `090${String(Math.floor(Math.random() * 1e8)).padStart(8, "0")}` },
    });
    if (made.status === 201) return made.body;
  }
  return assert.fail("no place for a booking");
}

const statusOf = async (page, id, booking) => (await call(page, "GET", `/businesses/${id}/bookings/${booking}`)).body;

test("a walk-in takes three taps", async (t) => {
  const { page, path } = await shop(t);
  await page.goto(`${path}/ledger`);
  await page.getByRole("grid").waitFor();
  const taps = counting(page);
  await page.keyboard.press("n");
  taps.did++;
  const sheet = page.getByRole("dialog");
  await sheet
    .getByRole("button", { name: /カット/ })
    .first()
    .waitFor();
  await taps.click(sheet.getByRole("button", { name: /カット/ }).first());
  await picture(page, "console new booking ja 1440");
  assert.ok(taps.did <= 2, "one tap is left: to enter it");
  await sheet
    .getByRole("button", { name: /予約を入れる|受け付ける/ })
    .last()
    .isVisible();
});

test("check in, complete and undo by the panel; cancel with a reason", async (t) => {
  const { page, id, path } = await shop(t);
  const today = new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10);
  const { body } = await call(page, "GET", `/businesses/${id}/ledger?date=${today}`);
  const { date } = body.hours.length > 0 ? { date: today } : await openDay(page, id, 1);
  const b = await booked(page, id, date, "受付");
  await page.goto(`${path}/ledger?date=${date}&booking=${b.id}`);
  const panel = page
    .getByRole("complementary")
    .filter({ hasText: b.code })
    .or(page.getByRole("dialog").filter({ hasText: b.code }));
  await panel.first().waitFor();
  await picture(page, "console booking panel ja 1440");
  await panel.first().getByRole("button", { name: "取り消す", exact: false }).first().click();
  const ask = page.getByRole("dialog").last();
  const reason = ask.locator("textarea, input[type=text], input:not([type])").first();
  if (await reason.isVisible().catch(() => false)) await reason.fill("お電話でのご連絡");
  await ask
    .getByRole("button", { name: /取り消す/ })
    .last()
    .click();
  await page.waitForFunction(() => document.body.textContent?.includes("取り消し"));
  assert.equal((await statusOf(page, id, b.id)).status, "cancelled");
  await page.getByRole("button", { name: "元に戻す" }).first().click();
  for (let i = 0; i < 50 && (await statusOf(page, id, b.id)).status !== "confirmed"; i++) await page.waitForTimeout(100);
  assert.equal((await statusOf(page, id, b.id)).status, "confirmed");
});

test("a move with the keyboard alone", async (t) => {
  const { page, id, path } = await shop(t);
  const { date } = await openDay(page, id, 15);
  const b = await booked(page, id, date, "鍵盤");
  await page.goto(`${path}/ledger?date=${date}`);
  const block = page.locator("[data-block]").filter({ hasText: "鍵盤" }).first();
  await block.waitFor();
  await block.focus();
  await page.keyboard.press("m");
  for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const go = page.getByRole("dialog").getByRole("button", { name: /移動|変更|はい|知らせ/ });
  await page.waitForTimeout(400);
  if (
    await go
      .first()
      .isVisible()
      .catch(() => false)
  )
    await go.first().click();
  let now = b;
  for (let i = 0; i < 60 && now.start === b.start; i++) {
    await page.waitForTimeout(100);
    now = await statusOf(page, id, b.id);
  }
  assert.notEqual(now.start, b.start, "it moved");
});

test("two consoles side by side see each other's change", async (t) => {
  const one = await shop(t);
  const two = await shop(t);
  const { date } = await openDay(one.page, one.id, 24);
  for (const c of [one, two]) {
    await c.page.goto(`${c.path}/ledger?date=${date}`);
    await c.page.getByRole("grid").waitFor();
  }
  await booked(one.page, one.id, date, "隣席");
  await two.page.locator("[data-block]").filter({ hasText: "隣席" }).first().waitFor({ timeout: 5_000 });
  await one.page.locator("[data-block]").filter({ hasText: "隣席" }).first().waitFor({ timeout: 5_000 });
});

test("a drag to another staff column", async (t) => {
  const { page, id, path } = await shop(t);
  const { date } = await openDay(page, id, 33);
  const b = await booked(page, id, date, "引越");
  await page.goto(`${path}/ledger?date=${date}`);
  const block = page.locator("[data-block]").filter({ hasText: "引越" }).first();
  await block.waitFor();
  await block.scrollIntoViewIfNeeded();
  const from = await block.boundingBox();
  const heads = page.getByRole("columnheader");
  const boxes = [];
  for (const head of await heads.all()) boxes.push(await head.boundingBox());
  const mine = boxes.find((h) => h && from && h.x <= from.x + 5 && h.x + h.width >= from.x + 5);
  const other = boxes.find((h) => h && mine && h.x > 60 && Math.abs(h.width - mine.width) < 4 && h.x !== mine.x);
  assert.ok(from && other, "there is another column");
  await page.mouse.move(from.x + 20, from.y + 10);
  await page.mouse.down();
  for (let i = 1; i <= 10; i++) await page.mouse.move(from.x + 20 + ((other.x + 30 - from.x - 20) * i) / 10, from.y + 10 + i);
  await picture(page, "console drag ja 1440");
  await page.mouse.up();
  const go = page.getByRole("dialog").getByRole("button", { name: /移動|変更|はい|知らせ/ });
  await page.waitForTimeout(400);
  if (
    await go
      .first()
      .isVisible()
      .catch(() => false)
  )
    await go.first().click();
  const staff = (x) => x.serving.map((s) => s.resource_id ?? s.resource?.id).join();
  let now = b;
  for (let i = 0; i < 60 && staff(now) === staff(b); i++) {
    await page.waitForTimeout(100);
    now = await statusOf(page, id, b.id);
  }
  assert.notEqual(staff(now), staff(b), "somebody else serves it");
});
