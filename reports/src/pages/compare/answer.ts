// Which run is cheapest, fastest and takes least energy, and by how much.
import { h, type Child } from "../../dom";
import { human, humanRange, percent, type Quantity } from "../../format";
import { short } from "../../measure";
import { keyFigure, keyFigures, remarks } from "../../page";
import { able, estimateOf, together, type Least, type Run } from "./runs";

const WORDS: Record<string, { key: string; kind: Quantity; verb: string }> = {
  cost_usd: { key: "Least cost", kind: "usd", verb: "is cheapest" },
  wall_time_s: { key: "Least time", kind: "seconds", verb: "is fastest" },
  energy_j: { key: "Least energy", kind: "joules", verb: "takes least energy" },
};

function figure({ quantity, least }: Least, runs: Run[]): HTMLElement | undefined {
  const words = WORDS[quantity]!;
  const value = estimateOf(
    runs.find(({ label }) => label === least)!,
    quantity,
  );
  if (!value) return undefined;
  return keyFigure(
    words.key,
    human(words.kind, value.p50),
    humanRange(words.kind, value.p10, value.p90),
    short(least, 40),
  );
}

/** "by 6.87 M USD (16.3 %) in the mean before trn1.32xlarge"; or that it is not certain. */
function margin(one: Least, runs: Run[]): string {
  if (one.next === undefined || one.behind === undefined) return "";
  const kind = WORDS[one.quantity]!.kind;
  const base = estimateOf(
    runs.find(({ label }) => label === one.least)!,
    one.quantity,
  )!.mean;
  if (one.behind === 0) return `, together with ${one.next}`;
  const amount = `${human(kind, one.behind)} (${percent(one.behind / base)})`;
  if (one.certain) return `: ${one.next} needs ${amount} more in the mean`;
  return `, if barely: ${one.next} needs ${amount} more in the mean, and the replicas do not tell them apart`;
}

/** "in cost, time and energy". */
function listed(words: string[]): string {
  return words.length < 2
    ? words.join("")
    : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]!}`;
}

/** Which runs no other beats in everything. */
function setWords(least: Least[], good: Run[]): string {
  const set = good.filter(({ pareto }) => pareto).map(({ label }) => short(label, 80));
  const quantities = listed(least.map(({ quantity }) => WORDS[quantity]!.key.split(" ")[1]!));
  if (set.length === good.length)
    return `None is behind another in all of ${quantities}: which is best depends on what counts.`;
  const others = good.length - set.length;
  const behind = others === 1 ? "the other is" : `the other ${others} are`;
  if (set.length === 1) return `In ${quantities} together nothing beats ${set[0]!}; ${behind} behind it.`;
  return `Which is best of ${listed(set)} depends on what counts; ${behind} behind one of them in all of ${quantities}.`;
}

function verdicts(least: Least[], runs: Run[]): HTMLElement {
  const items = least.map((one) =>
    h(
      "li",
      {},
      h("b", { dir: "auto" }, short(one.least, 80)),
      ` ${WORDS[one.quantity]!.verb}${margin(one, runs)}.`,
    ),
  );
  const good = able(runs);
  if (good.length > 1 && least.length > 0) items.push(h("li", {}, setWords(least, good)));
  return h("ul", { class: "verdicts" }, items);
}

function extrapolated(runs: Run[]): string[] {
  return together(runs, ({ plan }) => {
    const notes: string[] = (plan?.phases ?? []).flatMap((phase: any) => phase.step?.extrapolated ?? []);
    const own: string[] = plan?.step?.extrapolated ?? [];
    return [...own, ...notes];
  });
}

export function answer(runs: Run[], least: Least[]): Child[] {
  const unable = runs.filter(({ feasible }) => !feasible);
  return [
    keyFigures(...least.map((one) => figure(one, runs))),
    least.length > 0 &&
      h(
        "p",
        { class: "intro" },
        "Large: the median of the simulated runs. Below it: p10 to p90. Differences and charts are of means, " +
          "which a few unlucky runs raise.",
      ),
    least.length > 0 && verdicts(least, runs),
    remarks(
      "warning",
      "Cannot run",
      unable.map(({ label, obstacles }) => `${label}: ${obstacles?.[0]?.reason ?? ""}`),
    ),
    remarks("warning", "Extrapolated: beyond what was measured", extrapolated(runs)),
  ];
}
