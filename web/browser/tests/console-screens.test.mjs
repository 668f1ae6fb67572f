// Every screen of the console and the admin panel, with its parts and dialogs: nothing for axe in light and dark, nothing too
// wide at three widths, no error; pictures in both languages. A route that nobody looks at fails.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { call, mailTo, passphrase, visit } from "../harness.mjs";
import { looks } from "../looks.mjs";

const owner = "owner@hana-salon.example";
const operator = "operator@omotenashi.example";

/** What somebody opens on a screen: a press on what bears one of two names, or fits a selector. */
const press = (ja, en) => (page) =>
  page
    .locator("main")
    .getByRole("button", { name: new RegExp(`^(\\+ )?(${ja}|${en})$`) })
    .first()
    .click();
const pressIn = (selector) => (page) => page.locator(selector).first().click();
const dialog = (page) => page.getByRole("dialog").first().waitFor();
const then =
  (...steps) =>
  async (page, of) => {
    for (const step of steps) await step(page, of);
  };
const opening = (step) => then(step, dialog);
/** A tab of a screen by its place: tabs are named in the language of the page. */
const tab = (n) => async (page) => {
  await page.getByRole("tab").nth(n).click();
  await page.locator('[role="tab"][aria-selected="true"]').nth(0).waitFor();
};
const tabs = (path, names, more = {}) =>
  names.map((name, n) => ({ at: path, name: `${path} ${name}`, do: more[name] ? then(tab(n), more[name]) : tab(n) }));

// Below /console/b/{business}.
const screens = [
  { at: "ledger" },
  { at: "ledger", name: "ledger booking", query: (of) => `?booking=${of.booking.id}&date=${of.booking.date}` },
  { at: "ledger", name: "ledger new booking", do: opening(pressIn('[aria-keyshortcuts="n"]')) },
  { at: "ledger", name: "ledger search", do: opening(pressIn('[aria-keyshortcuts="/"]')) },
  {
    at: "ledger",
    name: "ledger keys",
    do: then(
      (page) => page.locator('[role="grid"]').waitFor(),
      (page) => page.keyboard.press("?"),
      dialog,
    ),
  },
  { at: "ledger", name: "ledger week", query: () => "?view=week" },
  { at: "ledger", name: "ledger list", query: () => "?view=list" },
  {
    at: "ledger",
    name: "ledger on paper",
    media: "print",
    do: (page) => page.evaluate(() => dispatchEvent(new Event("beforeprint"))), // as the browser tells it
  },
  { at: "approvals" },
  { at: "customers" },
  { at: "customers", name: "customers new", do: opening(press("お客様を登録する", "Add a customer")) },
  { at: "customers/$customerId", name: "customer", path: (of) => `customers/${of.customer}` },
  ...tabs("menus", ["menu", "options", "sets", "groups"]),
  { at: "menus", name: "menus service", do: opening(pressIn("main section li > button")) },
  { at: "menus", name: "menus new service", do: opening(press("メニューを追加", "Add a service")) },
  ...tabs("staff", ["people", "table", "leaves"]),
  { at: "staff", name: "staff member", do: opening(pressIn("main li > button")) },
  ...tabs("hours", ["weekly", "closings", "special", "periods"]),
  { at: "rooms" },
  { at: "rooms", name: "rooms new", do: opening(press("追加する", "Add")) },
  ...tabs("settings", ["shop", "page", "rules", "policy", "keys", "data"]),
  { at: "members" },
  { at: "members", name: "members invite", do: opening(press("招待する", "Invite")) },
  { at: "audit" },
  { at: "onboarding", name: "onboarding test" },
  ...["shop", "menus", "staff", "hours", "publish"].map((name, n) => ({
    at: "onboarding",
    name: `onboarding ${name}`,
    do: then(pressIn(`main ol > li:nth-child(${n + 1}) > button`)),
  })),
].map((s) => ({ ...s, route: `/console/b/$businessId/${s.at}`, name: `console ${s.name ?? s.at}` }));

const own = [
  { route: "/console", name: "console home", path: () => "/console?list=true" },
  { route: "/console/account", name: "console account" },
  {
    route: "/console/account",
    name: "console account app",
    do: opening(press("認証アプリを登録", "Add an app")),
  },
];

const admin = [
  ...["approvals", "businesses", "users", "flags", "audit", "jobs", "health"].map((p) => ({ route: `/admin/${p}` })),
  { route: "/admin/businesses/$businessId", path: (of) => `/admin/businesses/${of.business}` },
  { route: "/admin/users/$userId", path: (of) => `/admin/users/${of.user}` },
  { route: "/admin/flags", name: "admin flag", do: opening(pressIn("main section button")) },
].map((s) => ({
  name: s.route
    .slice(1)
    .replaceAll(/\/\$\w+/g, " one")
    .replaceAll("/", " "),
  ...s,
}));

const outside = [
  { route: "/console/sign-in" },
  {
    route: "/console/sign-in",
    name: "console second factor",
    do: async (page) => {
      await page.locator('input[autocomplete^="username"]').fill(operator);
      await page.locator('input[autocomplete="current-password"]').fill(passphrase);
      await page.locator('button[type="submit"]').click();
      await page.locator('input[autocomplete="one-time-code"]').waitFor();
    },
  },
  { route: "/console/sign-up" },
  { route: "/console/forgot-password" },
  {
    route: "/console/forgot-password",
    name: "console forgot-password sent",
    do: async (page) => {
      await page.locator("input").fill("nobody@newcomer.example");
      await page.locator('button[type="submit"]').click();
      await page.locator("form").waitFor({ state: "detached" });
    },
  },
  { route: "/console/invitations/$token", name: "console invitation", path: (of) => `/console/invitations/${of.invitation}` },
  { route: "/console/invitations/$token", name: "console invitation unknown", path: () => "/console/invitations/nobody-asked" },
].map((s) => ({ name: s.route.slice(1).replaceAll("/", " "), ...s }));

test("no route is left out", () => {
  const source = readFileSync(new URL("../../console/src/routes.tsx", import.meta.url), "utf8");
  const before = { root: "", below: "/console/b/$businessId/", belowAdmin: "/admin/" };
  const routes = source
    .split("createRoute({")
    .slice(1)
    .filter((s) => s.includes("lazyRouteComponent("))
    .map((s) => {
      const [, parent] = /getParentRoute: (?:\(\) => )?(\w+)/.exec(s);
      const [, path] = /path: "([^"]*)"/.exec(s);
      assert.ok(parent in before, parent);
      return before[parent] + path;
    });
  assert.ok(routes.length > 20, `${routes.length} routes were found`);
  const seen = new Set([...outside, ...own, ...screens, ...admin].map((s) => s.route));
  assert.deepEqual(
    routes.filter((r) => !seen.has(r)),
    [],
  );
});

/** What the addresses of the shop's screens need. */
async function shop(page) {
  const { body } = await call(page, "GET", "/businesses");
  const business = body.items[0].id;
  const day = (ahead) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" }).format(Date.now() + ahead * 86400e3);
  const bookings = await call(page, "GET", `/businesses/${business}/bookings?from=${day(0)}&to=${day(3)}&limit=50`);
  const customers = await call(page, "GET", `/businesses/${business}/customers?limit=1`);
  const booking = bookings.body.items.find((b) => b.customer && b.status === "confirmed") ?? bookings.body.items[0];
  return { business, booking, customer: booking.customer?.id ?? customers.body.items[0].id };
}

for (const lang of ["ja", "en"]) {
  const all = { lang, axe: lang === "ja" };

  test(`the console, ${lang}`, async (t) => {
    const page = await visit(t, { lang, size: "desk", as: owner });
    const of = await shop(page);
    for (const s of screens) {
      await looks(page, s, { ...all, of, to: `/console/b/${of.business}/${s.path?.(of) ?? s.at}${s.query?.(of) ?? ""}` });
    }
    for (const s of own) await looks(page, s, { ...all, of, to: s.path?.(of) ?? s.route });
  });

  test(`the admin panel, ${lang}`, async (t) => {
    const page = await visit(t, { lang, size: "desk", as: operator });
    const businesses = await call(page, "GET", "/admin/businesses?limit=1");
    const users = await call(page, "GET", "/admin/users?limit=1");
    const of = { business: businesses.body.items[0].id, user: users.body.items[0].id };
    for (const s of admin) await looks(page, s, { ...all, of, to: s.path?.(of) ?? s.route });
  });

  test(`without an account, ${lang}`, async (t) => {
    const asking = await visit(t, { lang, size: "desk", as: owner });
    const { business } = await shop(asking);
    const email = `invited-${lang}-${process.pid}-${Date.now()}@newcomer.example`;
    const { status } = await call(asking, "POST", `/businesses/${business}/invitations`, { email, role: "staff", locale: lang });
    assert.equal(status, 201);
    const link = await mailTo(asking, email, /\/invitations\/[A-Za-z0-9_.~-]+/);
    const page = await visit(t, { lang, size: "desk" });
    page.watch.allow(/404|401.*\/session\/login/); // nobody asked; a wrong password
    const of = { invitation: link.split("/").at(-1) };
    for (const s of outside) await looks(page, s, { ...all, of, to: s.path?.(of) ?? s.route });
  });
}
