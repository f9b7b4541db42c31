// How sure the answer is: how far runs differ, and why they do.
import type { ReportDocument } from "../../document";
import { h } from "../../dom";
import { grouped, human, percent } from "../../format";
import type { Section } from "../../page";
import { distributionChart } from "./distribution";
import { bars } from "./figures";

const CAUSES: Record<string, [name: string, why: string]> = {
  step_time: ["the step's forecast", "the calibration's own errors on steps that it was not fitted on"],
  failure_rate: ["the failure rate", "fleets fail more or less often than the profile"],
  recovery: ["the times of recovery", "how fast failures are noticed, and nodes swapped and restarted"],
  chance: ["chance", "when the failures come"],
};

function width(shares: Record<string, number>): HTMLElement | undefined {
  const causes = Object.entries(shares).sort(([, a], [, b]) => b - a);
  if (causes.every(([, share]) => share === 0)) return undefined;
  const [first, second] = causes;
  const name = (key: string) => CAUSES[key]?.[0] ?? key;
  const capital = name(first![0]).replace(/^./, (letter) => letter.toUpperCase());
  return bars({
    title: `${capital}: the largest cause of the range`,
    summary:
      `${percent(first![1], 0)} of the variance of the wall time comes from ${name(first![0])}, ` +
      `${percent(second![1], 0)} from ${name(second![0])}. Knowing these better narrows the range most.`,
    bars: causes.map(([key, share]) => ({
      name: name(key),
      value: share,
      label: percent(share),
      lines: [
        { label: "of the variance", value: percent(share) },
        { label: CAUSES[key]?.[1] ?? "", value: "" },
      ],
    })),
  });
}

function outcomes(counts: Record<string, number>, replicas: number): HTMLElement | undefined {
  if (counts["finished"] === replicas) return undefined;
  const said = Object.entries(counts)
    .filter(([, number]) => number > 0)
    .map(([name, number]) => `${grouped(number)} ${name.replaceAll("_", " ")}`);
  return h("p", {}, `Of ${grouped(replicas)} simulated runs: ${said.join(", ")}.`);
}

export function sureSection({ result, pictures }: ReportDocument): Section {
  const { forecast } = result;
  const { distributions } = pictures;
  const half = (forecast.wall_time_s.ci95[1] - forecast.wall_time_s.ci95[0]) / 2;
  return {
    id: "sure",
    title: "How sure this is",
    intro:
      "Each simulated run draws its own failures, its own step time within the error of the forecast, " +
      "and its own times of recovery. The range is what they differ by.",
    body: [
      h(
        "div",
        { class: "pair" },
        distributionChart({
          what: "Wall time",
          within: "are done within",
          quantity: "seconds",
          summary: forecast.wall_time_s,
          distribution: distributions.wall_time_s,
        }),
        width(forecast.width_shares),
        forecast.cost_usd &&
          distributions.cost_usd &&
          distributionChart({
            what: "Cost",
            within: "cost at most",
            quantity: "usd",
            summary: forecast.cost_usd,
            distribution: distributions.cost_usd,
          }),
        forecast.energy_j &&
          distributions.energy_j &&
          distributionChart({
            what: "Energy",
            within: "use at most",
            quantity: "joules",
            summary: forecast.energy_j,
            distribution: distributions.energy_j,
          }),
      ),
      outcomes(forecast.outcomes, result.replicas),
      h(
        "p",
        { class: "intro" },
        `The mean wall time itself, ${human("seconds", forecast.wall_time_s.mean)}, is known within ` +
          `± ${human("seconds", half)} (95 %): that is only the error of the simulation.`,
      ),
    ],
  };
}
