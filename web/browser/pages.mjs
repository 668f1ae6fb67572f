// How soon a phone sees the pages of the booking site, and whether anything on them shifts: 360 px wide, slow 4G, a CPU four
// times slower, nothing cached. It asks a program that runs with the demo, and prints BENCH lines:
//
//   npm run bench -w browser                BASE_URL=http://127.0.0.1:8080
import { chromium } from "playwright-core";
import { chromium as browserPath } from "./chromium.mjs";

const base = process.env["BASE_URL"] ?? "http://127.0.0.1:8080";
const shop = "hana-salon";
const rounds = 5;
// Chromium's own "slow 4G".
const slow4g = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

/** Milliseconds to the largest picture or text, and how much shifted by then and a second later. */
async function seen(browser, path) {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 360, height: 740 }, locale: "ja-JP", hasTouch: true });
  try {
    const page = await context.newPage();
    await page.addInitScript(() => {
      window.seen_ = { largest: 0, shifted: 0 };
      new PerformanceObserver((list) => {
        for (const e of list.getEntries()) window.seen_.largest = e.startTime;
      }).observe({ type: "largest-contentful-paint", buffered: true });
      new PerformanceObserver((list) => {
        for (const e of list.getEntries()) if (!e.hadRecentInput) window.seen_.shifted += e.value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    const cdp = await context.newCDPSession(page);
    await cdp.send("Network.enable");
    await cdp.send("Network.emulateNetworkConditions", slow4g);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.goto(path, { waitUntil: "load" });
    await page.waitForTimeout(1000);
    return await page.evaluate(() => window.seen_);
  } finally {
    await context.close();
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const { items } = await (await fetch(`${base}/api/v1/public/businesses/${shop}/services`)).json();
const pages = { directory: "/", shop: `/${shop}`, times: `/${shop}/times?service=${items[0].id}` };
const browser = await chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox"] });
try {
  for (const [name, path] of Object.entries(pages)) {
    const all = [];
    for (let i = 0; i < rounds; i++) all.push(await seen(browser, path));
    console.log(`BENCH site_${name}_lcp ${median(all.map((s) => s.largest)).toFixed(0)} ms`);
    console.log(`BENCH site_${name}_shifted ${Math.max(...all.map((s) => s.shifted)).toFixed(3)} cls`);
  }
} finally {
  await browser.close();
}
