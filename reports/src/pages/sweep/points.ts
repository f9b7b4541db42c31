// The points of a sweep (src/pages/sweep_page.cpp): inputs with their levels, and figures.
import { Columns, type Cell } from "../../columns";
import { words } from "../../format";
import { axisScale, kindOf, measured, rangeOf, type AxisScale, type Kind, type Measure } from "../../measure";

/** Values of an input that are told apart: each by itself, or, of very many, stretches. */
export interface Level {
  label: string;
  /** In the middle, where it is a number. */
  at: number | undefined;
}

export interface Input {
  /** Its JSON pointer. */
  name: string;
  label: string;
  kind: Kind;
  levels: Level[];
  /** Stretches of a range instead of single values. */
  binned: boolean;
  /** Level of every row; absent: as in the scenario. */
  of: (number | undefined)[];
}

export interface Figure extends Measure {
  /** Of an estimate: names of its columns. */
  low?: string;
  high?: string;
}

const MOST_LEVELS = 24;
const BINS = 8;
/** From here on, steps of a range grow by ratios. */
const WIDE = 10;

const UNITS: Record<string, Kind> = {
  s: "seconds",
  B: "bytes",
  "B/s": "bytesPerSecond",
  USD: "usd",
  J: "joules",
  kg: "kilograms",
};

/** Of these the names of their members say enough: "node life", not "failures node life". */
const PLAIN = ["cluster", "failures", "recovery", "purchase", "training", "layout"];

/** The last two words of a pointer, or as many as tell it from all others. */
function labelOf(pointer: string, all: string[]): string {
  const parts = pointer.split("/").slice(1);
  const last = parts[parts.length - 1]!;
  const alone = all.filter((other) => other.endsWith(`/${last}`)).length === 1;
  if (alone && PLAIN.includes(parts[parts.length - 2] ?? "")) return words(last);
  for (let take = 2; take < parts.length; take += 1) {
    const tail = parts.slice(-take).join("/");
    if (all.filter((other) => other.endsWith(`/${tail}`)).length === 1)
      return words(tail.replaceAll("/", " "));
  }
  return words(parts.join(" "));
}

function binsOf(
  kind: Kind,
  numbers: number[],
  cells: Cell[],
): { levels: Level[]; of: (number | undefined)[] } {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const wide = low > 0 && high / low > WIDE;
  const along = (value: number) =>
    wide ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const back = (share: number) => (wide ? low * (high / low) ** share : low + share * (high - low));
  const levels = Array.from({ length: BINS }, (_, i) => ({
    label: rangeOf(kind, back(i / BINS), back((i + 1) / BINS)),
    at: back((i + 0.5) / BINS),
  }));
  const of = cells.map((cell) =>
    typeof cell === "number" ? Math.min(BINS - 1, Math.floor(BINS * along(cell))) : undefined,
  );
  return { levels, of };
}

function inputOf(table: Columns, { name, unit }: { name: string; unit: string }, all: string[]): Input {
  const kind = UNITS[unit] ?? "number";
  const cells = table.all(name);
  const values = table.distinct(name);
  const input = { name, label: labelOf(name, all), kind };
  if (values.length > MOST_LEVELS && values.every((value) => typeof value === "number")) {
    return { ...input, binned: true, ...binsOf(kind, values as number[], cells) };
  }
  const index = new Map(values.map((value, i) => [value, i]));
  const label = (value: Cell) => (typeof value === "number" ? measured(kind, value) : String(value));
  return {
    ...input,
    binned: false,
    levels: values.map((value) => ({
      label: label(value),
      at: typeof value === "number" ? value : undefined,
    })),
    of: cells.map((cell) => index.get(cell)),
  };
}

const ESTIMATES: [string, string][] = [
  ["wall_time_s", "time"],
  ["cost_usd", "cost"],
  ["energy_j", "energy"],
  ["co2e_kg", "CO₂e of the local grid"],
];

function figuresOf(table: Columns, figures: { name: string; unit: string }[]): Figure[] {
  const estimates = ESTIMATES.map(([key, label]) => ({
    key: `${key}_mean`,
    label,
    kind: kindOf(key),
    low: `${key}_p10`,
    high: `${key}_p90`,
  }));
  const others = figures
    .filter(({ name }) => !/_(p10|p50|p90|mean)$/.test(name))
    .map(({ name }) => {
      const label =
        name === "mfu" || name === "ettr" ? name.toUpperCase() : words(name.replace(/_(s|bytes)$/, ""));
      return { key: name, label, kind: kindOf(name) };
    });
  return [...estimates, ...others].filter(({ key }) =>
    table.all(key).some((cell) => typeof cell === "number"),
  );
}

export class Points {
  readonly table: Columns;
  readonly inputs: Input[];
  readonly figures: Figure[];
  /** Rows that have a forecast. */
  readonly ok: number[];
  readonly messages: string[];

  constructor(pictures: any) {
    this.table = new Columns(pictures.points);
    this.messages = pictures.points.messages;
    const names = pictures.inputs.map(({ name }: { name: string }) => name);
    this.inputs = pictures.inputs.map((input: { name: string; unit: string }) =>
      inputOf(this.table, input, names),
    );
    this.figures = figuresOf(this.table, pictures.figures);
    this.ok = Array.from({ length: this.table.rows }, (_, row) => row).filter(
      (row) => this.table.at("status", row) === "ok",
    );
  }

  /** Inputs of which there are several levels. */
  get varied(): Input[] {
    return this.inputs.filter(({ levels }) => levels.length > 1);
  }

  /**
   * Two inputs for a map, those that matter most; of inputs that change together alone there are none, as a
   * map of them would be a diagonal.
   */
  crossed(effects: Record<string, any> | undefined): [Input, Input] | undefined {
    const size = ({ name }: Input) => {
      const effect = effects?.[name];
      return Math.abs(effect?.mean_abs ?? effect?.total ?? effect?.rank_correlation ?? 0);
    };
    const inputs = [...this.varied].sort((a, b) => size(b) - size(a));
    const [x] = inputs;
    const y = inputs.find(
      (other) => x && other !== x && this.cells(x, other) > Math.max(x.levels.length, other.levels.length),
    );
    return x && y ? [x, y] : undefined;
  }

  /** How many pairs of their levels have a point. */
  private cells(a: Input, b: Input): number {
    return new Set(a.of.map((level, row) => `${level} ${b.of[row]}`)).size;
  }

  /** The value of an input as it is written. */
  said({ name, kind }: Input, row: number): string {
    const cell = this.table.at(name, row);
    if (cell === null) return "as given";
    return typeof cell === "number" ? measured(kind, cell) : String(cell);
  }
}

/** The mean of a column over rows that have it; absent where none has. */
export function meanOf(table: Columns, key: string, rows: number[]): number | undefined {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    const value = table.number(key, row);
    if (value === undefined) continue;
    sum += value;
    count += 1;
  }
  return count > 0 ? sum / count : undefined;
}

export function scaleOf(figure: Figure, values: (number | undefined)[]): AxisScale {
  return axisScale(
    figure.kind,
    values.filter((value) => value !== undefined),
  );
}
