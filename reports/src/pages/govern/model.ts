// A governed cluster as its page reads it: sextant.govern/1 and the pictures of src/pages/govern_pictures.h.
import type { Summary } from "../../document";
import { grouped, human, humanRange, percent, significant, type Quantity } from "../../format";
import { short } from "../../measure";
import { Colors } from "../../palette";

/** Of one replica a number, of several a summary. */
export type Estimate = number | Summary;

export const mean = (value: Estimate): number => (typeof value === "number" ? value : value.mean);

/** p10 and p90 over replicas; nothing where there is one, or where they tell nothing apart. */
export function spread(value: Estimate, say: (low: number, high: number) => string): string | undefined {
  if (typeof value === "number" || value.p90 - value.p10 <= 5e-4 * Math.abs(value.mean)) return undefined;
  return say(value.p10, value.p90);
}

/** "1.2 to 3.4 h". */
export function spreadOf(quantity: Quantity, value: Estimate): string | undefined {
  return spread(value, (low, high) => humanRange(quantity, low, high));
}

export interface Times {
  mean: Estimate;
  p50: Estimate;
  p95: Estimate;
  max: Estimate;
}

export interface Group {
  name: string;
  jobs: Estimate;
  wait_s: Times;
  run_s: Times;
  waiting_jobs: Estimate;
  running_jobs: Estimate;
  preemptions: Estimate;
  evictions: Record<string, Estimate>;
  node_failures: Estimate;
  missed_deadlines: Estimate;
  gpu_hours: Record<string, Estimate>;
  cost_usd: Estimate | null;
  energy_j: Estimate | null;
}

export interface Team extends Group {
  queue: string;
  quota: number;
  weight: number;
}

export interface WaitQuantiles {
  jobs: number;
  at_once: number;
  seconds: number[];
}

/** "0" where there is none. */
export const time = (seconds: number): string => (seconds > 0 ? human("seconds", seconds) : "0");

/** A count that may be a mean: "12", "12.3". */
export const counted = (value: number): string =>
  value === 0 ? "0" : Number.isInteger(value) ? grouped(value) : significant(value);

/** 1 and "job": "1 job"; 3: "3 jobs". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${counted(value)} ${value === 1 ? one : many}`;

/** At most so many teams have a colour of their own. */
const COLOURED = 9;

export class Cluster {
  readonly teams: Team[];
  /** Indices of teams, the one that had most first. */
  readonly byHours: number[];
  readonly coloured: number[];
  readonly colors: Colors;
  readonly wall: number;
  /** To the end of axes over time: of two clusters side by side, that of the longer one. */
  span: number;
  /** The longest wait of a job, likewise. */
  longest: number;
  readonly unit: string;
  readonly several: boolean;

  constructor(
    readonly result: any,
    readonly pictures: any,
  ) {
    this.teams = result.teams;
    this.wall = pictures.wall_time_s;
    this.span = this.wall;
    this.longest = Math.max(0, ...pictures.waits.all.seconds);
    this.unit = result.unit;
    this.several = result.replicas > 1;
    const hours = this.teams.map((team) => mean(team.gpu_hours["allocated"]!));
    this.byHours = this.teams.map((_, i) => i).sort((a, b) => hours[b]! - hours[a]!);
    this.coloured = this.byHours.length > COLOURED + 1 ? this.byHours.slice(0, COLOURED) : this.byHours;
    // Teams keep the scenario's order among those with a colour, so that two policies look alike.
    this.coloured = [...this.coloured].sort((a, b) => a - b);
    this.colors = new Colors(this.coloured.map((team) => String(team)));
  }

  /** Drawn to the same scales as another. */
  beside(other: Cluster): void {
    this.span = other.span = Math.max(this.span, other.span);
    this.longest = other.longest = Math.max(this.longest, other.longest);
  }

  get hours(): string {
    return this.unit === "cores" ? "core-hours" : this.unit === "GPUs" ? "GPU-hours" : "accelerator-hours";
  }

  name(team: number, length = 24): string {
    return team < 0 ? "nobody" : short(this.teams[team]!.name, length);
  }

  /** Of a mean over replicas, or of the only one. */
  get over(): string {
    return this.several ? `means over ${grouped(this.result.replicas)} replicas` : "one replica";
  }

  get drawn(): string {
    return this.several
      ? `the first of ${grouped(this.result.replicas)} replicas`
      : "the replica that was simulated";
  }
}

export const share = (part: number, whole: number): string => (whole > 0 ? percent(part / whole) : "0 %");
