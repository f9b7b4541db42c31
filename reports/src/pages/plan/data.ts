// How the training data come to the ranks, and what they went through before the run.
import type { ReportDocument } from "../../document";
import { h, type Child } from "../../dom";
import { grouped, human, significant, words } from "../../format";
import type { Section } from "../../page";
import { table } from "../../table";
import { sentence } from "./figures";

interface Pass {
  name: string;
  move: any;
}

/** One row where a later pass is as the first. */
function passesOf({ first_pass, later_passes }: any): Pass[] {
  if (JSON.stringify(first_pass) === JSON.stringify(later_passes))
    return [{ name: "every pass", move: first_pass }];
  return [
    { name: "first pass", move: first_pass },
    { name: "later passes", move: later_passes },
  ];
}

function loading(data: any, said: string): Child {
  const passes = data.step && passesOf(data.step);
  return [
    h("p", {}, sentence(said)),
    passes &&
      table<Pass>({
        caption: `One step's samples; the step itself takes ${human("seconds", data.step.time_s)}`,
        rows: passes,
        columns: [
          { label: "", text: ({ name }) => name },
          { label: "Takes", numeric: true, text: ({ move }) => human("seconds", move.time_s) },
          { label: "Step waits", numeric: true, text: ({ move }) => human("seconds", move.stall_s) },
          { label: "Limited by", text: ({ move }) => words(String(move.limit)) },
          { label: "GETs per node", numeric: true, text: ({ move }) => grouped(move.gets) },
          { label: "Bytes per node", numeric: true, text: ({ move }) => human("bytes", move.bytes) },
        ],
      }),
  ];
}

function preparing(preparation: any): Child {
  return [
    h("h3", {}, "Before the run: preparing the data"),
    h(
      "p",
      { class: "intro" },
      `${human("bytes", preparation.input_bytes)} go through each of these fleets; ` +
        (preparation.in_forecast ? "it is in the forecast above." : "it is not in the forecast above."),
    ),
    table<any>({
      caption: "Fleets that could do it",
      rows: preparation.fleets,
      columns: [
        {
          label: "Fleet",
          text: (fleet) => `${grouped(fleet.count)} × ${fleet.instance}`,
          sort: (fleet) => fleet.instance,
        },
        {
          label: "Time",
          numeric: true,
          text: (fleet) => human("seconds", fleet.time_s),
          sort: (fleet) => fleet.time_s,
        },
        {
          label: "Cost",
          numeric: true,
          text: (fleet) => (fleet.cost_usd === null ? "" : human("usd", fleet.cost_usd)),
          sort: (fleet) => fleet.cost_usd ?? 0,
        },
        {
          label: "Energy",
          numeric: true,
          text: (fleet) => (fleet.energy_j === null ? "" : human("joules", fleet.energy_j)),
          sort: (fleet) => fleet.energy_j ?? 0,
        },
        {
          label: "Emissions",
          numeric: true,
          text: (fleet) => (fleet.co2e_kg ? `${significant(fleet.co2e_kg.location)} kg CO₂e` : ""),
          sort: (fleet) => fleet.co2e_kg?.location ?? 0,
        },
        { label: "Limited by", text: (fleet) => words(fleet.limit) },
      ],
    }),
  ];
}

export function dataSection({ result, pictures }: ReportDocument): Section | undefined {
  const { data, preparation } = result;
  if (!data && !preparation) return undefined;
  return {
    id: "data",
    title: "Training data",
    intro: "How samples come to the ranks, whether steps wait for them, and what preparing them takes.",
    body: [data && loading(data, pictures.words.data), preparation && preparing(preparation)],
  };
}
