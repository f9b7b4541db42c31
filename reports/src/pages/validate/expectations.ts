// Outcomes that scenarios expect: measured ones (validation), and those that follow from the inputs
// (verification), never mixed.
import { axis, chart, tooltip } from "../../chart";
import { h } from "../../dom";
import { growth, growthTick, percent, scales, significant, words } from "../../format";
import { kindOf } from "../../measure";
import type { Section } from "../../page";
import { table } from "../../table";
import { quantile } from "./model";

interface Expectation {
  id: string;
  kind: "verification" | "validation";
  quantity: string;
  expected: number | null;
  at_least?: number;
  at_most?: number;
  got: number | null;
  tolerance?: number;
  absolute_tolerance?: number;
  ok: boolean;
  p10_p90?: [number, number];
  inside?: boolean;
  source: string;
  problem?: string;
}

function decimal(bytes: number): { factor: number; unit: string } {
  const { factor, unit } = scales.bytesPerSecond(bytes);
  return { factor, unit: unit.replace("/s", "") };
}

/** "/forecast/wall_time_s/p50": "forecast", "wall_time_s", "p50". */
const pathOf = (quantity: string): string[] => quantity.split("/").filter((part) => part !== "");

/** "wall time, p50". */
function quantityName(quantity: string): string {
  return pathOf(quantity)
    .filter((part, i) => !(i === 0 && part === "forecast"))
    .map((part) => words(part.replace(/_(s|j|kg|usd|bytes)$/, "")))
    .join(", ")
    .replace(/\bettr\b/, "ETTR");
}

/** In the unit of what is written, with enough digits to tell a forecast from what was expected. */
function figure(row: Expectation, value: number): string {
  const { quantity } = row;
  const digits = (toleranceOf(row) ?? 1) < 0.02 ? 4 : 3;
  const kind = pathOf(quantity)
    .map(kindOf)
    .find((each) => each !== "number");
  if (kind === "share") return `${significant(100 * value, digits)} %`;
  if (kind === undefined || kind === "count") return significant(value, digits);
  // Sizes in powers of ten, as those who publish them count.
  const { factor, unit } = kind === "bytes" ? decimal(value) : scales[kind](value);
  return `${significant(value / factor, digits)} ${unit}`;
}

function expectedText(row: Expectation): string {
  if (row.expected !== null) return figure(row, row.expected);
  if (row.at_most === undefined) return `≥ ${figure(row, row.at_least!)}`;
  return row.at_least === undefined
    ? `≤ ${figure(row, row.at_most)}`
    : `${figure(row, row.at_least)} to ${figure(row, row.at_most)}`;
}

/** Of what was expected, as a share; undefined: it is not said. */
function toleranceOf(row: Expectation): number | undefined {
  if (row.tolerance !== undefined || !row.expected) return row.tolerance;
  return row.absolute_tolerance === undefined ? undefined : row.absolute_tolerance / Math.abs(row.expected);
}

const isShare = ({ quantity }: Expectation) => pathOf(quantity).some((part) => kindOf(part) === "share");
const interval = (row: Expectation) => row.p10_p90!.map((value) => figure(row, value)).join(" to ");

function allowedText(row: Expectation): string {
  if (row.tolerance !== undefined) return `± ${Number((100 * row.tolerance).toPrecision(4))} %`;
  if (row.absolute_tolerance === undefined) return "";
  return isShare(row)
    ? `± ${Number((100 * row.absolute_tolerance).toPrecision(4))} points`
    : `± ${figure(row, row.absolute_tolerance)}`;
}

const off = (row: Expectation) => row.got! / row.expected! - 1;
const signed = (value: number) =>
  Math.abs(value) < 0.01 ? `${value > 0 ? "+" : ""}${(100 * value).toFixed(2)} %` : growth(value);

/** What was got, as a share of what was expected, and the interval around it. */
function ratios(title: string, all: Expectation[]): HTMLElement | undefined {
  const rows = all.filter((row) => row.got !== null && row.expected);
  if (rows.length < 2) return undefined;
  const sizes = rows.map((row) => Math.abs(off(row))).sort((a, b) => a - b);
  const reach = Math.max(
    0.05,
    ...rows.map((row) => Math.max(Math.abs(off(row)), Math.min(toleranceOf(row) ?? 0, 1))),
  );
  const round = reach < 0.5 ? 20 : 5;
  const most = Math.ceil(1.05 * reach * round) / round;
  const name = (row: Expectation) => `${row.id}: ${quantityName(row.quantity)}`;
  return chart({
    title,
    summary:
      `${rows.filter((row) => row.ok).length} of ${rows.length} are within what is allowed (grey bars); the median distance is ` +
      `${percent(quantile(sizes, 0.5))}, the greatest ${percent(sizes[sizes.length - 1]!)}.`,
    height: 50 + 22 * rows.length,
    option: (colors, width) => {
      const letters = width < 560 ? 18 : 48;
      return {
        grid: { left: 8, right: 20, top: 4, bottom: 4, containLabel: true },
        tooltip: {
          trigger: "item",
          formatter: ({ dataIndex }: any) => {
            const row = rows[dataIndex]!;
            return tooltip(name(row), [
              { label: "expected", value: expectedText(row) },
              { label: "forecast", value: figure(row, row.got!) },
              { label: "off by", value: signed(off(row)) },
              ...(row.p10_p90 ? [{ label: "p10 to p90", value: interval(row) }] : []),
            ]);
          },
        },
        xAxis: axis(colors, {
          type: "value",
          min: -most,
          max: most,
          axisLabel: {
            color: colors.muted,
            hideOverlap: true,
            formatter: growthTick,
          },
        }),
        yAxis: axis(colors, {
          type: "category",
          inverse: true,
          data: rows.map(name),
          axisLabel: {
            color: colors.text,
            interval: 0,
            formatter: (text: string) => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text),
          },
        }),
        series: [
          {
            type: "custom",
            silent: true,
            renderItem: (_: any, api: any) => {
              const [left, y] = api.coord([-api.value(0), api.value(1)]);
              const right = api.coord([api.value(0), api.value(1)])[0];
              return {
                type: "rect",
                shape: { x: left, y: y - 6, width: right - left, height: 12, r: 2 },
                style: { fill: colors.line },
              };
            },
            data: rows.map((row, i) => [Math.min(toleranceOf(row) ?? 0, most), i]),
            clip: true,
          },
          {
            type: "scatter",
            symbolSize: 10,
            data: rows.map((row, i) => ({
              value: [off(row), i],
              itemStyle: { color: row.ok ? colors.good : colors.bad },
            })),
          },
        ],
      };
    },
  });
}

function rowsTable(caption: string, rows: Expectation[]): HTMLElement {
  // What follows from the inputs is no measurement that an interval should hold.
  const measured = rows.some((row) => row.p10_p90 && row.kind === "validation");
  return table<Expectation>({
    caption,
    rows,
    limit: 30,
    columns: [
      { label: "Scenario", text: (row) => row.id, sort: (row) => row.id },
      {
        label: "Quantity",
        text: (row) => quantityName(row.quantity),
        sort: (row) => quantityName(row.quantity),
      },
      { label: "Expected", numeric: true, text: expectedText },
      { label: "Forecast", numeric: true, text: (row) => (row.got === null ? "–" : figure(row, row.got)) },
      { label: "Allowed", numeric: true, text: allowedText },
      {
        label: "Holds",
        text: (row) => (row.ok ? "yes" : h("span", { class: "bad" }, row.problem ?? "no")),
        sort: (row) => Number(row.ok),
      },
      {
        label: "Off by",
        numeric: true,
        text: (row) => (row.got === null || !row.expected ? "–" : signed(off(row))),
        sort: (row) => (row.got === null || !row.expected ? 0 : Math.abs(off(row))),
      },
      ...(measured
        ? [
            {
              label: "p10 to p90",
              text: (row: Expectation) =>
                row.p10_p90
                  ? `${interval(row)}${row.inside === undefined ? "" : row.inside ? ": inside" : ": outside"}`
                  : "–",
            },
          ]
        : []),
      { label: "Source", text: (row) => row.source },
    ],
  });
}

export function expectationSections(result: any): Section[] {
  const all: Expectation[] = (result.rows ?? []).filter(
    (row: any) => row.kind === "verification" || row.kind === "validation",
  );
  const section = (kind: Expectation["kind"], title: string, intro: string): Section[] => {
    const rows = all.filter((row) => row.kind === kind);
    if (rows.length === 0) return [];
    const counts = result.expectations[kind];
    const inside =
      counts.with_interval > 0
        ? `; ${counts.inside_p10_p90} of ${counts.with_interval} measured values lie inside p10 to p90`
        : "";
    return [
      {
        id: kind,
        title,
        intro: `${intro} ${counts.hold} of ${counts.n} hold${inside}.`,
        body: [
          ratios(`${title}: how far off`, rows),
          rowsTable(`${title}; off by: forecast / expected − 1`, rows),
        ],
      },
    ];
  };
  return [
    ...section("validation", "Measured outcomes", "Validation: what others have measured."),
    ...section(
      "verification",
      "Outcomes that follow from the inputs",
      "Verification, not accuracy: identities, closed forms, stated sizes.",
    ),
  ];
}
