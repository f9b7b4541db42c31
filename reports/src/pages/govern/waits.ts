// How long jobs waited: spread by team, and the longest waits with their reasons.
import { axis, chart, tooltip } from "../../chart";
import { grouped, human, percent } from "../../format";
import { short } from "../../measure";
import { table } from "../../table";
import { h } from "../../dom";
import { counted, mean, plural, spreadOf, time, type Cluster, type WaitQuantiles } from "./model";

const MOST_TEAMS = 30;
/** In the order of `pictures.waits.quantiles`. */
const P10 = 0,
  P25 = 1,
  P50 = 2,
  P75 = 3,
  P90 = 4,
  P99 = 5,
  MAX = 6;

interface Row {
  name: string;
  waits: WaitQuantiles;
}

function rows(cluster: Cluster): Row[] {
  const { waits } = cluster.pictures;
  const teams: Row[] = cluster.teams.map((team, i) => ({
    name: team.name,
    waits: waits.teams[i] as WaitQuantiles,
  }));
  return teams.filter((row) => row.waits.jobs > 0);
}

const columns = [
  { label: "Team", text: (row: Row) => row.name, sort: (row: Row) => row.name },
  {
    label: "Jobs",
    numeric: true,
    text: (row: Row) => grouped(row.waits.jobs),
    sort: (row: Row) => row.waits.jobs,
  },
  {
    label: "At once",
    numeric: true,
    text: (row: Row) => percent(row.waits.at_once / row.waits.jobs),
    sort: (row: Row) => row.waits.at_once / row.waits.jobs,
  },
  ...["p10", "p25", "p50", "p75", "p90", "p99", "longest"].map((label, i) => ({
    label,
    numeric: true,
    text: (row: Row) => time(row.waits.seconds[i]!),
    sort: (row: Row) => row.waits.seconds[i]!,
  })),
];

/** Of a logarithmic axis of times: what clocks have. */
const MARKS: [number, string][] = [
  [1, "≤ 1 s"],
  [10, "10 s"],
  [60, "1 min"],
  [600, "10 min"],
  [3600, "1 h"],
  [36000, "10 h"],
  [4 * 86400, "4 days"],
  [40 * 86400, "40 days"],
  [400 * 86400, "400 days"],
];

/** As far as the longest; every second one where it is narrow. */
const marks = (longest: number, width: number): [number, string][] =>
  MARKS.filter(([mark], i) => mark <= longest && (width >= 560 || i % 2 === 0));

/** What the waits of all jobs come to. */
function headline({ jobs, at_once, seconds }: WaitQuantiles): string {
  const [half, three, most, few] = [P50, P75, P90, P99].map((at) => seconds[at]!) as [
    number,
    number,
    number,
    number,
  ];
  if (at_once === jobs) return "No job waited";
  if (few < 60) return "Nearly no job waited for a minute";
  if (three < 60 && few >= 3600) return "Waits are short for most jobs, and long for few";
  if (half < 60) return `Half of the jobs waited less than a minute, one in ten ${time(most)} or longer`;
  return `Half of the jobs waited ${time(half)} or longer`;
}

export function waitsChart(cluster: Cluster): HTMLElement | undefined {
  const all: WaitQuantiles = cluster.pictures.waits.all;
  const teams = rows(cluster);
  if (teams.length === 0) return undefined;
  const byWait = [...teams].sort((a, b) => b.waits.seconds[P90]! - a.waits.seconds[P90]!);
  const shown = byWait.slice(0, MOST_TEAMS);
  const worst = byWait[0]!;
  const { longest } = cluster;
  const summary =
    `${percent(all.at_once / all.jobs)} of ${grouped(all.jobs)} jobs did not wait; nine of ten got nodes within ` +
    `${time(all.seconds[P90]!)}. At p90, ${short(worst.name)} is worst off: ` +
    `median ${time(worst.waits.seconds[P50]!)}, p90 ${time(worst.waits.seconds[P90]!)}. Thick: the middle half; ` +
    `bar: the median; diamond: p90; thin: to p99; ring: the longest. All jobs, ${cluster.drawn}` +
    (teams.length > shown.length ? `; the ${MOST_TEAMS} teams with the longest p90.` : ".");
  return chart({
    title: headline(all),
    summary,
    height: Math.max(120, 40 + shown.length * 30),
    option: (colors, w) => ({
      grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
      tooltip: {
        formatter: (point: any) => {
          const { name, waits } = shown[point.dataIndex]!;
          const at = (i: number) => time(waits.seconds[i]!);
          return tooltip(short(name, 60), [
            { label: "jobs", value: grouped(waits.jobs) },
            { label: "without waiting", value: percent(waits.at_once / waits.jobs) },
            { label: "p10, p25", value: `${at(P10)}, ${at(P25)}` },
            { label: "median", value: at(P50) },
            { label: "p75, p90", value: `${at(P75)}, ${at(P90)}` },
            { label: "p99, longest", value: `${at(P99)}, ${at(MAX)}` },
          ]);
        },
      },
      xAxis: axis(colors, {
        type: "value",
        min: 0,
        max: Math.log10(Math.max(longest, 100)),
        axisLabel: {
          color: colors.muted,
          hideOverlap: true,
          customValues: marks(longest, w).map(([mark]) => Math.log10(mark)),
          formatter: (value: number) =>
            MARKS.find(([mark]) => Math.abs(Math.log10(mark) - value) < 1e-6)?.[1] ?? "",
        },
        axisTick: { show: false, customValues: marks(longest, w).map(([mark]) => Math.log10(mark)) },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: shown.map((row) => short(row.name, w < 560 ? 12 : 22)),
        splitLine: { show: false },
        axisLabel: { color: colors.text, interval: 0 },
      }),
      series: [
        {
          type: "custom",
          encode: { x: [1, 2, 3, 4, 5, 6, 7], y: 0 },
          data: shown.map((row, y) => [
            y,
            ...row.waits.seconds.map((value) => Math.log10(Math.max(value, 1))),
          ]),
          renderItem: (_: any, api: any) => {
            const y = api.coord([0, api.value(0)])[1];
            const x = (i: number) => api.coord([api.value(1 + i), api.value(0)])[0] as number;
            const bar = (from: number, to: number, thick: number, fill: string) => ({
              type: "rect",
              shape: { x: x(from), y: y - thick / 2, width: Math.max(1, x(to) - x(from)), height: thick },
              style: { fill },
            });
            const color = colors.series[0]!;
            const p90 = x(P90);
            return {
              type: "group",
              children: [
                bar(P10, P99, 2, color),
                bar(P25, P75, 12, color),
                {
                  type: "rect",
                  shape: { x: x(P50) - 1.5, y: y - 9, width: 3, height: 18 },
                  style: { fill: colors.text },
                },
                {
                  type: "polygon",
                  shape: {
                    points: [
                      [p90, y - 6],
                      [p90 + 6, y],
                      [p90, y + 6],
                      [p90 - 6, y],
                    ],
                  },
                  style: { fill: colors.series[1], stroke: colors.background, lineWidth: 1 },
                },
                {
                  type: "circle",
                  shape: { cx: x(MAX), cy: y, r: 4 },
                  style: { fill: colors.background, stroke: color, lineWidth: 1.5 },
                },
              ],
            };
          },
        },
      ],
    }),
    data: {
      caption: "Time without quota or nodes, all waits of a job together",
      rows: byWait,
      limit: 50,
      columns,
    },
  });
}

interface LongWait {
  job: string;
  team: number;
  units: number;
  wait_s: number;
  run_s: number;
  submitted_s: number;
  why: { seconds: number; sentence: string }[];
}

export function longestTable(cluster: Cluster): HTMLElement | undefined {
  const list: LongWait[] = cluster.pictures.longest;
  if (list.length === 0) return undefined;
  const reasons = (row: LongWait) =>
    row.why.length === 0
      ? "within one scheduling cycle"
      : h(
          "ul",
          { class: "plain" },
          row.why.slice(0, 3).map((each) => h("li", {}, h("b", {}, time(each.seconds)), ` ${each.sentence}`)),
          row.why.length > 3 && h("li", {}, `and ${plural(row.why.length - 3, "other reason")}`),
        );
  return table<LongWait>({
    caption: `The ${list.length} longest waits and why: for each reason, how long it held, and its longest case. Of ${cluster.drawn}`,
    rows: list,
    limit: 8,
    // The reasons are near to the job, so that a narrow screen shows them, too.
    columns: [
      { label: "Job", text: (row) => row.job, sort: (row) => row.job },
      { label: "Waited", numeric: true, text: (row) => time(row.wait_s), sort: (row) => row.wait_s },
      { label: "Because", text: reasons },
      { label: "Team", text: (row) => cluster.name(row.team, 40), sort: (row) => cluster.name(row.team, 40) },
      { label: cluster.unit, numeric: true, text: (row) => counted(row.units), sort: (row) => row.units },
      { label: "Ran", numeric: true, text: (row) => time(row.run_s), sort: (row) => row.run_s },
    ],
  });
}

/** "vision waited longest, 23.2 min in the mean". */
export function whoWaits(cluster: Cluster): string {
  const [team] = cluster.teams
    .map((each) => ({ name: each.name, wait: mean(each.wait_s.mean), of: each.wait_s.mean }))
    .sort((a, b) => b.wait - a.wait);
  if (!team || team.wait === 0) return "nobody waited";
  const range = spreadOf("seconds", team.of);
  return (
    `${short(team.name)} waited longest, ${human("seconds", team.wait)} in the mean` +
    (range ? ` (${range} over replicas)` : "")
  );
}
