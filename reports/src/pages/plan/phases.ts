// What each phase of a run does, laid out how, and how long it takes.
import { h } from "../../dom";
import { count, grouped, human, humanRange, percent } from "../../format";
import { table, type Column } from "../../table";
import { part } from "./figures";

interface Row {
  phase: any;
  /** One of its batches; absent: the phase itself. */
  batch?: any;
}

/** As many batches as have rows of their own. */
const MOST_BATCHES = 8;

function rowsOf(phases: any[]): Row[] {
  return phases.flatMap((phase) => {
    const listed = phase.batches.length > 1 && phase.batches.length <= MOST_BATCHES;
    return [{ phase }, ...(listed ? phase.batches.map((batch: any) => ({ phase, batch })) : [])];
  });
}

/** "tensor 8, pipeline 16, data 128". */
export function layoutText(layout: any): string {
  const parts = [`tensor ${layout.tensor}`, `pipeline ${layout.pipeline}`, `data ${layout.data}`];
  if (layout.context > 1) parts.push(`context ${layout.context}`);
  if (layout.expert > 1) parts.push(`experts on ${layout.expert}`);
  if (layout.virtual_stages > 1) parts.push(`${layout.virtual_stages} virtual stages`);
  const size = layout.micro_batch > 1 ? ` of ${layout.micro_batch}` : "";
  const number = grouped(layout.microbatches);
  parts.push(`ZeRO-${layout.zero}`, `${number} microbatch${layout.microbatches > 1 ? "es" : ""}${size}`);
  if (layout.recompute !== "none") parts.push(`recompute ${layout.recompute}`);
  if (layout.offload !== "none") parts.push(`${layout.offload} in host memory`);
  return parts.join(", ");
}

function span(batches: any[], key: string): string {
  const values = batches.map((batch) => batch[key]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? grouped(low) : `${grouped(low)} to ${grouped(high)}`;
}

function work({ phase, batch }: Row): string {
  const { tokens, duration_s } = batch ?? phase;
  if (tokens !== null && tokens !== undefined) return count(tokens);
  return duration_s ? `for ${human("seconds", duration_s)}` : "";
}

function steps({ phase, batch }: Row): string {
  const number = (batch ?? phase).steps;
  return number === null ? "" : grouped(number);
}

/** "1,859,665 steps of 1,920 sequences of 8,192 tokens". */
function onePhase(phase: any): HTMLElement {
  const { step, layout, batches } = phase;
  const tokens = work({ phase });
  const number = steps({ phase });
  const [low, high] = step.interval80_s;
  const fact = (name: string, text: string) => [h("dt", {}, name), h("dd", {}, text)];
  return h(
    "dl",
    { class: "facts" },
    fact("Work", number ? `${tokens} tokens in ${number} steps` : tokens),
    fact("Batch", `${span(batches, "global_batch")} sequences of ${span(batches, "sequence_length")} tokens`),
    fact(
      "Step",
      `${human("seconds", step.time_s)}; within the error of the forecast, ${humanRange("seconds", low, high)}`,
    ),
    fact(
      "MFU",
      `${percent(phase.mfu)}: the share of its peak at which the hardware does the model's arithmetic`,
    ),
    fact("Layout", layoutText(layout)),
  );
}

export function phasesTable(phases: any[]): HTMLElement {
  if (phases.length === 1 && rowsOf(phases).length === 1) return onePhase(phases[0]);
  const whole = phases.reduce((sum, phase) => sum + phase.forecast.wall_time_s.mean, 0);
  const of = (row: Row) => (row.batch ? [row.batch] : row.phase.batches);
  const columns: Column<Row>[] = [
    { label: "Phase", text: ({ phase, batch }) => (batch ? "" : phase.name || "all") },
    {
      label: "Of the time",
      numeric: true,
      text: ({ phase, batch }) => (batch ? "" : part(phase.forecast.wall_time_s.mean / whole)),
    },
    { label: "Tokens", numeric: true, text: work },
    { label: "Steps", numeric: true, text: steps },
    { label: "Sequence", numeric: true, text: (row) => span(of(row), "sequence_length") },
    { label: "Batch", numeric: true, text: (row) => span(of(row), "global_batch") },
    {
      label: "Step",
      numeric: true,
      text: ({ phase, batch }) => human("seconds", batch ? batch.time_s : phase.step.time_s),
    },
    { label: "MFU", numeric: true, text: ({ phase, batch }) => percent((batch ?? phase).mfu) },
    {
      label: "Layout",
      text: ({ phase, batch }) => (batch ? "" : h("span", { class: "long" }, layoutText(phase.layout))),
    },
  ];
  return table<Row>({
    caption:
      phases.length > 1
        ? "Phases, and the batches of each; the step is that of the batch which takes most of its time"
        : "The step, and how it is laid out over the accelerators",
    columns,
    rows: rowsOf(phases),
    marked: ({ batch }) => !batch && phases.length > 1,
  });
}
