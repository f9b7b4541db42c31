// What was asked for besides: which changes would save most, and how another scenario compares.
import { h, type Child } from "../../dom";
import { human, percent, words } from "../../format";
import { folded } from "../../page";
import { table } from "../../table";
import { bars, few } from "./figures";

/** Bars of more changes than these say little. */
const MOST = 10;

function signed(text: string, value: number): string {
  const size = text.replace(/^-/, "");
  return value > 0 ? `+${size}` : value < 0 ? `−${size}` : size;
}

/** '"precision": "fp8" instead of "bf16"': "precision fp8 instead of bf16". */
function inWords(change: string): string {
  return change.replaceAll(/"(\w+)":/g, (_, name: string) => words(name)).replaceAll('"', "");
}

function stepChanges(explain: any): Child {
  const better = explain.changes.filter((change: any) => change.saved_share >= 0.0005).slice(0, MOST);
  if (better.length === 0)
    return h("p", {}, "No single change of the layout or the software would save time.");
  const [best] = better;
  const saving = (change: any) =>
    change.run_saved_s === null ? "" : `, ${human("seconds", change.run_saved_s)} of the run`;
  return bars({
    title: `What would make the step faster: ${inWords(best.change)}`,
    summary:
      `One change at a time. The best saves ${percent(best.saved_share)} of the step${saving(best)}. ` +
      "Orange ones need other hardware. Savings do not add up.",
    bars: better.map((change: any) => ({
      name: inWords(change.change),
      value: change.saved_share,
      label: percent(change.saved_share),
      color: (colors: any) => colors.series[change.kind === "hardware" ? 1 : 0],
      lines: [
        { label: "step", value: human("seconds", change.step_s) },
        { label: "memory", value: human("bytes", change.peak_memory_bytes) },
        ...(change.run_saved_s === null
          ? []
          : [{ label: "of the run", value: human("seconds", change.run_saved_s) }]),
        ...(change.caution ? [{ label: change.caution, value: "" }] : []),
      ],
    })),
  });
}

function allChanges(explain: any): HTMLElement {
  return folded(
    `All ${explain.changes.length + explain.rejected.length} changes that were tried`,
    table<any>({
      caption: "One change at a time",
      rows: explain.changes,
      columns: [
        { label: "Change", text: (row) => inWords(row.change), sort: (row) => row.change },
        {
          label: "Step",
          numeric: true,
          text: (row) => human("seconds", row.step_s),
          sort: (row) => row.step_s,
        },
        {
          label: "Saves",
          numeric: true,
          text: (row) => percent(row.saved_share),
          sort: (row) => row.saved_share,
        },
        {
          label: "Memory",
          numeric: true,
          text: (row) => human("bytes", row.peak_memory_bytes),
          sort: (row) => row.peak_memory_bytes,
        },
        { label: "Beware", text: (row) => row.caution },
      ],
    }),
    explain.rejected.length > 0 &&
      table<any>({
        caption: "Cannot run",
        rows: explain.rejected,
        columns: [
          { label: "Change", text: (row) => inWords(row.change), sort: (row) => row.change },
          { label: "Because", text: (row) => row.why },
        ],
      }),
  );
}

function reasons(explain: any): HTMLElement {
  return h(
    "dl",
    { class: "reasons" },
    explain.breakdown.map(({ part, share, time_s, why }: any) => [
      h("dt", {}, `${part.replaceAll("_", " ")}: ${percent(share)} of the step, ${human("seconds", time_s)}`),
      h("dd", {}, why),
    ]),
  );
}

function saved({ mean, ci95, certain }: any, quantity: "seconds" | "usd"): Child {
  if (Math.abs(mean) < 1e-9) return "nothing";
  const half = human(quantity, (ci95[1] - ci95[0]) / 2);
  return [
    human(quantity, mean),
    h("small", { class: "could-be" }, `± ${half}${certain ? "" : ", sign not certain"}`),
  ];
}

function whatIfs(worths: any[]): HTMLElement {
  return table<any>({
    caption:
      "What faster recovery and fewer failures would save: one change at a time, with the same luck; ± 95 %",
    rows: worths,
    columns: [
      { label: "What if", text: (row) => row.change, sort: (row) => row.change },
      {
        label: "Saves time",
        numeric: true,
        text: (row) => saved(row.saved_wall_time_s, "seconds"),
        sort: (row) => row.saved_wall_time_s.mean,
      },
      {
        label: "Saves money",
        numeric: true,
        text: (row) => (row.saved_cost_usd ? saved(row.saved_cost_usd, "usd") : ""),
        sort: (row) => row.saved_cost_usd?.mean ?? 0,
      },
    ],
  });
}

export function explained(result: any): Child {
  if (!result.explain) return undefined;
  return [
    h("h3", {}, "What the time of a step is spent on"),
    reasons(result.explain),
    stepChanges(result.explain),
    allChanges(result.explain),
    result.what_ifs?.length > 0 && whatIfs(result.what_ifs),
  ];
}

interface Compared {
  what: string;
  here: string;
  there: string;
  difference: any;
  text(value: number): string;
}

export function against(result: any): Child {
  const { against: other, forecast } = result;
  if (!other) return undefined;
  const there = other.plan.forecast;
  const { difference } = other;
  const row = (what: string, key: string, text: (value: number) => string): Compared | undefined =>
    difference[key] && {
      what,
      here: text((key === "interruptions" ? forecast[key].total : forecast[key]).mean),
      there: text((key === "interruptions" ? there[key].total : there[key]).mean),
      difference: difference[key],
      text,
    };
  const rows = [
    row("Done in", "wall_time_s", (value) => human("seconds", value)),
    row("Cost", "cost_usd", (value) => human("usd", value)),
    row("Energy", "energy_j", (value) => human("joules", value)),
    row("Training that counts", "ettr", (value) => percent(value, 2)),
    row("Interruptions", "interruptions", few),
  ].filter((each): each is Compared => each !== undefined && each !== null);
  const compared = table<Compared>({
    caption: "In the mean. Both meet the same luck: the interval is that of the difference",
    rows,
    columns: [
      { label: "", text: ({ what }) => what },
      { label: "Here", numeric: true, text: ({ here }) => here },
      { label: "There", numeric: true, text: (each) => each.there },
      {
        label: "Difference",
        numeric: true,
        text: ({ difference: { mean }, text }) => signed(text(mean), mean),
      },
      {
        label: "95 %",
        numeric: true,
        text: ({ difference: { ci95 }, text }) => `± ${text((ci95[1] - ci95[0]) / 2)}`,
      },
      { label: "", text: ({ difference: { certain } }) => (certain ? "" : "sign not certain") },
    ],
  });
  return [h("h3", { dir: "auto" }, `Against ${other.scenario}`), compared];
}
