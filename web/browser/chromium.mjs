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

/** Whether Japanese can be drawn: without a font for it pages show boxes, and laying them out takes ten times as long. */
function drawsJapanese() {
  try {
    return execFileSync("fc-list", [":lang=ja"]).length > 0;
  } catch {
    return true; // nothing here tells
  }
}

function install(...packages) {
  if (process.getuid?.() !== 0) return;
  const options = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  try {
    console.log(`installing ${packages.join(" and ")}, once`);
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
  } catch {
    // Told by who misses them.
  }
}

/** The path of Chromium; on a Debian that lets us it is installed, with fonts for Japanese. */
export function chromium() {
  const fonts = "fonts-noto-cjk";
  if (!found()) install("chromium", fonts);
  else if (!drawsJapanese()) install(fonts);
  const path = found();
  if (!path) throw new Error("the browser tests need Chromium: install it, or say where it is by CHROMIUM=<path>");
  return path;
}
