// What several sections of a plan's page are made of.
import { axis, chart, tooltip, type TooltipLine } from "../../chart";
import type { Summary } from "../../document";
import { human, humanRange, percent, scales, type Quantity } from "../../format";
import { short } from "../../measure";
import type { Palette } from "../../palette";
import type { Column } from "../../table";

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

const ROW = 27;

/** Horizontal bars from zero, each with its figure behind it. */
export function bars(spec: BarsSpec): HTMLElement {
  const most = Math.max(...spec.bars.map(({ value }) => value));
  return chart({
    title: spec.title,
    summary: spec.summary,
    height: spec.bars.length * ROW + 12,
    option: (colors, width) => ({
      grid: { left: nameWidth(width) + 12, right: 136, top: 4, bottom: 4, containLabel: false },
      xAxis: { type: "value", show: false, min: 0, max: most || 1 },
      yAxis: nameAxis(
        colors,
        width,
        spec.bars.map(({ name }) => name),
      ),
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

export function nameWidth(width: number): number {
  return Math.round(Math.min(190, width * 0.36));
}

/** Names beside horizontal bars, the first on top, cut where they are too long. */
export function nameAxis(colors: Palette, width: number, names: string[]): Record<string, unknown> {
  const room = nameWidth(width);
  return axis(colors, {
    type: "category",
    inverse: true,
    data: names,
    axisLine: { show: false },
    axisLabel: {
      color: colors.text,
      interval: 0,
      width: room,
      overflow: "truncate",
      formatter: (name: string) => short(name, Math.floor(room / 6)),
    },
  });
}

/** "12.3 days, 4.5 %". */
export function withShare(quantity: Quantity, value: number, whole: number): string {
  return `${human(quantity, value)}, ${percent(value / whole)}`;
}
