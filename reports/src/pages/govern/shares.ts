// Each team's nodes against what it is entitled to, over time.
import { axis, chart, tooltip } from "../../chart";
import { percent, significant } from "../../format";
import { short } from "../../measure";
import { blend, type Palette } from "../../palette";
import { mean, type Cluster } from "./model";
import { long, merged, moment, steps, timeAxis, xAxis } from "./overtime";

const MOST_TEAMS = 30;

interface Step {
  below: number;
  label: string;
  /** Where it is narrow. */
  brief: string;
  color(colors: Palette): string;
}

const STEPS: Step[] = [
  { below: 0.02, label: "nothing", brief: "0", color: (c) => c.raised },
  { below: 0.5, label: "under half", brief: "<50 %", color: (c) => blend(c.raised, c.series[0]!, 0.3) },
  { below: 0.9, label: "to 90 %", brief: "<90 %", color: (c) => blend(c.raised, c.series[0]!, 0.6) },
  { below: 1.02, label: "its quota", brief: "quota", color: (c) => c.series[0]! },
  { below: 1.5, label: "to 150 %", brief: "<150 %", color: (c) => blend(c.raised, c.series[1]!, 0.6) },
  { below: Infinity, label: "more", brief: "more", color: (c) => c.series[1]! },
];

const stepOf = (value: number): number => STEPS.findIndex((step) => value < step.below);

export function shareChart(cluster: Cluster): HTMLElement | undefined {
  const over = cluster.result.over_time;
  const entitled = cluster.byHours.filter((team) => cluster.teams[team]!.quota > 0);
  if (entitled.length === 0) return undefined;
  const shown = entitled.slice(0, MOST_TEAMS).sort((a, b) => a - b);
  const rows = shown.map((team) => {
    const { name, quota } = cluster.teams[team]!;
    const { values, by } = merged(over.teams_allocated[name], 100);
    return { team, by, values: values.map((value) => value / quota) };
  });
  const width = over.bin_s * rows[0]!.by;
  const { factor } = timeAxis(cluster.span);
  const beyond = rows.map((row) => row.values.filter((value) => value >= 1.02).length / row.values.length);
  const most = beyond.indexOf(Math.max(...beyond));
  const cells = rows.flatMap((row, y) => row.values.map((value, x) => [x, y, value] as const));
  const left = entitled.length - shown.length;
  const summary =
    (beyond[most]! > 0
      ? `${cluster.name(rows[most]!.team)} had more than its quota most often, for ${percent(beyond[most]!, 0)} of the time: ` +
        "what it borrowed from teams that did not need theirs. "
      : "No team had more than its quota. ") +
    `Means of ${long(width)}, ${cluster.drawn}` +
    (left > 0 ? `; the ${MOST_TEAMS} teams with most ${cluster.hours}, of ${entitled.length}.` : ".");
  return chart({
    title: "Nodes of each team against its nominal quota",
    summary,
    height: Math.max(150, 70 + rows.length * 24),
    option: (colors, w) => ({
      grid: { left: 8, right: 16, top: 34, bottom: 26, containLabel: true },
      tooltip: {
        formatter: (point: any) => {
          const [x, y, value] = point.data.value;
          return tooltip(cluster.name(rows[y]!.team, 60), [
            { label: moment(x, width, cluster), value: `${percent(value)} of its quota` },
          ]);
        },
      },
      visualMap: {
        type: "piecewise",
        top: 0,
        left: 0,
        orient: "horizontal",
        itemWidth: 12,
        itemHeight: 12,
        itemGap: w < 560 ? 4 : 10,
        textGap: 4,
        textStyle: { color: colors.text, fontSize: w < 560 ? 10 : 12 },
        dimension: 3,
        pieces: STEPS.map((step, i) => ({
          value: i,
          label: w < 560 ? step.brief : step.label,
          color: step.color(colors),
        })),
        selectedMode: false,
      },
      xAxis: xAxis(colors, cluster, { axisLine: { show: false } }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: rows.map((row) => short(cluster.teams[row.team]!.name, w < 560 ? 12 : 22)),
        splitLine: { show: false },
        axisLine: { show: false },
        axisLabel: { color: colors.text, interval: 0 },
      }),
      series: [
        {
          type: "custom",
          encode: { x: 0, y: 1 },
          data: cells.map(([x, y, value]) => ({ value: [x, y, value, stepOf(value)] })),
          renderItem: (_: any, api: any) => {
            const from = (api.value(0) * width) / factor;
            const to = Math.min(((api.value(0) + 1) * width) / factor, cluster.wall / factor);
            const a = api.coord([from, api.value(1)]);
            const b = api.coord([to, api.value(1)]);
            return {
              type: "rect",
              shape: { x: a[0], y: a[1] - 10, width: b[0] - a[0] + 0.5, height: 20 },
              style: { fill: api.visual("color") },
            };
          },
        },
      ],
    }),
    data: {
      caption: "Share of the nominal quota, mean over time",
      rows: entitled,
      columns: [
        {
          label: "Team",
          text: (team: number) => cluster.teams[team]!.name,
          sort: (team: number) => cluster.teams[team]!.name,
        },
        {
          label: `Quota, ${cluster.unit}`,
          numeric: true,
          text: (team: number) => significant(cluster.teams[team]!.quota),
          sort: (team: number) => cluster.teams[team]!.quota,
        },
        {
          label: "Had, of it",
          numeric: true,
          text: (team: number) => percent(ofQuota(cluster, team)),
          sort: (team: number) => ofQuota(cluster, team),
        },
      ],
    },
  });
}

function ofQuota(cluster: Cluster, team: number): number {
  const { gpu_hours, quota } = cluster.teams[team]!;
  const wall = mean(cluster.result.wall_time_s);
  return wall > 0 ? mean(gpu_hours["allocated"]!) / (quota * (wall / 3600)) : 0;
}

export function fairnessChart(cluster: Cluster): HTMLElement | undefined {
  const { result } = cluster;
  const jain: number[] = result.over_time.jain;
  if (cluster.teams.length < 2) return undefined;
  const width = result.over_time.bin_s;
  const least = Math.min(...jain);
  return chart({
    title: "Fairness over time",
    summary:
      `Jain's index of the teams (${result.cluster.jain_of}) is ${mean(result.cluster.jain).toFixed(3)} over the whole time: ` +
      `1 where all have the same share, ${(1 / cluster.teams.length).toFixed(2)} where one has everything. ` +
      `Of the teams that wanted something at the time it was at least ${least.toFixed(2)}, ${cluster.drawn}.`,
    height: 200,
    option: (colors) => ({
      grid: { left: 8, right: 16, top: 12, bottom: 26, containLabel: true },
      tooltip: {
        trigger: "axis",
        formatter: (points: any) => {
          const bin = Math.min(points[0].dataIndex, jain.length - 1);
          return tooltip(moment(bin, width, cluster), [
            { label: "Jain's index", value: jain[bin]!.toFixed(3) },
          ]);
        },
      },
      xAxis: xAxis(colors, cluster),
      yAxis: axis(colors, { type: "value", min: 0, max: 1, interval: 0.25 }),
      series: [
        {
          name: "Jain's index",
          type: "line",
          step: "end",
          symbol: "none",
          data: steps(jain, width, cluster),
          color: colors.series[0],
          lineStyle: { width: 1.5 },
          areaStyle: { color: colors.series[0], opacity: 0.12 },
        },
      ],
    }),
    data: {
      caption: "Jain's index in each part of the time",
      rows: jain.map((_, i) => i),
      columns: [
        { label: "Time", text: (i: number) => moment(i, width, cluster), sort: (i: number) => i },
        {
          label: "Jain's index",
          numeric: true,
          text: (i: number) => jain[i]!.toFixed(3),
          sort: (i: number) => jain[i]!,
        },
      ],
    },
  });
}
