// By how much the others differ from the baseline, on the same luck, and what makes the difference.
import type { EChartsCoreOption } from "echarts/core";
import { axis, chart, legend, liveChart, tooltip } from "../../chart";
import { controls, select } from "../../controls";
import { grouped, growth, SPACE, words } from "../../format";
import { axisName, axisScale, measured, short, tick, type Measure } from "../../measure";
import { Colors, type Palette } from "../../palette";
import { estimateOf, MEASURES, type Difference, type Run } from "./runs";

interface Bar {
  label: string;
  share: number;
  low: number;
  high: number;
  amount: number;
  certain: boolean;
}

function bars(differences: Difference[], baseline: Run, { key }: Measure): (Bar | undefined)[] {
  const there = estimateOf(baseline, key)?.mean;
  return differences.map(({ label, difference }) => {
    const value = difference[key];
    if (!value || !there) return undefined;
    const [low, high] = value.ci95.map((end) => end / there) as [number, number];
    return { label, share: value.mean / there, low, high, amount: value.mean, certain: value.certain };
  });
}

function signed(measure: Measure, value: number): string {
  return `${value < 0 ? "−" : "+"}${measured(measure.kind, Math.abs(value))}`;
}

function sentence(differences: Difference[], baseline: Run, measures: Measure[]): string {
  const parts = differences.slice(0, 3).map(({ label }, i) => {
    const said = measures.flatMap((measure) => {
      const bar = bars(differences, baseline, measure)[i];
      return bar ? [`${measure.label} ${more(bar.share)}${bar.certain ? "" : " (sign not certain)"}`] : [];
    });
    return `${short(label, 60)}: ${said.join(", ")}.`;
  });
  const pairs = differences[0]!.pairs.toLocaleString("en-US");
  return `${parts.join(" ")} Means of ${pairs} replicas that met the same luck; whiskers are their 95 % intervals.`;
}

/** Of runs beside their bars, whole: where there is little room, in several lines. */
function names(differences: Difference[], colors: Palette, narrow: boolean): object {
  const longest = Math.max(...differences.map(({ label }) => label.length));
  return {
    color: colors.text,
    interval: 0,
    width: Math.min(narrow ? 92 : 220, 7 * longest),
    overflow: "break",
    lineHeight: 14,
    formatter: (label: string) => short(label, narrow ? 36 : 60),
  };
}

const COLORS: Record<string, number> = { wall_time_s: 0, cost_usd: 1, energy_j: 2 };

/** "+12.3 %", "+1,542 %". */
function more(share: number): string {
  return Math.abs(share) < 1
    ? growth(share)
    : `${share < 0 ? "−" : "+"}${grouped(100 * Math.abs(share))}${SPACE}%`;
}

/** For figures that stand to the left of bars of less. */
function roomBefore(bars: (Bar | undefined)[], narrow: boolean): [string | number, number] {
  const shares = bars.flatMap((bar) => (bar ? [bar.share] : []));
  const [low, high] = [Math.min(0, ...shares), Math.max(0, ...shares)];
  if (low === 0) return [0, 0];
  const much = -low > 0.2 * (high - low);
  if (narrow) return [much ? "35%" : "15%", 0];
  return [much ? "12%" : "6%", 0];
}

/** The interval at the end of a bar, and the bar's figure beyond it. */
function whisker(index: number, values: (Bar | undefined)[], count: number, colors: Palette): object {
  const said = values.filter((bar) => bar !== undefined);
  const color = colors.text;
  return {
    type: "custom",
    silent: true,
    z: 5,
    data: values.flatMap((bar, row) => (bar ? [[100 * bar.low, row, 100 * bar.high]] : [])),
    encode: { x: [0, 2], y: 1 },
    renderItem: ({ dataIndex }: any, api: any) => {
      const bar = said[dataIndex]!;
      const [left, middle] = api.coord([api.value(0), api.value(1)]);
      const [right] = api.coord([api.value(2), api.value(1)]);
      const band = api.size([0, 1])[1] * 0.66;
      const y = middle - band / 2 + ((index + 0.5) * band) / count;
      const line = (x1: number, x2: number, top: number, bottom: number) => ({
        type: "line",
        shape: { x1, x2, y1: top, y2: bottom },
        style: { stroke: color, lineWidth: 1.5 },
      });
      return {
        type: "group",
        children: [
          line(left, right, y, y),
          line(left, left, y - 4, y + 4),
          line(right, right, y - 4, y + 4),
          {
            type: "text",
            x: bar.share < 0 ? left - 6 : right + 6,
            y,
            style: {
              text: more(bar.share) + (bar.certain ? "" : " ?"),
              align: bar.share < 0 ? "right" : "left",
              verticalAlign: "middle",
              fill: color,
              fontSize: 12,
            },
          },
        ],
      };
    },
  };
}

export function differenceBars(differences: Difference[], baseline: Run): HTMLElement {
  const measures = MEASURES.filter((measure) => bars(differences, baseline, measure).some(Boolean));
  const option = (colors: Palette, width: number): EChartsCoreOption => {
    const all = measures.map((measure) => bars(differences, baseline, measure));
    const narrow = width < 500;
    return {
      legend: legend(colors, { data: measures.map(({ label }) => label) }),
      // Figures stand beyond the ends of the bars, on both sides.
      grid: { top: 36, bottom: 8, right: narrow ? 56 : 70 },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (items: any) => {
          const row = items[0]!.dataIndex as number;
          return tooltip(
            `${differences[row]!.label} against ${baseline.label}`,
            measures.flatMap((measure, i) => {
              const bar = all[i]![row];
              return bar
                ? [
                    {
                      label: measure.label,
                      value: `${signed(measure, bar.amount)} (${more(bar.share)})`,
                      color: colors.series[COLORS[measure.key]!]!,
                    },
                  ]
                : [];
            }),
          );
        },
      },
      xAxis: axis(colors, {
        type: "value",
        boundaryGap: roomBefore(all.flat(), narrow),
        splitNumber: narrow ? 3 : 6,
        axisLabel: { color: colors.muted, formatter: "{value} %", hideOverlap: true },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: differences.map(({ label }) => label),
        axisLabel: names(differences, colors, narrow),
      }),
      series: measures.flatMap((measure, i) => [
        {
          type: "bar",
          name: measure.label,
          barCategoryGap: "34%",
          barGap: "0%",
          itemStyle: { color: colors.series[COLORS[measure.key]!] },
          data: all[i]!.map((bar) => (bar ? 100 * bar.share : null)),
        },
        whisker(i, all[i]!, measures.length, colors),
      ]),
    };
  };
  return chart({
    title: `More or less than ${short(baseline.label, 60)}`,
    summary: sentence(differences, baseline, measures),
    height: 90 + differences.length * (22 * measures.length + 24),
    option,
    data: {
      caption: `Mean differences against ${baseline.label}, with their 95 % intervals`,
      columns: [
        { label: "Run", text: (row) => row.label, sort: (row) => row.label },
        { label: "Quantity", text: (row) => row.measure.label, sort: (row) => row.measure.label },
        {
          label: "Difference",
          numeric: true,
          text: (row) => signed(row.measure, row.amount),
          sort: (row) => row.amount,
        },
        { label: "Share", numeric: true, text: (row) => more(row.share), sort: (row) => row.share },
        { label: "95 % interval", numeric: true, text: (row) => `${more(row.low)} to ${more(row.high)}` },
        { label: "Sign", text: (row) => (row.certain ? "certain" : "not certain") },
      ],
      rows: measures.flatMap((measure) =>
        bars(differences, baseline, measure).flatMap((bar) => (bar ? [{ ...bar, measure }] : [])),
      ),
    },
  });
}

/** Names of the summands that are no part of the step and no state. */
const DRIVERS: Record<string, string> = {
  steps: "number of steps",
  pace: "spread of the step forecast",
  node_price: "price of a node hour",
  nodes: "number of nodes",
  hours: "hours",
  other: "stores and services",
};
const MOST_DRIVERS = 8;
const REST = "the rest";

/** All summands by name; parts of the step and states are levelled. */
function flat(drivers: Record<string, number | Record<string, number>>): Map<string, number> {
  const all = new Map<string, number>();
  for (const [key, value] of Object.entries(drivers)) {
    if (typeof value === "number") all.set(DRIVERS[key] ?? words(key), value);
    else for (const [name, amount] of Object.entries(value)) all.set(words(name), amount);
  }
  return all;
}

/** The strongest by name, over all runs, and the rest of each in one. */
function strongest(all: Map<string, number>[]): { name: string; amounts: number[] }[] {
  const names = [...new Set(all.flatMap((one) => [...one.keys()]))];
  const rows = names.map((name) => ({ name, amounts: all.map((one) => one.get(name) ?? 0) }));
  const size = ({ amounts }: { amounts: number[] }) => Math.max(...amounts.map(Math.abs));
  rows.sort((a, b) => size(b) - size(a));
  const least = 0.01 * (rows[0] ? size(rows[0]) : 0);
  const kept = rows.filter((row, i) => i < MOST_DRIVERS && size(row) > least);
  const rest = rows.filter((row) => !kept.includes(row));
  const amounts = all.map((_, i) => rest.reduce((sum, row) => sum + row.amounts[i]!, 0));
  if (amounts.some((amount) => Math.abs(amount) > least)) kept.push({ name: REST, amounts });
  return kept;
}

export function driverBars(differences: Difference[], baseline: Run): HTMLElement | undefined {
  const measures = MEASURES.filter(({ key }) =>
    differences.some(({ drivers }) => Object.keys(drivers[key] ?? {}).length > 0),
  );
  if (measures.length === 0) return undefined;
  let colorOf = new Colors();
  const chosen = select(
    "Difference in",
    measures.map(({ key, label }) => ({ value: key, label })),
    measures[0]!.key,
    () => live.update(changes()),
  );
  const changes = () => {
    const measure = measures.find(({ key }) => key === chosen.value())!;
    const parts = differences.map(({ drivers }) => flat(drivers[measure.key] ?? {}));
    const rows = strongest(parts);
    // Of all parts, also of those that are too small to be drawn: it is the difference that stands above.
    const totals = parts.map((all) => [...all.values()].reduce((sum, amount) => sum + amount, 0));
    colorOf = new Colors();
    return {
      title: `What makes the difference in ${measure.label}`,
      summary:
        `The mean difference to ${short(baseline.label, 60)} in its parts, of the step and of the run; ` +
        `a diamond marks their sum. The greatest: ${strongestWords(rows, measure)}. In words below.`,
      option: (colors: Palette, width: number) => driverOption(rows, totals, measure, colors, width),
      data: driverData(rows, totals, measure),
    };
  };
  const driverOption = (
    rows: { name: string; amounts: number[] }[],
    totals: number[],
    measure: Measure,
    colors: Palette,
    width: number,
  ): EChartsCoreOption => {
    const narrow = width < 500;
    const scale = axisScale(measure.kind, totals.concat(...rows.map(({ amounts }) => amounts)));
    return {
      legend: legend(colors, { data: rows.map(({ name }) => name) }),
      grid: { top: 50, bottom: 34, right: narrow ? 34 : 24 },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (items: any) => {
          const i = items[0]!.dataIndex as number;
          return tooltip(`${differences[i]!.label} against ${baseline.label}`, [
            ...rows.map(({ name, amounts }) => ({
              label: name,
              value: signed(measure, amounts[i]!),
              color: colorOf.of(name, colors),
            })),
            { label: "in all", value: signed(measure, totals[i]!) },
          ]);
        },
      },
      xAxis: axis(colors, {
        type: "value",
        name: axisName(`difference in ${measure.label}`, scale),
        nameLocation: "middle",
        nameGap: 28,
        axisLabel: { color: colors.muted, formatter: tick, hideOverlap: true },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: differences.map(({ label }) => label),
        axisLabel: names(differences, colors, narrow),
      }),
      series: [
        ...rows.map(({ name, amounts }) => ({
          type: "bar",
          stack: "drivers",
          name,
          barMaxWidth: 34,
          itemStyle: { color: colorOf.of(name, colors), borderColor: colors.background, borderWidth: 1 },
          data: amounts.map((amount) => amount / scale.factor),
        })),
        {
          type: "scatter",
          name: "in all",
          symbol: "diamond",
          symbolSize: 13,
          z: 10,
          itemStyle: { color: colors.text, borderColor: colors.background, borderWidth: 1.5 },
          label: {
            show: true,
            position: "top",
            distance: 13,
            color: colors.text,
            fontSize: 12,
            formatter: ({ dataIndex }: any) => signed(measure, totals[dataIndex]!),
          },
          data: totals.map((total, i) => [total / scale.factor, i]),
        },
      ],
    };
  };
  const driverData = (rows: { name: string; amounts: number[] }[], totals: number[], measure: Measure) => ({
    caption: `Summands of the mean difference against ${baseline.label}`,
    columns: [
      { label: "What", text: (row: any) => row.name, sort: (row: any) => row.name },
      ...differences.map(({ label }, i) => ({
        label: short(label, 40),
        numeric: true,
        text: (row: any) => signed(measure, row.amounts[i]),
        sort: (row: any) => row.amounts[i],
      })),
    ],
    rows: [...rows, { name: "in all", amounts: totals }],
  });
  /** "compute +86.5 days (p4de.24xlarge)": three at most, each where it is greatest. */
  const strongestWords = (rows: { name: string; amounts: number[] }[], measure: Measure) =>
    rows
      .filter(({ name }) => name !== REST)
      .slice(0, 3)
      .map(({ name, amounts }) => {
        const most = amounts.reduce((a, b, i) => (Math.abs(b) > Math.abs(amounts[a]!) ? i : a), 0);
        const whose = differences.length > 1 ? ` (${short(differences[most]!.label, 40)})` : "";
        return `${name} ${signed(measure, amounts[most]!)}${whose}`;
      })
      .join(", ");
  const live = liveChart({
    ...changes(),
    height: (width) => 130 + differences.length * 62 + (width < 500 ? 0 : 10),
    ...(measures.length > 1 && { controls: controls(chosen.element) }),
  });
  return live.figure;
}
