// Two consoles side by side, one that has lost the network, and hands that drag: by mouse to another of the staff, where it is
// refused, and by a finger.
import assert from "node:assert/strict";
import { test } from "node:test";
import { atCounter, becomes, booked, jst, nextOpen, now, pair, servedBy, somebody } from "../counter.mjs";
import { call, picture, visit } from "../harness.mjs";

const owner = "owner@hana-salon.example";
const columnOf = (page, staff) => page.locator(`[data-column="${staff}"]`);

/** A booking of one of two who are both free for it then, with the ledger open on its day. */
async function prepared(t, from, name, how) {
  const at = await atCounter(t, owner, how);
  const date = jst(await nextOpen(at.page, at.id, from));
  const two = await pair(at.page, at.id, date);
  const b = await booked(at.page, at.id, date, somebody(name), { minute: two.minute, staff: two.one, service: two.service });
  assert.ok(servedBy(b, two.one));
  await at.page.goto(`${at.path}/ledger?date=${date}`);
  await blockIn(at.page, two.one, b).waitFor();
  return { ...at, ...two, date, b };
}

/** A booking where somebody serves it. */
const blockIn = (page, staff, b) => columnOf(page, staff).locator(`[data-block^="${b.id}"]`);

/** Where a block is taken, and where it is over the same place of another column, lower by so many pixels. */
async function way(page, staff, b, to, lower = 0) {
  const block = blockIn(page, staff, b);
  await block.scrollIntoViewIfNeeded();
  const from = await block.boundingBox();
  const column = await columnOf(page, to).boundingBox();
  return { x: from.x + 20, y: from.y + 10, toX: column.x + 20, toY: from.y + 10 + lower };
}

async function carry(page, w) {
  await page.mouse.move(w.x, w.y);
  await page.mouse.down();
  for (let i = 1; i <= 12; i++) await page.mouse.move(w.x + ((w.toX - w.x) * i) / 12, w.y + ((w.toY - w.y) * i) / 12);
  await page.locator("[data-ledger-ghost]").waitFor();
}

test("dragged to the column of somebody else, who serves it then, and taken back", async (t) => {
  const { page, id, b, one, other } = await prepared(t, 40, "引越");
  await carry(page, await way(page, one, b, other));
  assert.match(await page.locator("[data-ledger-ghost]").textContent(), /に移動できます/);
  assert.ok(servedBy(await now(page, id, b.id), one), "nothing is done before the drop");
  await page.mouse.up();
  const after = await becomes(page, id, b.id, "the other one serves it", (x) => servedBy(x, other) && !servedBy(x, one));
  assert.equal(after.start, b.start);
  await blockIn(page, other, b).waitFor();
  await page.getByRole("button", { name: "元に戻す" }).last().click();
  await becomes(page, id, b.id, "it is back", (x) => servedBy(x, one) && x.start === b.start);
  await blockIn(page, one, b).waitFor();
});

test("dropped where somebody is taken, it goes back and says why", async (t) => {
  const { page, id, b, one, other, minute, service, date } = await prepared(t, 48, "戻る");
  const earlier = await booked(page, id, date, somebody("先約"), { minute, staff: other, service });
  await blockIn(page, other, earlier).waitFor();
  await carry(page, await way(page, one, b, other));
  assert.match(await page.locator("[data-ledger-ghost]").textContent(), /先約 試様と重なります/);
  await picture(page, "console drag refused ja 1440");
  await page.mouse.up();
  await page.getByRole("status").filter({ hasText: "先約 試様と重なります" }).waitFor();
  await page.locator("[data-ledger-ghost]").waitFor({ state: "detached" });
  await blockIn(page, one, b).waitFor();
  const same = await now(page, id, b.id);
  assert.deepEqual([same.start, same.version], [b.start, b.version]);
});

/** What was pushed goes on for a while. */
const rests = (page) =>
  page.locator("[data-ledger-grid]").evaluate(
    (e) =>
      new Promise((done) => {
        let top = -1;
        const look = () => {
          if (e.scrollTop === top) return done();
          top = e.scrollTop;
          setTimeout(look, 100);
        };
        look();
      }),
  );

test("a finger scrolls the day, and carries a booking after it has rested", async (t) => {
  const { page, id, b, one, other } = await prepared(t, 56, "指先", { size: "tablet" });
  const finger = await page.context().newCDPSession(page);
  const touch = (type, x, y) => finger.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
  const before = await way(page, one, b, other);
  const scrolled = () => page.locator("[data-ledger-grid]").evaluate((e) => e.scrollTop);
  const top = await scrolled();
  const swipe = async (y, by) => {
    await touch("touchStart", before.x, y);
    for (let i = 1; i <= 12; i++) await touch("touchMove", before.x, y + i * by);
    await touch("touchEnd");
    await rests(page);
  };
  await swipe(before.y, -10);
  assert.ok((await scrolled()) > top, "the day scrolls");
  assert.equal(await page.locator("[data-ledger-ghost]").count(), 0, "nothing is carried");
  assert.equal(await page.locator("dialog[open]").count(), 0, "nothing is opened");

  await swipe(before.y + 200, 20);
  assert.equal(await scrolled(), top, "and back");
  const w = await way(page, one, b, other);
  await touch("touchStart", w.x, w.y);
  await page.locator("[data-ledger-ghost]").waitFor();
  for (let i = 1; i <= 12; i++) await touch("touchMove", w.x + ((w.toX - w.x) * i) / 12, w.y);
  await columnOf(page, other).locator("[data-ledger-ghost]").waitFor();
  await touch("touchEnd");
  await becomes(page, id, b.id, "the other one serves it", (x) => servedBy(x, other) && x.start === b.start);
  assert.equal(await page.locator("dialog[open]").count(), 0, "the tap that ends it opens nothing");
});

test("two consoles side by side see each other's changes at once", async (t) => {
  const { page, id, date, b, one, other, path } = await prepared(t, 64, "左側");
  const desk = await visit(t, { size: "tablet", as: owner });
  await desk.goto(`${path}/ledger?date=${date}`);
  await blockIn(desk, one, b).waitFor();
  await page.getByText("ライブ").waitFor();
  await desk.getByText("ライブ").waitFor();

  await carry(page, await way(page, one, b, other));
  await page.mouse.up();
  await blockIn(desk, other, b).waitFor({ timeout: 5_000 });
  await becomes(page, id, b.id, "it moved", (x) => servedBy(x, other));

  const made = await booked(desk, id, date, somebody("右側"));
  await page.locator(`[data-block^="${made.id}"]`).first().waitFor({ timeout: 5_000 });
});

/** A connection that stands, on which nothing comes: the other's change is still on its way. */
function deaf() {
  globalThis.EventSource = class extends EventTarget {
    constructor() {
      super();
      setTimeout(() => this.onopen?.(new Event("open")));
    }
    close() {}
  };
}

test("who was too late with a move is shown the other's, and chooses", async (t) => {
  const { page, id, b, one, other, date } = await prepared(t, 72, "競合");
  page.watch.allow(/412/); // the answer that is provoked
  await page.addInitScript(deaf);
  await page.reload();
  await blockIn(page, one, b).waitFor();
  const later = `${date}T${b.start.slice(11, 13)}:30:00+09:00`;
  const moved = await call(
    page,
    "POST",
    `/businesses/${id}/bookings/${b.id}/reschedule`,
    { start: later, silent: true },
    { "If-Match": `"${b.version}"` },
  );
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  await carry(page, await way(page, one, b, other));
  await page.mouse.up();
  const dialog = page.getByRole("dialog", { name: "ほかの人が先に変更しました" });
  await dialog.getByText("この予約は、たった今ほかの人が変更しました(時間)。").waitFor();
  await picture(page, "console conflict ja 1440");
  assert.equal((await now(page, id, b.id)).version, moved.body.version, "nothing is overwritten unasked");
  await dialog.getByRole("button", { name: "自分の移動を行う" }).click();
  await page.getByRole("dialog", { name: "予約を移動する" }).getByRole("button", { name: "移動する" }).click();
  await becomes(page, id, b.id, "one's own move after all", (x) => servedBy(x, other) && x.start === b.start);
});

test("without a network the day can be read, and catches up by itself", async (t) => {
  const { page, id, date, b, one } = await prepared(t, 80, "圏外");
  page.watch.allow(/ERR_INTERNET_DISCONNECTED/); // what is provoked
  await page.getByText("ライブ").waitFor();
  await page.context().setOffline(true);
  await page.getByText("通信できません", { exact: false }).waitFor();
  await page.getByText("変更はできません", { exact: false }).waitFor();
  await blockIn(page, one, b).waitFor();
  assert.equal(await page.getByRole("button", { name: "新しい予約" }).count(), 0, "nothing can be entered");
  const meanwhile = await booked(page, id, date, somebody("留守中")); // by somebody who has a network
  await picture(page, "console offline ja 1440");
  await page.evaluate(() => {
    globalThis.sameDocument = true;
  });
  await page.context().setOffline(false);
  await page.locator(`[data-block^="${meanwhile.id}"]`).first().waitFor();
  await page.getByText("通信できません", { exact: false }).waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => globalThis.sameDocument), true, "without loading the page again");
  await page.getByRole("button", { name: "新しい予約" }).waitFor();
});
