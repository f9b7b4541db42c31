// Every page in a browser. SEXTANT_PAGES_BUNDLE=FOLDER tries another bundle than the program has,
// SEXTANT_PAGES_OUTPUT=FOLDER keeps the pages and what they look like, SEXTANT_PAGES_ONLY=NAME tries
// those whose name has it.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { launch } from "./browser.mjs";
import { writeInputs } from "./inputs.mjs";
import { inputsIn, makePage } from "./make.mjs";
import { PAGES } from "./table.mjs";
import { tryPage } from "./try_page.mjs";
import { tryServe } from "./try_serve.mjs";

const kept = process.env["SEXTANT_PAGES_OUTPUT"];
const only = process.env["SEXTANT_PAGES_ONLY"] ?? "";

async function outputFolder(t) {
  if (kept) {
    await mkdir(kept, { recursive: true });
    return resolve(kept);
  }
  const folder = await mkdtemp(join(tmpdir(), "sextant-pages-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test("pages", { concurrency: 2 }, async (t) => {
  const chosen = PAGES.filter(({ name }) => name.includes(only));
  const folder = await outputFolder(t);
  await writeInputs(inputsIn(folder));
  const browser = await launch();
  t.after(() => browser.close());
  const tried = chosen.map((page) =>
    t.test(page.name, async (t) => tryPage(t, browser, page, await makePage(page, folder), Boolean(kept))),
  );
  if ("serve".includes(only)) tried.push(t.test("serve", (t) => tryServe(t, browser, inputsIn(folder))));
  assert.ok(tried.length > 0, `no page has "${only}" in its name`);
  await Promise.all(tried);
});
