// Every page of the booking site, and those that mails lead to: nothing for axe in light and dark, nothing too wide at three
// widths, no error; pictures in both languages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { call, mailTo, passphrase, visit } from "../harness.mjs";
import { looks } from "../looks.mjs";

const shop = "hana-salon";

const click = async (page, selector, next) => {
  await page.locator(selector).first().click();
  await page.locator(next).first().waitFor();
};

/** From a shop's page to the form with the customer's details, its time held. */
async function toDetails(page) {
  await click(page, "ul.menu a", "nav.week");
  await click(page, ".earliest button, button.slot", "[name=family_name]");
}

const simple = [
  { name: "directory", to: () => "/" },
  { name: "directory nothing found", to: () => "/?q=%E3%81%AA%E3%81%84%E5%BA%97" },
  { name: "shop", to: () => `/${shop}` },
  { name: "shop search without result", to: () => `/${shop}?q=zzz` },
  { name: "shop of a clinic", to: () => "/midori-clinic" },
  { name: "bar", to: () => "/yoru-bar" },
  { name: "times", to: () => `/${shop}`, do: (page) => click(page, "ul.menu a", "nav.week") },
  { name: "times of a clinic", to: () => "/midori-clinic", do: (page) => click(page, "ul.menu a", "nav.week") },
  { name: "times of a bar", to: () => "/yoru-bar", do: (page) => click(page, "ul.menu a", "nav.week") },
  { name: "details", to: () => `/${shop}`, do: toDetails },
  {
    name: "details refused",
    to: () => `/${shop}`,
    do: async (page) => {
      await toDetails(page);
      await page.locator("form [name=family_name]").fill("山田");
      await page.evaluate(() => {
        for (const form of document.forms) form.noValidate = true; // as browsers do that check nothing
      });
      await click(page, "button.go", '[aria-invalid="true"]');
    },
  },
  { name: "absent", to: () => "/no-such-shop-anywhere" },
  { name: "embedded shop", to: (of) => `/embed/${of.lang}/${shop}` },
  { name: "embedded times", to: (of) => `/embed/${of.lang}/${shop}`, do: (page) => click(page, "ul.menu a", "nav.week") },
  { name: "embedded details", to: (of) => `/embed/${of.lang}/${shop}`, do: toDetails },
  { name: "offline", to: (of) => `/offline/${of.lang}` },
  { name: "verify", to: (of) => of.verify },
  { name: "verified", to: (of) => of.verify, do: (page) => click(page, "form button", "h1") },
  { name: "reset", to: (of) => of.reset },
  { name: "reset refused", to: (of) => of.reset, do: (page) => refusedPassword(page) },
  { name: "link of nobody", to: () => "/reset-password/nobody-asked" },
  { name: "invitation", named: true, to: (of) => of.invitation },
  { name: "manage", to: (of) => of.manage },
  { name: "manage other times", to: (of) => `${of.manage}/times` },
  { name: "manage cancel", to: (of) => `${of.manage}/cancel` },
  { name: "manage cancelled", to: (of) => `${of.manage}/cancel`, do: (page) => cancelled(page) },
];

async function refusedPassword(page) {
  await page.locator("input[type=password]").fill("short");
  await page.evaluate(() => {
    for (const form of document.forms) form.noValidate = true;
  });
  await click(page, "form button", "input[type=password]");
}

async function cancelled(page) {
  await page.locator("main form button").last().click();
  await page.waitForURL(/\/manage\/[^/]+$/);
}

/** The addresses that mails hold: of a new account, of an invitation, of a booking. */
async function links(t, lang) {
  const page = await visit(t, { lang, as: "owner@hana-salon.example" });
  const stamp = `${lang}-${process.pid}-${Date.now()}`;
  const email = `pages-${stamp}@newcomer.example`;
  const ok = async (method, path, data) => {
    const { status, body } = await call(page, method, path, data);
    assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  await ok("POST", "/auth/register", { email, password: passphrase, family_name: "新規", given_name: "花子", locale: lang });
  await ok("POST", "/auth/forgot-password", { email });
  const { items } = await ok("GET", "/businesses");
  const invited = `asked-${stamp}@newcomer.example`;
  await ok("POST", `/businesses/${items[0].id}/invitations`, { email: invited, role: "staff", locale: lang });
  const link = (to, way) => mailTo(page, to, new RegExp(`/${way}/[A-Za-z0-9_.~-]+`));

  // A booking in the fifth week, made as a customer makes it.
  const guest = `pages-guest-${stamp}@customer.example`;
  await page.goto(`/${shop}`);
  await click(page, "ul.menu a", "nav.week");
  const first = new URL(page.url());
  const late = new Date(Date.now() + 30 * 24 * 3600_000).toISOString().slice(0, 10);
  first.searchParams.set("date", late);
  await page.goto(first.href);
  const open = page.locator("nav.week li a").filter({ has: page.locator(".mark", { hasText: /[○△]/ }) });
  await open.first().click();
  await click(page, "button.slot", "[name=family_name]");
  const details = { family_name: "頁", given_name: "見子", phone: "09055556666", email: guest };
  for (const [name, value] of Object.entries(details)) await page.locator(`form [name=${name}]`).fill(value);
  await page.locator("[name=terms]").click();
  await page.locator("button.go").click();
  await page.waitForURL(/\/manage\//);
  return {
    lang,
    verify: await link(email, "verify-email"),
    reset: await link(email, "reset-password"),
    invitation: await link(invited, "invitations"),
    manage: await link(guest, "manage"),
  };
}

for (const lang of ["ja", "en"]) {
  test(`booking site, ${lang}`, async (t) => {
    const of = await links(t, lang);
    const page = await visit(t, { lang });
    page.watch.allow(/404|422/); // what is absent; what is refused
    for (const s of simple) await looks(page, { ...s, name: `site ${s.name}` }, { to: s.to(of), of, lang, axe: lang === "ja" });
  });
}
