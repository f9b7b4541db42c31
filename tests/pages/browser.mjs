// The browser, and pages in it that tell what went wrong.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(new URL("../../reports/package.json", import.meta.url));
const { chromium } = require("playwright-core");

/** The path of a file that an installed package of reports/ has. */
export const packaged = (name) => require.resolve(name);
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: process.env["SEXTANT_BROWSER"], args: FLAGS });
}

/** What is clicked is there by then. */
const PATIENCE_MS = 5_000;

/** What a page that needs nothing else may ask for. */
const ITS_OWN = /^(file|data|blob):/;

/** Notes what must not happen into `page.faults`. */
function watch(page, allowed) {
  page.faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    page.faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!allowed.test(request.url())) page.faults.push(`request: ${request.url()}`);
  });
}

/** What a server has of the bundle comes from the folder whose bundle is tried. */
async function serveBundle(page) {
  const folder = process.env["SEXTANT_PAGES_BUNDLE"];
  if (!folder) return;
  for (const name of ["report.js", "theme.css"]) {
    await page.route(`http://127.0.0.1:*/${name}`, (route) => route.fulfill({ path: join(folder, name) }));
  }
}

/** Scrolls through, so that everything is drawn that is drawn when it comes near. */
export async function drawAll(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    for (let y = 0; y < document.body.scrollHeight; y += 800) {
      window.scrollTo(0, y);
      await frame();
    }
    window.scrollTo(0, 0);
    await frame();
  });
}

/**
 * Opens `address`, a path or a URL, in a window of this width and waits until the page says that it
 * is ready. `page.readyAfter` is how long that took, in milliseconds.
 */
export async function open(
  browser,
  address,
  { width = 1280, colorScheme = "light", allowed = ITS_OWN } = {},
) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await serveBundle(page);
  watch(page, allowed);
  const started = performance.now();
  await page.goto(/^https?:/.test(address) ? address : pathToFileURL(address).href);
  await page.waitForSelector("[data-ready], .failure", { timeout: 30_000 });
  if (page.faults.length > 0) throw new Error(`the page is not shown: ${page.faults.join("; ")}`);
  page.readyAfter = Math.round(performance.now() - started);
  await drawAll(page);
  return page;
}
