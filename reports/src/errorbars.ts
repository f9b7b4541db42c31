// How errors are distributed: for each group a bar from the 10th to the 90th percentile, a box over
// the middle half, and the median.
import { axis, chart, tooltip, zeroBands } from "./chart";
import { growth as signed, growthTick, percent } from "./format";
import { quantile } from "./pages/validate/model";
import type { Palette } from "./palette";

export interface ErrorGroup {
  name: string;
  /** predicted / measured − 1. */
  errors: number[];
}

interface Drawn {
  name: string;
  n: number;
  p10: number;
  p25: number;
  p50: number;
  p75: number;
  p90: number;
}

function drawn({ name, errors }: ErrorGroup): Drawn {
  const sorted = [...errors].sort((a, b) => a - b);
  const at = (share: number) => quantile(sorted, share);
  return { name, n: errors.length, p10: at(0.1), p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9) };
}

/** One custom item: whisker, box, median. */
function item(group: Drawn, color: string, colors: Palette) {
  return (_: any, api: any) => {
    const y = api.coord([0, api.value(0)])[1];
    const x = (value: number) => api.coord([value, 0])[0];
    const line = (from: number, to: number, width: number, stroke: string) => ({
      type: "line",
      shape: { x1: from, y1: y, x2: to, y2: y },
      style: { stroke, lineWidth: width },
    });
    return {
      type: "group",
      children: [
        line(x(group.p10), x(group.p90), 3, color),
        {
          type: "rect",
          shape: {
            x: x(group.p25),
            y: y - 7,
            width: Math.max(2, x(group.p75) - x(group.p25)),
            height: 14,
            r: 2,
          },
          style: { fill: color },
        },
        {
          type: "line",
          shape: { x1: x(group.p50), y1: y - 9, x2: x(group.p50), y2: y + 9 },
          style: { stroke: colors.text, lineWidth: 2 },
        },
      ],
    };
  };
}

export interface ErrorBarsSpec {
  title: string;
  summary: string;
  groups: ErrorGroup[];
  color(name: string, colors: Palette): string;
  label: string;
}

export function errorBars(spec: ErrorBarsSpec): HTMLElement | undefined {
  const rows = spec.groups.filter((group) => group.errors.length > 0).map(drawn);
  if (rows.length === 0) return undefined;
  const reach = Math.max(0.15, ...rows.map((row) => Math.max(Math.abs(row.p10), Math.abs(row.p90))));
  const most = Math.ceil(reach * 10.5) / 10;
  return chart({
    title: spec.title,
    summary: `${spec.summary} Bars: 10th to 90th percentile; boxes: the middle half; marks: the median.`,
    height: 50 + 26 * rows.length,
    option: (colors, width) => {
      const letters = width < 560 ? 16 : 40;
      const cut = (name: string) => (name.length > letters ? `${name.slice(0, letters - 1)}…` : name);
      return {
        grid: { left: 8, right: 16, top: 4, bottom: 4, containLabel: true },
        tooltip: {
          trigger: "item",
          formatter: ({ seriesIndex }: any) => {
            const row = rows[seriesIndex]!;
            return tooltip(row.name, [
              { label: "n", value: row.n.toLocaleString("en-US") },
              { label: "median", value: signed(row.p50) },
              { label: "middle half", value: `${signed(row.p25)} to ${signed(row.p75)}` },
              { label: "p10 to p90", value: `${signed(row.p10)} to ${signed(row.p90)}` },
            ]);
          },
        },
        xAxis: axis(colors, {
          type: "value",
          min: -Math.min(1, most),
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
          data: rows.map((row) => row.name),
          axisLabel: {
            color: colors.text,
            interval: 0,
            formatter: (name: string, i: number) => `${cut(name)} (${rows[i]!.n})`,
          },
        }),
        series: rows.map((row, i) => ({
          type: "custom",
          name: row.name,
          renderItem: item(row, spec.color(row.name, colors), colors),
          data: [[i]],
          encode: { y: 0 },
          ...(i === 0 ? zeroBands(colors, "xAxis", [0.1]) : {}),
        })),
      };
    },
    data: {
      caption: spec.title,
      rows,
      columns: [
        { label: spec.label, text: (row: Drawn) => row.name, sort: (row: Drawn) => row.name },
        { label: "n", numeric: true, text: (row: Drawn) => String(row.n), sort: (row: Drawn) => row.n },
        ...(["p10", "p25", "p50", "p75", "p90"] as const).map((key) => ({
          label: key,
          numeric: true,
          text: (row: Drawn) => signed(row[key]),
          sort: (row: Drawn) => row[key],
        })),
        {
          label: "within 10 %",
          numeric: true,
          text: (row: Drawn) => {
            const errors = spec.groups.find((group) => group.name === row.name)!.errors;
            return percent(errors.filter((error) => Math.abs(error) <= 0.1).length / errors.length, 0);
          },
        },
      ],
    },
  });
}
