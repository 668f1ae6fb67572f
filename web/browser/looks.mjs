// A look at a screen at every width, in light and dark.
import assert from "node:assert/strict";
import { accessible, fits, picture, sizes } from "./harness.mjs";

// The rules of axe-core that other colours can break.
const colours = ["color-contrast", "link-in-text-block"];

/** A screen has shown what it has when nothing turns any more, no picture is awaited, and nothing moves. */
export async function settled(page) {
  await page.locator("h1:visible, h2:visible").first().waitFor();
  await page.waitForFunction(
    () =>
      !document.querySelector('[role="status"] .animate-spin, [aria-busy="true"], .animate-pulse') &&
      [...document.images].every((i) => i.complete || i.loading === "lazy") &&
      document.getAnimations().every((a) => a.playState !== "running"),
  );
}

/** Our own words are in the language of the page. What businesses and people wrote stands in <bdi>, what machines did in <code>. */
export async function speaks(page, lang, name) {
  const strange = await page.evaluate((lang) => {
    const other = lang === "en" ? /[\u3040-\u30ff\u4e00-\u9fff]/ : /[A-Za-z]{2,}[,.]? [a-z]{2,}/;
    // A choice holds nothing but text, and the sentence of a booking for those who hear it is one.
    const theirs = "script, style, bdi, code, [lang]:not(html), [dir=auto], textarea, option:not([lang]), [role=gridcell] .sr-only";
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data, parentElement: at } = texts.currentNode;
      if (!other.test(data) || at.closest(theirs)) continue;
      found.push(`${at.tagName.toLowerCase()}: ${data.trim().slice(0, 80)}`);
    }
    return [...new Set(found)];
  }, lang);
  assert.deepEqual(strange, [], `${name} speaks ${lang}`);
}

/** Opens a screen once (a `named` one has names within its sentences), and looks at it at every width: that it fits, in light and dark by axe-core, and a picture. */
export async function looks(page, { name, do: act, media, named }, { to, of, lang, axe }) {
  await page.setViewportSize(sizes.desk);
  await page.emulateMedia({ colorScheme: "light", media: "screen" });
  await page.goto(to);
  await settled(page);
  await act?.(page, of);
  if (media) await page.emulateMedia({ media });
  await settled(page);
  if (!named) await speaks(page, lang, name);
  for (const size of Object.values(sizes)) {
    await page.setViewportSize(size);
    await settled(page);
    await fits(page, `${name} in ${lang}`);
    await picture(page, `${name} ${lang} ${size.width}`);
    if (!axe || media) continue;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      // Of the same page in other colours, only the colours are new.
      await accessible(page, `${name}, ${colorScheme}, ${size.width} px`, colorScheme === "dark" && colours);
      if (colorScheme === "dark" && size === sizes.phone) await picture(page, `${name} ${lang} ${size.width} dark`);
    }
    await page.emulateMedia({ colorScheme: "light" });
  }
}
