// Milliseconds a frame while a large timeline scrolls, zooms and pans in headless Chromium, without a
// GPU: node tests/pages/timeline_speed.mjs [lanes] [intervals a lane]. Says figures; judges nothing.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const reports = join(dirname(fileURLToPath(import.meta.url)), "../../reports");
const require = createRequire(join(reports, "package.json"));
const { build } = require("esbuild");
const { chromium } = require("playwright-core");

const lanes = Number(process.argv[2] ?? 1024);
const intervals = Number(process.argv[3] ?? 1000);

/** What runs in the page: ranks whose intervals are of five kinds and of uneven length. */
const source = `
import { timeline } from "./src/timeline";

const KINDS = ["forward", "backward", "send", "reduce", "optimizer"];
let state = 1;
const random = () => ((state = (state * 48271) % 2147483647) / 2147483647);
const lanes = Array.from({ length: ${lanes} }, (_, lane) => {
  const begin = new Float64Array(${intervals}), end = new Float64Array(${intervals});
  const kind = new Uint8Array(${intervals});
  let time = 0;
  for (let i = 0; i < ${intervals}; i += 1) {
    begin[i] = time += random() * 0.2;
    end[i] = time += 0.1 + random();
    kind[i] = Math.floor(random() * KINDS.length);
  }
  return { name: "rank " + lane, group: "node " + Math.floor(lane / 8), begin, end, kind };
});
const started = performance.now();
document.body.append(timeline({
  title: "A step of many ranks", summary: "Made up.", kinds: KINDS.map((name) => ({ name })), lanes,
  from: 0, to: Math.max(...lanes.map(({ end }) => end[end.length - 1])),
  describe: (lane, index) => ({ heading: "interval " + index, lines: [] }),
}));
requestAnimationFrame(() => setTimeout(() => (globalThis.firstDrawn = performance.now() - started)));

/** Calls act in every frame; what each frame took. */
globalThis.measure = (count, act) => new Promise((done) => {
  const times = [];
  let before;
  const frame = (now) => {
    if (before !== undefined) times.push(now - before);
    before = now;
    if (times.length === count) return done(times);
    act(times.length);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
});
`;

const bundle = await build({
  stdin: { contents: source, resolveDir: reports, loader: "ts" },
  bundle: true,
  format: "iife",
  write: false,
});
const style = await build({ entryPoints: [join(reports, "src/theme.css")], write: false });

const browser = await chromium.launch({
  executablePath: process.env.SEXTANT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
page.on("pageerror", (error) => console.log("page error:", error.message));
await page.setContent(`<style>${style.outputFiles[0].text}</style><body></body>`);
await page.addScriptTag({ content: bundle.outputFiles[0].text });
await page.waitForFunction("globalThis.firstDrawn");

function say(what, times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  console.log(`${what.padEnd(34)} p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms a frame`);
}

const first = await page.evaluate("firstDrawn");
console.log(`${lanes} lanes of ${intervals} intervals, drawn first after ${first.toFixed(0)} ms`);
const frames = 120;
const scroll = `(i) => (document.querySelector(".timeline-scroll").scrollTop += i % 2 ? 37 : 113)`;
const key = (name) => `(i) => document.querySelector(".timeline-canvas")
  .dispatchEvent(new KeyboardEvent("keydown", { key: ${name} }))`;
const run = (act) => page.evaluate(`measure(${frames}, ${act})`);
const press = (label) => page.getByRole("button", { name: label }).click();

say("scrolling, the whole", await run(scroll));
say("zooming in and out", await run(key(`i % 24 < 12 ? "+" : "-"`)));
await press("Zoom in");
await press("Zoom in");
say("panning, a quarter of the whole", await run(key(`i % 16 < 8 ? "ArrowRight" : "ArrowLeft"`)));
await press("Close groups");
await press("Fit: show the whole");
say("scrolling, groups closed", await run(scroll));
say("zooming, groups closed", await run(key(`i % 24 < 12 ? "+" : "-"`)));
await browser.close();
