// What costs little and takes long, against what is fast and dear: points over two quantities, both
// of which should be small, with ranges and the line of those that nothing beats.
import type { EChartsCoreOption } from "echarts/core";
import { axis, legend, liveChart, tooltip, type TooltipLine } from "./chart";
import { controls, select } from "./controls";
import {
  axisName,
  axisScale,
  heaped,
  measured,
  rangeOf,
  short,
  tick,
  type AxisScale,
  type Measure,
} from "./measure";
import { logAxis, positiveExtent } from "./logaxis";
import type { Palette } from "./palette";
import type { TableOptions } from "./table";

export interface Estimate {
  mean: number;
  p10?: number;
  p90?: number;
}

export interface ParetoPoint {
  name: string;
  group: string;
  /** Written beside the point. */
  label?: string;
  /** By the key of the measure. */
  values: Record<string, Estimate | undefined>;
  /** Where there is no room for the label. */
  brief?: string;
  /** Without its range. */
  bare?: boolean;
  /** What the tooltip says besides. */
  lines?: TooltipLine[];
}

export interface ParetoGroup {
  name: string;
  color(colors: Palette): string;
  size: number;
  /** Drawn faintly: what is worse than something else. */
  pale?: boolean;
}

export interface ParetoSpec {
  measures: Measure[];
  /** Keys of what is chosen at first. */
  x: string;
  y: string;
  groups: ParetoGroup[];
  points: ParetoPoint[];
  /** One sentence more, whatever is chosen. */
  note?: string;
  data?: TableOptions<any>;
}

const MOST_WHISKERS = 8;

interface Shown {
  point: ParetoPoint;
  x: Estimate;
  y: Estimate;
}

function shownOf(points: ParetoPoint[], x: Measure, y: Measure): Shown[] {
  return points.flatMap((point) => {
    const [at, up] = [point.values[x.key], point.values[y.key]];
    return at && up ? [{ point, x: at, y: up }] : [];
  });
}

/** Those that no other is better than in one and as good as in the other, from left to right. */
export function front<T extends { x: Estimate; y: Estimate }>(all: T[]): T[] {
  const sorted = [...all].sort((a, b) => a.x.mean - b.x.mean || a.y.mean - b.y.mean);
  let least = Infinity;
  return sorted.filter(({ y }) => {
    if (y.mean >= least) return false;
    least = y.mean;
    return true;
  });
}

/** ": a, b, c", where they are few; of two it was said already. */
function named(list: string[]): string {
  return list.length === 3 ? `: ${list.map((name) => short(name, 60)).join(", ")}` : "";
}

function summary(shown: Shown[], x: Measure, y: Measure, note: string | undefined): string {
  if (shown.length === 0) return "Nothing has both figures.";
  const least = (of: (one: Shown) => number) => shown.reduce((a, b) => (of(b) < of(a) ? b : a));
  const left = least((one) => one.x.mean);
  const low = least((one) => one.y.mean);
  const figures = `${measured(x.kind, left.x.mean)} and ${measured(y.kind, left.y.mean)}`;
  const best = front(shown).map(({ point }) => point.name);
  const texts = [
    left === low
      ? `Least ${x.label} and least ${y.label}: ${left.point.name}, ${figures}.`
      : `Least ${x.label}: ${left.point.name}, ${measured(x.kind, left.x.mean)}; ` +
        `least ${y.label}: ${low.point.name}, ${measured(y.kind, low.y.mean)}.`,
    best.length === 1
      ? "Nothing is better in either."
      : `The line joins the ${best.length} that nothing beats in both${named(best)}.`,
  ];
  if (note) texts.push(note);
  const logarithmic = [
    acrossOf(
      x,
      shown.map((one) => one.x),
    ).log && x.label,
    acrossOf(
      y,
      shown.map((one) => one.y),
    ).log && y.label,
  ];
  const names = logarithmic.filter(Boolean);
  if (names.length > 0) texts.push(`Logarithmic: ${names.join(" and ")}.`);
  return texts.join(" ");
}

/** Along one axis: how its numbers are written, and from where to where it goes if it is logarithmic. */
interface Across {
  scale: AxisScale;
  log?: [number, number];
}

function acrossOf(measure: Measure, estimates: Estimate[]): Across {
  const [low, high] = positiveExtent(estimates.map(({ mean }) => mean));
  if (!heaped(estimates.map(({ mean }) => mean)))
    return {
      scale: axisScale(
        measure.kind,
        estimates.map(({ p90, mean }) => p90 ?? mean),
      ),
    };
  const scale = axisScale(measure.kind, [Math.sqrt(low * high)]);
  const ends = positiveExtent(estimates.flatMap(({ mean, p10, p90 }) => [mean, p10 ?? mean, p90 ?? mean]));
  // Names stand around the points, so there must be room at both ends.
  const room = (ends[1] / ends[0]) ** 0.08;
  return { scale, log: [ends[0] / scale.factor / room, (ends[1] / scale.factor) * room] };
}

function whiskers(shown: Shown[], x: AxisScale, y: AxisScale, color: string): object {
  const rows = shown.map((one) => [
    one.x.mean / x.factor,
    one.y.mean / y.factor,
    (one.x.p10 ?? one.x.mean) / x.factor,
    (one.x.p90 ?? one.x.mean) / x.factor,
    (one.y.p10 ?? one.y.mean) / y.factor,
    (one.y.p90 ?? one.y.mean) / y.factor,
  ]);
  return {
    type: "custom",
    silent: true,
    z: 1,
    encode: { x: [0, 2, 3], y: [1, 4, 5] },
    data: rows,
    renderItem: (_: unknown, api: any) => {
      const at = (a: number, b: number) => api.coord([api.value(a), api.value(b)]);
      const line = (from: number[], to: number[]) => ({
        type: "line",
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: color, lineWidth: 1.5, opacity: 0.55 },
      });
      return { type: "group", children: [line(at(2, 1), at(3, 1)), line(at(0, 4), at(0, 5))] };
    },
  };
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const apart = (a: Box, b: Box) =>
  a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;

/** Names beside their points: at the first place where nothing else stands; where there is none, not. */
function labels(shown: Shown[], x: AxisScale, y: AxisScale, colors: Palette, length: number): object {
  // From the right: a name then stands to the left of what is close to its right.
  const labelled = shown.filter(({ point }) => point.label).sort((a, b) => b.x.mean - a.x.mean);
  let taken: Box[] = [];
  return {
    type: "custom",
    silent: true,
    z: 6,
    data: labelled.map((one) => [one.x.mean / x.factor, one.y.mean / y.factor]),
    renderItem: ({ dataIndex, coordSys }: any, api: any) => {
      const at = (one: Shown) =>
        api.coord([one.x.mean / x.factor, one.y.mean / y.factor]) as [number, number];
      if (dataIndex === 0) {
        taken = labelled.map((one) => {
          const [left, top] = at(one);
          return { left: left - 7, right: left + 7, top: top - 16, bottom: top + 16 };
        });
      }
      const { label, brief } = labelled[dataIndex]!.point;
      const [px, py] = at(labelled[dataIndex]!);
      const placeFor = (text: string) => {
        const width = 6.9 * text.length;
        const box = [-15, 15, -31, 31, -47, 47]
          .flatMap((shift) => [10, -10 - width].map((side) => ({ left: px + side, top: py + shift - 7 })))
          .map(({ left, top }) => ({ left, top, right: left + width, bottom: top + 14 }))
          .find(
            (one) =>
              one.left > coordSys.x &&
              one.top > coordSys.y - 12 &&
              one.bottom < coordSys.y + coordSys.height &&
              one.right < api.getWidth() - 2 &&
              taken.every((other, i) => i === dataIndex || apart(one, other)),
          );
        return box && { text, box };
      };
      const found = placeFor(short(label!, length)) ?? (brief ? placeFor(brief) : undefined);
      if (!found) return undefined;
      const { text, box } = found;
      taken.push(box);
      return {
        type: "text",
        x: box.left,
        y: (box.top + box.bottom) / 2,
        style: {
          text,
          fill: colors.text,
          fontSize: 12,
          verticalAlign: "middle",
          stroke: colors.background,
          lineWidth: 3,
        },
      };
    },
  };
}

function tip({ point, x, y }: Shown, across: Measure, up: Measure): HTMLElement {
  const line = (measure: Measure, { mean, p10, p90 }: Estimate): TooltipLine[] => [
    { label: measure.label, value: measured(measure.kind, mean) },
    ...(p10 !== undefined && p90 !== undefined
      ? [{ label: "p10 to p90", value: rangeOf(measure.kind, p10, p90) }]
      : []),
  ];
  return tooltip(point.name, [...line(across, x), ...line(up, y), ...(point.lines ?? [])]);
}

function axisOf(
  colors: Palette,
  { log }: Across,
  width: number,
  more: Record<string, unknown>,
): Record<string, unknown> {
  if (log) return logAxis(colors, { min: log[0], max: log[1], label: tick, tight: true }, width, more);
  return axis(colors, {
    type: "value",
    scale: true,
    splitNumber: width < 500 && more["nameLocation"] === "middle" ? 3 : 6,
    axisLabel: { color: colors.muted, formatter: tick, hideOverlap: true },
    ...more,
  });
}

function option(spec: ParetoSpec, x: Measure, y: Measure, colors: Palette, width: number): EChartsCoreOption {
  const shown = shownOf(spec.points, x, y);
  // Of many, ranges would hide the points: those that are named have theirs.
  const ranged = shown.filter(
    ({ point, x, y }) =>
      (x.p10 ?? y.p10) !== undefined && !point.bare && (shown.length <= MOST_WHISKERS || point.label),
  );
  const across = acrossOf(
    x,
    shown.map((one) => one.x),
  );
  const up = acrossOf(
    y,
    shown.map((one) => one.y),
  );
  const [xs, ys] = [across.scale, up.scale];
  const narrow = width < 500;
  const line = front(shown);
  const groups = spec.groups.filter(({ name }) => shown.some(({ point }) => point.group === name));
  const series: object[] = groups.map((group) => ({
    type: "scatter",
    name: group.name,
    z: group.pale ? 2 : 3,
    symbolSize: group.size,
    itemStyle: {
      color: group.pale ? colors.background : group.color(colors),
      borderColor: group.pale ? group.color(colors) : colors.background,
      borderWidth: group.pale ? 1.5 : 1,
      opacity: 1,
    },
    data: shown
      .filter(({ point }) => point.group === group.name)
      .map((one) => ({ value: [one.x.mean / xs.factor, one.y.mean / ys.factor], one })),
  }));
  if (ranged.length > 0) series.push(whiskers(ranged, xs, ys, colors.muted));
  series.push(labels(shown, xs, ys, colors, narrow ? 22 : 30));
  if (line.length > 1) {
    series.push({
      type: "line",
      step: "end",
      silent: true,
      showSymbol: false,
      lineStyle: { color: colors.accent, width: 1.5, type: "dashed" },
      data: line.map((one) => [one.x.mean / xs.factor, one.y.mean / ys.factor]),
    });
  }
  return {
    legend: groups.length > 1 ? legend(colors, { data: groups.map(({ name }) => name) }) : undefined,
    grid: { top: groups.length > 1 ? 56 : 32, right: narrow ? 24 : 60, bottom: 34 },
    tooltip: { trigger: "item", formatter: ({ data }: any) => tip(data.one, x, y) },
    xAxis: axisOf(colors, across, width, {
      name: axisName(x.label, xs),
      nameLocation: "middle",
      nameGap: 30,
    }),
    yAxis: axisOf(colors, up, width, {
      name: axisName(y.label, ys),
      nameLocation: "end",
      nameTextStyle: { color: colors.muted, align: "left", padding: [0, 0, 0, -18] },
    }),
    series,
  };
}

/** The figure, with lists of what lies along its axes. */
export function pareto(spec: ParetoSpec): HTMLElement {
  const measures = spec.measures.filter(({ key }) => spec.points.some(({ values }) => values[key]));
  const choices = measures.map(({ key, label }) => ({ value: key, label }));
  const known = (key: string, otherwise: number) =>
    measures.some((measure) => measure.key === key) ? key : (measures[otherwise] ?? measures[0])!.key;
  const of = (key: string) => measures.find((measure) => measure.key === key)!;
  const across = select("Across", choices, known(spec.x, 0), () => update());
  const up = select("Up", choices, known(spec.y, 1), () => update());
  const changes = () => {
    const [x, y] = [of(across.value()), of(up.value())];
    return {
      title: `${capital(y.label)} against ${x.label}: less of both is better`,
      summary: summary(shownOf(spec.points, x, y), x, y, spec.note),
      option: (colors: Palette, width: number) => option(spec, x, y, colors, width),
    };
  };
  const live = liveChart({
    ...changes(),
    height: (width) => (width < 500 ? 360 : 420),
    controls: measures.length > 2 ? controls(across.element, up.element) : undefined,
    ...(spec.data && { data: spec.data }),
  });
  const update = () => live.update(changes());
  return live.figure;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
