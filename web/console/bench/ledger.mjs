// How long the ledger takes to be drawn and to answer, with 300 bookings of 12 staff: the built console in headless
// Chromium, its API answered on the spot, so that nothing but the screen is measured.
//
//   npm run bench -w console            builds the console and prints BENCH lines
//   CHROMIUM=/path/to/chrome …          another browser

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { chromium as browserPath } from "../../browser/chromium.mjs";
import { answers, business, date } from "./day.mjs";

const origin = "http://127.0.0.1:4/";
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};
const rounds = 5;

function built() {
  const dir = process.env.CONSOLE_DIST;
  if (dir) return { dir, done() {} };
  const own = mkdtempSync(join(tmpdir(), "console-bench-"));
  const root = fileURLToPath(new URL("..", import.meta.url));
  execFileSync("npx", ["vite", "build", "--outDir", own, "--emptyOutDir", "--logLevel", "warn"], { cwd: root, stdio: "inherit" });
  return { dir: own, done: () => rmSync(own, { recursive: true }) };
}

export async function serve(page, dir, api) {
  await page.addInitScript(waiting, patience);
  // A stream that stays open cannot be answered on the spot; without one the console would be offline, and read-only.
  await page.addInitScript(() => {
    window.EventSource = class extends EventTarget {
      constructor() {
        super();
        setTimeout(() => this.onopen?.(new Event("open")));
      }
      close() {}
    };
  });
  await page.route(`${origin}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname in api) return route.fulfill({ json: api[pathname] });
    if (pathname.startsWith("/api/")) return route.fulfill({ status: 404, json: { code: "not_found", title: "", status: 404 } });
    const file = extname(pathname) ? pathname.replace(/^\/console/, "") : "/index.html";
    try {
      return await route.fulfill({ contentType: types[extname(file)] ?? "application/octet-stream", body: readFileSync(join(dir, file)) });
    } catch {
      return route.fulfill({ status: 404, body: "" });
    }
  });
}

export const address = `${origin}console/b/${business}/ledger?date=${date}`;

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const blocks = "[data-ledger-grid] [data-block]";

// What has not come by then never comes: the screen shows an error.
const patience = 30_000;

/** In the page: resolves when what is asked holds in a painted picture. */
function waiting(patience) {
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  window.painted_ = painted;
  window.until_ = async (what, holds) => {
    for (const from = performance.now(); !holds(); await painted()) {
      if (performance.now() - from > patience) throw new Error(`${what} after ${patience} ms: ${document.body.textContent.slice(0, 200)}`);
    }
    await painted();
  };
}

/** From the answer of the ledger to its picture: the grid is left and come back to, all code warm. */
async function drawn(page) {
  return page.evaluate(async (blocks) => {
    const [day, , list] = document.querySelectorAll("[role=group] button");
    list.click();
    await window.until_("no list", () => !document.querySelector(blocks) && document.querySelector("main tbody tr"));
    const from = performance.now();
    day.click();
    await window.until_("no grid", () => document.querySelector(blocks));
    return performance.now() - from;
  }, blocks);
}

/** From an arrow key to the picture of it, and while a booking is carried: the verdict is judged anew each time. */
async function respond(page, carry) {
  return page.evaluate(
    async ([blocks, carry]) => {
      const painted = window.painted_;
      const press = (key) =>
        (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      document.querySelector("[data-ledger-grid] [role=gridcell][tabindex='0']").focus();
      if (carry) {
        for (let i = 0; i < 80 && !(document.activeElement?.matches(blocks) && document.activeElement.textContent.includes("確定")); i++) {
          press("ArrowDown");
          await painted();
        }
        press("m");
        await painted();
      }
      const times = [];
      for (let i = 0; i < 20; i++) {
        const stood = carry ? document.querySelector("[data-ledger-ghost]")?.outerHTML : document.activeElement;
        const from = performance.now();
        press(["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"][i % 4]);
        await painted();
        times.push(performance.now() - from);
        const stands = carry ? document.querySelector("[data-ledger-ghost]")?.outerHTML : document.activeElement;
        if (stands === stood && !(carry && i === 0)) throw new Error(`key ${i} moved nothing`);
      }
      if (carry) press("Escape");
      await painted();
      return times;
    },
    [blocks, carry],
  );
}

/** Frames while a booking is dragged over the whole grid: the longest tells whether it was smooth. */
async function drag(page) {
  const block = page.locator(blocks).filter({ hasText: "確定" }).first();
  const box = await block.locator(".cursor-grab").first().boundingBox();
  await page.evaluate(() => {
    window.frames_ = [];
    let last = performance.now();
    const tick = (now) => {
      window.frames_.push(now - last);
      last = now;
      window.frame_ = requestAnimationFrame(tick);
    };
    window.frame_ = requestAnimationFrame(tick);
  });
  await page.mouse.move(box.x + 20, box.y + 8);
  await page.mouse.down();
  for (let i = 1; i <= 40; i++) await page.mouse.move(box.x + 20 + i * 14, box.y + 8 + Math.sin(i / 4) * 90);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  return page.evaluate(() => {
    cancelAnimationFrame(window.frame_);
    return window.frames_.slice(2);
  });
}

async function main() {
  const dist = built();
  const browser = await chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "ja-JP" });
    await serve(page, dist.dir, answers());
    const cdp = await page.context().newCDPSession(page);
    await page.goto(address);
    await page.waitForSelector(blocks);
    console.log(`BENCH ledger_blocks ${await page.locator(blocks).count()} count`);
    for (const slow of [1, 4]) {
      await cdp.send("Emulation.setCPUThrottlingRate", { rate: slow });
      const name = slow === 1 ? "" : `_${slow}x_slower`;
      const draws = [];
      for (let i = 0; i < rounds; i++) draws.push(await drawn(page));
      console.log(`BENCH ledger_drawn${name} ${median(draws).toFixed(0)} ms`);
      console.log(`BENCH ledger_respond${name} ${median(await respond(page, false)).toFixed(0)} ms`);
      console.log(`BENCH ledger_carry${name} ${median(await respond(page, true)).toFixed(0)} ms`);
      const frames = (await drag(page)).sort((a, b) => a - b);
      console.log(`BENCH ledger_drag_frame_p95${name} ${frames[Math.floor(frames.length * 0.95)].toFixed(0)} ms`);
    }
  } finally {
    await browser.close();
    dist.done();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
