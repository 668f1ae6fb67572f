// A passkey is added, and opens the account by itself; a second factor by app is shown on signing in (S04).
import assert from "node:assert/strict";
import { test } from "node:test";
import { call, visit } from "../harness.mjs";

test("a passkey is added and signs in alone", async (t) => {
  const page = await visit(t, { size: "desk" });
  page.watch.allow(/401|403|422/);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const email = `passkey-${process.pid}-${Date.now()}@customer.example`;
  const password = "quiet river under seven bridges";
  await call(page, "POST", "/auth/register", { email, password, family_name: "鍵", given_name: "花子" });
  // Passkeys belong to a name, and numbers are none: the browser calls this machine by its name.
  const home = new URL(page.url() === "about:blank" ? process.env["BASE_URL"] : page.url());
  await page.goto("/console/sign-in?next=%2Fconsole%2Faccount");
  await page.locator('input[autocomplete="username"]').fill(email);
  await page.locator('input[autocomplete="current-password"]').fill(password);
  await page.getByRole("button", { name: "サインイン", exact: true }).click();
  await page.getByRole("button", { name: "パスキーを追加" }).click();
  await page.getByRole("dialog").locator("input").first().fill(password);
  await page.getByRole("dialog").getByRole("button", { name: "続ける" }).click();
  if (/^\d/.test(home.hostname)) {
    // An address without a name has no passkeys: it is said, and nothing is half done.
    await page.getByRole("dialog").getByText("パスキーの操作が取り消されたか").waitFor();
    const { body } = await call(page, "GET", "/me/factors");
    assert.deepEqual(body.passkeys, []);
    return;
  }
  await page.getByRole("heading", { name: "リカバリーコード" }).first().waitFor();
  await page.getByRole("button", { name: "保管しました" }).click();
  await page.request.delete("/session", { headers: { Origin: home.origin } });
  await page.goto("/console/sign-in?next=%2Fconsole%2Faccount");
  await page.getByRole("button", { name: "パスキーでサインイン" }).click();
  await page.getByRole("heading", { name: "アカウント" }).waitFor();
});
