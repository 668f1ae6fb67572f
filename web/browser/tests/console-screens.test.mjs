// Every screen of the console and the admin panel, light and dark, at three widths, in both languages.
import { test } from "node:test";
import { accessible, call, fits, picture, sizes, visit } from "../harness.mjs";

const below = [
  "ledger",
  "ledger?view=week",
  "ledger?view=list",
  "approvals",
  "customers",
  "menus",
  "staff",
  "hours",
  "rooms",
  "settings",
  "members",
  "audit",
  "onboarding",
];
const admin = ["approvals", "businesses", "users", "flags", "audit", "jobs", "health"];

/** A screen has shown what it has when nothing turns any more and its heading stands. */
async function settled(page) {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => !document.querySelector('main [role="status"] .animate-spin'));
  await page.waitForTimeout(150); // pictures, and what was animated
}

async function look(page, name, lang, dark, width) {
  await settled(page);
  await fits(page, name);
  await accessible(page, name);
  await picture(page, `${name} ${lang} ${dark ? "dark" : "light"} ${width}`);
}

for (const [size, { width }] of Object.entries(sizes)) {
  for (const [lang, dark] of [
    ["ja", false],
    ["en", true],
  ]) {
    const how = { lang, dark, size };
    test(`console, ${lang}, ${dark ? "dark" : "light"}, ${width} px`, async (t) => {
      const page = await visit(t, { ...how, as: "owner@hana-salon.example" });
      const { body } = await call(page, "GET", "/businesses");
      const shop = `/console/b/${body.items[0].id}`;
      for (const path of below) {
        await page.goto(`${shop}/${path}`);
        await look(page, `console ${path}`, lang, dark, width);
      }
      const customers = await call(page, "GET", `/businesses/${body.items[0].id}/customers?limit=1`);
      await page.goto(`${shop}/customers/${customers.body.items[0].id}`);
      await look(page, "console customer", lang, dark, width);
      for (const path of ["account", "?list=true"]) {
        await page.goto(`/console/${path}`);
        await look(page, `console ${path.replace(/\W.*/, "") || "home"}`, lang, dark, width);
      }
    });

    test(`admin panel, ${lang}, ${dark ? "dark" : "light"}, ${width} px`, async (t) => {
      const page = await visit(t, { ...how, as: "operator@omotenashi.example" });
      for (const path of admin) {
        await page.goto(`/admin/${path}`);
        await look(page, `admin ${path}`, lang, dark, width);
      }
      const businesses = await call(page, "GET", "/admin/businesses?limit=1");
      await page.goto(`/admin/businesses/${businesses.body.items[0].id}`);
      await look(page, "admin business", lang, dark, width);
      const users = await call(page, "GET", "/admin/users?limit=1");
      await page.goto(`/admin/users/${users.body.items[0].id}`);
      await look(page, "admin user", lang, dark, width);
    });

    test(`without an account, ${lang}, ${dark ? "dark" : "light"}, ${width} px`, async (t) => {
      const page = await visit(t, how);
      page.watch.allow(/40[14]/);
      for (const path of ["sign-in", "sign-up", "forgot-password", "invitations/nobody-asked"]) {
        await page.goto(`/console/${path}`);
        await look(page, `console ${path}`, lang, dark, width);
      }
    });
  }
}
