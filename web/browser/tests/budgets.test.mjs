// What a phone has to load: counted as it goes over the wire, compressed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, call, visit } from "../harness.mjs";

const kb = 1000; // as budgets are written: the stricter reading

/** Bytes of what a page loaded, by kind. */
async function weigh(page, load) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  const kinds = new Map();
  const sums = { script: 0, photos: 0, rest: 0 };
  cdp.on("Network.responseReceived", (e) => kinds.set(e.requestId, e.type));
  cdp.on("Network.loadingFinished", (e) => {
    const type = kinds.get(e.requestId);
    sums[type === "Script" ? "script" : type === "Image" ? "photos" : "rest"] += e.encodedDataLength;
  });
  await load();
  await page.waitForLoadState("networkidle").catch(() => {});
  await cdp.detach();
  return sums;
}

test("pages of the booking site", async (t) => {
  const { items } = await (await fetch(`${base}/api/v1/public/businesses/hana-salon/services`)).json();
  for (const path of ["/", "/hana-salon", `/hana-salon/times?service=${items[0].id}`]) {
    const page = await visit(t);
    await page.addInitScript(() => {
      window.shifts_ = [];
      new PerformanceObserver((list) => {
        for (const e of list.getEntries()) window.shifts_.push(e.value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    const { script, rest } = await weigh(page, () => page.goto(path));
    assert.deepEqual(await page.evaluate(() => window.shifts_), [], `${path}: nothing shifts`);
    console.log(`BUDGET site ${path} script ${script} B, total ${script + rest} B`);
    assert.ok(script <= 15 * kb, `${path}: ${script} B of script`);
    assert.ok(script + rest <= 180 * kb, `${path}: ${script + rest} B`);
  }
});

test("the console's first load, and its longest route", async (t) => {
  const page = await visit(t, { size: "desk" });
  const first = await weigh(page, () => page.goto("/console/sign-in"));
  console.log(`BUDGET console first load ${first.script + first.rest} B`);
  assert.ok(first.script + first.rest <= 180 * kb, `${first.script + first.rest} B`);
  const owner = await visit(t, { size: "desk", as: "owner@hana-salon.example" });
  const { body } = await call(owner, "GET", "/businesses");
  let longest = 0;
  for (const path of [
    "ledger",
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
  ]) {
    const sums = await weigh(owner, () => owner.goto(`/console/b/${body.items[0].id}/${path}`));
    console.log(`BUDGET console ${path} script ${sums.script} B, total ${sums.script + sums.rest} B`);
    longest = Math.max(longest, sums.script + sums.rest);
  }
  assert.ok(longest <= 350 * kb, `${longest} B`);
});
