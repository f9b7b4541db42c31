// What was simulated: every way to rent, buy and lay out that was tried.
import { Columns } from "../../columns";
import { h } from "../../dom";
import { grouped, percent, words } from "../../format";
import { measured, short, type Measure } from "../../measure";
import { parallel, type Dimension } from "../../parallel";
import { capital, pareto, type Estimate, type ParetoPoint } from "../../pareto";
import type { Column } from "../../table";
import { table } from "../../table";
import { Names } from "./names";

export const MEASURES: Measure[] = [
  { key: "wall_time_s", label: "time", kind: "seconds" },
  { key: "cost_usd", label: "cost", kind: "usd" },
  { key: "energy_j", label: "energy", kind: "joules" },
  { key: "co2e_kg", label: "CO₂e of the local grid", kind: "kilograms" },
];

/** Dimensions of a layout, in both tables. */
export const LAYOUT: { key: string; label: string }[] = [
  { key: "tensor", label: "tensor" },
  { key: "pipeline", label: "pipeline" },
  { key: "virtual_stages", label: "virtual stages" },
  { key: "data", label: "data" },
  { key: "context", label: "context" },
  { key: "expert", label: "expert" },
  { key: "zero", label: "ZeRO" },
  { key: "micro_batch", label: "micro batch" },
  { key: "recompute", label: "recompute" },
];

/** Of more, ranges would hide the points. */
const MOST_WHISKERS = 3;
const MOST_NAMED = 3;

/** "1: p5.48xlarge x 4"; of those further behind the place alone. */
function labelOf(place: number, name: string): string {
  return place <= MOST_NAMED ? `${place}: ${name}` : String(place);
}

const GROUPS = ["the best", "next best", "keeps the limits", "misses a limit"] as const;

function groupOf(table: Columns, row: number): number {
  const place = table.number("place", row);
  if (place !== undefined) return place === 1 ? 0 : 1;
  return table.at("kept", row) ? 2 : 3;
}

/** "p5.48xlarge x 256, T8 P4 D64 Z1 b1 (place 1)". */
function nameOf(table: Columns, names: Names, row: number): string {
  const place = table.number("place", row);
  const name = `${names.of(String(table.at("label", row)))}, ${table.at("layout", row)}`;
  return place === undefined ? name : `${name} (place ${place})`;
}

function estimate(table: Columns, key: string, row: number): Estimate | undefined {
  const mean = table.number(key, row);
  const [p10, p90] = [table.number(`${key}_p10`, row), table.number(`${key}_p90`, row)];
  if (mean === undefined) return undefined;
  return { mean, ...(p10 !== undefined && { p10 }), ...(p90 !== undefined && { p90 }) };
}

function point(table: Columns, names: Names, row: number): ParetoPoint {
  const place = table.number("place", row);
  return {
    name: nameOf(table, names, row),
    ...(place !== undefined && { label: labelOf(place, names.of(String(table.at("label", row)))) }),
    ...(place !== undefined && { brief: String(place), bare: place > MOST_WHISKERS }),
    group: GROUPS[groupOf(table, row)]!,
    values: Object.fromEntries(MEASURES.map(({ key }) => [key, estimate(table, key, row)])),
    lines: [
      { label: "MFU", value: percent(table.number("mfu", row) ?? 0) },
      { label: "replicas", value: String(table.number("replicas", row)) },
    ],
  };
}

function columns(table: Columns, names: Names): Column<number>[] {
  const replicas: Column<number> = {
    label: "Replicas",
    numeric: true,
    text: (row) => grouped(table.number("replicas", row) ?? 0),
    sort: (row) => table.number("replicas", row) ?? 0,
  };
  return [
    {
      label: "Choice",
      text: (row) => h("span", { class: "whole" }, short(names.of(String(table.at("label", row))), 70)),
      sort: (row) => nameOf(table, names, row),
    },
    {
      label: "Layout",
      text: (row) => h("span", { class: "whole" }, String(table.at("layout", row))),
      sort: (row) => String(table.at("layout", row)),
    },
    {
      label: "Place",
      numeric: true,
      text: (row) => table.number("place", row) ?? (table.at("kept", row) ? "–" : "misses a limit"),
      sort: (row) => table.number("place", row) ?? Infinity,
    },
    ...MEASURES.map(({ key, label, kind }) => ({
      label: key === "co2e_kg" ? "CO₂e" : capital(label),
      numeric: true,
      text: (row: number) => {
        const value = table.number(key, row);
        return value === undefined ? "–" : measured(kind, value);
      },
      sort: (row: number) => table.number(key, row) ?? Infinity,
    })),
    ...(table.distinct("replicas").length > 1 ? [replicas] : []),
  ];
}

const rented = ({ common }: Names) => (common ? `; all are ${common}` : "");

function caption(names: Names): string {
  return `Choices that were simulated: means${rented(names)}`;
}

/** How many are drawn of those that were simulated. */
function shown(simulated: number, rows: number): string {
  if (rows === simulated) return `All ${rows} choices that were simulated are drawn.`;
  return `Of ${simulated} choices that were simulated the best ${rows} are drawn.`;
}

/** What tells them apart besides the layout. */
const RENTED: Dimension<number>["label"][] = ["instance", "purchase", "region", "nodes", "spares"];

export function choices(
  { simulated, rows, columns: data }: any,
  objective: string,
): (HTMLElement | undefined)[] {
  const all = new Columns({ rows, columns: data });
  const list = Array.from({ length: rows }, (_, row) => row);
  const numbers = (key: string) => (row: number) => all.number(key, row);
  const cells = (key: string) => (row: number) => {
    const cell = all.at(key, row);
    return typeof cell === "number" ? cell : cell === null ? undefined : words(String(cell));
  };
  const names = new Names(list.map((row) => String(all.at("label", row))));
  const first = objective.includes("time") ? "wall_time_s" : "cost_usd";
  const chart = pareto({
    measures: MEASURES,
    x: "wall_time_s",
    y: "cost_usd",
    groups: [
      { name: GROUPS[0], color: (colors) => colors.series[1]!, size: 16 },
      { name: GROUPS[1], color: (colors) => colors.series[0]!, size: 11 },
      { name: GROUPS[2], color: (colors) => colors.series[2]!, size: 9 },
      { name: GROUPS[3], color: (colors) => colors.series[9]!, size: 9, pale: true },
    ],
    points: list.map((row) => point(all, names, row)),
    note:
      `${shown(simulated, rows)} Points are means; numbers are places, and whiskers go from p10 to p90 of the best` +
      `${rented(names)}.`,
    data: { caption: caption(names), columns: columns(all, names), rows: list },
  });
  // In one region CO₂e goes with the energy: its axis would repeat it.
  const regions = all.distinct("region").length;
  const lines = parallel({
    title: "The choices across what can be chosen",
    summary: `Each line is a choice. ${shown(simulated, rows)} Dimensions in which all are the same are left out.`,
    what: "choices",
    rows: list,
    name: (row) => nameOf(all, names, row),
    group: (row) => 3 - groupOf(all, row),
    groups: [
      { name: GROUPS[3], color: (colors) => colors.series[9]!, width: 1, opacity: 0.5 },
      { name: GROUPS[2], color: (colors) => colors.series[2]!, width: 1.2, opacity: 0.6 },
      { name: GROUPS[1], color: (colors) => colors.series[0]!, width: 1.6, opacity: 0.7 },
      { name: GROUPS[0], color: (colors) => colors.series[1]!, width: 3, opacity: 1 },
    ],
    dimensions: [
      ...RENTED.map((key) => ({ label: key, kind: "count" as const, of: cells(key) })),
      ...LAYOUT.map(({ key, label }) => ({ label, kind: "count" as const, of: cells(key) })),
      { label: "MFU", kind: "share", of: numbers("mfu") },
      ...MEASURES.filter(({ key }) => key !== first && (key !== "co2e_kg" || regions > 1)).map(
        ({ key, label, kind }) => ({
          label: key === "co2e_kg" ? "CO₂e" : label,
          kind,
          of: numbers(key),
        }),
      ),
      ...MEASURES.filter(({ key }) => key === first).map(({ key, label, kind }) => ({
        label,
        kind,
        of: numbers(key),
      })),
    ],
    columns: columns(all, names),
  });
  return [
    chart,
    lines ?? table({ caption: caption(names), columns: columns(all, names), rows: list, limit: 10 }),
  ];
}
