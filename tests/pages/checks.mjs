// What must hold of a page that is open.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { drawAll, packaged } from "./browser.mjs";
import * as inPage from "./in_page.mjs";

const AXE = packaged("axe-core/axe.min.js");

export async function accessible(page) {
  // Not as a script of the page: what is served may run none but its own.
  await page.evaluate(`${await readFile(AXE, "utf8")}; undefined`);
  const found = await page.evaluate(async () => {
    const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.length}, ${nodes[0].html.slice(0, 200)}`);
  });
  assert.deepEqual(found, []);
}

export async function drawn(page) {
  for (const { title, summary, label, marks } of await page.evaluate(inPage.figures)) {
    assert.ok(title && summary && label, `a figure without title, sentence or label: "${title}"`);
    assert.ok(marks > 0, `nothing is drawn in "${title}"`);
  }
}

export async function structure(page) {
  const found = await page.evaluate(inPage.structure);
  assert.ok(found.title && found.language === "en" && found.answer, "title, language and answer");
  assert.equal(found.first, 1, "headings of the first level");
  assert.deepEqual(found.landmarks, [], "landmarks that are not there once");
  assert.deepEqual(found.skipped, [], "levels of headings are left out");
  assert.equal(found.unnamed, 0, "sections without a name");
  assert.deepEqual(found.empty, [], "sections with nothing in them");
  assert.deepEqual(found.dead, [], "links that lead nowhere");
  assert.deepEqual(found.twice, [], "ids that are there twice");
  assert.deepEqual(await page.evaluate(inPage.missing), [], "figures that are not there");
}

export async function readable(page) {
  assert.deepEqual(await page.evaluate(inPage.tooWide), []);
  assert.deepEqual(await page.evaluate(inPage.cutLabels), [], "labels that are cut off");
  assert.deepEqual(await page.evaluate(inPage.faintLabels), [], "labels with too little contrast");
}

/** Opens everything that is closed, the first by mouse, and finds tables in it. */
export async function unfolded(page) {
  const closed = page.locator("details:not([open]) > summary");
  if ((await closed.count()) > 0) await closed.first().click();
  await page.evaluate(inPage.openAll);
  const bare = await page.evaluate(() =>
    [...document.querySelectorAll("details.numbers")]
      .filter((details) => details.querySelectorAll("tbody tr").length === 0)
      .map((details) => details.closest("figure").querySelector("h3").textContent),
  );
  assert.deepEqual(bare, [], "charts without their numbers");
}

/** Nothing is wider than the window. */
export async function fitting(page) {
  assert.deepEqual(await page.evaluate(inPage.tooWide), []);
}

/** These texts are there, and are only texts. */
export async function shown(page, { texts }) {
  const { text } = await page.evaluate(inPage.structure);
  for (const expected of texts) assert.ok(text.includes(expected), `"${expected.slice(0, 80)}" is not shown`);
  assert.equal(await page.evaluate(() => window.hacked), undefined, "a name was run");
}

/** Where the pointer rests on a mark, one of the charts at least says what it is. */
export async function hovered(page) {
  const canvases = await page.locator("figure.chart .canvas:has(svg)").all();
  if (canvases.length === 0) return;
  for (const canvas of canvases.slice(0, 6)) {
    await canvas.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await canvas.boundingBox();
    for (let step = 1; step < 8; ++step) {
      await page.mouse.move(x + (width * step) / 8, y + height * (step % 2 ? 0.45 : 0.75), { steps: 2 });
      if (await page.locator(".tip").filter({ visible: true }).count()) return;
    }
  }
  assert.fail("no chart says what is under the pointer");
}

/** The cells of the column of `head` in its table, and how it says that it is sorted. */
function columnOf(head) {
  return head.evaluate((button) => {
    const cell = button.closest("th");
    const rows = [...cell.closest("table").tBodies[0].rows];
    return {
      order: cell.getAttribute("aria-sort"),
      cells: rows.map((row) => row.cells[cell.cellIndex].textContent),
    };
  });
}

/** A click sorts, Enter sorts the other way round. */
export async function sorting(page) {
  for (const table of (await page.locator("table:has(.sort)").all()).slice(0, 6)) {
    const head = table.locator(".sort").last();
    await head.click();
    const up = await columnOf(head);
    assert.equal(up.order, "ascending");
    await head.press("Enter");
    const down = await columnOf(head);
    assert.equal(down.order, "descending");
    const whole = (await table.locator("xpath=../..").locator(".more").count()) === 0;
    if (whole && new Set(up.cells).size === up.cells.length) assert.deepEqual(down.cells, up.cells.reverse());
  }
}

export async function themes(page) {
  const look = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [ground, before] = [await look(), await page.evaluate(inPage.figures)];
  const button = page.getByRole("button", { name: "Change to dark colours" });
  await button.click();
  await drawAll(page);
  assert.notEqual(await look(), ground);
  const after = await page.evaluate(inPage.figures);
  for (const [i, { title, colors, picture }] of after.entries()) {
    assert.ok(colors !== before[i].colors || picture !== before[i].picture, `"${title}" keeps its colours`);
  }
  await page.getByRole("button", { name: "Change to light colours" }).press("Enter");
  assert.equal(await look(), ground);
}

/** Tab goes from one thing to the next, the first leads to the answer, and one sees where one is. */
export async function keyboard(page) {
  await page.evaluate(() => {
    document.activeElement.blur();
    window.scrollTo(0, 0);
    getSelection().removeAllRanges();
  });
  const visited = [];
  for (let i = 0; i < 12; ++i) {
    await page.keyboard.press("Tab");
    const { element, ringed, inSight } = await page.evaluate(inPage.focused);
    if (!element) break;
    visited.push(element);
    assert.ok(ringed && inSight, `one does not see that "${element}" has the focus`);
  }
  assert.ok(visited.length >= 4, `only ${visited.length} things can be reached`);
  await page.locator("a.skip").press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "answer");
}

export async function json(page, { document }) {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the numbers" }).click();
  const download = await waiting;
  assert.match(download.suggestedFilename(), /^sextant-\w+\.json$/);
  assert.deepEqual(JSON.parse(await readFile(await download.path(), "utf8")), document.result);
}

/** Paper is white and has every chart, whatever the screen showed. */
export async function paper(page) {
  await page.evaluate(() => {
    window.addEventListener("beforeprint", () => {
      window.printed = {
        theme: document.documentElement.dataset.theme,
        drawn: [...document.querySelectorAll("figure.chart .canvas")].filter((canvas) => canvas.firstChild)
          .length,
      };
    });
  });
  const paper = (await page.pdf({ format: "A4", printBackground: true })).toString("latin1");
  const { theme, drawn } = await page.evaluate(() => window.printed);
  assert.equal(theme, "light");
  assert.equal(drawn, await page.locator("figure.chart .canvas").count());
  assert.ok(paper.startsWith("%PDF-") && (paper.match(/\/Type \/Page\b/g) ?? []).length > 0);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), undefined);
}
