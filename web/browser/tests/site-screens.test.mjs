// Every page of the booking site at three widths and in both languages: nothing for axe, nothing too wide, nothing unexpected.
import { test } from "node:test";
import { accessible, fits, picture, sizes, visit } from "../harness.mjs";

const pages = [
  ["directory", "/"],
  ["shop", "/hana-salon"],
  ["shop of a clinic", "/midori-clinic"],
  ["bar", "/yoru-bar"],
  [
    "times",
    async (page) => {
      await page.goto("/hana-salon");
      await page.locator("ul.menu a").first().click();
      await page.locator("nav.week").waitFor();
    },
  ],
  ["absent", "/no-such-shop-anywhere"],
];

for (const lang of ["ja", "en"]) {
  for (const [size, { width }] of Object.entries(sizes)) {
    test(`booking site, ${lang}, ${width} px`, async (t) => {
      const page = await visit(t, { lang, size });
      page.watch.allow(/404/);
      for (const [name, to] of pages) {
        if (typeof to === "string") await page.goto(to);
        else await to(page);
        await fits(page, name);
        await accessible(page, name);
        await picture(page, `site ${name} ${lang} ${width}`);
      }
    });
  }
}
