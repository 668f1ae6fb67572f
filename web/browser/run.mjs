// Starts the program with the demo on a free port and an empty folder, runs the journeys against it, and stops it again.
// `node run.mjs [part of a file's name]…`; BIN=<program> (../../bin/omotenashi), SCREENS=<folder for pictures>.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "./chromium.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const bin = resolve(process.env["BIN"] ?? join(root, "bin/omotenashi"));
const screens = resolve(process.env["SCREENS"] ?? join(root, ".cache/screens"));
const patience = 90_000; // for PostgreSQL, the migrations and the demo

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

async function ready(url, ended) {
  const late = Date.now() + patience;
  while (Date.now() < late) {
    if (ended()) throw new Error("the program ended before it was ready");
    try {
      if ((await fetch(`${url}/readyz`)).ok) return;
    } catch {
      // Not there yet.
    }
    await new Promise((go) => setTimeout(go, 200));
  }
  throw new Error("the program was not ready in time");
}

const data = mkdtempSync(join(tmpdir(), "omotenashi-journeys-"));
mkdirSync(screens, { recursive: true });
const port = await freePort();
// Passkeys belong to a name, and an address of numbers is none.
const url = `http://localhost:${port}`;
const log = openSync(join(data, "program.log"), "w");
const program = spawn(bin, ["dev", "--addr", `127.0.0.1:${port}`, "--data", data], {
  stdio: ["ignore", log, log],
  // Journeys sign the same few people in, more often than people do.
  env: { ...process.env, OMOTENASHI_PUBLIC_URL: url, OMOTENASHI_LIMIT_LOGINS_ACCOUNT: "1000", OMOTENASHI_LIMIT_LOGINS_ADDRESS: "1000" },
});
let ended = false;
const end = new Promise((done) => {
  program.once("exit", () => {
    ended = true;
    done();
  });
});

let status = 1;
try {
  await ready(url, () => ended);
  const wanted = process.argv.slice(2);
  const files = readdirSync(join(here, "tests"))
    .filter((f) => f.endsWith(".test.mjs") && (wanted.length === 0 || wanted.some((w) => f.includes(w))))
    .map((f) => join(here, "tests", f));
  const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"];
  if (process.env["RESULTS"]) reporters.push("--test-reporter=tap", `--test-reporter-destination=${process.env["RESULTS"]}`);
  const tests = spawn(process.execPath, ["--test", "--test-concurrency=2", "--test-timeout=900000", ...reporters, ...files], {
    stdio: "inherit",
    env: { ...process.env, BASE_URL: url, DATA: data, BIN: bin, SCREENS: screens, CHROMIUM: chromium() },
  });
  status = await new Promise((done) => tests.once("exit", (code) => done(code ?? 1)));
} catch (error) {
  console.error(String(error));
} finally {
  program.kill("SIGTERM");
  await end;
  if (status === 0) rmSync(data, { recursive: true, force: true });
  else console.error(`the program's log: ${join(data, "program.log")}`);
}
process.exit(status);
