// The run: what becomes of its time under failures, and how it guards against them.
import type { ReportDocument, Summary } from "../../document";
import { h, type Child } from "../../dom";
import { human, percent, words } from "../../format";
import type { Section } from "../../page";
import { folded } from "../../page";
import { table } from "../../table";
import { cadenceChart } from "./cadence";
import { bars, few, largestFirst, range, sentence, withShare } from "./figures";
import { overTime, type TypicalRun } from "./overtime";
import { meaning, stateName, States } from "./states";
import { storageTable, tiersTable } from "./storage";

/** Bars of more causes than these say little. */
const MOST = 12;
/** Share of the wall time that is worth a bar. */
const LEAST = 0.0005;

function losses(forecast: any, states: States): Child {
  const whole = forecast.wall_time_s.mean;
  const lost = largestFirst(forecast.goodput_s).filter(([name]) => name !== "training");
  if (lost.length === 0) return undefined;
  const sum = lost.reduce((total, [, { mean }]) => total + mean, 0);
  const shown = lost.filter(([, { mean }], i) => i === 0 || mean >= LEAST * whole);
  const small = lost.length - shown.length;
  const [largest, first] = lost[0]!;
  return bars({
    title: `In the mean, ${percent(sum / whole)} of the time is not training that counts`,
    summary:
      `${human("seconds", sum)} of ${human("seconds", whole)}, the mean of all runs. ` +
      `Most of it is ${stateName(largest)}: ${human("seconds", first.mean)}.` +
      (small > 0 ? ` ${small === 1 ? "One state" : `${small} states`} below 0.05 % are not drawn.` : ""),
    bars: shown.map(([name, time]) => ({
      name: stateName(name),
      value: time.mean,
      label: withShare("seconds", time.mean, whole),
      color: (colors) => states.color(name, colors),
      lines: [
        { label: meaning(name), value: "" },
        { label: "mean", value: human("seconds", time.mean) },
        { label: "p10 to p90", value: range("seconds", time) },
        { label: "of the wall time", value: percent(time.mean / whole, 2) },
      ],
    })),
  });
}

function between(times: any): string {
  if (!times.all) return "";
  const hardware =
    times.hardware && times.hardware !== times.all
      ? `, by hardware alone every ${human("seconds", times.hardware)}`
      : "";
  return ` By the rates of failures, one comes every ${human("seconds", times.all)}${hardware}.`;
}

const ACRONYMS = /\b(gpu|hbm|sram|nic|ssd|cpu|io|nvlink)\b/g;

function causeName(name: string): string {
  return words(name).replace(ACRONYMS, (found) => (found === "io" ? "I/O" : found.toUpperCase()));
}

function causes(forecast: any): Child {
  const { total, by_cause } = forecast.interruptions;
  const found = largestFirst(by_cause);
  if (found.length === 0) return h("p", {}, "Nothing interrupts the run.");
  const shown = found.slice(0, MOST);
  const rest = found.slice(MOST).reduce((sum, [, { mean }]) => sum + mean, 0);
  const commonest = found
    .slice(0, 3)
    .map(([name, { mean }]) => `${causeName(name)} ${percent(mean / total.mean, 0)}`)
    .join(", ");
  const bar = (name: string, mean: number, summary?: Summary) => ({
    name,
    value: mean,
    label: `${few(mean)}, ${percent(mean / total.mean, 0)}`,
    color: (colors: any) => colors.series[9],
    lines: [
      { label: "mean", value: few(mean) },
      ...(summary ? [{ label: "p10 to p90", value: `${few(summary.p10)} to ${few(summary.p90)}` }] : []),
    ],
  });
  return bars({
    title:
      total.mean < 1
        ? `Interruptions are rare, ${few(total.mean)} in the mean: ${commonest}`
        : `${few(total.mean)} interruptions in the mean: ${commonest}`,
    summary:
      (total.p90 === 0
        ? "Nine in ten runs have none."
        : `Eight in ten runs have ${few(total.p10)} to ${few(total.p90)}.`) +
      between(forecast.mean_time_to_interruption_s),
    bars: [
      ...shown.map(([name, summary]) => bar(causeName(name), summary.mean, summary)),
      ...(rest > 0 ? [bar(`${found.length - MOST} others`, rest)] : []),
    ],
  });
}

function longestStops({ stops, by_cause }: TypicalRun): Child {
  if (stops.longest.length === 0) return undefined;
  const found = Object.entries(by_cause).sort(([, a], [, b]) => b - a);
  return folded(
    "The longest stops of this run",
    table<TypicalRun["stops"]["longest"][number]>({
      caption: `${stops.longest.length} of ${stops.number}`,
      rows: stops.longest,
      columns: [
        {
          label: "After",
          numeric: true,
          text: ({ at_s }) => human("seconds", at_s),
          sort: ({ at_s }) => at_s,
        },
        {
          label: "Length",
          numeric: true,
          text: ({ length_s }) => human("seconds", length_s),
          sort: ({ length_s }) => length_s,
        },
        {
          label: "Spent on",
          text: ({ states }) =>
            Object.entries(states)
              .sort(([, a], [, b]) => b - a)
              .map(([name, time]) => `${stateName(name)} ${human("seconds", time)}`)
              .join(", "),
        },
      ],
    }),
    found.length > 0 &&
      h(
        "p",
        {},
        `What interrupted it: ${found.map(([name, number]) => `${causeName(name)} ${number}`).join(", ")}.`,
      ),
  );
}

function cadence({ result, pictures }: ReportDocument): Child {
  const curves = pictures.cadence;
  const { forecast, checkpoint } = result;
  const training = forecast.goodput_s.training.mean / forecast.wall_time_s.mean;
  if (!(training > 0)) return undefined;
  const states = new States(forecast.goodput_s);
  return curves.map((curve: any) =>
    cadenceChart(
      states,
      curve,
      curve.faster === null ? checkpoint : checkpoint.faster[curve.faster],
      curves.length > 1,
      training,
    ),
  );
}

function glossary(forecast: any): HTMLElement {
  const names = ["training", ...largestFirst(forecast.goodput_s).map(([name]) => name)];
  return folded(
    "What the states mean",
    h(
      "dl",
      { class: "reasons" },
      [...new Set(names)].map((name) => [h("dt", {}, stateName(name)), h("dd", {}, meaning(name))]),
    ),
  );
}

export function runSection(document: ReportDocument): Section {
  const { result, pictures } = document;
  const states = new States(result.forecast.goodput_s);
  return {
    id: "run",
    title: "The run",
    intro:
      "Weeks on machines that fail: what the nodes do with their time, what interrupts them, and how much is " +
      "saved by checkpoints and spares.",
    body: [
      overTime(pictures.run, states),
      longestStops(pictures.run),
      h("div", { class: "pair" }, losses(result.forecast, states), causes(result.forecast)),
      glossary(result.forecast),
      pictures.words.spares && h("p", { class: "spares" }, sentence(pictures.words.spares)),
      cadence(document),
      tiersTable(result.checkpoint),
      storageTable(result.checkpoint),
    ],
  };
}
