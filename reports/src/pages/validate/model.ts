// The rows of a validation, as the page's charts and tables need them.
import type { Colors } from "../../palette";

export interface StepSet {
  set: string;
  n: number;
  refused: number;
  mape: number;
  median: number;
  p90: number;
  max: number;
  bias: number;
  baseline_mape: number;
  noise_floor: number | null;
  coverage: number | null;
  intervals: { score: number; score_of_one_width: number } | null;
  memory: { n: number; mape: number; median: number; max: number; bias: number } | null;
  order: {
    clusters: number;
    pairs: number;
    share_ordered: number | null;
    regret: number;
    worst_regret: number;
  } | null;
}

export interface StepRow {
  id: string;
  set: string;
  measured: number;
  /** Absent: refused. */
  predicted?: number;
  error: number;
  baselineError: number;
  refused?: string;
  breakdown: Record<string, number>;
  extrapolated: string[];
  model: string;
  parameters: number | null;
  accelerator: string;
  ranks: number;
  framework: string;
  /** Of the forecast, on both sides, for 80 % of the measured times. */
  factor: number | null;
}

export interface Steps {
  method: string;
  all: StepSet;
  sets: StepSet[];
  rows: StepRow[];
  predicted: StepRow[];
  coverageOfSets: number | null;
  colors: Colors;
}

/** Sets of one kind of file, "all" apart. */
export function setsOf<T>(result: any, kind: string): { sets: T[]; all: T | undefined } {
  const same = (result.sets ?? []).filter((set: any) => set.kind === kind);
  return {
    sets: same.filter((set: any) => set.set !== "all"),
    all: same.find((set: any) => set.set === "all"),
  };
}

export function stepsOf(result: any, drawn: any, colors: Colors): Steps | undefined {
  const { sets, all } = setsOf<StepSet>(result, "published_runs");
  if (!drawn || !all) return undefined;
  const { names } = drawn;
  // Rows of other kinds of files follow those of measured steps.
  const rows: StepRow[] = result.rows.slice(0, drawn.model.length).map((row: any, i: number) => ({
    id: row.id,
    set: row.set,
    measured: row.measured_s,
    predicted: row.predicted_s,
    error: row.error ?? 1,
    baselineError: row.baseline_error ?? 0,
    refused: row.refused,
    breakdown: row.breakdown ?? {},
    extrapolated: row.extrapolated ?? [],
    model: names.model[drawn.model[i]],
    parameters: drawn.parameters[i],
    accelerator: names.accelerator[drawn.accelerator[i]],
    ranks: drawn.ranks[i],
    framework: names.framework[drawn.framework[i]],
    factor: drawn.interval_factor[i],
  }));
  return {
    method: result.method,
    all,
    sets,
    rows,
    predicted: rows.filter((row) => row.predicted !== undefined),
    coverageOfSets: result.coverage_averaged_over_sets,
    colors,
  };
}

/** The value that `share` of the sorted values do not exceed, between neighbours. */
export function quantile(sorted: number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

/** Parts of the forecast's time, the largest first; what is less than 2 % is left out. */
export function parts(row: StepRow): [string, number][] {
  return Object.entries(row.breakdown)
    .map(([name, time]): [string, number] => [name.replaceAll("_", " "), time / row.predicted!])
    .filter(([, share]) => share >= 0.02)
    .sort((a, b) => b[1] - a[1]);
}
