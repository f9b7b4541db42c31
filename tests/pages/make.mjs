// Has the program write pages.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./browser.mjs";

const run = promisify(execFile);

/** Between these, html_page.cpp puts what the bundle has. */
const STYLE = ["<style>", "</style>"];
const SCRIPT = ["</script>\n<script>", "</script>\n</body>"];

function replaced(page, [before, after], text) {
  const from = page.indexOf(before) + before.length;
  return page.slice(0, from) + text + page.slice(page.indexOf(after, from));
}

/** With the bundle of another folder, so that sources of pages are tried without a build of C++. */
async function rebundled(page, folder) {
  const [style, script] = await Promise.all(
    ["theme.css", "report.js"].map((name) => readFile(join(folder, name), "utf8")),
  );
  return replaced(replaced(page, STYLE, style), SCRIPT, script);
}

/** Where the table's commands find what is written for them. */
export const inputsIn = (folder) => join(folder, "inputs");

/** Exit code of what cannot work, which has a page too. */
const INFEASIBLE = 1;

/** The path of the page that `sextant ...command --html PATH` writes into `folder`. */
export async function makePage({ name, command, infeasible = false }, folder) {
  const stem = join(folder, name.replaceAll(/\W+/g, "-"));
  const path = `${stem}.html`;
  const words = command.map((word) => word.replace("INPUTS", inputsIn(folder)).replace("SCRATCH", stem));
  const options = { cwd: ROOT, maxBuffer: 1 << 28, env: { ...process.env, NO_COLOR: "1" } };
  const error = await run(process.env["SEXTANT_BINARY"], [...words, "--html", path], options).then(
    () => undefined,
    (error) => error,
  );
  if (error?.code !== (infeasible ? INFEASIBLE : undefined)) {
    throw error ?? new Error(`${name}: it works, but must not`);
  }
  const bundle = process.env["SEXTANT_PAGES_BUNDLE"];
  if (bundle) await writeFile(path, await rebundled(await readFile(path, "utf8"), bundle));
  return path;
}

/** The document that the page carries. */
export async function documentOf(path) {
  const page = await readFile(path, "utf8");
  const start = page.indexOf('id="document">') + 'id="document">'.length;
  return JSON.parse(page.slice(start, page.indexOf("</script>", start)));
}
