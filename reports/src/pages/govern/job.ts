// The page of `sextant govern --explain`: what happened to one job.
import type { ReportDocument } from "../../document";
import { h } from "../../dom";
import { human, words } from "../../format";
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
    kinds.push({ name });
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
      `Submitted at ${human("seconds", result.submitted_s)}, ${words(result.end)} at ${human("seconds", result.ended_s)}; ` +
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
          { label: "from", value: human("seconds", span.from_s) },
          { label: "for", value: time(span.to_s - span.from_s) },
        ],
      };
    },
    height: 160,
  });
}

interface Line {
  at: number;
  length: number;
  what: string;
  text: string;
}

function story(result: any): Line[] {
  const lines: Line[] = [
    ...result.waits.map((wait: Wait) => ({
      at: wait.from_s,
      length: wait.to_s - wait.from_s,
      what: "waits",
      text: wait.sentence,
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
          "Every wait with the reason that held all the while, every eviction with its rule, in the first replica.",
        body: [
          table<Line>({
            caption: "What happened, in the order of time",
            rows: lines,
            limit: 100,
            columns: [
              {
                label: "At",
                numeric: true,
                text: (line) => (line.at > 0 ? human("seconds", line.at) : "0"),
                sort: (line) => line.at,
              },
              {
                label: "For",
                numeric: true,
                text: (line) => (line.length > 0 ? time(line.length) : ""),
                sort: (line) => line.length,
              },
              {
                label: "",
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
