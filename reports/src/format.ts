// Numbers as people read them: the rules of src/report/human.h. Input is in SI units and USD. A number
// and its unit stay on one line: the space between them is one that does not break.

interface Scale {
  factor: number;
  unit: string;
}

/** The largest unit that leaves at least 1; the smallest if none does. */
function pick(value: number, scales: Scale[]): Scale {
  const size = Math.abs(value);
  return scales.find(({ factor }) => size >= factor) ?? scales[scales.length - 1]!;
}

export const SPACE = "\u00a0";

const DAY = 86400;
const HOUR = 3600;

export const scales = {
  seconds(value: number): Scale {
    const size = Math.abs(value);
    if (size >= 2 * DAY) return { factor: DAY, unit: "days" };
    if (size >= 2 * HOUR) return { factor: HOUR, unit: "h" };
    if (size >= 120) return { factor: 60, unit: "min" };
    if (size >= 1 || size === 0) return { factor: 1, unit: "s" };
    return size >= 1e-3 ? { factor: 1e-3, unit: "ms" } : { factor: 1e-6, unit: "µs" };
  },
  usd: (value: number) =>
    pick(value, [
      { factor: 1e9, unit: "B USD" },
      { factor: 1e6, unit: "M USD" },
      { factor: 1, unit: "USD" },
    ]),
  joules: (value: number) =>
    pick(value, [
      { factor: 3.6e12, unit: "GWh" },
      { factor: 3.6e9, unit: "MWh" },
      { factor: 3.6e6, unit: "kWh" },
      { factor: 1, unit: "J" },
    ]),
  kilograms: (value: number) =>
    pick(value, [
      { factor: 1e6, unit: "kt CO₂e" },
      { factor: 1e3, unit: "t CO₂e" },
      { factor: 1, unit: "kg CO₂e" },
    ]),
  bytes: (value: number) =>
    pick(value, [
      { factor: 2 ** 40, unit: "TiB" },
      { factor: 2 ** 30, unit: "GiB" },
      { factor: 2 ** 20, unit: "MiB" },
      { factor: 2 ** 10, unit: "KiB" },
      { factor: 1, unit: "B" },
    ]),
  bytesPerSecond: (value: number) =>
    pick(value, [
      { factor: 1e12, unit: "TB/s" },
      { factor: 1e9, unit: "GB/s" },
      { factor: 1e6, unit: "MB/s" },
      { factor: 1e3, unit: "kB/s" },
      { factor: 1, unit: "B/s" },
    ]),
};

export type Quantity = keyof typeof scales;

/** 2,048. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** At least `digits` significant digits, thousands separated: 0.0123, 52.1, 10,104. */
export function significant(value: number, digits = 3): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(20, Math.max(0, digits - 1 - magnitude));
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** "52.1 days", "223 M USD". */
export function human(quantity: Quantity, value: number): string {
  const { factor, unit } = scales[quantity](value);
  return `${significant(value / factor)}${SPACE}${unit.replaceAll(" ", SPACE)}`;
}

/** "76.0 to 93.5 days": a range in the scale of its middle. */
export function humanRange(quantity: Quantity, low: number, high: number): string {
  const { factor, unit } = scales[quantity]((low + high) / 2);
  return `${significant(low / factor)} to ${significant(high / factor)}${SPACE}${unit.replaceAll(" ", SPACE)}`;
}

/** 15.6T, 405B, 1,000: counts as people write them. */
export function count(value: number): string {
  for (const [factor, unit] of [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
  ] as const) {
    if (Math.abs(value) >= factor) return `${Number((value / factor).toPrecision(4))}${unit}`;
  }
  return grouped(value);
}

/** 72.3 %. */
export function percent(share: number, decimals = 1): string {
  return `${(100 * share).toFixed(decimals)}${SPACE}%`;
}

/** +0.2 %. */
export function growth(share: number): string {
  const value = Math.round(1000 * share) / 10 + 0;
  const sign = value > 0 ? "+" : value < 0 ? "−" : "";
  return `${sign}${Math.abs(value).toFixed(1)}${SPACE}%`;
}

/** The same at an axis, where most are whole: "+10 %". */
export function growthTick(share: number): string {
  return growth(share).replace(".0", "");
}

/** "tensor_parallel": "tensor parallel". */
export function words(key: string): string {
  return key.replaceAll("_", " ");
}
