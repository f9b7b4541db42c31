// Jobs on lanes of their own: when each waited, ran, borrowed, and was evicted.
import type { TooltipLine } from "../../chart";
import { grouped, human, words } from "../../format";
import { short } from "../../measure";
import { timeline, type TimelineKind, type TimelineLane } from "../../timeline";
import { ruleWords } from "./evictions";
import { counted, plural, time, type Cluster } from "./model";

/** Phases as their segments are coloured: "working" has two kinds. */
const KINDS: (TimelineKind & { phase: string; borrowed?: boolean })[] = [
  { phase: "waiting", name: "waiting", series: 9 },
  { phase: "queued_again", name: "waiting again, evicted", series: 1 },
  { phase: "no_nodes", name: "quota, no nodes", series: 8 },
  { phase: "starting", name: "starting", series: 7 },
  { phase: "working", name: "running", series: 0 },
  { phase: "working", name: "running, borrowed", series: 2, borrowed: true },
  { phase: "lost", name: "work that was lost", series: 6 },
  { phase: "recovering", name: "recovering", series: 3 },
  { phase: "idle", name: "idle, holds nodes", series: 4 },
  { phase: "ending", name: "evicted, ending", series: 5 },
];

interface Eviction {
  at: number;
  rule: string;
  by: string | undefined;
  byTeam: number;
}

interface Job {
  name: string;
  team: number;
  className: string | undefined;
  kind: string;
  end: string;
  units: number;
  submitted: number;
  begin: Float64Array;
  until: Float64Array;
  kinds: Uint8Array;
  borrowed: boolean[];
  evictions: Eviction[];
}

function kindOf(phase: string, borrowed: boolean): number {
  const fitting = KINDS.findIndex((kind) => kind.phase === phase && (kind.borrowed ?? false) === borrowed);
  return fitting >= 0 ? fitting : KINDS.findIndex((kind) => kind.phase === phase);
}

/** The columns of src/pages/govern_lanes.h, undone. */
function jobs(cluster: Cluster): Job[] {
  const lanes = cluster.pictures.lanes;
  const tick: number = lanes.tick_s;
  let submitted = 0,
    segment = 0,
    eviction = 0;
  return lanes.name.map((name: number, i: number) => {
    submitted += lanes.submitted[i];
    const count: number = lanes.segments[i];
    const begin = new Float64Array(count),
      until = new Float64Array(count),
      kinds = new Uint8Array(count);
    const borrowed: boolean[] = [];
    let at = submitted;
    for (let s = 0; s < count; s += 1, segment += 1) {
      const code: number = lanes.segment_phase[segment];
      borrowed.push(code >= lanes.borrowed);
      begin[s] = at * tick;
      at += lanes.segment_ticks[segment];
      until[s] = at * tick;
      kinds[s] = kindOf(lanes.phases[code % lanes.borrowed], code >= lanes.borrowed);
    }
    const evictions: Eviction[] = Array.from({ length: lanes.evictions[i] }, () => {
      const by: number = lanes.eviction_for[eviction];
      const each = {
        at: (submitted + lanes.eviction_after[eviction]) * tick,
        rule: lanes.rules[lanes.eviction_rule[eviction]] as string,
        by: by < 0 ? undefined : (lanes.names[by] as string),
        byTeam: lanes.eviction_for_team[eviction] as number,
      };
      eviction += 1;
      return each;
    });
    return {
      name: lanes.names[name],
      team: lanes.team[i],
      className: lanes.classes[lanes.class[i]],
      kind: words(lanes.kinds[lanes.kind[i]]),
      end: words(lanes.ends[lanes.end[i]]),
      units: lanes.units[i],
      submitted: submitted * tick,
      begin,
      until,
      kinds,
      borrowed,
      evictions,
    };
  });
}

const endOf = (job: Job): number => job.until[job.until.length - 1] ?? job.submitted;

/** A lane, and which segment of which job each of its intervals is. */
interface Row {
  team: number;
  until: number;
  jobs: Job[];
}

/** Jobs of a team in rows: each in the first one that is free when it is submitted. */
function rowsOf(list: Job[]): Row[] {
  const rows: Row[] = [];
  let first = 0;
  for (const job of list) {
    if (job.begin.length === 0) continue;
    if (rows[first] && rows[first]!.team !== job.team) first = rows.length;
    let row = first;
    while (row < rows.length && rows[row]!.until > job.submitted) row += 1;
    if (row === rows.length) rows.push({ team: job.team, until: 0, jobs: [] });
    rows[row]!.jobs.push(job);
    rows[row]!.until = endOf(job);
  }
  return rows;
}

function laneOf(cluster: Cluster, row: Row, number: number) {
  const segments = row.jobs.flatMap((job) => Array.from(job.begin, (_, index) => ({ job, index })));
  const lane: TimelineLane = {
    name: `row ${number}`,
    group: cluster.teams[row.team]!.name,
    begin: segments.map(({ job, index }) => job.begin[index]!),
    end: segments.map(({ job, index }) => job.until[index]!),
    kind: segments.map(({ job, index }) => job.kinds[index]!),
  };
  return { lane, segments };
}

/** Of the eviction that a segment follows: the last one before it, or within it. */
function lastEviction(job: Job, index: number): Eviction | undefined {
  const until = job.begin[index]! + 1e-9;
  return job.evictions.filter((each) => each.at <= until).pop();
}

function describe(cluster: Cluster, job: Job, index: number): { heading: string; lines: TooltipLine[] } {
  const from = job.begin[index]!;
  const to = job.until[index]!;
  const what = KINDS[job.kinds[index]!]!;
  const lines: TooltipLine[] = [
    {
      label: job.borrowed[index] && what.phase !== "working" ? `${what.name}, borrowed` : what.name,
      value: time(to - from),
    },
    { label: "from, to", value: `${human("seconds", from)}, ${human("seconds", to)}` },
    { label: "team", value: cluster.name(job.team, 40) },
    { label: "size", value: `${counted(job.units)} ${cluster.unit}` },
    { label: "work", value: job.className ? `${job.kind}, class ${short(job.className, 24)}` : job.kind },
  ];
  const eviction = lastEviction(job, index);
  if (eviction && (what.phase === "queued_again" || what.phase === "ending" || what.phase === "lost")) {
    lines.push({ label: "evicted", value: `${human("seconds", eviction.at)}: ${ruleWords(eviction.rule)}` });
    if (eviction.by) {
      const team = eviction.byTeam >= 0 ? ` of ${cluster.name(eviction.byTeam)}` : "";
      lines.push({ label: "for", value: `${short(eviction.by, 32)}${team}` });
    }
  }
  if (job.evictions.length > 1)
    lines.push({ label: "evictions in all", value: grouped(job.evictions.length) });
  lines.push({ label: "end", value: `${job.end}, ${time(endOf(job) - job.submitted)} after submission` });
  return { heading: short(job.name, 48), lines };
}

function chosen(cluster: Cluster, list: Job[]): string {
  const lanes = cluster.pictures.lanes;
  const cut =
    lanes.cut_jobs > 0 ? ` Of ${plural(lanes.cut_jobs, "job")} only the first phases are drawn.` : "";
  if (list.length === lanes.jobs) return `All ${plural(lanes.jobs, "job")}, ${cluster.drawn}.${cut}`;
  const every = lanes.every > 1 ? `one in ${grouped(lanes.every)}, ` : "";
  return (
    `${grouped(list.length)} of ${grouped(lanes.jobs)} jobs: ${every}the ${grouped(lanes.longest)} that waited longest` +
    (lanes.evicted > 0 ? ` and the ${grouped(lanes.evicted)} that were evicted most often` : "") +
    `; ${cluster.drawn}.${cut}`
  );
}

export function jobLanes(cluster: Cluster): HTMLElement | undefined {
  const list = jobs(cluster);
  if (list.length === 0) return undefined;
  const evicted = list.filter((job) => job.evictions.length > 0).length;
  const rows = rowsOf(list);
  const firsts = new Map<number, number>();
  const drawn = rows.map((row, i) => {
    if (!firsts.has(row.team)) firsts.set(row.team, i);
    return laneOf(cluster, row, i - firsts.get(row.team)! + 1);
  });
  const segment = (lane: number, index: number) => drawn[lane]!.segments[index]!;
  return timeline({
    title: "Jobs from their submission to their end",
    summary:
      `${chosen(cluster, list)} Jobs of a team that follow one another share a row. ` +
      (evicted > 0 ? `${plural(evicted, "of them was", "of them were")} evicted: ` : "") +
      (evicted > 0
        ? "point at a wait after an eviction to see why, and for whom."
        : "None of them was evicted."),
    kinds: KINDS,
    lanes: drawn.map(({ lane }) => lane),
    from: 0,
    to: cluster.wall,
    describe: (lane, index) => {
      const { job, index: at } = segment(lane, index);
      return describe(cluster, job, at);
    },
    label: (lane, index) => segment(lane, index).job.name,
    idle: "no job in the row",
    // Not those of the cluster: which jobs are drawn is chosen.
    shares: false,
    closed: rows.length > 200,
    height: 520,
  });
}
