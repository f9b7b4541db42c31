// A legend takes as many lines as its names need, and what is drawn begins below them: nothing of it is
// hidden behind arrows, on a phone neither.
import type { EChartsCoreOption } from "echarts/core";
import type { Palette } from "./palette";
import { FONT_PX, textWidth } from "./textwidth";

const SYMBOL = 12;
/** Between symbol and name, between entries, and around the legend: what ECharts has. */
const INSIDE = 5;
const GAP = 8;
const PADDING = 5;
const LINE = FONT_PX + GAP + 2;
/** Names in more lines than these are paged after all. */
const MOST_LINES = 8;
/** From the last line to what is drawn: more where words stand there. */
const BELOW = 4;
const BELOW_WITH_WORDS = 22;

type Props = Record<string, any>;

/** What explains the colours, above the drawing. */
export function legend(colors: Palette, more: Props = {}): Props {
  return {
    type: "plain",
    top: 0,
    left: 0,
    itemWidth: SYMBOL,
    itemHeight: SYMBOL,
    itemGap: GAP,
    padding: [PADDING, 0],
    textStyle: { color: colors.text, fontSize: FONT_PX },
    pageTextStyle: { color: colors.muted },
    pageIconColor: colors.accent,
    ...more,
  };
}

function namesIn(of: Props, series: Props[]): string[] {
  const entries: unknown[] = of["data"] ?? [...new Set(series.map(({ name }) => name))];
  const names = entries.map((entry) => String((entry as Props)?.["name"] ?? entry));
  return typeof of["formatter"] === "function" ? names.map((name) => String(of["formatter"](name))) : names;
}

function linesOf(names: string[], gap: number, width: number): number {
  let lines = 1;
  let x = 0;
  for (const name of names) {
    const own = SYMBOL + INSIDE + textWidth(name);
    if (x > 0 && x + own > width) {
      lines += 1;
      x = 0;
    }
    x += own + gap;
  }
  return lines;
}

const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The name of an axis, or what a marked line says. */
function hasWordsAbove({ yAxis, xAxis, series }: Props): boolean {
  const named = list<Props>(yAxis).some(({ name, nameLocation, gridIndex = 0 }) => {
    return name && nameLocation !== "middle" && gridIndex === 0;
  });
  const above = list<Props>(xAxis).some(({ position }) => position === "top");
  return named || above || list<Props>(series).some(({ markLine }) => markLine);
}

function lowered(frame: Props, by: number): Props {
  return typeof frame["top"] === "number" ? { ...frame, top: frame["top"] + by } : frame;
}

/** What is drawn, moved below its legend; `more` is by how many pixels it is higher then. */
export function belowLegend(
  option: EChartsCoreOption,
  width: number,
): { option: EChartsCoreOption; more: number } {
  const given = option as Props;
  const of: Props | undefined = given["legend"];
  if (!of || of["type"] !== "plain" || of["top"] !== 0 || of["orient"] === "vertical")
    return { option, more: 0 };
  const lines = linesOf(namesIn(of, list(given["series"])), of["itemGap"], width);
  if (lines > MOST_LINES) return { option: { ...given, legend: { ...of, type: "scroll" } }, more: 0 };
  const frames = [...list<Props>(given["grid"]), ...list<Props>(given["parallel"])];
  const tops = frames.map(({ top }) => top).filter((top) => typeof top === "number");
  const own = 2 * PADDING + lines * LINE - GAP;
  const below = given["parallel"] || hasWordsAbove(given) ? BELOW_WITH_WORDS : BELOW;
  const more = Math.max(0, own + below - Math.min(...tops));
  if (tops.length === 0 || more === 0) return { option, more: 0 };
  const moved: Props = { ...given };
  for (const key of ["grid", "parallel"]) {
    const value = given[key];
    if (value)
      moved[key] = Array.isArray(value) ? value.map((each) => lowered(each, more)) : lowered(value, more);
  }
  return { option: moved, more };
}
