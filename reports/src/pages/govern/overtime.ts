// Time as an axis, and means over bins of it.
import { axis } from "../../chart";
import { scales, significant } from "../../format";
import type { Palette } from "../../palette";

export interface TimeAxis {
  factor: number;
  unit: string;
}

/** How long what is drawn went, and how far its axis goes. */
export interface Extent {
  wall: number;
  span: number;
}

export const timeAxis = (wall: number): TimeAxis => scales.seconds(wall);

export function xAxis(colors: Palette, { span }: Extent, more: Record<string, unknown> = {}) {
  const { factor, unit } = timeAxis(span);
  return axis(colors, {
    type: "value",
    min: 0,
    max: span / factor,
    name: unit,
    nameLocation: "middle",
    nameGap: 26,
    splitLine: { show: false },
    axisLabel: { color: colors.muted, hideOverlap: true, showMaxLabel: false },
    ...more,
  });
}

/** Points of steps: each bin keeps its mean until the next one begins, the last one to the end. */
export function steps(values: number[], width: number, { wall, span }: Extent): [number, number][] {
  const { factor } = timeAxis(span);
  const points = values.map((value, i): [number, number] => [(i * width) / factor, value]);
  if (values.length > 0) points.push([wall / factor, values[values.length - 1]!]);
  return points;
}

/** "2 h", "4.57 min": how long a bin is. */
export function long(width: number): string {
  const { factor, unit } = timeAxis(width);
  return `${Number((width / factor).toPrecision(3))}\u00a0${unit}`;
}

/** "3.25 to 3.33 days". */
export function moment(bin: number, width: number, { wall, span }: Extent): string {
  const { factor, unit } = timeAxis(span);
  const from = (bin * width) / factor;
  const to = Math.min(((bin + 1) * width) / factor, wall / factor);
  return `${significant(from)} to ${significant(to)}\u00a0${unit}`;
}

/** Neighbours merged until there are at most `most` of them. */
export function merged(values: number[], most: number): { values: number[]; by: number } {
  const by = Math.max(1, Math.ceil(values.length / most));
  const result: number[] = [];
  for (let i = 0; i < values.length; i += by) {
    const part = values.slice(i, i + by);
    result.push(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return { values: result, by };
}

export const largest = (values: number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
