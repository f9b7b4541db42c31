// Time by lane and kind: the legend's shares, and the table for those who do not see the drawing.
import type { TimelineKind, TimelineSpec } from "../timeline";
import { human, percent } from "../format";
import type { Column, TableOptions } from "../table";

export interface Totals {
  /** In seconds, by lane, then by kind. */
  byLane: Float64Array[];
  byKind: Float64Array;
  /** Of all lanes from begin to end. */
  whole: number;
}

export function totals({ lanes, kinds, from, to }: TimelineSpec): Totals {
  const byKind = new Float64Array(kinds.length);
  const byLane = lanes.map(({ begin, end, kind }) => {
    const times = new Float64Array(kinds.length);
    for (let i = 0; i < begin.length; i += 1) {
      const from_ = Math.max(from, begin[i]!);
      times[kind[i]!]! += Math.max(0, Math.min(to, end[i]!) - from_);
    }
    times.forEach((time, i) => (byKind[i]! += time));
    return times;
  });
  return { byLane, byKind, whole: lanes.length * (to - from) };
}

interface LaneTimes {
  name: string;
  times: Float64Array;
  idle: number;
}

/** The table behind the drawing: kinds that happen, and what is left. */
export function totalsTable(spec: TimelineSpec, { byLane, byKind }: Totals): TableOptions<LaneTimes> {
  const span = spec.to - spec.from;
  const time = (label: string, of: (row: LaneTimes) => number): Column<LaneTimes> => ({
    label,
    numeric: true,
    text: (row) => (of(row) > 0 ? `${human("seconds", of(row))} (${percent(of(row) / span)})` : "–"),
    sort: of,
  });
  const happens = (_: TimelineKind, i: number) => byKind[i]! > 0;
  const indices = spec.kinds.map((_, i) => i);
  return {
    caption: "Time of each lane by kind, and its share of the whole",
    columns: [
      { label: "Lane", text: (row) => row.name, sort: (row) => row.name },
      ...indices
        .filter((i) => happens(spec.kinds[i]!, i))
        .map((i) => time(spec.kinds[i]!.name, (row) => row.times[i]!)),
      time(spec.idle ?? "nothing", (row) => row.idle),
    ],
    rows: spec.lanes.map(({ name, group }, lane) => {
      const times = byLane[lane]!;
      const busy = times.reduce((sum, one) => sum + one, 0);
      return { name: group ? `${group}, ${name}` : name, times, idle: Math.max(0, span - busy) };
    }),
  };
}
