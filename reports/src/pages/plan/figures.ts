// What several sections of a plan's page are made of.
import { axis, chart, tooltip, type TooltipLine } from "../../chart";
import type { Summary } from "../../document";
import { grouped, human, humanRange, percent, scales, type Quantity } from "../../format";
import { short } from "../../measure";
import type { Palette } from "../../palette";
import type { Column } from "../../table";
import { widestOf } from "../../textwidth";

/** Entries whose mean is not zero, the largest first. */
export function largestFirst(entries: Record<string, Summary>): [string, Summary][] {
  return Object.entries(entries)
    .filter(([, { mean }]) => mean > 0)
    .sort(([, a], [, b]) => b.mean - a.mean);
}

/** p10 to p90; one figure where both are the same. */
export function range(quantity: Quantity, { p10, p90 }: Summary): string {
  const low = human(quantity, p10);
  return low === human(quantity, p90) ? low : humanRange(quantity, p10, p90);
}

/** The unit in which an axis up to `end` counts, so that its ticks are round. */
export function axisUnit(quantity: Quantity, end: number): { unit: string; of(value: number): number } {
  const { factor, unit } = scales[quantity](end);
  return { unit, of: (value) => value / factor };
}

/** A tick without more digits than it needs. */
export function tick(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString("en-US");
}

export interface Bar {
  name: string;
  value: number;
  /** At the end of the bar. */
  label: string;
  color?(colors: Palette): string;
  /** Below the name, in the tooltip. */
  lines?: TooltipLine[];
}

export interface BarsSpec {
  title: string;
  summary: string;
  bars: Bar[];
  columns?: Column<Bar>[];
}

/** Of a row, and of one whose name takes two lines. */
const ROW = 27;
const TALL_ROW = 34;

/** What names beside horizontal bars have: room for the widest, but not more than a part of the width. */
export function nameRoom(names: string[], width: number): number {
  return Math.min(widestOf(names) + 2, Math.round(width * 0.42), 340);
}

/** Rows are higher where one of the names is broken in two. */
export function rowHeight(names: string[], width: number): number {
  return widestOf(names) > nameRoom(names, width) ? TALL_ROW : ROW;
}

/** Names beside horizontal bars, the first on top; in two lines at most. */
export function nameAxis(colors: Palette, width: number, names: string[]): Record<string, unknown> {
  const room = nameRoom(names, width);
  return axis(colors, {
    type: "category",
    inverse: true,
    data: names,
    axisLine: { show: false },
    axisLabel: {
      color: colors.text,
      interval: 0,
      width: room,
      overflow: "break",
      lineHeight: 13,
      formatter: (name: string) => short(name, Math.floor(room / 3.6)),
    },
  });
}

/** Horizontal bars from zero, each with its figure behind it. */
export function bars(spec: BarsSpec): HTMLElement {
  const most = Math.max(...spec.bars.map(({ value }) => value));
  const names = spec.bars.map(({ name }) => name);
  const labels = spec.bars.map(({ label }) => label);
  return chart({
    title: spec.title,
    summary: spec.summary,
    height: (width) => spec.bars.length * rowHeight(names, width) + 12,
    option: (colors, width) => ({
      grid: {
        left: nameRoom(names, width) + 12,
        right: widestOf(labels) + 12,
        top: 4,
        bottom: 4,
        containLabel: false,
      },
      xAxis: { type: "value", show: false, min: 0, max: most || 1 },
      yAxis: nameAxis(colors, width, names),
      tooltip: {
        trigger: "item",
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const bar = spec.bars[dataIndex]!;
          return tooltip(bar.name, bar.lines ?? [{ label: "", value: bar.label }]);
        },
      },
      series: [
        {
          type: "bar",
          barWidth: 16,
          data: spec.bars.map((bar) => ({
            value: bar.value,
            itemStyle: { color: bar.color?.(colors) ?? colors.series[0], borderRadius: 2 },
          })),
          label: {
            show: true,
            position: "right",
            color: colors.text,
            formatter: ({ dataIndex }: { dataIndex: number }) => spec.bars[dataIndex]!.label,
          },
        },
      ],
    }),
    data: {
      caption: spec.title,
      rows: spec.bars,
      columns: spec.columns ?? [
        { label: "What", text: (bar) => bar.name, sort: (bar) => bar.name },
        { label: "Value", numeric: true, text: (bar) => bar.label, sort: (bar) => bar.value },
      ],
    },
  });
}

/** What the program says, as a sentence: "spares: 16 rented" is "Spares: 16 rented.". */
export function sentence(text: string): string {
  const trimmed = text.trim().replaceAll(/\s+/g, " ").replaceAll(" %", "\u00a0%");
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
}

/** A mean count: 663, 50.7, 0.02. */
export function few(value: number): string {
  return value >= 1000 ? grouped(value) : String(Number(value.toPrecision(3)));
}

/** A share of a whole; what is there is never said to be nothing. */
export function part(share: number): string {
  return share > 0 && share < 0.0005 ? "< 0.1\u00a0%" : percent(share);
}

/** Those below `least` of the whole together, behind the others, where they are more than one. */
export function gathered(bars: Bar[], least: number, together: (sum: number) => string): Bar[] {
  const whole = bars.reduce((sum, { value }) => sum + value, 0);
  const small = bars.filter(({ value }) => value < least * whole);
  if (small.length < 2) return bars;
  const sum = small.reduce((total, { value }) => total + value, 0);
  return [
    ...bars.filter((bar) => !small.includes(bar)),
    {
      name: `${small.length} small ones`,
      value: sum,
      label: together(sum),
      color: (colors) => colors.series[9]!,
      lines: small.map(({ name, label }) => ({ label: name, value: label })),
    },
  ];
}

/** "12.3 days, 4.5 %". */
export function withShare(quantity: Quantity, value: number, whole: number): string {
  return `${human(quantity, value)}, ${part(value / whole)}`;
}
