// The answer, and the best ten with why each is behind.
import { h, type Child } from "../../dom";
import { grouped, human, humanRange, percent, significant, words, type Quantity } from "../../format";
import { axis, chart } from "../../chart";
import { short } from "../../measure";
import { keyFigure, keyFigures, remarks } from "../../page";
import { table } from "../../table";
import { capital } from "../../pareto";
import { MEASURES } from "./choices";
import { layoutInWords, LETTERS, Names, objectiveWord, signedShare } from "./names";
import { REASONS } from "./search";

const HEADS: Record<string, string> = {
  cost_usd: "Cost",
  wall_time_s: "Done in",
  energy_j: "Energy",
  co2e_kg: "CO₂e, local grid",
};

function figures(best: any): HTMLElement {
  return keyFigures(
    ...["cost_usd", "wall_time_s", "energy_j", "co2e_kg"].map((key) => {
      const value = best[key];
      const kind = MEASURES.find((measure) => measure.key === key)!.kind as Quantity;
      return value
        ? keyFigure(HEADS[key]!, human(kind, value.p50), humanRange(kind, value.p10, value.p90))
        : undefined;
    }),
  );
}

/** Of one phase a sentence; of several a table. */
function layoutSection(best: any): Child {
  const { phases } = best;
  if (phases.length > 1) {
    return table<any>({
      caption:
        "Its layout in each phase. MFU: share of the accelerators' peak that goes into the model's arithmetic",
      rows: phases,
      columns: [
        { label: "Phase", text: ({ phase }) => phase },
        { label: "Layout", text: (phase) => h("span", { class: "long" }, layoutInWords(phase)) },
        { label: "In short", text: ({ words: text }) => h("span", { class: "whole" }, text) },
        { label: "Step", numeric: true, text: ({ step_time_s }) => human("seconds", step_time_s) },
        { label: "MFU", numeric: true, text: ({ mfu }) => percent(mfu) },
      ],
    });
  }
  const [phase] = phases;
  return h(
    "p",
    {},
    `Layout: ${layoutInWords(phase)}; in short ${phase.words}. A step takes ${human("seconds", phase.step_time_s)}, ` +
      `at an MFU of ${percent(phase.mfu)} of the accelerators' peak.`,
  );
}

function share(of: number): string {
  return of === 1 ? "All simulated runs" : `${percent(of)} of the simulated runs`;
}

function kept(best: any, { limits }: any): string[] {
  const parts: string[] = [];
  if (best.in_time !== null) {
    parts.push(`${share(best.in_time)} are done within ${human("seconds", limits.deadline_s)}`);
  }
  if (best.in_budget !== null) {
    parts.push(`${share(best.in_budget)} cost no more than ${human("usd", limits.budget_usd)}`);
  }
  return parts;
}

function verdict(best: any, result: any, pictures: any): HTMLElement {
  const objective = objectiveWord(pictures.objective);
  const items = [
    ...(result.feasible ? kept(best, result).map((text) => `${text}.`) : []),
    `A checkpoint every ${human("seconds", best.checkpoint_interval_s)}` +
      (best.checkpoint_target.length > 0 ? ` to ${best.checkpoint_target.join(" + ")}.` : "."),
  ];
  const next = result.best[1];
  if (next?.behind) {
    const more = signedShare(next.behind.mean / result.best[0].objective.mean).replace("+", "");
    const told =
      `is ${more} behind in mean ${objective}` +
      (next.behind.certain ? "" : ", which the replicas do not tell apart: take either");
    items.push(`The next best, ${next.label}, ${mainLayouts(result.best, pictures.choices)[1]}, ${told}.`);
  }
  return h(
    "ul",
    { class: "verdicts" },
    items.map((text) => h("li", {}, text)),
  );
}

/** The layout of its longest phase, by which the choices are named everywhere. */
function mainLayouts(best: any[], { columns }: any): string[] {
  const cell = (key: string, row: number) => (Array.isArray(columns[key]) ? columns[key][row] : columns[key]);
  const rows = Array.isArray(columns.place) ? columns.place : [columns.place];
  return best.map((one, i) => {
    const row = rows.indexOf(i + 1);
    return row < 0 ? one.phases[0].words : cell("layout", row);
  });
}

export function answer(result: any, pictures: any): Child[] {
  const asked = pictures.objective + (pictures.limits ? `, ${pictures.limits}` : "");
  const stopped = result.complete
    ? []
    : [
        `The search was stopped: this is the best so far. ${grouped(result.searched.clusters_not_searched)} clusters were not searched.`,
      ];
  const best = result.best[0] ?? result.nearest;
  return [
    remarks("warning", "Not finished", stopped),
    !result.feasible && h("p", {}, `Asked for: ${asked}.`),
    !result.feasible && remarks("warning", "Nothing keeps the limits", whyNot(result, pictures.needs)),
    best &&
      h(
        "p",
        { class: "work" },
        result.feasible ? `The best for ${asked}: ` : "The nearest, which misses a limit: ",
        h("b", {}, best.label),
        ".",
      ),
    best && figures(best),
    best &&
      h(
        "p",
        { class: "intro" },
        "Large: the median of the simulated runs. Below it: p10 to p90. Choices are compared by their means, " +
          "which a few unlucky runs raise.",
      ),
    best && layoutSection(best),
    best && verdict(best, result, pictures),
    best && remarks("note", "What had to change in the scenario", best.notes),
  ];
}

/** The number in "takes 1.8 days without any failure"; infinite where there is none. */
function amount({ why }: any): number {
  const found = /([\d.,]+) (min|h|days|USD|M USD)\b/.exec(why ?? "");
  const unit: Record<string, number> = { min: 1 / 1440, h: 1 / 24, days: 1, USD: 1, "M USD": 1e6 };
  return found ? Number(found[1]!.replaceAll(",", "")) * unit[found[2]!]! : Infinity;
}

/** Why what was tried dropped out, with the choice that came nearest. */
function reasonsOf(dropped: any[]): string[] {
  const groups = new Map<string, any[]>();
  for (const one of dropped) groups.set(one.reason, [...(groups.get(one.reason) ?? []), one]);
  return [...groups].map(([reason, all]) => {
    const nearest = all.reduce((a, b) => (amount(b) < amount(a) ? b : a));
    const word = amount(nearest) < Infinity ? "the nearest" : "for instance";
    const example = nearest.why ? `; ${word}, ${nearest.choice}, ${nearest.why}` : "";
    const count = all.length === 1 ? "one choice" : `${grouped(all.length)} choices`;
    return `${capital(REASONS[reason] ?? reason)}: ${count}${example}.`;
  });
}

/** `needs`: the limits with which the nearest would do, in words; absent in documents of before. */
function whyNot(result: any, needs: string | undefined): string[] {
  if (!result.nearest && result.dropped.length === 0)
    return ["Nothing in the space can be rented, laid out and run within the limits."];
  if (!result.nearest) return reasonsOf(result.dropped);
  const misses = kept(result.nearest, result).map(
    (text) => `Of the nearest, ${text}; ${percent(result.limits.probability)} are asked for.`,
  );
  return needs ? [...misses, `It would do with ${needs}.`] : misses;
}

/** Of every phase, where they differ each on its line. */
function layoutLines(phases: any[]): HTMLElement[] {
  const each = [...new Set<string>(phases.map(({ words: text }) => text))];
  return each.map((text) => h("div", { class: "whole" }, text));
}

/** Candidates by how far behind they are. */
function behindChart(result: any, names: Names, layouts: string[]): HTMLElement | undefined {
  const best = result.best[0];
  const base = best?.objective.mean;
  const rows = result.best.slice(1).filter(({ behind }: any) => behind);
  if (!base || rows.length === 0) return undefined;
  const clusters = rows.map((one: any, i: number) => `${i + 2}: ${names.of(one.label)}`);
  const titles = clusters.map((name: string, i: number) => `${name}, ${layouts[i + 1]}`);
  const unsure = rows.some(({ behind }: any) => !behind.certain);
  return chart({
    title: "How far the others are behind the best",
    summary:
      `The second is ${signedShare(rows[0].behind.mean / base)} behind, the last of the ${result.best.length} ` +
      `${signedShare(rows[rows.length - 1].behind.mean / base)}. Whiskers are 95 % intervals of the difference, on the same luck` +
      (unsure ? "; a question mark where it does not tell the two apart." : "."),
    height: (width) => 60 + (width < 500 ? 40 : 30) * rows.length,
    option: (colors, width) => ({
      grid: { top: 8, right: width < 500 ? 64 : 80, bottom: 8 },
      tooltip: { show: false },
      xAxis: axis(colors, {
        type: "value",
        min: Math.min(0, ...rows.map(({ behind }: any) => (100 * behind.ci95[0]) / base)),
        splitNumber: width < 500 ? 3 : 6,
        axisLabel: {
          color: colors.muted,
          formatter: (value: number) => `${Number(value.toPrecision(2))} %`,
          hideOverlap: true,
        },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: width < 500 ? clusters : titles,
        axisLabel: {
          color: colors.text,
          interval: 0,
          width: width < 500 ? 120 : 400,
          overflow: "break",
          lineHeight: 14,
          formatter: (name: string) => short(name, 70),
        },
      }),
      series: [
        {
          type: "bar",
          barMaxWidth: 16,
          itemStyle: { color: colors.series[0] },
          data: rows.map(({ behind }: any) => (100 * behind.mean) / base),
        },
        {
          type: "custom",
          silent: true,
          z: 5,
          encode: { x: [0, 2], y: 1 },
          data: rows.map(({ behind }: any, i: number) => [
            (100 * behind.ci95[0]) / base,
            i,
            (100 * behind.ci95[1]) / base,
          ]),
          renderItem: ({ dataIndex }: any, api: any) => {
            const [left, y] = api.coord([api.value(0), api.value(1)]);
            const [right] = api.coord([api.value(2), api.value(1)]);
            const { behind } = rows[dataIndex];
            return {
              type: "group",
              children: [
                {
                  type: "line",
                  shape: { x1: left, x2: right, y1: y, y2: y },
                  style: { stroke: colors.text, lineWidth: 1.5 },
                },
                {
                  type: "text",
                  x: right + 6,
                  y,
                  style: {
                    text: signedShare(behind.mean / base) + (behind.certain ? "" : " ?"),
                    verticalAlign: "middle",
                    fill: colors.text,
                    fontSize: 12,
                  },
                },
              ],
            };
          },
        },
      ],
    }),
  });
}

/** Why each of the others is behind. */
function reasonTable(result: any, names: Names, layouts: string[]): HTMLElement | undefined {
  const rows = result.best
    .map((one: any, i: number) => ({ ...one, place: i + 1 }))
    .filter(({ place, reason }: any) => place > 1 && reason?.words);
  if (rows.length === 0) return undefined;
  return table<any>({
    caption: "Why they are behind: what differs from the best, and the item of the bill that differs most",
    rows,
    columns: [
      { label: "Place", numeric: true, text: ({ place }) => place, sort: ({ place }) => place },
      {
        label: "Choice",
        text: (row) => h("span", { class: "long" }, `${names.of(row.label)}, ${layouts[row.place - 1]}`),
        sort: (row) => `${names.of(row.label)}, ${layouts[row.place - 1]}`,
      },
      { label: "Because of", text: ({ reason }) => h("span", { class: "long" }, reason.words) },
    ],
  });
}

export function bestSection(result: any, choices: any): Child[] {
  const layouts = mainLayouts(result.best, choices);
  const names = new Names(result.best.map(({ label }: any) => label));
  const base = result.best[0]?.objective.mean;
  const rows = result.best.map((one: any, i: number) => ({ ...one, place: i + 1 }));
  const value = (key: string, kind: Quantity) => ({
    label: HEADS[key]!,
    numeric: true,
    text: (row: any) => (row[key] ? human(kind, row[key].mean) : "–"),
    sort: (row: any) => row[key]?.mean ?? Infinity,
  });
  const difference = ({ mean, ci95, certain }: any) => [
    h("b", {}, signedShare(mean / base)),
    h("br"),
    h("small", {}, `± ${significant((50 * (ci95[1] - ci95[0])) / base, 1)}${certain ? "" : ", the same"}`),
  ];
  const list = table<any>({
    caption:
      `Means${names.common ? `, all ${names.common}` : ""}; behind the best with the 95 % interval, on the same luck. ` +
      LETTERS,
    rows,
    marked: ({ place }) => place === 1,
    columns: [
      { label: "Place", numeric: true, text: ({ place }) => place, sort: ({ place }) => place },
      {
        label: "Cluster, layout",
        text: ({ label, phases }) => [
          h("span", { title: label }, short(names.of(label), 60)),
          h("small", {}, layoutLines(phases)),
        ],
        sort: ({ label, phases }) => `${label} ${phases[0].words}`,
      },
      value("cost_usd", "usd"),
      value("wall_time_s", "seconds"),
      value("energy_j", "joules"),
      value("co2e_kg", "kilograms"),
      {
        label: "Behind",
        numeric: true,
        text: ({ behind }) => (behind ? difference(behind) : "the best"),
        sort: ({ behind }) => behind?.mean ?? 0,
      },
    ],
  });
  list.classList.add("held");
  return [list, behindChart(result, names, layouts), reasonTable(result, names, layouts), prices(result)];
}

function prices(result: any): HTMLElement | undefined {
  const lines = new Set<string>();
  for (const { instance, purchase, region, price } of result.best) {
    if (!price) continue;
    lines.add(
      `${instance}, ${words(purchase)}, ${region ?? "no region"}: ${significant(price.usd_per_node_hour, 4)} USD an hour and node ` +
        `(${price.list ?? "own price"}, ${price.date}; ${price.source})`,
    );
  }
  if (lines.size === 0) return undefined;
  return h(
    "div",
    {},
    h("h3", {}, "Prices"),
    h(
      "ul",
      {},
      [...lines].map((line) => h("li", {}, line)),
    ),
  );
}
