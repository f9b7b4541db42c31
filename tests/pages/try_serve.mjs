// What `sextant serve` shows: the list, and a scenario whose inputs are changed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { drawAll, open, ROOT } from "./browser.mjs";
import { holds } from "./try_page.mjs";

const START_MS = 20_000;
const KEY_FIGURES = "#answer .key strong";

/** Serves a folder until `stop` is called; `address` is what it says. */
async function serve(folder) {
  const server = spawn(process.env["SEXTANT_BINARY"], ["serve", folder, "--port", "0"], { cwd: ROOT });
  server.stderr.setEncoding("utf8");
  const stop = async () => {
    server.kill("SIGINT");
    const [code] = server.exitCode === null ? await once(server, "exit") : [server.exitCode];
    return code;
  };
  const said = AbortSignal.timeout(START_MS);
  for (let text = ""; ;) {
    text += (await once(server.stderr, "data", { signal: said }))[0];
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(text);
    if (address) return { address: address[0], stop };
  }
}

/** Only itself is asked. */
const itself = (address) => new RegExp(`^(data:|blob:|${address})`);

async function keyFigures(page) {
  return (await page.locator(KEY_FIGURES).allTextContents()).join();
}

/** Writes into a field and waits for the forecast to be another one; returns how long that took. */
async function change(page, label, value) {
  const before = await keyFigures(page);
  const field = page.getByLabel(label, { exact: true });
  const started = performance.now();
  await field.fill(value);
  await page.waitForFunction(
    ([selector, old]) =>
      [...document.querySelectorAll(selector)].map((each) => each.textContent).join() !== old,
    [KEY_FIGURES, before],
    { timeout: 20_000 },
  );
  return Math.round(performance.now() - started);
}

async function withPage(browser, address, path, options, body) {
  const page = await open(browser, address + path, { ...options, allowed: itself(address) });
  try {
    await body(page);
  } finally {
    await page.context().close();
  }
}

async function tryList(browser, address) {
  for (const options of [{}, { colorScheme: "dark" }, { width: 390 }]) {
    await withPage(browser, address, "", options, async (page) => {
      await holds(page, ["fitting", "accessible", "keyboard", "sorting"]);
      await page.getByLabel("Search").fill("llama3-8b two");
      assert.equal(await page.getByRole("link", { name: "llama3-8b-2xp5" }).count(), 1);
      assert.equal(await page.getByRole("link", { name: "gpt3" }).count(), 0);
    });
  }
}

async function tryScenario(t, browser, address) {
  await withPage(browser, address, "plan?scenario=llama3-8b-2xp5.json", {}, async (page) => {
    t.diagnostic(`serve: ready after ${page.readyAfter} ms`);
    t.diagnostic(`serve: another forecast after ${await change(page, "Nodes", "4")} ms`);
    await drawAll(page);
    await holds(page, ["drawn", "readable", "accessible"]);

    await page.getByLabel("Nodes", { exact: true }).fill("many");
    await page.locator(".problem").filter({ visible: true }).first().waitFor();
    await page.reload();
    await page.locator(".problem").filter({ visible: true }).first().waitFor();
  });
  await withPage(browser, address, "plan?scenario=llama3-8b-2xp5.json", { width: 390 }, async (page) => {
    await holds(page, ["drawn", "readable", "unfolded", "fitting"]);
  });
}

/** Pages without inputs: what the file says. */
async function tryClusters(browser, address) {
  for (const path of [
    "govern?scenario=governance/console.json",
    "endpoints?scenario=endpoints/layoutlm.json",
  ]) {
    await withPage(browser, address, path, {}, async (page) => {
      await holds(page, ["drawn", "readable", "fitting"]);
    });
  }
}

async function tryHostile(browser, address) {
  await withPage(browser, address, "", { width: 390 }, async (page) => {
    await holds(page, ["fitting"]);
    assert.equal(await page.evaluate(() => window.hacked), undefined, "a name was run");
  });
  await withPage(browser, address, "plan?scenario=long.json", { width: 390 }, async (page) => {
    await holds(page, ["fitting"]);
    assert.equal(await page.evaluate(() => window.hacked), undefined, "a name was run");
  });
}

export async function tryServe(t, browser, inputs) {
  for (const [title, folder, body] of [
    ["serve, the list", "scenarios", tryList],
    ["serve, a scenario", "scenarios", (...rest) => tryScenario(t, ...rest)],
    ["serve, clusters and endpoints", "scenarios", tryClusters],
    ["serve, hostile", inputs, tryHostile],
  ]) {
    await t.test(title, async () => {
      const server = await serve(folder);
      try {
        await body(browser, server.address);
      } finally {
        assert.equal(await server.stop(), 0, "how the server ended");
      }
    });
  }
}
