// A figure along one input, with its range, and if wanted a line for each value of another.
import type { EChartsCoreOption } from "echarts/core";
import { axis, legend, liveChart, tooltip } from "../../chart";
import { controls, select } from "../../controls";
import { percent } from "../../format";
import { axisName, axisScale, measured, rangeOf, short, tick } from "../../measure";
import type { Palette } from "../../palette";
import { Held } from "./held";
import { meanOf, scaleOf, type Figure, type Input, type Points } from "./points";

interface Stop {
  level: number;
  mean: number;
  low: number | undefined;
  high: number | undefined;
}

interface Line {
  name: string;
  stops: Stop[];
}

const MOST_LINES = 8;
const CLOSE = 0.02;
const WIDE = 30;

function stopsOf(points: Points, rows: number[], input: Input, figure: Figure): Stop[] {
  const groups: number[][] = input.levels.map(() => []);
  for (const row of rows) {
    const level = input.of[row];
    if (level !== undefined) groups[level]!.push(row);
  }
  return groups.flatMap((of, level) => {
    const mean = meanOf(points.table, figure.key, of);
    if (mean === undefined) return [];
    return [
      {
        level,
        mean,
        low: figure.low === undefined ? undefined : meanOf(points.table, figure.low, of),
        high: figure.high === undefined ? undefined : meanOf(points.table, figure.high, of),
      },
    ];
  });
}

function linesOf(
  points: Points,
  rows: number[],
  input: Input,
  figure: Figure,
  by: Input | undefined,
): Line[] {
  if (!by) return [{ name: figure.label, stops: stopsOf(points, rows, input, figure) }];
  return by.levels
    .map(({ label }, i) => ({
      name: `${by.label} ${label}`,
      stops: stopsOf(
        points,
        rows.filter((row) => by.of[row] === i),
        input,
        figure,
      ),
    }))
    .filter(({ stops }) => stops.length > 0);
}

/** From p10 to p90 at each of several words: there is nothing between them. */
function ranges(name: string, stops: Stop[], factor: number, color: string): object {
  return {
    type: "custom",
    name,
    silent: true,
    z: 1,
    encode: { x: 0, y: [1, 2] },
    data: stops.map(({ level, low, high }) => [level, low! / factor, high! / factor]),
    renderItem: (_: unknown, api: any) => {
      const [x, bottom] = api.coord([api.value(0), api.value(1)]);
      const top = api.coord([api.value(0), api.value(2)])[1];
      return {
        type: "rect",
        shape: { x: x - 9, y: top, width: 18, height: bottom - top, r: 3 },
        style: { fill: color, opacity: 0.2 },
      };
    },
  };
}

function option(
  lines: Line[],
  input: Input,
  figure: Figure,
  colors: Palette,
  width: number,
): EChartsCoreOption {
  const narrow = width < 500;
  const numeric = input.levels.every(({ at }) => at !== undefined);
  const places = input.levels.map(({ at }) => at ?? 0);
  const wide = numeric && Math.min(...places) > 0 && Math.max(...places) / Math.min(...places) >= WIDE;
  const xs = numeric ? axisScale(input.kind, places) : { factor: 1, unit: "" };
  const ys = scaleOf(
    figure,
    lines.flatMap(({ stops }) => stops.map(({ high, mean }) => high ?? mean)),
  );
  const at = ({ level }: Stop) => (numeric ? places[level]! / xs.factor : level);
  const series = lines.flatMap(({ name, stops }, i) => {
    const color = colors.series[i % colors.series.length]!;
    const band = stops.every(({ low, high }) => low !== undefined && high !== undefined);
    const one = {
      type: "line",
      name,
      symbol: "circle",
      symbolSize: numeric ? 7 : 11,
      itemStyle: { color },
      lineStyle: { color, width: numeric ? 2.2 : 0 },
      z: 5,
      data: stops.map((stop) => ({ value: [at(stop), stop.mean / ys.factor], stop })),
    };
    if (!band) return [one];
    if (!numeric) return [one, ranges(name, stops, ys.factor, color)];
    const outline = [
      ...stops.map((stop) => [at(stop), stop.low! / ys.factor]),
      ...[...stops].reverse().map((stop) => [at(stop), stop.high! / ys.factor]),
    ];
    const area = {
      type: "custom",
      name,
      silent: true,
      z: 1,
      encode: { x: 0, y: 1 },
      data: outline,
      renderItem: ({ dataIndex }: any, api: any) =>
        dataIndex > 0
          ? undefined
          : {
              type: "polygon",
              shape: { points: outline.map((corner) => api.coord(corner)) },
              style: { fill: color, opacity: lines.length > 3 ? 0.05 : 0.15 },
            },
    };
    return [one, area];
  });
  return {
    legend: lines.length > 1 ? legend(colors, { data: lines.map(({ name }) => name) }) : undefined,
    grid: { top: lines.length > 1 ? 58 : 34, right: 24, bottom: 34 },
    tooltip: {
      trigger: "item",
      formatter: ({ data, seriesName }: any) => {
        const { level, mean, low, high }: Stop = data.stop;
        return tooltip(
          `${input.label} ${input.levels[level]!.label}${lines.length > 1 ? `, ${seriesName}` : ""}`,
          [
            { label: `mean ${figure.label}`, value: measured(figure.kind, mean) },
            ...(low !== undefined && high !== undefined
              ? [{ label: "p10 to p90", value: rangeOf(figure.kind, low, high) }]
              : []),
          ],
        );
      },
    },
    xAxis: axis(colors, {
      ...(numeric
        ? { type: wide ? "log" : "value", scale: true }
        : { type: "category", data: input.levels.map(({ label }) => label) }),
      name: numeric ? axisName(input.label, xs) : input.label,
      nameLocation: "middle",
      nameGap: 30,
      splitNumber: narrow ? 3 : 6,
      axisLabel: {
        color: colors.muted,
        formatter: (value: number | string) => (typeof value === "number" ? tick(value) : short(value, 18)),
        hideOverlap: true,
      },
    }),
    yAxis: axis(colors, {
      type: "value",
      scale: true,
      name: axisName(figure.label, ys),
      nameTextStyle: { color: colors.muted, align: "left", padding: [0, 0, 0, -18] },
      axisLabel: { color: colors.muted, formatter: tick },
    }),
    series,
  };
}

/** Where lines lie on one another, only one is seen. */
function together(lines: Line[], input: Input): string {
  if (lines.length < 2) return "";
  const spreads = input.levels.flatMap((_, level) => {
    const means = lines.flatMap(({ stops }) =>
      stops.filter((stop) => stop.level === level).map(({ mean }) => mean),
    );
    return means.length > 1 ? [Math.max(...means) / Math.min(...means) - 1] : [];
  });
  const most = Math.max(...spreads);
  if (spreads.length === 0 || most > CLOSE) return "";
  return most < 1e-3
    ? " The lines lie on one another."
    : ` The lines are within ${percent(most)} of one another.`;
}

function summary(lines: Line[], input: Input, figure: Figure, held: string): string {
  const stops = lines.flatMap(({ name, stops }) => stops.map((stop) => ({ ...stop, name })));
  if (stops.length === 0) return `No point has a forecast.${held}`;
  const sorted = [...stops].sort((a, b) => a.mean - b.mean);
  const say = (stop: Stop & { name: string }) =>
    `${measured(figure.kind, stop.mean)} (${input.label} ${input.levels[stop.level]!.label}` +
    (lines.length > 1 ? `, ${stop.name})` : ")");
  const band = figure.low ? " Shaded: p10 to p90 of the runs." : "";
  return `Least ${say(sorted[0]!)}, most ${say(sorted[sorted.length - 1]!)}.${together(lines, input)}${band}${held}`;
}

export function line(points: Points): HTMLElement {
  const inputs = points.varied;
  const of = (name: string) => inputs.find((input) => input.name === name);
  const update = () => live.update(changes());
  const along = select(
    "Along",
    inputs.map(({ name, label }) => ({ value: name, label })),
    inputs[0]!.name,
    update,
  );
  const quantity = select(
    "Figure",
    points.figures.map(({ key, label }) => ({ value: key, label })),
    points.figures[0]!.key,
    update,
  );
  const few = inputs.filter(({ levels }) => levels.length <= MOST_LINES);
  const by = select(
    "A line for each",
    [{ value: "", label: "one line for all" }, ...few.map(({ name, label }) => ({ value: name, label }))],
    "",
    update,
  );
  const held = new Held(inputs, update);
  const changes = () => {
    const input = of(along.value())!;
    const other = by.value() === input.name ? undefined : of(by.value());
    const figure = points.figures.find(({ key }) => key === quantity.value())!;
    const drawn = other ? [input, other] : [input];
    held.hide(drawn);
    const lines = linesOf(points, held.rows(points.ok, drawn), input, figure, other);
    return {
      title: `Mean ${figure.label} along ${input.label}`,
      summary: summary(lines, input, figure, held.words(drawn)),
      option: (colors: Palette, width: number) => option(lines, input, figure, colors, width),
      data: {
        caption: `${figure.label} by ${input.label}`,
        rows: lines.flatMap(({ name, stops }) => stops.map((stop) => ({ ...stop, name }))),
        columns: [
          {
            label: input.label,
            text: ({ level }: Stop) => input.levels[level]!.label,
            sort: ({ level }: Stop) => level,
          },
          { label: "Line", text: ({ name }: any) => name, sort: ({ name }: any) => name },
          {
            label: "Mean",
            numeric: true,
            text: ({ mean }: Stop) => measured(figure.kind, mean),
            sort: ({ mean }: Stop) => mean,
          },
          {
            label: "p10 to p90",
            numeric: true,
            text: ({ low, high }: Stop) =>
              low === undefined || high === undefined ? "–" : rangeOf(figure.kind, low, high),
          },
        ],
      },
    };
  };
  const live = liveChart({
    ...changes(),
    height: 380,
    controls: controls(
      along.element,
      quantity.element,
      ...(inputs.length > 1 ? [by.element] : []),
      ...held.elements(),
    ),
  });
  return live.figure;
}
