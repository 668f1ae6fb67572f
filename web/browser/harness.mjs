// What every journey stands on: a browser that notices whatever should not happen, people who sign in, and a look at screens.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";

const need = (name) => process.env[name] ?? assert.fail(`${name} is missing: run it by run.mjs`);
export const base = need("BASE_URL");
const screens = need("SCREENS");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const passphrase = "omotenashi demo passphrase";
export const sizes = { phone: { width: 360, height: 640 }, tablet: { width: 1024, height: 768 }, desk: { width: 1440, height: 900 } };

// Pages of others may hold ours, though ours come from this machine here.
const elsewhere = ["--disable-features=LocalNetworkAccessChecks"];

let started;
/** The browser of this file, started when it is first needed. */
function browser() {
  started ??= chromium.launch({ executablePath: need("CHROMIUM"), args: ["--no-sandbox", "--lang=ja", ...elsewhere] });
  return started;
}
after(async () => (await started)?.close());

/** What must not happen on any page, and may be expected by a journey that provokes it. */
class Watch {
  faults = [];
  allowed = [];
  allow(pattern) {
    this.allowed.push(pattern);
  }
  see(text) {
    if (!this.allowed.some((p) => p.test(text))) this.faults.push(text);
  }
  check() {
    assert.deepEqual(this.faults, [], "errors, violations of the policy, or requests to elsewhere");
  }
}

/** A page of somebody with a browser of their own: language, size, colours, with or without a script. */
export async function visit(t, { lang = "ja", size = "phone", dark = false, script = true, as = null } = {}) {
  const context = await (await browser()).newContext({
    baseURL: base,
    viewport: sizes[size],
    locale: lang === "ja" ? "ja-JP" : "en-US",
    timezoneId: "Asia/Tokyo",
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
    hasTouch: size !== "desk",
  });
  const watch = new Watch();
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
  });
  context.on("request", (r) => {
    const { origin, protocol } = new URL(r.url());
    if (origin !== base && !["data:", "blob:"].includes(protocol)) watch.see(`request to ${r.url()}`);
  });
  context.on("weberror", (e) => watch.see(`error: ${e.error().stack ?? e.error()}`));
  context.on("console", (m) => {
    if (m.type() === "error") watch.see(`console: ${m.text()} ${m.location().url}`);
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.watch = watch;
  t.after(async () => {
    if (!page.isClosed() && !t.passed) await page.screenshot({ path: join(screens, `failed-${slug(t.name)}.png`) }).catch(() => {});
    await context.close();
    watch.check();
  });
  if (as) await signIn(page, as);
  return page;
}

const slug = (name) => name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80);

const sessions = new Map();

/** Signs somebody in by the session of the browser, without going through the form: once in a file, as few people do it so often. */
export async function signIn(page, email) {
  const known = sessions.get(email);
  if (known) {
    await page.context().addCookies(known);
    if ((await page.request.get("/api/v1/me")).ok()) return;
    await page.context().clearCookies();
  }
  const late = Date.now() + 240_000;
  for (;;) {
    let { status, problem } = await enter(page, "login", { email, password: passphrase });
    if (problem?.code === "auth.second_factor_required") {
      ({ status, problem } = await enter(page, "second-factor", { challenge_token: problem.challenge_token, code: code() }));
    }
    if (status === 204) break;
    // A code is taken once, and another journey may have been faster: the next one comes soon.
    assert.ok(problem.code === "auth.second_factor_invalid" && Date.now() < late, JSON.stringify(problem));
    await page.waitForTimeout(10_000 + 5000 * Math.random());
  }
  sessions.set(email, await page.context().cookies());
}

/** Sends a step of signing in, again where too many tried. */
async function enter(page, way, data) {
  for (let i = 0; ; i++) {
    const answer = await page.request.post(`/session/${way}`, { data, headers: { "Accept-Language": "en", Origin: base } });
    const status = answer.status();
    if (i === 10 || status !== 429) return { status, problem: status === 204 ? null : await answer.json() };
    await page.waitForTimeout(1000 * Number(answer.headers()["retry-after"] ?? 5));
  }
}

/** The present code of the demo's operator. */
export function code() {
  return execFileSync(need("BIN"), ["demo", "code"], { encoding: "utf8", env: { ...process.env, DATA: need("DATA") } })
    .trim()
    .split(/\s+/)
    .at(-1);
}

/** Looks for what keeps people out: axe-core finds nothing, by all its rules or by some. */
export async function accessible(page, name, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const found = await page.evaluate(
    (rules) => globalThis.axe.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: { type: "rule", values: rules } }) }),
    rules,
  );
  const words = found.violations.map(
    (v) =>
      `${v.id}: ${v.nodes
        .map((n) => `${n.target.join(" ")} ${n.failureSummary}`)
        .slice(0, 3)
        .join(" | ")}`,
  );
  assert.deepEqual(words, [], `axe on ${name}`);
}

/** No page scrolls sideways: what is wide scrolls by itself. */
export async function fits(page, name) {
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(inner <= outer, `${name} is ${inner} px wide in a window of ${outer}`);
}

/** A picture for people to look at. */
export async function picture(page, name) {
  await page.screenshot({ path: join(screens, `${slug(name)}.png`), fullPage: true });
}

/** The mails to an address, the newest first. */
export async function mailsTo(page, address) {
  const all = await (await page.request.get(`/dev/mail.json?to=${encodeURIComponent(address)}`)).json();
  return Array.isArray(all) ? all : (all.mails ?? all.items);
}

/** The newest mail to an address that matches, waited for. */
export async function mailTo(page, address, pattern) {
  for (let i = 0; i < 100; i++) {
    for (const mail of await mailsTo(page, address)) {
      const found = pattern.exec(JSON.stringify(mail).replaceAll("\\/", "/"));
      if (found) return found[0];
    }
    await page.waitForTimeout(150);
  }
  return assert.fail(`no mail to ${address} like ${pattern}`);
}

/** Calls the API as whoever the page belongs to. */
export async function call(page, method, path, data, headers = {}) {
  const ask = () =>
    page.request.fetch(`/api/v1${path}`, {
      method,
      headers: { Origin: base, "Accept-Language": "en", ...headers },
      ...(data === undefined ? {} : { data }),
    });
  let answer = await ask();
  for (let i = 0; i < 10 && answer.status() === 429; i++) {
    // Journeys prepare more in a second than people do.
    await page.waitForTimeout(1000 * Number(answer.headers()["retry-after"] ?? 1));
    answer = await ask();
  }
  const text = await answer.text();
  return { status: answer.status(), body: text ? JSON.parse(text) : null, etag: answer.headers()["etag"] };
}

/** Counts what a person does: presses, keys, fields filled in. */
export function counting(page) {
  const person = {
    did: 0,
    click: async (locator, options) => {
      person.did++;
      await locator.click(options);
    },
    fill: async (locator, text) => {
      person.did++;
      await locator.fill(text);
    },
    choose: async (locator, value) => {
      person.did++;
      await locator.selectOption(value);
    },
    press: async (key) => {
      person.did++;
      await page.keyboard.press(key);
    },
  };
  return person;
}
