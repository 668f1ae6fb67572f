// Where Chromium is. Tests fail, and never skip, where there is none and none can be installed.
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

const places = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

function found() {
  return places.find((path) => {
    if (!path) return false;
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The path of Chromium; on a Debian that lets us it is installed, with fonts for Japanese. */
export function chromium() {
  const path = found();
  if (path) return path;
  if (process.getuid?.() === 0) {
    try {
      const options = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
      console.log("installing chromium, once");
      execFileSync("apt-get", ["update", "-qq"], options);
      execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"], options);
    } catch {
      // Told below.
    }
  }
  const installed = found();
  if (!installed) throw new Error("the browser tests need Chromium: install it, or say where it is by CHROMIUM=<path>");
  return installed;
}
