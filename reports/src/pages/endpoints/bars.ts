// Alternatives side by side: a bar for each, and what others have stated of it.
import { axis, chart, tooltip } from "../../chart";
import { h } from "../../dom";
import { growth, human, significant, type Quantity } from "../../format";
import { table, type Column } from "../../table";
import { meanInstances, type Alternative, type Endpoints } from "./model";

/** Never in joules: people pay for kilowatt-hours. */
export function energyOf(joules: number): string {
  return joules < 3.6e6 ? `${significant(joules / 3.6e6)} kWh` : human("joules", joules);
}

interface Measure {
  title: string;
  value(one: Alternative): number | undefined;
  stated?(one: Alternative): number | undefined;
  text(value: number): string;
}

const MEASURES: Measure[] = [
  {
    title: "Cost per million requests",
    value: (one) => one.account.cost?.["per_million_usd"],
    stated: (one) =>
      one.stated?.cost_per_million_usd ??
      (one.stated?.cost_per_year_usd
        ? (1e6 * one.stated.cost_per_year_usd) / one.account.requests_per_year
        : undefined),
    text: (value) => human("usd", value),
  },
  {
    title: "Energy per million requests",
    value: (one) => one.account.energy?.["per_million_j"],
    text: energyOf,
  },
  {
    title: "CO₂e per million requests",
    value: (one) => one.account.co2e_location?.["per_million_kg"],
    text: (value) => human("kilograms", value),
  },
  {
    title: "Instances at the peak",
    value: (one) => one.fleet?.instances,
    stated: (one) => one.stated?.instances ?? undefined,
    text: (value) => significant(value, value >= 1000 ? 4 : 1),
  },
];

function cut(text: string, width: number): string {
  const most = Math.max(8, Math.floor(width / 22));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function summary(measure: Measure, rows: Alternative[]): string {
  const sorted = [...rows].sort((a, b) => measure.value(a)! - measure.value(b)!);
  const [least, most] = [sorted[0]!, sorted[sorted.length - 1]!];
  const text = measure.text(measure.value(least)!);
  const words = `${text} with ${least.name}`;
  if (sorted.length === 1) return `${words}.`;
  if (measure.value(least) === measure.value(most)) return `${text} with each of them.`;
  const ratio = measure.value(most)! / measure.value(least)!;
  return `From ${words} to ${measure.text(measure.value(most)!)} with ${most.name}: ${significant(ratio)} times as much.`;
}

function bars(measure: Measure, { alternatives, colors: named }: Endpoints): HTMLElement | undefined {
  const rows = alternatives.filter((one) => measure.value(one) !== undefined);
  if (rows.length === 0) return undefined;
  const stated = rows.filter((one) => measure.stated?.(one) != null);
  const most = Math.max(...rows.map((one) => Math.max(measure.value(one)!, measure.stated?.(one) ?? 0)));
  /** Of the figure from its bar: it stands clear of what is stated, too. */
  const distance = (one: Alternative, width: number): number => {
    const beyond = Math.max(0, (measure.stated?.(one) ?? 0) - measure.value(one)!);
    return measure.stated?.(one) == null ? 5 : 8 + (0.7 * width * beyond) / most;
  };
  return chart({
    title: measure.title,
    summary:
      summary(measure, rows) + (stated.length > 0 ? " The upright line is what others have stated." : ""),
    height: 46 + 34 * rows.length,
    option: (colors, width) => ({
      grid: { left: 8, right: 12, top: 4, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "item",
        formatter: ({ dataIndex }: any) => {
          const one = rows[dataIndex]!;
          const given = measure.stated?.(one);
          return tooltip(one.name, [
            {
              label: measure.title,
              value: measure.text(measure.value(one)!),
              color: named.of(one.name, colors),
            },
            ...(given != null ? [{ label: "Stated", value: measure.text(given) }] : []),
          ]);
        },
      },
      // Room for the figure behind the longest bar.
      xAxis: axis(colors, { type: "value", min: 0, max: most * (width < 420 ? 1.5 : 1.35), show: false }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: rows.map((one) => one.name),
        axisLabel: { color: colors.text, formatter: (name: string) => cut(name, width) },
        axisLine: { show: false },
      }),
      series: [
        {
          type: "bar",
          barMaxWidth: 20,
          data: rows.map((one) => ({
            value: measure.value(one)!,
            label: { distance: distance(one, width) },
            itemStyle: { color: named.of(one.name, colors), opacity: one.meets_target ? 1 : 0.45 },
          })),
          label: {
            show: true,
            position: "right",
            color: colors.text,
            formatter: ({ dataIndex }: any) => {
              const one = rows[dataIndex]!;
              return measure.text(measure.value(one)!) + (one.meets_target ? "" : " (misses)");
            },
          },
        },
        {
          type: "scatter",
          symbol: "rect",
          symbolSize: [3, 28],
          itemStyle: { color: colors.text },
          data: rows.map((one) => [measure.stated?.(one) ?? null, one.name]),
        },
      ],
    }),
    data: {
      caption: measure.title,
      rows,
      columns: [
        { label: "Alternative", text: (one: Alternative) => one.name, sort: (one: Alternative) => one.name },
        {
          label: "Computed",
          numeric: true,
          text: (one: Alternative) => measure.text(measure.value(one)!),
          sort: (one: Alternative) => measure.value(one)!,
        },
        {
          label: "Stated",
          numeric: true,
          text: (one: Alternative) => {
            const given = measure.stated?.(one);
            return given == null ? "–" : measure.text(given);
          },
        },
      ],
    },
  });
}

function money(one: Alternative, key: string): string {
  return one.account.cost ? human("usd", one.account.cost[key]!) : "–";
}

type Numeric = [label: string, text: (one: Alternative) => string, sort?: (one: Alternative) => number];

const columns = (list: Numeric[]) =>
  list.map(([label, text, sort]) => ({ label, text, numeric: true, ...(sort ? { sort } : {}) }));

const name: Column<Alternative> = { label: "Alternative", text: (one) => one.name, sort: (one) => one.name };
const change = (value: number | null) => (value === null || value === 0 ? "–" : growth(value));

function costs(alternatives: Alternative[]): HTMLElement {
  return table<Alternative>({
    caption: "Alternatives side by side: instances, and their cost per million requests and a year",
    rows: alternatives,
    columns: [
      name,
      ...(alternatives.every((one) => one.drawn.instance === one.name)
        ? []
        : [
            {
              label: "Runs on",
              text: (one: Alternative) => h("span", { class: "nowrap" }, one.drawn.instance ?? "bought"),
            },
          ]),
      { label: "In time", text: (one) => (one.meets_target ? "yes" : h("span", { class: "bad" }, "no")) },
      ...columns([
        [
          "Instances",
          (one) => (one.fleet ? significant(one.fleet.instances, 1) : "–"),
          (one) => one.fleet?.instances ?? 0,
        ],
        ["on average", (one) => (meanInstances(one) === undefined ? "–" : significant(meanInstances(one)!))],
        [
          "USD/h each",
          (one) => (one.account.instance_usd_per_h ? significant(one.account.instance_usd_per_h, 4) : "–"),
        ],
        [
          "per million",
          (one) => money(one, "per_million_usd"),
          (one) => one.account.cost?.["per_million_usd"] ?? 0,
        ],
        ["a year", (one) => money(one, "per_year_usd"), (one) => one.account.cost?.["per_year_usd"] ?? 0],
        ["vs. first", (one) => change(one.against_first.cost), (one) => one.against_first.cost ?? 0],
      ]),
    ],
  });
}

function energy(alternatives: Alternative[]): HTMLElement | undefined {
  const rows = alternatives.filter((one) => one.account.energy);
  if (rows.length === 0) return undefined;
  const of =
    (key: "energy" | "co2e_location" | "co2e_market" | "embodied", unit: string, quantity: Quantity) =>
    (one: Alternative) => {
      const value = one.account[key];
      if (!value) return "–";
      return quantity === "joules" ? energyOf(value[unit]!) : human(quantity, value[unit]!);
    };
  return table<Alternative>({
    caption:
      "Energy and emissions per million requests and a year: of the grid where it stands, as the seller of power accounts for them (market-based), and of the manufacture",
    rows,
    columns: [
      name,
      ...columns([
        [
          "Energy per million",
          of("energy", "per_million_j", "joules"),
          (one) => one.account.energy!["per_million_j"]!,
        ],
        ["a year", of("energy", "per_year_j", "joules")],
        ["vs. first", (one) => change(one.against_first.energy), (one) => one.against_first.energy ?? 0],
        ["CO₂e per million", of("co2e_location", "per_million_kg", "kilograms")],
        ["a year", of("co2e_location", "per_year_kg", "kilograms")],
        ["market-based", of("co2e_market", "per_year_kg", "kilograms")],
        ["manufacture", of("embodied", "per_year_kg", "kilograms")],
      ]),
    ],
  });
}

export function alternativesBody(page: Endpoints): (HTMLElement | undefined)[] {
  return [
    h(
      "div",
      { class: "pair" },
      MEASURES.map((measure) => bars(measure, page)),
    ),
    costs(page.alternatives),
    energy(page.alternatives),
  ];
}
