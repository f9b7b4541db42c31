// What the job's nodes do, each state in the same colour on the whole page.
import type { Summary } from "../../document";
import type { Palette } from "../../palette";

/** As many as there are colours to tell apart, the last of them for all others. */
const MOST = 9;
export const OTHER = "other";

export class States {
  /** Largest first, training at its head. */
  readonly named: string[];

  constructor(goodput: Record<string, Summary>) {
    const present = Object.entries(goodput)
      .filter(([name, { mean }]) => mean > 0 && name !== "training")
      .sort(([, a], [, b]) => b.mean - a.mean)
      .map(([name]) => name);
    this.named = ["training", ...present.slice(0, MOST - 1)];
  }

  /** The state itself, or "other" where it has no colour of its own. */
  group(name: string): string {
    return this.named.includes(name) ? name : OTHER;
  }

  color(name: string, colors: Palette): string {
    const index = this.named.indexOf(name);
    return colors.series[index < 0 ? colors.series.length - 1 : index]!;
  }
}

const NAMES: Record<string, string> = {
  arithmetic: "arithmetic, at peak",
  below_peak: "kernels below their peak",
};

export function stateName(name: string): string {
  return NAMES[name] ?? name.replaceAll("_", " ");
}

/** As include/sextant/cluster/usage.h says it. */
const MEANINGS: Record<string, string> = {
  starting: "processes and communicators of a fresh run",
  training: "work that the run kept",
  training_lost: "work done and later discarded: back to an earlier step",
  training_slowed: "what a background checkpoint write adds to the steps",
  waiting_for_data: "steps wait for training data",
  straggling: "what a slow node or link adds to the steps",
  degraded: "what replicas that are missing add to the steps",
  evaluating: "forward passes over held-out data",
  checkpoint_stall: "stopped for the copy, or for the write of a blocking checkpoint",
  detecting: "something has failed and nobody has noticed",
  diagnosing: "looking for the node at fault",
  waiting: "too few nodes: spares are exhausted",
  waiting_for_people: "automatic restarts have failed",
  swapping: "taking a spare into the job",
  restarting: "processes and communicators again",
  reconfiguring: "going on with another number of replicas",
  compiling: "graph compilation",
  loading_data: "copying training data to the nodes before a step",
  restoring: "reading the checkpoint",
  warming_up: "what the first steps take beyond their usual",
  maintenance: "a planned stop",
  spare: "rented, healthy, not in the job",
  repair: "rented, broken",
  released: "not rented: between two bookings",
};

export function meaning(name: string): string {
  return MEANINGS[name] ?? "";
}
