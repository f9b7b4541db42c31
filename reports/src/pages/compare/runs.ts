// The runs of a comparison, as its document has them (src/report/compare_json.cpp).
import type { Summary } from "../../document";
import type { Measure } from "../../measure";

export interface Run {
  label: string;
  feasible: boolean;
  instance: string;
  nodes: number;
  spares: number;
  notes: string[];
  /** Where it cannot run. */
  obstacles?: { reason: string; details: string[]; remedies: string[] }[];
  accelerators: number;
  pareto: boolean;
  dominated_by: string[];
  searched: { considered: number; valid: number; fit: number }[] | null;
  price: { mode: string; usd_per_node_hour: number; list: string; date: string; source: string } | null;
  quota: { words: string };
  mean_node_power_w: number | null;
  plan: any;
}

export interface Least {
  quantity: string;
  least: string;
  next?: string;
  behind?: number;
  behind_ci95?: [number, number];
  certain?: boolean;
}

export interface Difference {
  label: string;
  baseline: string;
  pairs: number;
  difference: Record<string, (Summary & { certain: boolean }) | null>;
  drivers: Record<string, Record<string, number | Record<string, number>> | null>;
  why: string;
}

export const MEASURES: Measure[] = [
  { key: "wall_time_s", label: "time", kind: "seconds" },
  { key: "cost_usd", label: "cost", kind: "usd" },
  { key: "energy_j", label: "energy", kind: "joules" },
  { key: "co2e_kg", label: "CO₂e of the local grid", kind: "kilograms" },
];

/** A quantity of the run's forecast. */
export function estimateOf(run: Run, key: string): Summary | undefined {
  const forecast = run.plan?.forecast;
  return (key === "co2e_kg" ? forecast?.co2e_kg?.location : forecast?.[key]) ?? undefined;
}

export function able(runs: Run[]): Run[] {
  return runs.filter(({ feasible }) => feasible);
}

/** What is noted of runs; the same of several once, of all without names. */
export function together(runs: Run[], notes: (run: Run) => string[]): string[] {
  const found = new Map<string, string[]>();
  for (const run of runs) {
    for (const note of new Set(notes(run))) found.set(note, [...(found.get(note) ?? []), run.label]);
  }
  return [...found].map(([note, labels]) =>
    labels.length === runs.length && runs.length > 1 ? `All: ${note}` : `${labels.join(", ")}: ${note}`,
  );
}

/** "8 × 4 × 64, context 2". */
export function degrees({ layout }: any): string {
  const parts = [`${layout.tensor} × ${layout.pipeline} × ${layout.data}`];
  if (layout.context > 1) parts.push(`context ${layout.context}`);
  if (layout.expert > 1) parts.push(`expert ${layout.expert}`);
  return parts.join(", ");
}
