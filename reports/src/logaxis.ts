// Logarithmic axes, and numbers short enough to stand at them.
import { axis } from "./chart";
import { scales, type Quantity } from "./format";
import type { Palette } from "./palette";

/** "1 MiB", "30 µs": no more digits than the number has. */
export function tick(quantity: Quantity, value: number): string {
  const { factor, unit } = scales[quantity](value * (1 + 1e-9));
  return `${Number((value / factor).toPrecision(3)).toLocaleString("en-US")} ${unit}`;
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
}

/** From `min` to `max` in whole powers of ten, or in whole octaves, with few labels. */
export function logAxis(colors: Palette, spec: LogAxis, width: number, more: Record<string, unknown> = {}) {
  const base = spec.base ?? 10;
  const log = (value: number) => Math.log(value) / Math.log(base);
  const low = Math.floor(log(spec.min) + 1e-6);
  const high = Math.max(Math.ceil(log(spec.max) - 1e-6), low + 1);
  const step = Math.max(1, Math.ceil((high - low) / (width < 560 ? 4 : 8)));
  return axis(colors, {
    type: "log",
    logBase: base,
    min: base ** low,
    max: base ** high,
    name: spec.name,
    nameLocation: "middle",
    axisLabel: {
      color: colors.muted,
      hideOverlap: true,
      formatter: (value: number) => {
        const power = Math.round(log(value));
        return Math.abs(log(value) - power) < 1e-6 && (power - low) % step === 0 ? spec.label(value) : "";
      },
    },
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
