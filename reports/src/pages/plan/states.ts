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

const MEANINGS: Record<string, string> = {
  arithmetic: "the model's arithmetic, at peak",
  below_peak: "kernels below their peak",
  training_lost: "work done again",
  training_slowed: "slowed by saving",
  checkpoint_stall: "stopped for saving",
  host: "host overhead",
};

/** As a reader would say it. */
export function stateName(name: string): string {
  return MEANINGS[name] ?? name.replaceAll("_", " ");
}
