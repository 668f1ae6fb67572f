// A passkey is added, and opens the account by itself: offered by the browser where the address is typed, and by the button (S04).
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, call, visit } from "../harness.mjs";

const password = "quiet river under seven bridges";

/** An authenticator of the machine's own, whose person is always there; gives what it keeps. */
async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
}

const signedIn = (page) => page.getByRole("heading", { name: "アカウント", exact: true }).waitFor();

test("a passkey is added and signs in alone", async (t) => {
  const page = await visit(t, { size: "desk" });
  page.watch.allow(/401|422/); // a session that ended under an open page; before the password is shown again
  const keys = await authenticator(page);
  const email = `passkey-${process.pid}-${Date.now()}@customer.example`;
  await call(page, "POST", "/auth/register", { email, password, family_name: "鍵", given_name: "花子" });
  await page.goto("/console/sign-in?next=%2Fconsole%2Faccount");
  await page.locator('input[autocomplete^="username"]').fill(email);
  await page.locator('input[autocomplete="current-password"]').fill(password);
  await page.getByRole("button", { name: "サインイン", exact: true }).click();
  await page.getByRole("button", { name: "パスキーを追加" }).click();
  await page.getByRole("dialog").locator("input").first().fill(password);
  await page.getByRole("dialog").getByRole("button", { name: "続ける" }).click();
  await page.getByRole("heading", { name: "リカバリーコード" }).first().waitFor();
  await page.getByRole("button", { name: "保管しました" }).click();
  assert.equal((await keys()).length, 1);
  const { body } = await call(page, "GET", "/me/factors");
  assert.equal(body.passkeys.length, 1);

  // The browser offers it as soon as the form is there, and whoever takes it types nothing.
  const leave = () => page.request.delete("/session", { headers: { Origin: base } });
  assert.equal((await leave()).status(), 204);
  await page.goto("/console/sign-in?next=%2Fconsole%2Faccount");
  await signedIn(page);

  // A browser that offers nothing has the button.
  await leave();
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  await page.goto("/console/sign-in?next=%2Fconsole%2Faccount");
  await page.getByRole("button", { name: "パスキーでサインイン" }).click();
  await signedIn(page);
  assert.equal((await call(page, "GET", "/me")).body.email, email);
});
