// Predicted against measured: what lies on the diagonal is right, what lies in the band nearly so.
import { chart, tooltip, type TooltipLine } from "./chart";
import { choice } from "./choice";
import { human, percent } from "./format";
import { logAxis, positiveExtent, secondsTick } from "./logaxis";
import type { Colors, Palette } from "./palette";

export interface ScatterPoint {
  name: string;
  set: string;
  measured: number;
  predicted: number;
  lines?: TooltipLine[];
}

export interface ScatterSpec {
  title: string;
  points: ScatterPoint[];
  colors: Colors;
  /** What the sets are called: "Set of rows". */
  choose: string;
}

const BAND = 0.1;

function growthText(error: number): string {
  return `${error > 0 ? "+" : ""}${(100 * error).toFixed(1)} %`;
}

const error = (point: ScatterPoint) => point.predicted / point.measured - 1;

function summary(points: ScatterPoint[]): string {
  const sizes = points.map((point) => Math.abs(error(point))).sort((a, b) => a - b);
  const near = sizes.filter((size) => size <= BAND).length;
  const median = sizes[Math.floor((sizes.length - 1) / 2)] ?? 0;
  return (
    `${points.length.toLocaleString("en-US")} points: the median error is ${percent(median)}, ` +
    `and ${percent(near / Math.max(1, points.length), 0)} lie within 10 % (the band around the diagonal).`
  );
}

/** The band as an area between two lines, and the diagonal. */
function guides(colors: Palette, low: number, high: number) {
  const straight = (factor: number) => [
    [low, low * factor],
    [high, high * factor],
  ];
  const line = (factor: number, color: string, type: string) => ({
    type: "line",
    silent: true,
    symbol: "none",
    data: straight(factor),
    lineStyle: { color, width: 1, type },
    tooltip: { show: false },
    z: 1,
  });
  return [
    line(1, colors.text, "solid"),
    line(1 + BAND, colors.muted, "dashed"),
    line(1 - BAND, colors.muted, "dashed"),
  ];
}

function picture(spec: ScatterSpec, name: string, shown: ScatterPoint[]): HTMLElement {
  const [low, high] = positiveExtent(shown.flatMap((point) => [point.measured, point.predicted]));
  const sets = [...new Set(shown.map((point) => point.set))];
  return chart({
    title: name === "" ? spec.title : `${spec.title}: ${name}`,
    summary: summary(shown),
    height: (width) => (width < 560 ? 360 : 480),
    option: (colors, width) => {
      const label = secondsTick;
      return {
        grid: { left: 20, right: 24, top: 12, bottom: 28, containLabel: true },
        tooltip: {
          trigger: "item",
          formatter: ({ data }: any) => {
            const point: ScatterPoint = data.point;
            return tooltip(point.name, [
              { label: point.set, value: "", color: spec.colors.of(point.set, colors) },
              { label: "measured", value: human("seconds", point.measured) },
              { label: "predicted", value: human("seconds", point.predicted) },
              { label: "error", value: growthText(error(point)) },
              ...(point.lines ?? []),
            ]);
          },
        },
        xAxis: logAxis(colors, { min: low, max: high, label, name: "measured" }, width, { nameGap: 26 }),
        yAxis: logAxis(colors, { min: low, max: high, label, name: "predicted" }, width, {
          nameGap: width < 560 ? 46 : 52,
        }),
        series: [
          ...guides(colors, low / 10, high * 10).map((line) => ({ ...line, clip: true })),
          ...sets.map((set) => ({
            name: set,
            type: "scatter",
            symbolSize: width < 560 ? 5 : 7,
            itemStyle: { color: spec.colors.of(set, colors), opacity: 0.75 },
            data: shown
              .filter((point) => point.set === set)
              .map((point) => ({ value: [point.measured, point.predicted], point })),
          })),
        ],
      };
    },
    data: {
      caption: spec.title,
      rows: shown,
      columns: [
        {
          label: "Row",
          text: (point: ScatterPoint) => point.name,
          sort: (point: ScatterPoint) => point.name,
        },
        { label: "Set", text: (point: ScatterPoint) => point.set, sort: (point: ScatterPoint) => point.set },
        {
          label: "Measured",
          numeric: true,
          text: (point: ScatterPoint) => human("seconds", point.measured),
          sort: (point: ScatterPoint) => point.measured,
        },
        {
          label: "Predicted",
          numeric: true,
          text: (point: ScatterPoint) => human("seconds", point.predicted),
          sort: (point: ScatterPoint) => point.predicted,
        },
        {
          label: "Error",
          numeric: true,
          text: (point: ScatterPoint) => growthText(error(point)),
          sort: error,
        },
      ],
    },
  });
}

/** All points, or those of one set. */
export function scatter(spec: ScatterSpec): HTMLElement {
  const sets = [...new Set(spec.points.map((point) => point.set))].sort((a, b) => a.localeCompare(b, "en"));
  const all = { name: "all", view: () => picture(spec, "", spec.points) };
  if (sets.length < 2) return choice(spec.choose, [all]);
  return choice(spec.choose, [
    all,
    ...sets.map((set) => ({
      name: set,
      view: () =>
        picture(
          spec,
          set,
          spec.points.filter((point) => point.set === set),
        ),
    })),
  ]);
}
