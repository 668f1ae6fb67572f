// The receptionist's five tasks: a walk-in, a booking by phone, somebody arrives, somebody comes later, somebody cancels.
// Once with a pointer, and once with the keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  arrowTo,
  atCounter,
  becomes,
  blockOf,
  booked,
  jst,
  minuteNow,
  nextOpen,
  ownShop,
  somebody,
  tabTo,
  tabToText,
} from "../counter.mjs";
import { call, counting, picture } from "../harness.mjs";

const menu = "カット";
const panelOf = (page) => page.getByRole("complementary").or(page.getByRole("dialog")).last();

/** The counter, and a day of the test's own. */
async function counter(t, from) {
  const at = await atCounter(t, await ownShop(t));
  return { ...at, later: await nextOpen(at.page, at.id, from) };
}

/** Presses the way back that stands beside what was said of a change. */
const takeBack = (page, said) =>
  page.locator("[data-toast]").filter({ hasText: said }).last().getByRole("button", { name: "元に戻す" }).click();

/** The Monday of the same week. */
const mondayOf = (date) => {
  const at = new Date(`${date}T00:00:00Z`);
  return new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * 86400e3).toISOString().slice(0, 10);
};

const list = async (page, id, date) => (await call(page, "GET", `/businesses/${id}/ledger?date=${date}`)).body.bookings;

test("a walk-in takes three taps", async (t) => {
  const { page, id, path } = await counter(t, 15);
  const known = new Set((await list(page, id, jst())).map((b) => b.id));
  await page.goto(`${path}/ledger`);
  await page.getByRole("grid").waitFor();
  const taps = counting(page);
  await taps.click(page.getByRole("button", { name: "新しい予約" }));
  const sheet = page.getByRole("dialog");
  await taps.click(sheet.getByRole("button", { name: new RegExp(`^${menu}\\s`) }).first());
  await taps.click(sheet.getByRole("button", { name: "来店として受け付ける" }));
  await page.getByText("新規様を受け付けました").waitFor();
  await sheet.waitFor({ state: "hidden" });
  assert.equal(taps.did, 3);
  const made = (await list(page, id, jst())).filter((b) => !known.has(b.id));
  assert.equal(made.length, 1);
  assert.equal(made[0].status, "checked_in");
  await page.locator("[data-block]").filter({ hasText: "新規様" }).first().waitFor();
  await picture(page, "console ledger with walk-in ja 1440");
});

test("a booking by phone, of somebody who was here before", async (t) => {
  const { page, id, path, later } = await counter(t, 16);
  const who = somebody("常連");
  assert.ok(await booked(page, id, jst(later), who));
  await page.goto(`${path}/ledger?date=${jst(later)}`);
  await blockOf(page, "常連").waitFor();
  await page.getByRole("button", { name: "新しい予約" }).click();
  const sheet = page.getByRole("dialog");
  await sheet
    .getByRole("button", { name: new RegExp(`^${menu}\\s`) })
    .first()
    .click();
  await sheet.getByLabel("電話番号").fill(who.phone.slice(-4));
  await sheet.getByRole("button", { name: /常連/ }).first().click();
  await sheet
    .getByRole("button", { name: /^\d\d:\d\d$/ })
    .last()
    .click(); // one of the near free times
  await picture(page, "console new booking ja 1440");
  await sheet.getByRole("button", { name: "予約を入れる" }).click();
  await sheet.waitFor({ state: "hidden" });
  const his = (await list(page, id, jst(later))).filter(
    (b) => b.customer.family_name === "常連" && b.customer.phone.endsWith(who.phone.slice(-4)),
  );
  assert.equal(his.length, 2, "both are theirs");
  assert.equal(new Set(his.map((b) => b.customer.id)).size, 1, "one customer");
});

test("somebody arrives, and goes again", async (t) => {
  const { page, id, path } = await counter(t, 15);
  const b = await arriving(page, id, "到着");
  await page.goto(`${path}/ledger?booking=${b.id}`);
  const panel = panelOf(page);
  await panel.getByRole("button", { name: "来店を受け付ける" }).click();
  await becomes(page, id, b.id, "it is checked in", (x) => x.status === "checked_in");
  await picture(page, "console booking panel ja 1440");
  await panel.getByRole("button", { name: "完了にする" }).click();
  await becomes(page, id, b.id, "it is completed", (x) => x.status === "completed");
  await takeBack(page, "完了");
  await becomes(page, id, b.id, "it is taken back", (x) => x.status === "checked_in");
});

test("somebody comes later: dragged down, and taken back", async (t) => {
  const { page, id, path, later } = await counter(t, 22);
  const b = await booked(page, id, jst(later), somebody("遅着"));
  await page.goto(`${path}/ledger?date=${jst(later)}`);
  const block = blockOf(page, "遅着");
  await block.waitFor();
  await block.scrollIntoViewIfNeeded();
  const from = await block.boundingBox();
  await page.mouse.move(from.x + 30, from.y + 8);
  await page.mouse.down();
  for (let i = 1; i <= 8; i++) await page.mouse.move(from.x + 30, from.y + 8 + i * 20);
  await page.locator("[data-ledger-ghost]").waitFor();
  await picture(page, "console drag ja 1440");
  await page.mouse.up();
  await becomes(page, id, b.id, "it moved", (x) => x.start > b.start);
  await takeBack(page, "移動しました");
  await becomes(page, id, b.id, "it moved back", (x) => x.start === b.start);
});

test("somebody of another day of the week comes later", async (t) => {
  const { page, id, path, later } = await counter(
    t,
    43 + (jst(43).length > 0 && new Date(`${jst(43)}T00:00:00Z`).getUTCDay() === 1 ? 1 : 0),
  );
  const b = await booked(page, id, jst(later), somebody("翌週"));
  const monday = mondayOf(jst(later));
  await page.goto(`${path}/ledger?date=${monday === b.date ? jst(later + 1) : monday}&view=week`);
  await page.getByRole("button", { name: /翌週/ }).click();
  await panelOf(page).getByRole("button", { name: "台帳で移動する" }).click();
  await page.locator("[data-ledger-ghost]").waitFor();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await becomes(page, id, b.id, "it moved", (x) => x.date === b.date && x.start > b.start);
});

test("a visit lasts longer: pulled at its lower edge, and taken back; then shorter by keys", async (t) => {
  const { page, id, path, later } = await counter(t, 57);
  const b = await booked(page, id, jst(later), somebody("延長"));
  await page.goto(`${path}/ledger?date=${jst(later)}`);
  const block = blockOf(page, "延長");
  await block.waitFor();
  assert.match(await block.textContent(), /初回/);
  await block.scrollIntoViewIfNeeded();
  const from = await block.boundingBox();
  const edge = from.y + from.height - 3;
  await page.mouse.move(from.x + 30, edge);
  await page.mouse.down();
  for (let i = 1; i <= 8; i++) await page.mouse.move(from.x + 30, edge + i * 10);
  await page.locator("[data-ledger-ghost]").waitFor();
  assert.match(await page.locator("[data-ledger-ghost]").textContent(), /終了を\d\d:\d\dにできます/);
  await picture(page, "console stretch ja 1440");
  await page.mouse.up();
  const longer = await becomes(page, id, b.id, "it lasts longer", (x) => x.end > b.end);
  assert.equal(longer.start, b.start);
  await takeBack(page, "にしました");
  await becomes(page, id, b.id, "it lasts as long as before", (x) => x.end === b.end);

  await arrowTo(page, "延長");
  for (const key of ["m", "Shift+ArrowUp", "Shift+ArrowUp", "Enter"]) await page.keyboard.press(key);
  const shorter = await becomes(page, id, b.id, "it is shorter", (x) => x.end < b.end);
  assert.equal(shorter.start, b.start);
});

test("who is here stays longer, and is not moved", async (t) => {
  const { page, id, path } = await counter(t, 15);
  const b = await arriving(page, id, "長居");
  await call(page, "POST", `/businesses/${id}/bookings/${b.id}/check-in`, {}, { "If-Match": `"${b.version}"` });
  await page.goto(`${path}/ledger?booking=${b.id}`);
  await panelOf(page).getByRole("button", { name: "終了時刻を変更する" }).click();
  const ask = page.getByRole("dialog").last();
  assert.equal(await ask.locator('input[type="date"]').count(), 0);
  const end = ask.getByLabel("終了");
  const [hour, minute] = (await end.inputValue()).split(":").map(Number);
  await end.fill(`${minute < 30 ? hour : hour + 1}:${String((minute + 30) % 60).padStart(2, "0")}`);
  await end.press("Tab");
  await ask.getByText("この時間は空いています").waitFor();
  await picture(page, "console longer ja 1440");
  await ask.getByRole("button", { name: "変更する", exact: true }).click();
  const after = await becomes(page, id, b.id, "they stay longer", (x) => Date.parse(x.end) === Date.parse(b.end) + 30 * 60_000);
  assert.deepEqual([after.start, after.status], [b.start, "checked_in"]);
});

test("somebody cancels, and calls again at once", async (t) => {
  const { page, id, path, later } = await counter(t, 29);
  const b = await booked(page, id, jst(later), somebody("取消"));
  await page.goto(`${path}/ledger?date=${jst(later)}`);
  await blockOf(page, "取消").click();
  await panelOf(page).getByRole("button", { name: "取り消す" }).click();
  const ask = page.getByRole("dialog").last();
  await ask.getByLabel("理由").fill("お電話でのご連絡");
  await ask
    .getByRole("button", { name: /取り消す/ })
    .last()
    .click();
  await becomes(page, id, b.id, "it is cancelled", (x) => x.status === "cancelled");
  await takeBack(page, "取り消しました");
  await becomes(page, id, b.id, "it stands again", (x) => x.status === "confirmed");
});

/** A booking of somebody who should be here any minute. */
async function arriving(page, id, name) {
  for (let minute = minuteNow(); minute < minuteNow() + 120; minute += 5) {
    const b = await booked(page, id, jst(), somebody(name), { minute });
    if (b) return b;
  }
  return assert.fail("no place in the next two hours");
}

test("all five with the keyboard alone", async (t) => {
  const { page, id, path, later } = await counter(t, 36);
  const who = somebody("電話");
  const [moves, cancels] = [await booked(page, id, jst(later), somebody("移動")), await booked(page, id, jst(later), somebody("中止"))];
  assert.ok(await booked(page, id, jst(await nextOpen(page, id, later + 1)), who));
  await arriving(page, id, "来訪");
  const known = new Set((await list(page, id, jst())).map((b) => b.id));
  await page.goto(`${path}/ledger`);
  await blockOf(page, "来訪").waitFor();
  const press = (...keys) => keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());

  // A walk-in.
  await press("n");
  await tabToText(page, menu);
  await press("Space");
  await tabToText(page, "来店として受け付ける");
  await press("Enter");
  await page.getByText("新規様を受け付けました").waitFor();
  assert.equal((await list(page, id, jst())).filter((b) => !known.has(b.id) && b.status === "checked_in").length, 1);

  // Somebody arrives.
  await arrowTo(page, "来訪");
  await press("c");
  await page.getByText("来訪 試様の来店を受け付けました").waitFor();

  // The rest is on another day.
  for (let i = 1; i <= later; i++) {
    await press("]");
    await page.waitForURL(new RegExp(`date=${jst(i)}`));
  }
  await blockOf(page, "移動").waitFor();
  await arrowTo(page, "移動");
  await press("m", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown");
  for (let i = 0; i < 20 && (await page.locator("[data-ledger-ghost].border-bad").count()) > 0; i++) await press("ArrowDown");
  await press("Enter");
  await becomes(page, id, moves.id, "it moved", (x) => x.start > moves.start);

  await arrowTo(page, "中止");
  await press("x");
  await page.getByRole("dialog").waitFor();
  await tabToText(page, "予約を取り消す");
  await press("Enter");
  await becomes(page, id, cancels.id, "it is cancelled", (x) => x.status === "cancelled");
  await tabTo(page, "the way back", `document.activeElement?.closest("[data-toast]")?.textContent.includes("取り消しました")`);
  await press("Enter");
  await becomes(page, id, cancels.id, "it stands again", (x) => x.status === "confirmed");

  // A booking by phone, of somebody who was here before.
  await press("n");
  await tabToText(page, menu);
  await press("Space");
  await tabTo(page, "the phone", `document.activeElement?.type === "tel"`);
  await page.keyboard.type(who.phone.slice(-4));
  await page
    .getByRole("button", { name: /電話 試/ })
    .first()
    .waitFor();
  await tabToText(page, "電話 試");
  await press("Enter");
  await tabTo(page, "a near time", `/^\\d\\d:\\d\\d$/.test(document.activeElement?.textContent ?? "")`, 160);
  await press("Enter");
  await tabToText(page, "予約を入れる");
  await press("Enter");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await blockOf(page, "電話").waitFor();
});
