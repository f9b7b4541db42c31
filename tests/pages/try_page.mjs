// One page: on a wide screen in both themes, on a phone, on paper, by mouse and by keyboard.
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { open } from "./browser.mjs";
import * as check from "./checks.mjs";
import { documentOf } from "./make.mjs";

const LIGHT = [
  "structure",
  "drawn",
  "readable",
  "accessible",
  "keyboard",
  "hovered",
  "themes",
  "unfolded",
  "sorting",
];
const DARK = ["drawn", "readable", "accessible", "paper"];
const PHONE = ["drawn", "readable", "unfolded", "fitting"];

/** Everything that does not hold, not only the first. */
export async function holds(page, checks, facts) {
  const wrong = [];
  for (const name of checks) {
    await check[name](page, facts).catch((error) => wrong.push(`${name}: ${error.message}`));
  }
  wrong.push(...page.faults);
  assert.ok(wrong.length === 0, wrong.join("\n"));
}

export async function photograph(page, path) {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path, fullPage: true, timeout: 30_000 });
}

/** `pictures`: what it looks like is left beside it. */
export async function tryPage(t, browser, { name, limit, texts = [] }, path, pictures) {
  const { size } = await stat(path);
  const facts = { document: await documentOf(path), texts };
  const onScreen = async (title, options, checks) =>
    t.test(`${name}, ${title}`, async () => {
      const page = await open(browser, path, options);
      try {
        t.diagnostic(`${name}, ${title}: ready after ${page.readyAfter} ms`);
        if (pictures) await photograph(page, path.replace(/html$/, `${title}.png`));
        await holds(page, checks, facts);
      } finally {
        await page.context().close();
      }
    });

  t.diagnostic(`${name}: ${size} bytes`);
  assert.ok(size <= limit, `${size} bytes are more than ${limit}`);
  await onScreen("light", {}, [...LIGHT, "shown", "json"]);
  await onScreen("dark", { colorScheme: "dark" }, DARK);
  await onScreen("phone", { width: 390 }, PHONE);
}
