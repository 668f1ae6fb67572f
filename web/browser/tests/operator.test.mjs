// The operator's day: a shop is turned down with a reason, comes again, is let in, stopped and let go on; flags by percentage, by
// list and by the kill switch; somebody is signed out everywhere; the promises on the data are checked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { call, mailTo, visit } from "../harness.mjs";
import { newcomer, ok, shopWaiting } from "../shops.mjs";

const who = "operator@omotenashi.example";

/** An owner with a shop that waits, and an operator before the panel. */
async function stage(t, name) {
  const owner = await visit(t, { size: "desk" });
  const email = `${name}-${process.pid}-${Date.now()}@newcomer.example`;
  await newcomer(owner, email, { family_name: "審査", given_name: name });
  const shop = await shopWaiting(owner, { name: `審査中の店 ${email}`, address_line: "1-2-3" });
  const operator = await visit(t, { size: "desk", as: who });
  return { owner, email, shop, operator };
}

/** Presses a button, gives the reason in the dialog that asks, and waits until it is done. */
async function decide(page, button, reason, typed) {
  await page.getByRole("button", { name: button, exact: true }).click();
  const dialog = page.getByRole("dialog");
  // Without a reason nothing is done.
  if (!typed) {
    await dialog.getByRole("button", { name: button, exact: true }).click();
    await dialog.getByText("理由を入力してください。").waitFor();
  }
  await dialog.getByLabel("理由").fill(reason);
  if (typed) {
    const go = dialog.getByRole("button", { name: button, exact: true });
    assert.ok(await go.isDisabled(), "nothing is done before the name is typed");
    await dialog.getByLabel(/^確認のため/).fill(typed);
  }
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
}

test("a shop is turned down, comes again, is let in, stopped, and goes on", async (t) => {
  const { owner, email, shop, operator } = await stage(t, "judged");
  const mine = () => operator.getByRole("button", { name: email });
  await operator.goto("/admin/approvals");
  await mine().click();
  await operator.getByRole("heading", { name: email }).waitFor();
  await decide(operator, "お断りする", "所在地をご確認ください");
  await mine().waitFor({ state: "detached" });
  assert.ok(await mailTo(owner, email, /所在地をご確認ください/));

  await owner.goto(`/console/b/${shop.id}/onboarding`);
  await owner.getByText("所在地をご確認ください").waitFor();
  await ok(owner, "POST", `/businesses/${shop.id}/submit`, {});
  await operator.goto("/admin/approvals");
  await mine().click();
  await operator.getByRole("heading", { name: email }).waitFor();
  await decide(operator, "承認して公開する", "所在地を確認しました");
  const site = () => owner.request.get(`/${shop.slug}/times?service=${shop.service}`);
  assert.equal((await site()).status(), 200);

  await operator.goto(`/admin/businesses/${shop.id}`);
  await decide(operator, "停止する", "お客様からのお申し出を確認しています", shop.slug);
  await operator.getByRole("button", { name: "再開する", exact: true }).waitFor();
  assert.notEqual((await site()).status(), 200, "a stopped shop takes no bookings");
  await decide(operator, "再開する", "確認が済みました", shop.slug);
  await operator.getByRole("button", { name: "停止する", exact: true }).waitFor();
  assert.equal((await site()).status(), 200);

  // The trail has all of it.
  await operator.goto("/admin/audit");
  for (const reason of ["所在地をご確認ください", "所在地を確認しました", "お客様からのお申し出を確認しています", "確認が済みました"]) {
    await operator.getByText(reason).first().waitFor();
  }
});

test("a flag: for nobody, for a list, killed, and for everybody again", async (t) => {
  const { owner, email, shop, operator } = await stage(t, "flagged");
  const keys = `/businesses/${shop.id}/api-keys`;
  const may = async () => (await call(owner, "POST", keys, { name: "試し", scopes: ["business:read"], expires_in_days: 1 })).status === 201;
  const set = async (reason, change) => {
    await operator.goto("/admin/flags");
    await operator.getByRole("button", { name: "編集する: business_api_keys" }).click();
    const dialog = operator.getByRole("dialog");
    await change(dialog);
    await dialog.getByLabel("理由").fill(reason);
    await dialog.getByRole("button", { name: "保存する" }).click();
    await dialog.waitFor({ state: "hidden" });
  };
  const percent = (dialog, n) => dialog.getByLabel("有効にする店舗の割合(%)").fill(String(n));
  assert.equal(await may(), true);
  await set("まず止めて確かめます", async (d) => {
    await percent(d, 0);
    for (const left of (await d.getByRole("button", { name: /を外す$/ }).all()).reverse()) await left.click();
  });
  await operator.getByText("すべての店舗で停止").waitFor();
  assert.equal(await may(), false);
  await set("一店舗から始めます", async (d) => {
    await d.getByLabel("店舗を名前で探して追加").fill(email);
    await d.getByRole("button", { name: /を追加$/ }).click();
  });
  await operator.getByText("指定した1店舗だけで有効").waitFor();
  assert.equal(await may(), true);
  await set("緊急に止めます", (d) => d.getByLabel("緊急停止する").check());
  await operator.getByText("緊急停止中").waitFor();
  assert.equal(await may(), false);
  await set("すべての店舗に広げます", async (d) => {
    await d.getByLabel("緊急停止する").uncheck();
    await percent(d, 100);
  });
  await operator.getByText("すべての店舗で有効").waitFor();
  assert.equal(await may(), true);
});

test("somebody is signed out everywhere", async (t) => {
  const { owner, operator } = await stage(t, "signed-out");
  const { id } = await ok(owner, "GET", "/me");
  await operator.goto(`/admin/users/${id}`);
  await decide(operator, "すべて終わらせる", "端末を失くしたとの連絡");
  await operator.getByText("サインイン中の端末はありません。").waitFor();
  owner.watch.allow(/401/); // the session that was ended
  await owner.goto("/console/account");
  await owner.getByRole("heading", { name: "サインイン" }).waitFor();
});

test("every promise on the data is checked at a press", async (t) => {
  const page = await visit(t, { size: "desk", as: who });
  await page.goto("/admin/health");
  const each = page.getByRole("button", { name: /^点検する/ });
  await each.first().waitFor();
  const all = await each.count();
  assert.ok(all >= 8, `${all} promises`);
  await page.getByRole("button", { name: "すべて点検する" }).click();
  await page.getByRole("button", { name: "すべて点検する", disabled: false }).waitFor();
  await page.waitForFunction((n) => document.body.textContent.split("満たしている").length > n, all);
});
