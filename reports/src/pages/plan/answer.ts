// The answer: done by, cost, energy, each with its range, and what must be known before believing it.
import type { ReportDocument, Summary } from "../../document";
import { freshId, h, type Child } from "../../dom";
import { grouped, human, percent, significant, words, type Quantity } from "../../format";
import { keyFigure, keyFigures, remarks } from "../../page";
import { few, range } from "./figures";

function estimate(label: string, quantity: Quantity, summary: Summary, note?: string): HTMLElement {
  return keyFigure(label, human(quantity, summary.p50), range(quantity, summary), note);
}

const PLATFORMS: Record<string, string> = {
  ec2: "EC2",
  eks: "EKS",
  sagemaker_training: "SageMaker training jobs",
  hyperpod: "SageMaker HyperPod",
};

function basis({ platform, mode }: { platform: string; mode: string }): string {
  return `${words(mode)}, ${PLATFORMS[platform] ?? words(platform)}`;
}

function water({ p10, p50, p90 }: Summary): HTMLElement {
  const unit = p50 < 1e3 ? 1 : 1e3;
  const text = (litres: number) => significant(litres / unit);
  const name = unit > 1 ? "m³" : "l";
  return keyFigure("Water", `${text(p50)} ${name}`, `${text(p10)} to ${text(p90)} ${name}`, "at the site");
}

/** In kilograms, without what of: the label says it. */
const mass = (text: string) => text.replace("\u00a0CO₂e", "");

function emissions({ location, market }: { location: Summary; market: Summary }): HTMLElement {
  const contracts = market.p50 === 0 ? "0" : mass(human("kilograms", market.p50));
  return keyFigure(
    "Emissions, CO₂e",
    mass(human("kilograms", location.p50)),
    mass(range("kilograms", location)),
    `by the local grid; ${contracts} by the provider's contracts`,
  );
}

function embodied(summary: Summary): HTMLElement {
  return keyFigure(
    "Making the machines, CO₂e",
    mass(human("kilograms", summary.p50)),
    mass(range("kilograms", summary)),
    "this run's share, besides",
  );
}

function training({
  ettr,
  interruptions,
}: {
  ettr: Summary;
  interruptions: { total: Summary };
}): HTMLElement {
  const { total } = interruptions;
  const often =
    total.mean < 1 ? `in one of ${grouped(1 / total.mean)} runs` : `${few(total.mean)} in the mean`;
  const stops = total.mean > 0 ? `interruptions: ${often}` : "no interruptions";
  return keyFigure(
    "Training that counts",
    percent(ettr.p50),
    `${percent(ettr.p10)} to ${percent(ettr.p90)}`,
    `of the wall time; ${stops}`,
  );
}

function day(from: string, seconds: number): string {
  const date = new Date(Date.parse(`${from}T00:00:00Z`) + seconds * 1000);
  return date.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
}

/** When it is done, for the day on which the reader would start. */
function calendar(made: string, time: Summary): HTMLElement {
  const id = freshId("start");
  const said = h("output", { for: id });
  const say = (from: string) => {
    const late = day(from, time.p90);
    const early = day(from, time.p10);
    const between = early === late ? "" : ` (between ${early} and ${late})`;
    said.textContent = `it is done by ${day(from, time.p50)}${between}`;
  };
  const input = h("input", {
    id,
    type: "date",
    value: made,
    oninput: () => input.value && say(input.value),
  });
  say(made);
  return h("p", { class: "calendar" }, h("label", { for: id }, "If it starts on "), input, ", ", said, ".");
}

function unfinished({ outcomes }: { outcomes: Record<string, number> }): string[] {
  const all = Object.values(outcomes).reduce((sum, number) => sum + number, 0);
  const { finished = 0, no_progress = 0 } = outcomes;
  if (finished === all) return [];
  const stuck = no_progress > 0 ? `, ${grouped(no_progress)} of them without any progress` : "";
  return [
    `${grouped(all - finished)} of ${grouped(all)} simulated runs ran out of time${stuck}; ` +
      "they count as far as they came.",
  ];
}

/** "6·N·D / (accelerators · peak_16bit · MFU)", in words. */
function readable(formula: string): string {
  return formula.replace("6·N·D", "6 · parameters · tokens").replace("peak_16bit", "16-bit peak");
}

function byHand(ideal: any): HTMLElement | undefined {
  if (!ideal) return undefined;
  const cost = ideal.cost_usd === null ? "" : ` and ${human("usd", ideal.cost_usd)}`;
  return h(
    "p",
    { class: "intro" },
    `To compare, by hand: ${readable(ideal.formula)} with ${ideal.mfu_stated ? "the stated" : "the forecast's"} ` +
      `MFU (the share of its peak that the hardware reaches) of ${percent(ideal.mfu)} gives ` +
      `${human("seconds", ideal.wall_time_s)}${cost}, without the arithmetic of attention, failures and checkpoints.`,
  );
}

/** Long numbers in the program's sentences, as the page writes them. */
function withGroups(text: string): string {
  return text.replaceAll(/\b\d{5,}\b/g, (digits) => grouped(Number(digits)));
}

export function answer({ result, pictures, made }: ReportDocument): Child[] {
  const { forecast } = result;
  const { words: said } = pictures;
  return [
    h("p", { class: "work" }, said.work.replaceAll(" x ", " × ")),
    keyFigures(
      estimate("Done in", "seconds", forecast.wall_time_s, "from the first start to the last step"),
      forecast.cost_usd && estimate("Cost", "usd", forecast.cost_usd, basis(result.purchase)),
      forecast.energy_j && estimate("Energy", "joules", forecast.energy_j, "at the meter of the building"),
    ),
    keyFigures(
      forecast.co2e_kg && emissions(forecast.co2e_kg),
      forecast.embodied_kg && embodied(forecast.embodied_kg),
      forecast.water_l && water(forecast.water_l),
      training(forecast),
    ),
    h(
      "p",
      { class: "intro" },
      `Large: the median of ${grouped(result.replicas)} simulated runs. Below it: p10 to p90, between which eight ` +
        "in ten of them lie.",
    ),
    calendar(made, forecast.wall_time_s),
    byHand(result.ideal),
    remarks("warning", "Not every run finishes", unfinished(forecast)),
    remarks("warning", "May not fit", said.may_not_fit ? [said.may_not_fit] : []),
    remarks("warning", "Extrapolated: beyond what was measured", said.extrapolated.map(withGroups)),
    remarks("note", "Notes", result.notes),
  ];
}
