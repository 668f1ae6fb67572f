// Each role sees only what it may, whatever address it types.
import assert from "node:assert/strict";
import { test } from "node:test";
import { call, mailTo, visit } from "../harness.mjs";
import { newcomer, ok } from "../shops.mjs";

const places = (page) => page.locator("nav#places a").allInnerTexts();

test("staff see the ledger, requests and customers, and nothing of the back office", async (t) => {
  const page = await visit(t, { size: "desk", as: "staff@hana-salon.example" });
  page.watch.allow(/403/);
  const { body } = await call(page, "GET", "/businesses");
  const shop = `/console/b/${body.items[0].id}`;
  assert.equal(body.items[0].role, "staff");
  await page.goto(`${shop}/ledger`);
  await page.locator("h1").first().waitFor();
  const seen = (await places(page)).join(" ");
  for (const word of ["予約台帳", "お客様"]) assert.match(seen, new RegExp(word));
  for (const word of ["設定", "メンバー", "操作の記録", "営業時間"]) assert.doesNotMatch(seen, new RegExp(word));
  for (const path of ["settings", "members", "audit", "menus", "staff", "hours", "rooms"]) {
    await page.goto(`${shop}/${path}`);
    await page.getByText("この画面を見る権限がありません").waitFor();
  }
  await page.goto("/admin/users");
  await page.getByText("この画面を見る権限がありません").waitFor();
});

/** Somebody who was invited into the shop of the demo, came by the link in the mail, and is signed in there. */
async function member(t, role) {
  const owner = await visit(t, { as: "owner@hana-salon.example" });
  const id = (await call(owner, "GET", "/businesses")).body.items[0].id;
  const page = await visit(t, { size: "desk" });
  page.watch.allow(/403/); // what is not for them
  const email = `${role}-${process.pid}-${Date.now()}@member.example`;
  await ok(owner, "POST", `/businesses/${id}/invitations`, { email, role });
  const link = await mailTo(page, email, /https?:\/\/[^"\\\s<>]+\/invitations\/[A-Za-z0-9_.~-]+/);
  await newcomer(page, email, { family_name: "新人", given_name: "花子" });
  await ok(page, "POST", "/me/invitations/accept", { token: link.split("/").at(-1) });
  return { page, shop: `/console/b/${id}` };
}

const backOffice = { members: "メンバー", audit: "操作の記録", hours: "営業時間", menus: "メニュー", settings: "設定" };

for (const [role, allowed] of [
  ["manager", ["members", "audit", "hours", "menus", "settings"]],
  ["assistant", []],
]) {
  test(`${role}: what is theirs opens, and the rest says that it is not`, async (t) => {
    const { page, shop } = await member(t, role);
    await page.goto(`${shop}/ledger`);
    await page.getByRole("grid").waitFor();
    assert.equal(await page.getByText("売上予定").count(), 0, "money is the owner's");
    assert.equal(await page.getByRole("button", { name: "新しい予約" }).count(), role === "manager" ? 1 : 0);
    const seen = await places(page);
    for (const [path, name] of Object.entries(backOffice)) {
      const may = allowed.includes(path);
      assert.equal(
        seen.some((s) => s.includes(name)),
        may,
        `${name} among the places of ${role}`,
      );
      await page.goto(`${shop}/${path}`);
      const refused = page.getByText("この画面を見る権限がありません");
      await refused.or(page.locator("main h1")).first().waitFor();
      assert.equal(await refused.isVisible(), !may, `${name} for ${role}`);
    }
    await page.goto(`${shop}/customers`);
    const refused = page.getByText("この画面を見る権限がありません");
    await refused.or(page.locator("main h1")).first().waitFor();
    assert.equal(await refused.isVisible(), role === "assistant");
  });
}

test("another business is as absent as one that never was", async (t) => {
  const page = await visit(t, { size: "desk", as: "owner@hana-salon.example" });
  page.watch.allow(/404/);
  const other = await visit(t, { size: "desk", as: "owner@midori-clinic.example" });
  const { body } = await call(other, "GET", "/businesses");
  for (const id of [body.items[0].id, "01a23014-0000-7000-8000-000000000000"]) {
    await page.goto(`/console/b/${id}/ledger`);
    await page.getByText("ページが見つかりません").waitFor();
  }
});

test("who is not signed in is asked to, and comes back to where they wanted", async (t) => {
  const page = await visit(t, { size: "desk" });
  await page.goto("/console/account");
  await page.getByRole("heading", { name: "サインイン" }).waitFor();
  await page.locator('input[autocomplete^="username"]').fill("owner@hana-salon.example");
  await page.locator('input[autocomplete="current-password"]').fill("omotenashi demo passphrase");
  await page.getByRole("button", { name: "サインイン", exact: true }).click();
  await page.getByRole("heading", { name: "アカウント" }).waitFor();
  assert.match(page.url(), /\/console\/account$/);
  // No script can read the session, and signing out ends it.
  assert.equal(await page.evaluate(() => document.cookie.includes("__Host-")), false);
  const cookies = (await page.context().cookies()).filter((c) => c.name.startsWith("__Host-"));
  assert.equal(cookies.length, 2);
  for (const c of cookies) assert.ok(c.httpOnly && c.secure && c.sameSite === "Strict", JSON.stringify(c));
});

test("a link that leads elsewhere after signing in is not followed", async (t) => {
  const page = await visit(t, { size: "desk" });
  await page.goto("/console/sign-in?next=https%3A%2F%2Fevil.example%2F");
  await page.locator('input[autocomplete^="username"]').fill("owner@midori-clinic.example");
  await page.locator('input[autocomplete="current-password"]').fill("omotenashi demo passphrase");
  await page.getByRole("button", { name: "サインイン", exact: true }).click();
  await page.waitForURL(/\/console\/b\//);
});
