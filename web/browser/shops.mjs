// Shops that journeys open for themselves, so that they are in nobody's way.
import assert from "node:assert/strict";
import { call, mailTo, passphrase, signIn } from "./harness.mjs";

/** Calls the API and gives its answer, which must be a good one. */
export async function ok(page, method, path, data, headers = {}) {
  const { status, body } = await call(page, method, path, data, headers);
  assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Somebody new, with an address that is verified by the link in the mail, signed in on the page. */
export async function newcomer(page, email, person) {
  await ok(page, "POST", "/auth/register", { email, password: passphrase, ...person });
  await page.goto(await mailTo(page, email, /https?:\/\/[^"\\\s<>]+\/verify-email\/[A-Za-z0-9_.~-]+/));
  await page.locator("form button").click();
  await page.locator("form").waitFor({ state: "detached" });
  await signIn(page, email);
}

/** A shop with one person and one menu, open around the clock, which has asked to be approved. */
export async function shopWaiting(page, { name, address_line }) {
  const names = { ja: name, en: name };
  const slug = `journey-${Date.now().toString(36)}-${process.pid}`;
  const business = await ok(page, "POST", "/businesses", {
    name: names,
    description: names,
    vertical: "hair_salon",
    slug,
    postal_code: "150-0001",
    prefecture: "東京都",
    city: "渋谷区",
    address_line,
    phone: "03-1234-5678",
  });
  const shop = `/businesses/${business.id}`;
  const weekly = [0, 1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, ranges: [{ start_minute: 0, end_minute: 1440 }] }));
  const { etag } = await call(page, "GET", `${shop}/hours`);
  await ok(page, "PUT", `${shop}/hours`, { weekly }, { "If-Match": etag });
  const staff = await ok(page, "POST", `${shop}/resources`, { kind: "staff", name: names, nominatable: true });
  const category = await ok(page, "POST", `${shop}/service-categories`, { name: names });
  const option = await ok(page, "POST", `${shop}/service-options`, { name: names, price: { amount: 500, currency: "JPY" } });
  const service = await ok(page, "POST", `${shop}/services`, {
    name: names,
    description: names,
    category_id: category.id,
    option_ids: [option.id],
    duration_minutes: 60,
    price: { amount: 5000, currency: "JPY" },
    nomination: "optional",
    requirements: [{ kind: "staff", resource_ids: [staff.id] }],
  });
  await ok(page, "POST", `${shop}/submit`, {});
  return { id: business.id, slug, staff: staff.id, option: option.id, service: service.id };
}
