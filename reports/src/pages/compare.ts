// The page of `sextant compare`.
import type { ReportDocument } from "../document";
import { h } from "../dom";
import { percent } from "../format";
import type { Page, Section } from "../page";
import { pareto, type ParetoPoint } from "../pareto";
import { answer } from "./compare/answer";
import { differenceBars, driverBars } from "./compare/differences";
import { able, degrees, estimateOf, MEASURES, type Difference, type Run } from "./compare/runs";
import { runLines } from "./compare/lines";
import { scaling } from "./compare/scaling";
import { notes, tables } from "./compare/tables";

const IN_SET = "Pareto set";
const BEHIND = "behind another";

function point(run: Run): ParetoPoint {
  return {
    name: run.label,
    label: run.label,
    group: run.pareto ? IN_SET : BEHIND,
    values: Object.fromEntries(MEASURES.map(({ key }) => [key, estimateOf(run, key)])),
    lines: [
      { label: "layout", value: degrees(run.plan) },
      { label: "MFU", value: percent(run.plan.step.mfu) },
    ],
  };
}

function choice(runs: Run[]): HTMLElement {
  return pareto({
    measures: MEASURES,
    x: "wall_time_s",
    y: "cost_usd",
    groups: [
      { name: IN_SET, color: (colors) => colors.series[0]!, size: 16 },
      { name: BEHIND, color: (colors) => colors.series[9]!, size: 12, pale: true },
    ],
    points: runs.map(point),
    note: "Points are means, whiskers p10 to p90; pale is what is behind another in time, cost and energy.",
  });
}

function obstacles({ label, obstacles }: Run): HTMLElement {
  return h(
    "div",
    { class: "remarks warning" },
    h("h3", { dir: "auto" }, label),
    (obstacles ?? []).map(({ reason, details, remedies }) => [
      h("p", {}, reason),
      h(
        "ul",
        {},
        details.map((text) => h("li", {}, text)),
        remedies.map((text) => h("li", {}, `What would help: ${text}`)),
      ),
    ]),
  );
}

function differenceSection(differences: Difference[], runs: Run[]): Section | undefined {
  const baseline = runs.find(({ label }) => label === differences[0]?.baseline);
  if (!baseline) return undefined;
  return {
    id: "differences",
    title: "What differs, and why",
    intro: `Each run is held against ${baseline.label}, replica by replica: both meet the same failures and luck.`,
    body: [
      differenceBars(differences, baseline),
      driverBars(differences, baseline),
      h("h3", {}, "In words"),
      h(
        "ul",
        {},
        differences.map(({ why }) => h("li", {}, why)),
      ),
    ],
  };
}

export function comparePage({ result, pictures }: ReportDocument): Page {
  const runs: Run[] = result.runs;
  const good = able(runs);
  const unable = runs.filter(({ feasible }) => !feasible);
  const remarks = notes(runs);
  const sections: (Section | undefined | false)[] = [
    good.length > 0 && {
      id: "runs",
      title: "Side by side",
      intro: "A click on a column's head sorts by it.",
      body: tables(runs),
    },
    good.length > 1 && {
      id: "choice",
      title: "Which to choose",
      body: [scaling(good), choice(good), runLines(good)],
    },
    differenceSection(result.differences, runs),
    unable.length > 0 && {
      id: "unable",
      title: "What cannot run",
      intro: "Why, and what would make it possible.",
      body: unable.map(obstacles),
    },
    remarks && { id: "notes", title: "Notes", body: [remarks] },
  ];
  return {
    answer: answer(runs, pictures.least),
    sections: sections.filter((section): section is Section => Boolean(section)),
  };
}
