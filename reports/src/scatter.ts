// Predicted against measured: what lies on the diagonal is right, what lies in the band nearly so.
import { axis, chart, tooltip, zeroBands, type TooltipLine } from "./chart";
import { choice } from "./choice";
import { growth, growthTick, human, percent } from "./format";
import { logAxis, positiveExtent, secondsTick } from "./logaxis";
import { quantile } from "./pages/validate/model";
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
  /** Of an even number of errors the upper one of the two in the middle is their median. */
  upperMedian?: boolean;
}

const BAND = 0.1;

const error = (point: ScatterPoint) => point.predicted / point.measured - 1;

function summary({ upperMedian }: ScatterSpec, points: ScatterPoint[]): string {
  const sizes = points.map((point) => Math.abs(error(point))).sort((a, b) => a - b);
  const near = sizes.filter((size) => size <= BAND).length;
  const [upper, half] = [
    sizes[Math.floor(sizes.length / 2)] ?? 0,
    sizes.length > 0 ? quantile(sizes, 0.5) : 0,
  ];
  const median = upperMedian ? upper : half;
  return (
    `${points.length.toLocaleString("en-US")} ${points.length === 1 ? "point" : "points"}: the median error is ${percent(median)}, ` +
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

function pointTip(spec: ScatterSpec, point: ScatterPoint, colors: Palette): HTMLElement {
  return tooltip(point.name, [
    { label: point.set, value: "", color: spec.colors.of(point.set, colors) },
    { label: "measured", value: human("seconds", point.measured) },
    { label: "predicted", value: human("seconds", point.predicted) },
    { label: "error", value: growth(error(point)) },
    ...(point.lines ?? []),
  ]);
}

/** The errors themselves: over many powers of ten, one cannot see them as distances from a diagonal. */
function errors(spec: ScatterSpec, name: string, shown: ScatterPoint[]): HTMLElement {
  const [low, high] = positiveExtent(shown.map((point) => point.measured));
  const sets = [...new Set(shown.map((point) => point.set))];
  const greatest = Math.max(0.15, ...shown.map((point) => Math.abs(error(point))));
  const reach = Math.min(1, Math.ceil(greatest * 10.5) / 10);
  const over = shown.filter((point) => error(point) > 0).length;
  const beyond = shown.filter((point) => Math.abs(error(point)) > reach).length;
  return chart({
    title: name === "" ? "Errors against measured time" : `Errors against measured time: ${name}`,
    summary:
      `Predicted / measured − 1; the band is ±10 %. ${percent(over / Math.max(1, shown.length), 0)} of the points ` +
      `are predicted too long.${beyond > 0 ? ` ${beyond} lie beyond the axis, in the table above.` : ""}`,
    height: (width) => (width < 560 ? 240 : 280),
    option: (colors, width) => ({
      grid: { left: 8, right: 24, top: 12, bottom: 28, containLabel: true },
      tooltip: { trigger: "item", formatter: ({ data }: any) => pointTip(spec, data.point, colors) },
      xAxis: logAxis(
        colors,
        { min: low, max: high, label: secondsTick, name: "measured", tight: true },
        width,
        { nameGap: 26 },
      ),
      yAxis: axis(colors, {
        type: "value",
        min: -reach,
        max: reach,
        axisLabel: {
          color: colors.muted,
          formatter: growthTick,
        },
      }),
      series: sets.map((set, nth) => ({
        name: set,
        type: "scatter",
        symbolSize: width < 560 ? 5 : 7,
        itemStyle: { color: spec.colors.of(set, colors), opacity: 0.75 },
        data: shown
          .filter((point) => point.set === set)
          .map((point) => ({ value: [point.measured, error(point)], point })),
        ...(nth === 0 ? zeroBands(colors, "yAxis", [BAND]) : {}),
      })),
    }),
  });
}

function picture(spec: ScatterSpec, name: string, shown: ScatterPoint[]): HTMLElement {
  const [low, high] = positiveExtent(shown.flatMap((point) => [point.measured, point.predicted]));
  const sets = [...new Set(shown.map((point) => point.set))];
  return chart({
    title: name === "" ? spec.title : `${spec.title}: ${name}`,
    summary: summary(spec, shown),
    height: (width) => (width < 560 ? 360 : 480),
    option: (colors, width) => {
      const label = secondsTick;
      return {
        grid: { left: 20, right: 24, top: 12, bottom: 28, containLabel: true },
        tooltip: { trigger: "item", formatter: ({ data }: any) => pointTip(spec, data.point, colors) },
        xAxis: logAxis(colors, { min: low, max: high, label, name: "measured", tight: true }, width, {
          nameGap: 26,
        }),
        yAxis: logAxis(colors, { min: low, max: high, label, name: "predicted", tight: true }, width, {
          nameGap: 56,
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
          text: (point: ScatterPoint) => growth(error(point)),
          sort: error,
        },
      ],
    },
  });
}

/** All points, or those of one set. */
export function scatter(spec: ScatterSpec): HTMLElement {
  const sets = [...new Set(spec.points.map((point) => point.set))].sort((a, b) => a.localeCompare(b, "en"));
  const views = (name: string, points: ScatterPoint[]) => [
    picture(spec, name, points),
    errors(spec, name, points),
  ];
  const all = { name: "all", view: () => views("", spec.points) };
  if (sets.length < 2) return choice(spec.choose, [all]);
  return choice(spec.choose, [
    all,
    ...sets.map((set) => ({
      name: set,
      view: () =>
        views(
          set,
          spec.points.filter((point) => point.set === set),
        ),
    })),
  ]);
}
