// The customer's journey on a phone, in both languages, with and without a script; somebody else is faster; the link.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, base, call, counting, fits, mailTo, picture, visit } from "../harness.mjs";

const shop = "hana-salon";
const person = (n) => ({
  family_name: "試験",
  given_name: `花子${n}`,
  family_name_kana: "シケン",
  given_name_kana: "ハナコ",
  phone: `0901234${String(1000 + n).slice(-4)}`,
  email: `customer-${n}-${process.pid}@customer.example`,
});

/** Opens the shop, a menu and a time three weeks ahead, where nobody else of these journeys books. */
async function toDetails(page, who, week) {
  await page.goto(`/${shop}`);
  await who.click(page.locator("ul.menu a").first());
  for (let i = 0; i < week; i++) {
    const next = page.locator('#times a[rel="next"]');
    const before = await next.getAttribute("href");
    await who.click(next);
    await page
      .waitForFunction((href) => document.querySelector('#times a[rel="next"]')?.getAttribute("href") !== href, before)
      .catch(() => {});
  }
  const open = page.locator("nav.week li a").filter({ has: page.locator(".mark", { hasText: /[○△]/ }) });
  await who.click(open.first());
  await page.locator("button.slot").first().waitFor();
  await who.click(page.locator("button.slot").first());
  await page.locator("form [name=family_name]").waitFor();
}

async function fillDetails(page, who, details) {
  for (const [name, value] of Object.entries(details)) {
    const field = page.locator(`[name=${name}]`);
    if ((await field.count()) > 0) await who.fill(field, value);
  }
  await who.click(page.locator("[name=terms]"));
}

for (const lang of ["ja", "en"]) {
  for (const script of [true, false]) {
    const name = `books in ${lang} ${script ? "with" : "without"} a script, moves and cancels by the link`;
    test(name, async (t) => {
      const n = (lang === "ja" ? 1 : 2) + (script ? 0 : 2);
      const page = await visit(t, { lang, script });
      const who = counting(page);
      const details = person(n);
      await toDetails(page, who, n);
      if (script) {
        await fits(page, "details");
        await accessible(page, "details");
        await picture(page, `site details ${lang} 360`);
      }
      await fillDetails(page, who, details);
      await who.click(page.locator("button.go"));
      await page.waitForURL(/\/manage\//);
      const code = (await page.locator("main").textContent()).match(/\b[0-9A-Z]{8}\b/)?.[0];
      assert.ok(code, "the page shows the booking's code");
      if (script) {
        await fits(page, "done");
        await accessible(page, "done");
        await picture(page, `site done ${lang} 360`);
      }
      const link = await mailTo(page, details.email, /https?:\/\/[^"\\\s<>]+\/manage\/[A-Za-z0-9_.~-]+/);
      assert.ok(link.startsWith(base), link);

      await page.goto(link);
      await page.locator('a[href$="/times"]').first().click();
      await page.locator("button.slot").first().waitFor();
      await page.locator("button.slot").nth(1).click();
      await page.waitForURL(/\/manage\/[^/]+$/);
      await page.locator('a[href$="/cancel"]').first().click();
      if (script) await accessible(page, "cancel");
      await page.locator("main form button").last().click();
      await page.waitForURL(/\/manage\/[^/]+$/);
      const token = new URL(page.url()).pathname.split("/").at(-1);
      const { body } = await call(page, "GET", `/public/bookings/${token}`);
      assert.equal(body.booking.status, "cancelled");
    });
  }
}

test("the time was taken meanwhile: three near ones, and everything typed is kept", async (t) => {
  const page = await visit(t);
  page.watch.allow(/409/);
  const who = counting(page);
  const details = person(7);
  await toDetails(page, who, 1);
  const start = await page.locator("form [name=start]").first().getAttribute("value");
  const service = await page.locator("form [name=service]").first().getAttribute("value");
  // The hold of this visit is let go, and others take every place at that time.
  const hold = page.locator("form [name=hold]");
  if ((await hold.count()) > 0) await call(page, "DELETE", `/public/holds/${await hold.first().getAttribute("value")}`);
  let taken = 0;
  for (let i = 0; i < 12; i++) {
    const { status } = await call(page, "POST", `/public/businesses/${shop}/bookings`, {
      start,
      service_id: service,
      customer: { ...person(100 + i), email: undefined },
      consent: { terms_version: "1" },
    });
    if (status !== 201) break;
    taken++;
  }
  assert.ok(taken > 0, "somebody else could book the time");
  await fillDetails(page, who, details);
  await who.click(page.locator("button.go"));
  const near = page.locator(".near button");
  await near.first().waitFor();
  assert.equal(await near.count(), 3);
  assert.equal(await page.locator("[name=family_name]").inputValue(), details.family_name);
  assert.equal(await page.locator("[name=email]").inputValue(), details.email);
  await fits(page, "conflict");
  await accessible(page, "conflict");
  await picture(page, "site conflict ja 360");
  await near.first().click();
  await page.waitForURL((url) => /\/manage\//.test(url.pathname) || url.searchParams.has("hold"));
  if (!/\/manage\//.test(page.url())) {
    assert.equal(await page.locator("[name=email]").inputValue(), details.email);
    if (!(await page.locator("[name=terms]").isChecked())) await page.locator("[name=terms]").check();
    await page.locator("button.go").click();
  }
  await page.waitForURL(/\/manage\//);
});

test("four taps and a short form", async (t) => {
  const page = await visit(t);
  const taps = counting(page);
  await page.goto(`/${shop}`);
  await taps.click(page.locator("ul.menu a").first());
  await taps.click(page.locator(".earliest button, button.slot").first());
  await page.locator("[name=family_name]").waitFor();
  const form = counting(page);
  await fillDetails(page, form, person(8));
  await taps.click(page.locator("button.go"));
  await page.waitForURL(/\/manage\//);
  assert.ok(taps.did <= 4, `${taps.did} taps`);
});

test("without a connection the device shows its coming bookings", async (t) => {
  const page = await visit(t);
  const who = counting(page);
  await toDetails(page, who, 5);
  await fillDetails(page, who, person(9));
  await page.locator("button.go").click();
  await page.waitForURL(/\/manage\//);
  const code = (await page.locator("main").textContent()).match(/\b[0-9A-Z]{8}\b/)[0];
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.goto(`/${shop}`); // now with the worker between
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  page.watch.allow(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await page.goto(`/${shop}`);
  await page.getByRole("heading", { name: "この端末のご予約" }).waitFor();
  await page.getByText(code).waitFor();
  await fits(page, "offline");
  await accessible(page, "offline");
  await picture(page, "site offline with a booking ja 360");
});

test("a shop's own page shows the form in a frame; another's does not", async (t) => {
  const owner = await visit(t, { as: "owner@yoru-bar.example" });
  const { body } = await call(owner, "GET", "/businesses");
  const settings = `/businesses/${body.items[0].id}/settings`;
  const { etag } = await call(owner, "GET", settings);
  const allowed = "https://bar.example";
  const { status } = await call(owner, "PATCH", settings, { embed_origins: [allowed] }, { "If-Match": etag });
  assert.equal(status, 200);
  const page = await visit(t, { size: "desk" });
  page.watch.allow(/^request to https:\/\/(bar|other)\.example\//);
  // Within a page with https the browser wants our pictures by https, too, which this machine has not.
  page.watch.allow(/https:\/\/localhost:\d+\/media\//);
  page.watch.allow(/Framing '.*' violates.*frame-ancestors/); // which is what the other page meets
  await page.context().route(/^https:\/\/(bar|other)\.example\//, (route) =>
    route.fulfill({
      contentType: "text/html; charset=utf-8",
      body: `<!doctype html><html lang="ja"><title>酒場</title><link rel="icon" href="data:,"><h1>酒場のページ</h1><script src="${base}/embed.js" data-shop="yoru-bar"></script>`,
    }),
  );
  await page.goto(`${allowed}/`);
  const form = page.frameLocator("iframe");
  await form.locator("ul.menu a").first().click();
  await form.locator("button.slot").first().click();
  await form.locator("[name=family_name]").waitFor();
  for (const [name, value] of Object.entries(person(10))) {
    if ((await form.locator(`form [name=${name}]`).count()) > 0) await form.locator(`form [name=${name}]`).fill(value);
  }
  await form.locator("[name=terms]").click();
  await form.locator("button.go").click();
  await form.getByText(/ご予約 [0-9A-Z]{8}/).waitFor();
  await picture(page, "site in a frame ja 1440");

  await page.goto("https://other.example/");
  await page.locator("iframe").waitFor();
  await assert.rejects(page.frameLocator("iframe").locator("ul.menu a").first().waitFor({ timeout: 3000 }));
});
