// Outcomes that scenarios expect: measured ones (validation), and those that follow from the inputs
// (verification), never mixed.
import { axis, chart, tooltip } from "../../chart";
import { h } from "../../dom";
import { significant } from "../../format";
import type { Section } from "../../page";
import { table } from "../../table";

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

const figure = (value: number) => (Math.abs(value) < 1e7 ? significant(value, 4) : value.toExponential(3));

function expectedText(row: Expectation): string {
  if (row.expected !== null) return figure(row.expected);
  if (row.at_most === undefined) return `≥ ${figure(row.at_least!)}`;
  return row.at_least === undefined
    ? `≤ ${figure(row.at_most)}`
    : `${figure(row.at_least)} to ${figure(row.at_most)}`;
}

function allowedText(row: Expectation): string {
  if (row.tolerance !== undefined) return `± ${Number((100 * row.tolerance).toPrecision(4))} %`;
  return row.absolute_tolerance === undefined ? "" : `± ${figure(row.absolute_tolerance)}`;
}

const off = (row: Expectation) => row.got! / row.expected! - 1;
const signed = (value: number) => `${value > 0 ? "+" : ""}${(100 * value).toFixed(2)} %`;

/** What was got, as a share of what was expected, and the interval around it. */
function ratios(title: string, all: Expectation[]): HTMLElement | undefined {
  const rows = all.filter((row) => row.got !== null && row.expected);
  if (rows.length < 2) return undefined;
  const sizes = rows.map((row) => Math.abs(off(row))).sort((a, b) => a - b);
  const reach = Math.max(
    0.05,
    ...rows.map((row) => Math.max(Math.abs(off(row)), Math.min(row.tolerance ?? 0, 1))),
  );
  const name = (row: Expectation) => `${row.id}: ${row.quantity.replaceAll("_", " ")}`;
  return chart({
    title,
    summary:
      `${rows.filter((row) => row.ok).length} of ${rows.length} are within what is allowed (grey bars); the median distance is ` +
      `${(100 * sizes[Math.floor((sizes.length - 1) / 2)]!).toFixed(2)} %, the greatest ${(100 * sizes[sizes.length - 1]!).toFixed(1)} %.`,
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
              { label: "forecast", value: figure(row.got!) },
              { label: "off by", value: signed(off(row)) },
              ...(row.p10_p90 ? [{ label: "p10 to p90", value: row.p10_p90.map(figure).join(" to ") }] : []),
            ]);
          },
        },
        xAxis: axis(colors, {
          type: "value",
          min: -1.1 * reach,
          max: 1.1 * reach,
          axisLabel: {
            color: colors.muted,
            hideOverlap: true,
            formatter: (value: number) => `${Number((100 * value).toPrecision(2))} %`,
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
            data: rows.map((row, i) => [row.tolerance ?? 0, i]),
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
  const measured = rows.some((row) => row.p10_p90);
  return table<Expectation>({
    caption,
    rows,
    limit: 30,
    columns: [
      { label: "Scenario", text: (row) => row.id, sort: (row) => row.id },
      { label: "Quantity", text: (row) => row.quantity, sort: (row) => row.quantity },
      { label: "Expected", numeric: true, text: expectedText },
      { label: "Forecast", numeric: true, text: (row) => (row.got === null ? "–" : figure(row.got)) },
      { label: "Allowed", numeric: true, text: allowedText },
      ...(measured
        ? [
            {
              label: "p10 to p90",
              numeric: true,
              text: (row: Expectation) => (row.p10_p90 ? row.p10_p90.map(figure).join(" to ") : "–"),
            },
            {
              label: "Expected is",
              text: (row: Expectation) =>
                row.inside === undefined ? "–" : row.inside ? "inside" : "outside",
            },
          ]
        : []),
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
        body: [ratios(`${title}: how far off`, rows), rowsTable(title, rows)],
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
