// What one instance serves: given, or estimated and marked so.
import { h, type Child } from "../../dom";
import { grouped, human, significant } from "../../format";
import { table } from "../../table";
import type { Alternative, Endpoints } from "./model";

function service(one: Alternative): string {
  const { batch, single_s, full_s } = one.fleet.instance;
  if (batch === 1 || single_s === full_s) return human("seconds", full_s);
  return `${human("seconds", single_s)} alone, ${human("seconds", full_s)} for ${batch}`;
}

export function throughputTable({ alternatives }: Endpoints): HTMLElement {
  const numeric = (
    label: string,
    text: (one: Alternative) => Child,
    sort?: (one: Alternative) => number,
  ) => ({
    label,
    text,
    numeric: true,
    ...(sort ? { sort } : {}),
  });
  return table<Alternative>({
    caption: "What one instance serves",
    rows: alternatives.filter((one) => one.fleet),
    columns: [
      { label: "Alternative", text: (one) => one.name, sort: (one) => one.name },
      numeric(
        "Requests /s",
        (one) => significant(one.fleet.instance.requests_per_s),
        (one) => one.fleet.instance.requests_per_s,
      ),
      {
        label: "Known from",
        text: (one) =>
          one.fleet.instance.estimated ? h("span", { class: "estimate" }, "estimate") : "given",
      },
      numeric("Servers on it", (one) => String(one.fleet.instance.copies)),
      numeric("Requests at a time", (one) => grouped(one.fleet.instance.slots * one.fleet.instance.batch)),
      numeric("Service", service),
      { label: "Service times", text: (one) => one.fleet.instance.service_times },
    ],
  });
}

export function estimates({ alternatives }: Endpoints): HTMLElement | undefined {
  const rows = alternatives.filter((one) => one.fleet?.estimate);
  if (rows.length === 0) return undefined;
  const numeric = (label: string, text: (one: Alternative) => string) => ({ label, text, numeric: true });
  const generates = rows.some((one) => one.drawn.estimate!.output_tokens > 0);
  return table<Alternative>({
    caption: "How the estimates come about, for one copy of the model",
    rows,
    columns: [
      { label: "Alternative", text: (one) => one.name },
      {
        label: "Model",
        text: ({ drawn }) =>
          h("span", { class: "nowrap" }, `${drawn.estimate!.model}, ${drawn.estimate!.precision}`),
      },
      {
        label: "On",
        text: ({ drawn }) =>
          h(
            "span",
            { class: "nowrap" },
            `${drawn.estimate!.tensor} × ${drawn.mig ? `${drawn.mig} of ` : ""}${drawn.accelerator ?? drawn.instance ?? ""}`,
          ),
      },
      numeric("Input tokens", ({ drawn }) => grouped(drawn.estimate!.input_tokens)),
      ...(generates ? [numeric("Output tokens", ({ drawn }) => grouped(drawn.estimate!.output_tokens))] : []),
      numeric("Pass over the input", ({ fleet }) => human("seconds", fleet.estimate.forward_s)),
      ...(generates
        ? [numeric("Step of one token", ({ fleet }) => human("seconds", fleet.estimate.decode_step_s))]
        : []),
      numeric("Sequences at a time", ({ fleet }) => grouped(fleet.estimate.sequences)),
      numeric("fit into memory", ({ fleet }) => grouped(fleet.estimate.most_in_memory)),
      numeric("Weights", ({ fleet }) => human("bytes", fleet.estimate.weights_bytes)),
      ...(generates
        ? [
            numeric("Keys and values of a sequence", ({ fleet }) =>
              human("bytes", fleet.estimate.keys_and_values_bytes),
            ),
          ]
        : []),
      numeric("Memory for it", ({ fleet }) => human("bytes", fleet.estimate.memory_bytes)),
    ],
  });
}
