// Where a time axis has its marks, and what it says there.
import { scales } from "../format";
import type { View } from "./columns";

export interface Tick {
  time: number;
  label: string;
}

/** What a mark of a unit may be a multiple of, besides the powers of ten of 1, 2 and 5. */
const PARTS: Record<string, number[]> = {
  h: [1, 2, 3, 6, 12, 24, 48],
  min: [1, 2, 5, 10, 15, 30, 60, 120],
};

/** The smallest round step that is at least `wanted`, in units. */
function roundStep(wanted: number, unit: string): number {
  const part = PARTS[unit]?.find((step) => step >= wanted);
  if (part !== undefined && wanted > 0.5) return part;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 5].find((digit) => digit * power >= wanted * (1 - 1e-9)) ?? 10);
}

/** "1,234.5": with the decimals that neighbours `step` apart need. */
function tickLabel(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toLocaleString("en-US", { minimumFractionDigits: 0, maximumFractionDigits: decimals });
}

/** Marks about `distance` pixels apart, counted from `origin`. The unit stands with each. */
export function ticks(view: View, origin: number, width: number, distance: number): Tick[] {
  const span = view.to - view.from;
  const { factor, unit } = scales.seconds(span);
  const step = roundStep((span / factor) * (distance / width), unit);
  const first = Math.ceil((view.from - origin) / factor / step - 1e-9);
  const last = Math.floor((view.to - origin) / factor / step + 1e-9);
  const result: Tick[] = [];
  for (let i = first; i <= last; i += 1) {
    const value = i * step + 0; // never -0
    result.push({ time: origin + value * factor, label: `${tickLabel(value, step)} ${unit}` });
  }
  return result;
}
