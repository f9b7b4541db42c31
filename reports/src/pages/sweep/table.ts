// All points, to be sorted, and all of them as lines.
import { h } from "../../dom";
import { grouped } from "../../format";
import { measured, rangeOf, short } from "../../measure";
import { parallel } from "../../parallel";
import { capital } from "../../pareto";
import { table, type Column } from "../../table";
import type { Figure, Points } from "./points";

const MOST_LINES = 1000;
const FEW_INPUTS = 3;

/** The mean above its range. */
function figure(points: Points, { key, label, kind, low, high }: Figure): Column<number> {
  const value = (row: number) => points.table.number(key, row);
  const range = (row: number) => {
    const ends = [low, high].map((name) => (name === undefined ? undefined : points.table.number(name, row)));
    return ends[0] === undefined || ends[1] === undefined
      ? undefined
      : [h("br"), h("small", {}, rangeOf(kind, ends[0], ends[1]))];
  };
  return {
    label: key === "co2e_kg_mean" ? "CO₂e" : low ? capital(label) : label,
    numeric: true,
    text: (row) => (value(row) === undefined ? "–" : [measured(kind, value(row)!), range(row)]),
    sort: (row) => value(row) ?? Infinity,
  };
}

function columns(points: Points, figures: Figure[], layouts: boolean): Column<number>[] {
  const { table: all } = points;
  const status: Column<number> = {
    label: "Status",
    text: (row) => String(all.at("status", row)),
    sort: (row) => String(all.at("status", row)),
  };
  const failed = points.ok.length < all.rows;
  const results = figures.map((one) => figure(points, one));
  // Of many inputs, the results would be far to the right.
  const ahead = points.inputs.length > FEW_INPUTS;
  return [
    {
      label: "Point",
      numeric: true,
      text: (row) => grouped(all.number("point", row)!),
      sort: (row) => all.number("point", row)!,
    },
    ...(ahead ? results : []),
    ...points.inputs.map((input) => ({
      label: capital(input.label),
      numeric: input.kind !== "number" || input.levels.every(({ at }) => at !== undefined),
      text: (row: number) => short(points.said(input, row), 40),
      sort: (row: number) => {
        const cell = all.at(input.name, row);
        return typeof cell === "number" ? cell : String(cell ?? "");
      },
    })),
    ...(ahead ? [] : results),
    ...(layouts
      ? [
          {
            label: "Layout",
            text: (row: number) => String(all.at("layout", row)),
            sort: (row: number) => String(all.at("layout", row)),
          },
        ]
      : []),
    ...(failed
      ? [
          status,
          {
            label: "Why there is no forecast",
            text: (row: number) =>
              h(
                "span",
                { class: "long", style: "min-width:44ch" },
                points.messages[all.number("message", row) ?? -1] ?? "–",
              ),
          },
        ]
      : []),
  ];
}

const ESTIMATES = ["wall_time_s_mean", "cost_usd_mean", "energy_j_mean", "co2e_kg_mean"];

export function pointTable(points: Points, layouts: boolean): HTMLElement {
  const rows = Array.from({ length: points.table.rows }, (_, row) => row);
  const figures = points.figures.filter(
    ({ key }) => ESTIMATES.includes(key) || key === "ettr" || key === "mfu",
  );
  const list = table({
    caption: `${grouped(rows.length)} points: means, and p10 to p90; a click on a column's head sorts by it`,
    columns: columns(points, figures, layouts),
    rows,
    limit: 20,
  });
  list.classList.add("held");
  return list;
}

export function pointLines(points: Points): HTMLElement | undefined {
  const count = Math.min(MOST_LINES, points.ok.length);
  const rows = Array.from(
    { length: count },
    (_, i) => points.ok[Math.floor((i * points.ok.length) / count)]!,
  );
  const figures = points.figures.filter(({ key }) => ESTIMATES.includes(key));
  const key = figures[0]?.key;
  if (!key) return undefined;
  const sorted = rows.map((row) => points.table.number(key, row) ?? Infinity).sort((a, b) => a - b);
  const edge = sorted[Math.max(0, Math.ceil(sorted.length / 10) - 1)]!;
  const drawn =
    count < points.ok.length
      ? `${grouped(count)} of ${grouped(points.ok.length)} points are drawn, evenly spread.`
      : "All points with a forecast are drawn.";
  return parallel({
    title: "The points across inputs and figures",
    summary: `Each line is a point; the tenth with the least mean ${figures[0]!.label} is drawn strongly. ${drawn}`,
    what: "points",
    rows,
    name: (row) => `point ${grouped(points.table.number("point", row)!)}`,
    group: (row) => ((points.table.number(key, row) ?? Infinity) <= edge ? 1 : 0),
    groups: [
      {
        name: "other points",
        color: (colors) => colors.series[9]!,
        width: 1,
        opacity: count > 200 ? 0.2 : 0.5,
      },
      { name: `least ${figures[0]!.label}`, color: (colors) => colors.series[0]!, width: 1.6, opacity: 0.8 },
    ],
    dimensions: [
      ...points.inputs.map((input) => ({
        label: input.label,
        kind: input.kind,
        stepped: true,
        of: (row: number) => (points.table.at(input.name, row) ?? undefined) as number | string | undefined,
      })),
      ...figures.map(({ key, label, kind }) => ({
        label: label.startsWith("CO") ? "CO₂e" : label,
        kind,
        of: (row: number) => points.table.number(key, row),
      })),
    ],
    columns: columns(points, figures, false),
    elsewhere: "in the table of every point below",
  });
}

/** What best is at: its inputs in words. */
export function inputsOf(best: any, points: Points): string {
  return points.inputs
    .map((input) => {
      const value = best.inputs[input.name];
      if (value === null || value === undefined) return "";
      return `${input.label} ${typeof value === "number" ? measured(input.kind, value) : short(String(value), 30)}`;
    })
    .filter(Boolean)
    .join(", ");
}
