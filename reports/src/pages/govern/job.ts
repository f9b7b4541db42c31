// The page of `sextant govern --explain`: what happened to one job.
import type { ReportDocument } from "../../document";
import { h } from "../../dom";
import { grouped, words } from "../../format";
import { keyFigure, keyFigures, type Page } from "../../page";
import { table } from "../../table";
import { timeline, type TimelineKind } from "../../timeline";
import { plural, time } from "./model";

interface Span {
  from_s: number;
  to_s: number;
}
interface Wait extends Span {
  reason: string;
  sentence: string;
}
interface Active extends Span {
  activity: string;
}
interface Eviction {
  at_s: number;
  job: string;
  rule: string;
  for_job: string | null;
  sentence: string;
}

/** "7 d 07:54": two moments of a day are told apart. */
function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}:${two(Math.floor(seconds) % 60)}`;
  return `${Math.floor(minutes / 1440)} d ${time}`;
}

/** Kinds that pages of a whole cluster have too, in the colours that they have there. */
const SERIES: Record<string, number> = {
  "no quota": 9,
  "no nodes": 8,
  starting: 7,
  working: 0,
  ending: 5,
  lost: 6,
  recovering: 3,
};
/** Of others, in their order. */
const OTHER_SERIES = [1, 4, 2];

const camel = (name: string): string =>
  words(name)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();

function lanes(result: any): HTMLElement {
  const waits: Wait[] = result.waits;
  const active: Active[] = result.active;
  const kinds: TimelineKind[] = [];
  const kind = (name: string): number => {
    const found = kinds.findIndex((each) => each.name === name);
    if (found >= 0) return found;
    const others = kinds.filter((each) => !(each.name in SERIES)).length;
    kinds.push({ name, series: SERIES[name] ?? OTHER_SERIES[others % OTHER_SERIES.length]! });
    return kinds.length - 1;
  };
  const lane = <T extends Span>(name: string, spans: T[], of: (span: T) => string) => ({
    name,
    begin: spans.map((span) => span.from_s),
    end: spans.map((span) => span.to_s),
    kind: spans.map((span) => kind(of(span))),
  });
  const moments: Eviction[] = [...result.evictions];
  const list = [
    lane("waits", waits, (wait) => camel(wait.reason)),
    lane("has nodes", active, (span) => span.activity),
  ];
  const ends = [...waits, ...active].map((span) => span.to_s);
  return timeline({
    title: "Its waits and its work",
    summary:
      `Submitted at ${clock(result.submitted_s)}, ${words(result.end)} at ${clock(result.ended_s)}; ` +
      `${plural(waits.length, "wait")} and ${plural(moments.length, "eviction")}.`,
    kinds,
    lanes: list,
    from: result.submitted_s,
    to: Math.max(result.ended_s, ...ends),
    describe: (which, index) => {
      const span = which === 0 ? waits[index]! : active[index]!;
      return {
        heading: which === 0 ? waits[index]!.sentence : active[index]!.activity,
        lines: [
          { label: "from", value: clock(span.from_s) },
          { label: "for", value: time(span.to_s - span.from_s) },
        ],
      };
    },
    shares: false,
    height: 160,
  });
}

interface Line {
  at: number;
  length: number;
  what: string;
  text: string;
}

const lasted = (span: Span): number => span.to_s - span.from_s;
const times = (run: Wait[]): string =>
  run.length > 1
    ? `; that is the longest of ${grouped(run.length)} waits of this kind, one after the other`
    : "";

/** Waits for the same reason that follow one another, with nothing between them. */
function merged({ waits, active, evictions }: any): Wait[][] {
  const between: number[] = [
    ...active.map((span: Span) => span.from_s),
    ...evictions.map((each: Eviction) => each.at_s),
  ];
  const runs: Wait[][] = [];
  for (const wait of waits as Wait[]) {
    const last = runs[runs.length - 1]?.at(-1);
    const apart = !last || between.some((at) => at >= last.from_s && at < wait.from_s);
    if (!apart && last.reason === wait.reason) runs[runs.length - 1]!.push(wait);
    else runs.push([wait]);
  }
  return runs;
}

function story(result: any): Line[] {
  const lines: Line[] = [
    ...merged(result).map((run) => ({
      at: run[0]!.from_s,
      length: run.reduce((sum, wait) => sum + lasted(wait), 0),
      what: "waits",
      text: [...run].sort((a, b) => lasted(b) - lasted(a))[0]!.sentence + times(run),
    })),
    ...result.active.map((span: Active) => ({
      at: span.from_s,
      length: span.to_s - span.from_s,
      what: "has nodes",
      text: span.activity,
    })),
    ...result.evictions.map((each: Eviction) => ({
      at: each.at_s,
      length: 0,
      what: "is evicted",
      text: each.sentence,
    })),
    ...result.evicted_others.map((each: Eviction) => ({
      at: each.at_s,
      length: 0,
      what: "evicts",
      text: `${each.job}: ${each.sentence}`,
    })),
    { at: result.ended_s, length: 0, what: "ends", text: words(result.end) },
  ];
  return lines.sort((a, b) => a.at - b.at || Number(a.length > 0) - Number(b.length > 0));
}

export function jobPage({ result }: ReportDocument): Page {
  const lines = story(result);
  return {
    answer: [
      keyFigures(
        keyFigure(
          "Waited",
          time(result.wait_s),
          undefined,
          result.no_nodes_s > 0 ? `and ${time(result.no_nodes_s)} for nodes` : "without quota",
        ),
        keyFigure(
          "Had nodes for",
          time(result.run_s),
          undefined,
          result.lost_s > 0 ? `${time(result.lost_s)} of it done again` : "nothing was lost",
        ),
        keyFigure(
          "Preempted",
          String(result.preemptions),
          undefined,
          `${plural(result.node_failures, "failure")} of its nodes`,
        ),
        keyFigure(
          "End",
          words(result.end),
          undefined,
          result.missed_deadline ? "missed its deadline" : `team ${result.team}`,
        ),
      ),
    ],
    sections: [
      { id: "timeline", title: "When", body: [lanes(result)] },
      {
        id: "story",
        title: "Why",
        intro:
          "Every wait with its reason, every eviction with its rule, in the first replica. Times are days, hours, minutes and seconds since the begin.",
        body: [
          table<Line>({
            caption: "What happened, in the order of time",
            rows: lines,
            limit: 100,
            columns: [
              {
                label: "At",
                numeric: true,
                text: (line) => clock(line.at),
                sort: (line) => line.at,
              },
              {
                label: "For",
                numeric: true,
                text: (line) => (line.length > 0 ? time(line.length) : ""),
                sort: (line) => line.length,
              },
              {
                label: "What",
                text: (line) => (line.what === "is evicted" ? h("b", {}, line.what) : line.what),
                sort: (line) => line.what,
              },
              { label: "Why", text: (line) => line.text },
            ],
          }),
        ],
      },
    ],
  };
}
