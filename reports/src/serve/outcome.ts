// What the server says beside the forecast: what changed, why there is none, what is wrong.
import { h } from "../dom";
import { grouped, human, humanRange, percent, significant, type Quantity } from "../format";
import { remarks } from "../page";
import { table } from "../table";
import { obstacle } from "../pages/plan/infeasible";
import type { Difference, Measure, Mistake, Obstacle, Outcome } from "./protocol";
import type { Summary } from "../document";

interface Row {
  key: string;
  label: string;
  /** Absent: a share, or a count. */
  quantity?: Quantity;
  share?: boolean;
}

const ROWS: Row[] = [
  { key: "wall_time_s", label: "Done in", quantity: "seconds" },
  { key: "cost_usd", label: "Cost", quantity: "usd" },
  { key: "energy_j", label: "Energy", quantity: "joules" },
  { key: "ettr", label: "Training that counts", share: true },
  { key: "interruptions", label: "Interruptions" },
];

function text({ quantity, share }: Row, value: number): string {
  if (quantity) return human(quantity, value);
  return share ? percent(value, 2) : significant(value);
}

function signed(row: Row, value: number): string {
  const size = text(row, Math.abs(value));
  return value === 0 ? "the same" : `${value < 0 ? "−" : "+"}${size}`;
}

function verdict({ ci95: [low, high], certain }: Measure, before: Summary, { share }: Row): string {
  if (low === 0 && high === 0) return "";
  if (!certain) return "sign not certain";
  if (share || before.mean === 0) return "";
  const change = ((low + high) / 2 / before.mean) * 100;
  return `${change > 0 ? "+" : "−"}${significant(Math.abs(change), 2)} %`;
}

/** Before, now and the difference, of what both have. */
export function whatChanged(difference: Difference): HTMLElement {
  const rows = ROWS.flatMap((row) => {
    const before = difference.before[row.key];
    const change = difference.difference[row.key];
    return before && change ? [{ row, before, change }] : [];
  });
  return h(
    "section",
    { class: "what-changed", "aria-label": "What changed" },
    h("h2", {}, "What changed"),
    table({
      caption: `Means of ${grouped(difference.pairs)} simulated runs. Before and now meet the same luck.`,
      columns: [
        { label: "", text: ({ row }) => row.label },
        { label: "in the file", numeric: true, text: ({ row, before }) => text(row, before.mean) },
        {
          label: "now",
          numeric: true,
          text: ({ row, before, change }) => text(row, before.mean + change.mean),
        },
        {
          label: "difference",
          numeric: true,
          text: ({ row, change }) => h("strong", {}, signed(row, change.mean)),
        },
        { label: "", text: ({ row, before, change }) => verdict(change, before, row) },
      ],
      rows,
    }),
  );
}

/** One sentence for those who do not see the page change. */
export function announcement(serve: Outcome, result: any): string {
  if (serve.outcome === "infeasible") return "These inputs cannot work.";
  if (serve.outcome === "wrong") return "Some inputs are wrong.";
  const time = result?.forecast?.wall_time_s;
  if (!time) return "The forecast is there.";
  return `Done in ${human("seconds", time.p50)}, ${humanRange("seconds", time.p10, time.p90)}.`;
}

export function whyNot(obstacles: Obstacle[]): HTMLElement {
  return h(
    "aside",
    { "aria-label": "Why it cannot work" },
    h("h2", {}, "This cannot work"),
    obstacles.map(obstacle),
  );
}

/** Mistakes that no field of the panel shows. */
export function whatIsWrong(mistakes: Mistake[]): HTMLElement | undefined {
  if (mistakes.length === 0) return undefined;
  return h(
    "aside",
    { class: "remarks warning", "aria-label": "What is wrong" },
    h("h2", {}, "This cannot be read"),
    mistakes.map(({ pointer, message, help, text }) => [
      h("p", {}, pointer && [h("code", {}, pointer), ": "], h("strong", {}, message), help && `; ${help}`),
      h("details", {}, h("summary", {}, "Where"), h("pre", {}, text)),
    ]),
  );
}

export function warnings(serve: Outcome): HTMLElement | undefined {
  const texts = serve.warnings ?? [];
  return remarks("note", "Odd, but not wrong", texts);
}
