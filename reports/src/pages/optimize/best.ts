// The answer, and the best ten with why each is behind.
import { h, type Child } from "../../dom";
import { grouped, human, humanRange, percent, significant, words, type Quantity } from "../../format";
import { axis, chart } from "../../chart";
import { growth } from "../../format";
import { short } from "../../measure";
import { keyFigure, keyFigures, remarks } from "../../page";
import { table } from "../../table";
import { MEASURES } from "./choices";

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

function layoutWords(best: any): string {
  return best.phases
    .map(({ phase, words: text, step_time_s, mfu }: any) => {
      const name = best.phases.length > 1 && phase ? `${phase}: ` : "";
      return `${name}${text}, a step in ${human("seconds", step_time_s)} at ${percent(mfu)} MFU`;
    })
    .join("; ");
}

function kept(best: any, { limits }: any): string[] {
  const parts: string[] = [];
  if (best.in_time !== null) {
    parts.push(`${percent(best.in_time)} of runs are done within ${human("seconds", limits.deadline_s)}`);
  }
  if (best.in_budget !== null) {
    parts.push(`${percent(best.in_budget)} of runs cost no more than ${human("usd", limits.budget_usd)}`);
  }
  return parts;
}

function verdict(best: any, result: any): HTMLElement {
  const items = [
    `Layout ${layoutWords(best)}.`,
    `A checkpoint every ${human("seconds", best.checkpoint_interval_s)}` +
      (best.checkpoint_target.length > 0 ? ` to ${best.checkpoint_target.join(" + ")}.` : "."),
    ...kept(best, result).map((text) => `${text}.`),
  ];
  const next = result.best[1];
  if (next?.behind) {
    const share = next.behind.mean / result.best[0].objective.mean;
    items.push(
      `The next best is ${growth(share)} behind` +
        (next.behind.certain ? "" : ", which the replicas do not tell apart") +
        `: ${next.label}, ${next.phases[0].words}.`,
    );
  }
  return h(
    "ul",
    { class: "verdicts" },
    items.map((text) => h("li", {}, text)),
  );
}

export function answer(result: any, pictures: any): Child[] {
  const asked = pictures.objective + (pictures.limits ? `, ${pictures.limits}` : "");
  const stopped = result.complete
    ? []
    : [
        `The search was stopped: this is the best so far. ${grouped(result.searched.clusters_not_searched)} clusters were not searched.`,
      ];
  const best = result.best[0] ?? result.nearest;
  const label = result.feasible ? "The best" : "The nearest, which misses a limit";
  return [
    remarks("warning", "Not finished", stopped),
    !result.feasible && remarks("warning", "Nothing keeps the limits", whyNot(result)),
    best && h("p", {}, `${label} for ${asked}: `, h("b", {}, best.label), "."),
    best && figures(best),
    best && verdict(best, result),
    best && remarks("note", "What had to change in the scenario", best.notes),
  ];
}

function whyNot(result: any): string[] {
  if (!result.nearest)
    return ["Nothing in the space can be rented, laid out and run within the limits; the reasons are below."];
  return kept(result.nearest, result).map(
    (text) => `Of the nearest, ${text}; ${percent(result.limits.probability)} are asked for.`,
  );
}

/** Of every phase, where they differ each on its line. */
function layoutLines(phases: any[]): HTMLElement[] {
  const each = [...new Set<string>(phases.map(({ words: text }) => text))];
  return each.map((text) => h("div", { class: "whole" }, text));
}

/** Candidates by how far behind they are. */
function behindChart(result: any): HTMLElement | undefined {
  const base = result.best[0]?.objective.mean;
  const rows = result.best.slice(1).filter(({ behind }: any) => behind);
  if (!base || rows.length === 0) return undefined;
  const names = rows.map((one: any, i: number) => `${i + 2}: ${one.phases[0].words}`);
  return chart({
    title: "How far the others are behind the best",
    summary:
      `The second is ${growth(rows[0].behind.mean / base)} behind, the last of the ${result.best.length} ` +
      `${growth(rows[rows.length - 1].behind.mean / base)}. Whiskers are 95 % intervals of the difference, on the same luck.`,
    height: 60 + 30 * rows.length,
    option: (colors, width) => ({
      grid: { top: 8, right: width < 500 ? 50 : 80, bottom: 8 },
      tooltip: { show: false },
      xAxis: axis(colors, {
        type: "value",
        axisLabel: { color: colors.muted, formatter: "{value} %", hideOverlap: true },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: names,
        axisLabel: { color: colors.text, formatter: (name: string) => short(name, width < 500 ? 16 : 44) },
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
                    text: growth(behind.mean / base) + (behind.certain ? "" : " ?"),
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

export function bestSection(result: any): Child[] {
  const base = result.best[0]?.objective.mean;
  const rows = result.best.map((one: any, i: number) => ({ ...one, place: i + 1 }));
  const value = (key: string, kind: Quantity) => ({
    label: HEADS[key]!,
    numeric: true,
    text: (row: any) => (row[key] ? human(kind, row[key].mean) : "–"),
    sort: (row: any) => row[key]?.mean ?? Infinity,
  });
  const list = table<any>({
    caption: "Means; the difference to the best with its 95 % interval, on the same luck",
    rows,
    marked: ({ place }) => place === 1,
    columns: [
      { label: "Place", numeric: true, text: ({ place }) => place, sort: ({ place }) => place },
      {
        label: "Cluster",
        text: ({ label }) => h("span", { class: "whole", title: label }, short(label, 60)),
        sort: ({ label }) => label,
      },
      { label: "Layout", text: ({ phases }) => layoutLines(phases), sort: ({ phases }) => phases[0].words },
      value("cost_usd", "usd"),
      value("wall_time_s", "seconds"),
      value("energy_j", "joules"),
      value("co2e_kg", "kilograms"),
      {
        label: "Behind",
        numeric: true,
        text: ({ behind }) =>
          behind
            ? `${growth(behind.mean / base)} ± ${significant((50 * (behind.ci95[1] - behind.ci95[0])) / base, 1)}` +
              (behind.certain ? "" : " (the same)")
            : "the best",
        sort: ({ behind }) => behind?.mean ?? 0,
      },
      { label: "Because of", text: ({ place, reason }) => (place > 1 && reason?.words) || "–" },
    ],
  });
  list.classList.add("held");
  return [list, behindChart(result), prices(result)];
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
