// The page of `sextant endpoints`: which fleet serves the load in time, and what it costs.
import { choice } from "../choice";
import type { ReportDocument } from "../document";
import { h, type Child } from "../dom";
import { human, percent, significant } from "../format";
import { tick } from "../logaxis";
import { keyFigure, keyFigures, remarks, type Page, type Section } from "../page";
import { Colors } from "../palette";
import { assumedTable, sourcesTable } from "./evidence";
import { alternativesBody, energyOf } from "./endpoints/bars";
import { dayOf } from "./endpoints/day";
import { closedForm, distribution } from "./endpoints/latency";
import { cheapest, meanInstances, share, type Alternative, type Endpoints } from "./endpoints/model";
import { estimates, throughputTable } from "./endpoints/throughput";

function loadSentence({ load, latency, target_utilisation }: any): string {
  const even = load.mean_per_s === load.peak_per_s;
  const rate = even
    ? `${significant(load.mean_per_s)} requests a second`
    : `${significant(load.mean_per_s)} requests a second on average, ${significant(load.peak_per_s)} at the peak`;
  const models = load.models > 1 ? ` for ${load.models} models` : "";
  const target = latency ? `; ${share(latency.percentile)} within ${tick("seconds", latency.target_s)}` : "";
  return `The load: ${rate}${models}${target}; instances at most ${percent(target_utilisation, 0)} busy.`;
}

/** "91.2 % less than g4dn.2xlarge". */
function against(one: Alternative, others: Alternative[]): string | undefined {
  const first = others.find((other) => other !== one && other.account.cost);
  if (!first) return undefined;
  const change = one.account.cost!["per_year_usd"]! / first.account.cost!["per_year_usd"]! - 1;
  const size = percent(Math.abs(change));
  return `${size} ${change < 0 ? "less" : "more"} than ${first.name}`;
}

function fleetText(one: Alternative): string {
  if (!one.fleet) return "bought";
  return `${significant(one.fleet.instances, 1)} × ${one.drawn.instance}`;
}

function figures(one: Alternative, all: Alternative[], { latency }: any): HTMLElement {
  const { cost, energy, co2e_location: co2e } = one.account;
  const mean = meanInstances(one);
  const less = mean !== undefined && mean < 0.995 * one.fleet.instances;
  return keyFigures(
    keyFigure(
      all.length > 1 ? "Cheapest that is in time" : "Serves the load",
      one.name,
      fleetText(one),
      less ? `${significant(mean)} paid for on average` : undefined,
    ),
    cost
      ? keyFigure(
          "Cost per million requests",
          human("usd", cost["per_million_usd"]!),
          `${human("usd", cost["per_year_usd"]!)} a year`,
          against(one, all),
        )
      : undefined,
    energy
      ? keyFigure(
          "Energy per million",
          energyOf(energy["per_million_j"]!),
          `${energyOf(energy["per_year_j"]!)} a year`,
        )
      : undefined,
    co2e
      ? keyFigure(
          "CO₂e per million",
          human("kilograms", co2e["per_million_kg"]!),
          `${human("kilograms", co2e["per_year_kg"]!)} a year`,
        )
      : undefined,
    one.fleet?.response_s != null
      ? keyFigure(
          `${share(latency?.percentile ?? 0.99)} answered within`,
          human("seconds", one.fleet.response_s),
          latency ? `target ${tick("seconds", latency.target_s)}` : undefined,
          "simulated",
        )
      : undefined,
  );
}

function warnings({ alternatives }: Endpoints): Child[] {
  const missed = alternatives.filter((one) => !one.meets_target);
  const estimated = alternatives.filter((one) => one.fleet?.instance.estimated);
  const extrapolated = new Map<string, string[]>();
  for (const one of alternatives) {
    for (const text of one.fleet?.estimate?.extrapolated ?? []) {
      extrapolated.set(text, [...(extrapolated.get(text) ?? []), one.name]);
    }
  }
  return [
    remarks(
      "warning",
      "Misses the target",
      missed.map((one) => `${one.name}: ${one.misses}`),
    ),
    remarks("warning", "Estimated, not measured", [
      ...(estimated.length > 0
        ? [
            `The throughput of ${estimated.map((one) => one.name).join("; ")} is an estimate: forward passes of the ` +
              "step model, and the memory traffic of every token. Measure it before you buy.",
          ]
        : []),
      ...[...extrapolated].map(([text, names]) => `Extrapolated: ${text} (${names.join("; ")}).`),
    ]),
  ];
}

function statedSources({ alternatives }: Endpoints): HTMLElement | undefined {
  return remarks(
    "note",
    "Stated by others, and drawn beside what is computed",
    alternatives
      .filter((one) => one.stated)
      .map(({ name, stated }) => {
        const change =
          stated.energy_change === null
            ? ""
            : ` (energy against the first: ${percent(stated.energy_change, 0)})`;
        return `${name}: ${stated.source}${change}.`;
      }),
  );
}

function daySection(page: Endpoints, shown: Alternative | undefined): Section | undefined {
  const rows = page.alternatives.filter((one) => one.drawn.series);
  if (rows.length === 0) return undefined;
  const { groups } = rows[0]!.fleet;
  const minutes = tick("seconds", rows[0]!.drawn.series!.bin_s);
  return {
    id: "time",
    title: "Over the day",
    intro:
      `As simulated request by request; means over pieces of ${minutes}.` +
      (groups > 1 ? " One group of models was simulated; the figures are those of all groups." : ""),
    body: [
      choice(
        "Alternative",
        rows.map((one) => ({ name: one.name, view: () => dayOf(one, page.result) })),
        Math.max(
          0,
          rows.findIndex((one) => one === shown),
        ),
      ),
    ],
  };
}

function latencySection(page: Endpoints): Section | undefined {
  const picture = distribution(page);
  if (!picture) return undefined;
  return { id: "latency", title: "Latency", body: [picture, closedForm(page)] };
}

function throughputSection(page: Endpoints): Section | undefined {
  if (!page.alternatives.some((one) => one.fleet)) return undefined;
  return {
    id: "throughput",
    title: "What an instance serves",
    intro: "A throughput is given by who measured it, or estimated from the model's shape and marked so.",
    body: [throughputTable(page), estimates(page)],
  };
}

function evidenceSection({ result }: Endpoints): Section {
  return {
    id: "evidence",
    title: "Where the figures come from",
    body: [assumedTable(result.assumed), sourcesTable(result.sources)],
  };
}

export function endpointsPage({ result, pictures }: ReportDocument): Page {
  const alternatives: Alternative[] = result.alternatives.map((one: any, i: number) => ({
    ...one,
    drawn: pictures.alternatives[i],
  }));
  const page: Endpoints = { result, alternatives, colors: new Colors(alternatives.map((one) => one.name)) };
  const best = cheapest(alternatives) ?? alternatives.find((one) => one.meets_target);
  const sections = [
    { id: "alternatives", title: "Alternatives", body: [...alternativesBody(page), statedSources(page)] },
    daySection(page, best),
    latencySection(page),
    throughputSection(page),
    evidenceSection(page),
  ];
  return {
    answer: [
      h("p", {}, loadSentence(result)),
      best
        ? figures(best, alternatives, result)
        : h("p", { class: "verdict bad" }, "No alternative meets the target."),
      warnings(page),
    ],
    sections: sections.filter((section): section is Section => section !== undefined),
  };
}
