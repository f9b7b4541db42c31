// What a figure is, so that it can be written and drawn: its label, and how its size is said.
import { grouped, human, humanRange, percent, scales, significant, type Quantity } from "./format";

export type Kind = Quantity | "share" | "count" | "number";

export interface Measure {
  key: string;
  label: string;
  kind: Kind;
}

/** Of an axis: what its numbers are divided by, and their unit. */
export interface AxisScale {
  factor: number;
  unit: string;
}

export function axisScale(kind: Kind, values: number[]): AxisScale {
  if (kind === "share") return { factor: 0.01, unit: "%" };
  if (kind === "count" || kind === "number") return { factor: 1, unit: "" };
  return scales[kind](Math.max(0, ...values.map(Math.abs)));
}

const WIDE = 10;
const HEAP = 0.15;

/** Most of them are a heap at the low end: they are told apart on a logarithmic axis only. */
export function heaped(values: number[]): boolean {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[0] ?? 0, sorted[sorted.length - 1] ?? 0];
  if (low <= 0 || high / low <= WIDE) return false;
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  return middle - low < HEAP * (high - low);
}

/** "35.3 M USD", "48.9 %", "2,048". */
export function measured(kind: Kind, value: number): string {
  if (kind === "share") return percent(value);
  if (kind === "count") return grouped(value);
  if (kind === "number") return Number.isInteger(value) ? grouped(value) : significant(value);
  return human(kind, value);
}

/** "33.5 to 37.2 M USD": both in the unit of their middle. */
export function rangeOf(kind: Kind, low: number, high: number): string {
  if (kind === "share" || kind === "count" || kind === "number")
    return `${measured(kind, low)} to ${measured(kind, high)}`;
  return humanRange(kind, low, high);
}

/** "cost, M USD"; "CO₂e, kg": not twice of what. */
export function axisName(label: string, { unit }: AxisScale): string {
  const short = label.includes("CO₂e") ? unit.replace(" CO₂e", "") : unit;
  return short ? `${label}, ${short}` : label;
}

/** A tick of an axis. */
export function tick(value: number): string {
  if (Math.abs(value) >= 1e4) return grouped(value);
  return Number(value.toPrecision(4)).toLocaleString("en-US");
}

/** Cut where a label must be short; the whole name stands elsewhere. */
export function short(name: string, length = 28): string {
  const letters = [...name];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : name;
}

/** The kind of a figure by the end of its name: "wall_time_s", "peak_memory_bytes". */
export function kindOf(name: string): Kind {
  if (/_s$/.test(name)) return "seconds";
  if (/_usd$/.test(name)) return "usd";
  if (/_j$/.test(name)) return "joules";
  if (/_kg$/.test(name)) return "kilograms";
  if (/_bytes$/.test(name)) return "bytes";
  if (name === "mfu" || name === "ettr") return "share";
  return "number";
}
