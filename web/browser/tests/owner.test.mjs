// Somebody who has never seen the product opens a shop; an operator approves it; the first booking comes from the public page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible, base, counting, fits, mailTo, passphrase, picture, visit } from "../harness.mjs";

test("from sign-up to the first public booking in at most 40 interactions", async (t) => {
  const page = await visit(t, { size: "tablet" });
  page.watch.allow(/403/); // before the address is verified
  const who = counting(page);
  const email = `owner-${process.pid}-${Date.now()}@newcomer.example`;
  const field = (label) => page.getByLabel(label, { exact: false }).first();
  const button = (name) => page.getByRole("button", { name, exact: true });

  await page.goto("/console/sign-up");
  await page.locator("h1").waitFor();
  await fits(page, "sign-up");
  await accessible(page, "sign-up");
  await who.fill(field("姓"), "新規");
  await who.fill(page.getByLabel(/^名/).first(), "太郎");
  await who.fill(field("メールアドレス"), email);
  await who.fill(page.locator('input[autocomplete="new-password"]'), "correct horse battery staple of mine");
  await who.click(button("アカウントを作る"));
  await page.getByRole("heading", { name: "メールをご確認ください" }).waitFor();

  // The link in the mail, on another tab as people do.
  const link = await mailTo(page, email, /https?:\/\/[^"\\\s<>]+\/verify-email\/[A-Za-z0-9_.~-]+/);
  assert.ok(link.startsWith(base));
  const tab = await page.context().newPage();
  await tab.goto(link);
  who.did++;
  await who.click(tab.locator("form button"));
  await tab.close();

  await who.click(button("はじめる"));
  await page.getByRole("heading", { name: "店舗を開設する" }).waitFor();
  await accessible(page, "home");
  await who.fill(field("店舗名(日本語)"), "こもれび美容室");
  await who.click(button("はじめる"));
  await page.getByRole("heading", { name: "はじめの設定" }).waitFor();
  await accessible(page, "first steps");
  await picture(page, "console onboarding ja 1024");

  await who.fill(field("電話番号"), "03-1234-5678");
  await who.fill(field("郵便番号"), "150-0001");
  await page.waitForFunction(() => [...document.querySelectorAll("input")].some((i) => i.value === "渋谷区"));
  await who.click(button("次へ"));
  await page.getByRole("heading", { name: "メニュー", level: 2 }).waitFor();
  await who.click(button("次へ")); // as suggested
  await page.getByRole("heading", { name: "スタッフ", level: 2 }).waitFor();
  await who.click(button("次へ")); // the owner alone
  await page.getByRole("heading", { name: "営業時間", level: 2 }).waitFor();
  await who.click(button("次へ"));
  await page.getByRole("heading", { name: "公開", level: 2 }).waitFor();
  await who.click(button("審査を申し込む"));
  await page.getByText("審査中です").waitFor();

  const operator = await visit(t, { size: "desk", as: "operator@omotenashi.example" });
  await operator.goto("/admin/approvals");
  // Others may be waiting, too: the newest is the last.
  await operator
    .getByRole("navigation", { name: "審査待ち" })
    .getByRole("button", { name: /こもれび美容室/ })
    .last()
    .click();
  await operator.getByRole("heading", { name: "こもれび美容室" }).waitFor();
  await fits(operator, "approvals");
  await accessible(operator, "approvals");
  await picture(operator, "admin approvals ja 1440");
  await operator.getByRole("button", { name: /承認/ }).first().click();
  const ask = operator.getByRole("dialog");
  await ask.getByLabel("理由").fill("審査の結果、問題はございません");
  await ask.getByRole("button", { name: "承認して公開する" }).click();
  await ask.waitFor({ state: "hidden" });

  await page.getByText("お客様の画面から").waitFor({ timeout: 30_000 });
  const opening = page.context().waitForEvent("page");
  await who.click(page.getByRole("link", { name: "予約ページを開く" }));
  const site = await opening;
  await site.waitForLoadState();
  await who.click(site.locator("ul.menu a").first());
  await who.click(site.locator(".earliest button, button.slot").first());
  await site.locator("[name=family_name]").waitFor();
  await who.fill(site.locator("[name=family_name]"), "新規");
  await who.fill(site.locator("[name=given_name]"), "太郎");
  await who.fill(site.locator("[name=phone]"), "090 1234 5678");
  await who.click(site.locator("[name=terms]"));
  await who.click(site.locator("button.go"));
  await site.waitForURL(/\/manage\//);
  await site.close();
  await page.getByText("お試しの予約が台帳に入りました").waitFor({ timeout: 30_000 });
  console.log(`the owner did ${who.did} things`);
  assert.ok(who.did <= 40, `${who.did} interactions`);
  assert.ok(passphrase);
});
