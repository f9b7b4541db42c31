// Which run is cheapest, fastest and takes least energy, and by how much.
import { h, type Child } from "../../dom";
import { human, humanRange, percent, type Quantity } from "../../format";
import { short } from "../../measure";
import { keyFigure, keyFigures, remarks } from "../../page";
import { able, estimateOf, type Least, type Run } from "./runs";

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
  const set = good.filter(({ pareto }) => pareto).map(({ label }) => short(label, 80));
  const quantities = least.map(({ quantity }) => WORDS[quantity]!.key.split(" ")[1]).join(", ");
  if (good.length > 1) {
    items.push(
      h(
        "li",
        {},
        set.length === good.length
          ? `None is behind another in all of ${quantities}: which is best depends on what counts.`
          : `Not beaten in all of ${quantities} at once: ${set.join(", ")}. ` +
              `${good.length - set.length} of ${good.length} are.`,
      ),
    );
  }
  return h("ul", { class: "verdicts" }, items);
}

function extrapolated(runs: Run[]): string[] {
  return runs.flatMap(({ label, plan }) => {
    const notes: string[] = (plan?.phases ?? []).flatMap((phase: any) => phase.step?.extrapolated ?? []);
    const own: string[] = plan?.step?.extrapolated ?? [];
    return [...new Set([...own, ...notes])].map((note) => `${label}: ${note}`);
  });
}

export function answer(runs: Run[], least: Least[]): Child[] {
  const unable = runs.filter(({ feasible }) => !feasible);
  return [
    keyFigures(...least.map((one) => figure(one, runs))),
    least.length > 0 && verdicts(least, runs),
    remarks(
      "warning",
      "Cannot run",
      unable.map(({ label, obstacles }) => `${label}: ${obstacles?.[0]?.reason ?? ""}`),
    ),
    remarks("warning", "Extrapolated", extrapolated(runs)),
  ];
}
