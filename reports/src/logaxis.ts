// Logarithmic axes, and numbers short enough to stand at them.
import { axis } from "./chart";
import { scales, type Quantity } from "./format";
import type { Palette } from "./palette";

/** The power of two that a rounded size was. */
function octave(bytes: number): number {
  const power = 2 ** Math.round(Math.log2(bytes));
  return Math.abs(bytes / power - 1) < 1e-3 ? power : bytes;
}

/** "1 MiB", "30 µs": no more digits than the number has. */
export function tick(quantity: Quantity, value: number): string {
  const exact = quantity === "bytes" ? octave(value) : value;
  const { factor, unit } = scales[quantity](exact * (1 + 1e-9));
  return `${Number((exact / factor).toPrecision(3)).toLocaleString("en-US")} ${unit}`;
}

/** Seconds without minutes and hours, which do not go by powers of ten. */
export function secondsTick(value: number): string {
  return value < 0.999 ? tick("seconds", value) : `${Number(value.toPrecision(3)).toLocaleString("en-US")} s`;
}

export interface LogAxis {
  base?: 2 | 10;
  min: number;
  max: number;
  label(value: number): string;
  name?: string;
  /** No further than what is drawn. */
  tight?: boolean;
}

/** Of marks: few, and round. Where less than two powers of ten are shown, also twice and five times one. */
function marksOf(low: number, high: number, base: number, most: number): number[] {
  const log = (value: number) => Math.log(value) / Math.log(base);
  const first = Math.ceil(log(low) - 1e-6);
  const last = Math.floor(log(high) + 1e-6);
  if (base === 10 && last - first < 2) {
    const parts = [1, 2, 5].flatMap((part) => [
      part * 10 ** (first - 1),
      part * 10 ** first,
      part * 10 ** (first + 1),
    ]);
    return parts.filter((mark) => mark >= low * (1 - 1e-6) && mark <= high * (1 + 1e-6));
  }
  const step = Math.max(1, Math.ceil((last - first) / most));
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => base ** (first + i * step));
}

/** From `min` to `max`, in whole powers of ten or whole octaves unless `tight`, with few labels. */
export function logAxis(colors: Palette, spec: LogAxis, width: number, more: Record<string, unknown> = {}) {
  const base = spec.base ?? 10;
  const log = (value: number) => Math.log(value) / Math.log(base);
  const low = Math.floor(log(spec.min) + 1e-6);
  const high = Math.max(Math.ceil(log(spec.max) - 1e-6), low + 1);
  const [min, max] = spec.tight ? [spec.min / 1.15, spec.max * 1.15] : [base ** low, base ** high];
  const customValues = marksOf(min, max, base, width < 560 ? 4 : 8);
  return axis(colors, {
    type: "log",
    logBase: base,
    min,
    max,
    name: spec.name,
    nameLocation: "middle",
    axisTick: { show: false, customValues },
    axisLabel: { color: colors.muted, hideOverlap: true, customValues, formatter: spec.label },
    splitLine: { customValues, lineStyle: { color: colors.line, opacity: 0.6 } },
    minorTick: { show: false },
    ...more,
  });
}

/** The least and the greatest of them that can stand on a logarithmic axis. */
export function positiveExtent(values: Iterable<number>): [number, number] {
  let low = Infinity;
  let high = 0;
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > 0 ? [low, high] : [1, 10];
}
