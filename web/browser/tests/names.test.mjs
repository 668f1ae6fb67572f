// Names that are markup, turn the direction of writing, have no place to break, or are pictures: through every screen that shows
// them they are what was typed, run nothing, load nothing, and break no layout (S25).
import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, mailTo, picture, sizes, visit } from "../harness.mjs";
import { settled } from "../looks.mjs";
import { newcomer, ok, shopWaiting } from "../shops.mjs";

const markup = "<img src=x onerror=alert(1)>";
const turned = "\u202Eabc\u202C مرحبا"; // what turns by force is taken out, what is written so stays
const endless = "W".repeat(40);
const name = `${markup} ${endless} 👩🏽‍🚀💇‍♀️ ${turned}`;
const names = { ja: name, en: name };

/** Notices whatever a name could do. */
function wary(page) {
  page.on("dialog", (d) => {
    page.watch.see(`dialog: ${d.message()}`);
    void d.dismiss();
  });
  page.on("request", (r) => {
    if (/\/x$/.test(new URL(r.url()).pathname)) page.watch.see(`loaded: ${r.url()}`);
  });
}

/** Where a name of the other direction stands among other words without being kept apart from them. */
const spills = (turned) => {
  const inline = (e) => getComputedStyle(e).display === "inline";
  const apart = (e) => /isolate|plaintext/.test(getComputedStyle(e).unicodeBidi);
  const figures = /^[^\p{L}]*\p{N}/u; // letters turn by themselves, figures and signs go with what is before them
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (!data.includes(turned) || parentElement.closest("option, script, textarea, .sr-only")) continue;
    let at = parentElement;
    while (inline(at) && !apart(at)) at = at.parentElement;
    const text = at.textContent.replaceAll(/\u2068.*?\u2069/g, "");
    if (!inline(at) && figures.test(text.slice(text.lastIndexOf(turned) + turned.length)))
      found.push(`${at.tagName.toLowerCase()}: ${at.textContent.slice(0, 160)}`);
  }
  return found;
};

/** The screen shows the name as it was typed, and nothing of it is anything but text. */
async function harmless(page, to, title, act) {
  await page.goto(to);
  await settled(page);
  await act?.(page);
  await page.waitForFunction(
    (text) =>
      // biome-ignore lint/performance/useDomNodeTextContent: what is not shown does not count
      document.body.innerText.includes(text) || [...document.querySelectorAll("input, textarea")].some((f) => f.value.includes(text)),
    markup,
  );
  for (const size of [sizes.phone, sizes.desk]) {
    await page.setViewportSize(size);
    await settled(page);
    await fits(page, title);
    await picture(page, `names ${title} ${size.width}`);
  }
  assert.equal(await page.locator('img[src="x"], [onerror]').count(), 0, title);
  assert.equal(await page.evaluate(() => document.body.textContent.includes("\u202E")), false, `${title} is not turned by force`);
  assert.deepEqual(await page.evaluate(spills, "مرحبا"), [], `${title}: what follows a name keeps its direction`);
}

/** A person of that name opens a shop of that name, an operator lets it open, and a guest of that name books. */
async function found(t) {
  const page = await visit(t, { size: "desk" });
  const email = `names-${process.pid}-${Date.now()}@newcomer.example`;
  const person = { family_name: markup, given_name: `${endless}👩🏽‍🚀${turned}` };
  await newcomer(page, email, person);
  const { id, slug, staff, option, service } = await shopWaiting(page, { name, address_line: `1-2-3 ${markup}${turned}` });
  const shop = `/businesses/${id}`;
  await ok(page, "POST", `${shop}/resources`, { kind: "room", name: names });
  const customer = await ok(page, "POST", `${shop}/customers`, { ...person, phone: "090 8765 4321", tags: [markup, endless] });
  await ok(page, "POST", `${shop}/customers/${customer.id}/notes`, { kind: "general", body: name });
  const operator = await visit(t, { size: "desk", as: "operator@omotenashi.example" });
  await ok(operator, "POST", `/admin/businesses/${id}/approve`, { reason: name });
  const tomorrow = new Date(Date.now() + 24 * 3600_000).toISOString().slice(0, 10);
  const guest = `guest-${email}`;
  await ok(page, "POST", `/public/businesses/${slug}/bookings`, {
    start: `${tomorrow}T12:00:00+09:00`,
    service_id: service,
    option_ids: [option],
    staff_id: staff,
    note: name,
    customer: { ...person, phone: "080 1111 2222", email: guest },
    consent: { terms_version: (await ok(page, "GET", `/public/businesses/${slug}`)).terms_version ?? "1" },
  });
  const { items } = await ok(page, "GET", `${shop}/bookings?from=${tomorrow}&to=${tomorrow}`);
  const me = await ok(page, "GET", "/me");
  return { page, operator, guest, slug, tomorrow, business: id, customer: customer.id, booking: items[0].id, user: me.id };
}

test("a name that turns its neighbours is seen", async (t) => {
  const page = await visit(t);
  const found = async (html) => {
    await page.setContent(html);
    return (await page.evaluate(spills, "مرحبا")).length;
  };
  assert.equal(await found("<p>مرحبا 12:00</p>"), 1);
  assert.equal(await found("<p><span>مرحبا</span> 12:00</p>"), 1);
  assert.equal(await found("<p><bdi>مرحبا</bdi> 12:00</p>"), 0);
  assert.equal(await found("<p>مرحبا</p><p>12:00</p>"), 0);
});

test("names that are no names do no harm", async (t) => {
  const of = await found(t);
  const { page, operator } = of;
  for (const p of [page, operator]) wary(p);
  const shop = `/console/b/${of.business}`;

  await t.test("on the booking site", async () => {
    await harmless(page, `/${of.slug}`, "shop");
    const menu = await page.locator("ul.menu a").first().getAttribute("href");
    await harmless(page, menu, "times");
    await page.locator("button.slot").first().click();
    await page.locator("[name=family_name]").waitFor();
    await harmless(page, page.url(), "details");
    await harmless(page, `/?q=${encodeURIComponent(markup)}`, "directory");
    await harmless(page, `/embed/ja/${of.slug}`, "embedded");
    const link = await mailTo(page, of.guest, /\/manage\/[A-Za-z0-9_.~-]+/);
    await harmless(page, link, "manage");
    await harmless(page, `${link}/cancel`, "cancel");
    await harmless(page, `${link}/times`, "other times");
  });

  await t.test("in the console", async () => {
    const day = `ledger?date=${of.tomorrow}`;
    for (const [title, path, tab] of [
      ["ledger", day],
      ["booking", `${day}&booking=${of.booking}`],
      ["week", `${day}&view=week`],
      ["list", `${day}&view=list`],
      ["customers", "customers"],
      ["customer", `customers/${of.customer}`],
      ["menus", "menus"],
      ["options", "menus", 1],
      ["groups", "menus", 3],
      ["staff", "staff"],
      ["shifts", "staff", 1],
      ["rooms", "rooms"],
      ["settings", "settings"],
      ["members", "members"],
      ["audit", "audit"],
    ]) {
      await harmless(page, `${shop}/${path}`, title, async () => {
        if (tab) await page.getByRole("tab").nth(tab).click();
      });
    }
    await harmless(page, "/console?list=true", "home");
    await harmless(page, "/console/account", "account");
  });

  await t.test("in the admin panel", async () => {
    for (const path of ["businesses", `businesses/${of.business}`, "users", `users/${of.user}`, "audit"]) {
      await harmless(operator, `/admin/${path}`, `admin ${path.replace(/\/.*/, " one")}`);
    }
  });

  await t.test("in mails, as the page of sent mails shows them", async () => {
    await harmless(page, `/dev/mail?to=${encodeURIComponent(of.guest)}`, "mails");
  });
});
