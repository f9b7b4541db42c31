// What was simulated: every way to rent, buy and lay out that was tried.
import { Columns } from "../../columns";
import { percent, words } from "../../format";
import { measured, short, type Measure } from "../../measure";
import { parallel, type Dimension } from "../../parallel";
import { pareto, type Estimate, type ParetoPoint } from "../../pareto";
import type { Column } from "../../table";
import { table } from "../../table";

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

const GROUPS = ["the best", "keeps the limits", "misses a limit"] as const;

function groupOf(table: Columns, row: number): number {
  if (table.number("place", row) !== undefined) return 0;
  return table.at("kept", row) ? 1 : 2;
}

/** "1: T8 P4 D64 Z1 b1 on p5.48xlarge x 256, on demand". */
function nameOf(table: Columns, row: number): string {
  const place = table.number("place", row);
  const name = `${table.at("layout", row)} on ${table.at("label", row)}`;
  return place === undefined ? name : `${place}: ${name}`;
}

function estimate(table: Columns, key: string, row: number): Estimate | undefined {
  const mean = table.number(key, row);
  const [p10, p90] = [table.number(`${key}_p10`, row), table.number(`${key}_p90`, row)];
  if (mean === undefined) return undefined;
  return { mean, ...(p10 !== undefined && { p10 }), ...(p90 !== undefined && { p90 }) };
}

function point(table: Columns, row: number): ParetoPoint {
  const place = table.number("place", row);
  return {
    name: nameOf(table, row),
    ...(place !== undefined && place <= 3 && { label: `${place}: ${table.at("layout", row)}` }),
    group: GROUPS[groupOf(table, row)]!,
    values: Object.fromEntries(MEASURES.map(({ key }) => [key, estimate(table, key, row)])),
    lines: [
      { label: "MFU", value: percent(table.number("mfu", row) ?? 0) },
      { label: "replicas", value: String(table.number("replicas", row)) },
    ],
  };
}

function columns(table: Columns): Column<number>[] {
  return [
    {
      label: "Choice",
      text: (row) => short(String(table.at("label", row)), 70),
      sort: (row) => String(table.at("label", row)),
    },
    {
      label: "Layout",
      text: (row) => String(table.at("layout", row)),
      sort: (row) => String(table.at("layout", row)),
    },
    {
      label: "Place",
      numeric: true,
      text: (row) => table.number("place", row) ?? (table.at("kept", row) ? "–" : "misses a limit"),
      sort: (row) => table.number("place", row) ?? Infinity,
    },
    ...MEASURES.map(({ key, label, kind }) => ({
      label: `Mean ${label}`,
      numeric: true,
      text: (row: number) => {
        const value = table.number(key, row);
        return value === undefined ? "–" : measured(kind, value);
      },
      sort: (row: number) => table.number(key, row) ?? Infinity,
    })),
    {
      label: "Replicas",
      numeric: true,
      text: (row) => String(table.number("replicas", row)),
      sort: (row) => table.number("replicas", row) ?? 0,
    },
  ];
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
  const first = objective.includes("time") ? "wall_time_s" : "cost_usd";
  const chart = pareto({
    measures: MEASURES,
    x: "wall_time_s",
    y: "cost_usd",
    groups: [
      { name: GROUPS[0], color: (colors) => colors.series[0]!, size: 14 },
      { name: GROUPS[1], color: (colors) => colors.series[2]!, size: 10 },
      { name: GROUPS[2], color: (colors) => colors.series[9]!, size: 10, pale: true },
    ],
    points: list.map((row) => point(all, row)),
    note: `${shown(simulated, rows)} Points are means, of more replicas the better they are.`,
    data: { caption: "Choices that were simulated", columns: columns(all), rows: list },
  });
  const lines = parallel({
    title: "The choices across what can be chosen",
    summary: `Each line is a choice. ${shown(simulated, rows)} Dimensions in which all are the same are left out.`,
    what: "choices",
    rows: list,
    name: (row) => nameOf(all, row),
    group: (row) => 2 - groupOf(all, row),
    groups: [
      { name: GROUPS[2], color: (colors) => colors.series[9]!, width: 1, opacity: 0.5 },
      { name: GROUPS[1], color: (colors) => colors.series[2]!, width: 1.2, opacity: 0.6 },
      { name: GROUPS[0], color: (colors) => colors.series[0]!, width: 2.2, opacity: 0.95 },
    ],
    dimensions: [
      ...RENTED.map((key) => ({ label: key, kind: "count" as const, of: cells(key) })),
      ...LAYOUT.map(({ key, label }) => ({ label, kind: "count" as const, of: cells(key) })),
      { label: "MFU", kind: "share", of: numbers("mfu") },
      ...MEASURES.filter(({ key }) => key !== first).map(({ key, label, kind }) => ({
        label: key === "co2e_kg" ? "CO₂e" : label,
        kind,
        of: numbers(key),
      })),
      ...MEASURES.filter(({ key }) => key === first).map(({ key, label, kind }) => ({
        label,
        kind,
        of: numbers(key),
      })),
    ],
    columns: columns(all),
  });
  return [
    chart,
    lines ?? table({ caption: "Choices that were simulated", columns: columns(all), rows: list, limit: 10 }),
  ];
}
