// Who used the cluster over time, and who waited.
import { axis, chart, legend, tooltip, type TooltipLine } from "../../chart";
import { grouped, percent, significant } from "../../format";
import type { Palette } from "../../palette";
import { mean, share, type Cluster } from "./model";
import { largest, long, moment, steps, xAxis } from "./overtime";

/** A mean number of things, where parts of one matter only when there are few. */
const whole = (value: number): string => (value < 10 ? significant(value, 2) : grouped(value));

/** Behind a figure that is not of the replica that is drawn. */
const overReplicas = (cluster: Cluster): string => (cluster.several ? ` (${cluster.over})` : "");

interface Band {
  name: string;
  team: number | undefined;
  borrowed?: boolean;
  values: number[];
}

const sums = (lists: number[][], length: number): number[] =>
  Array.from({ length }, (_, i) => lists.reduce((sum, list) => sum + (list[i] ?? 0), 0));

/** What each team had: its own, and above it what it had borrowed. */
function bands(cluster: Cluster): Band[] {
  const over = cluster.result.over_time;
  const allocated: number[][] = cluster.teams.map((team) => over.teams_allocated[team.name]);
  const borrowed: number[][] = cluster.pictures.over_time.teams_borrowed.map(
    (values: number[], team: number) => values.map((value, i) => Math.min(value, allocated[team]![i]!)),
  );
  const length = over.there.length;
  const list: Band[] = [];
  const add = (name: string, teams: number[], team?: number) => {
    const beyond = sums(
      teams.map((each) => borrowed[each]!),
      length,
    );
    const own = sums(
      teams.map((each) => allocated[each]!),
      length,
    ).map((value, i) => value - beyond[i]!);
    list.push({ name, team, values: own });
    if (largest(beyond) > 0) list.push({ name, team, borrowed: true, values: beyond });
  };
  for (const team of cluster.coloured) add(cluster.name(team), [team], team);
  const others = cluster.byHours.filter((team) => !cluster.coloured.includes(team));
  if (others.length > 0) add(`${others.length} other teams`, others);
  return list;
}

function colorOf(cluster: Cluster, band: Band, colors: Palette): string {
  return band.team === undefined ? colors.series[9]! : cluster.colors.of(String(band.team), colors);
}

export function usageChart(cluster: Cluster, title: string): HTMLElement {
  const over = cluster.result.over_time;
  const width: number = over.bin_s;
  const { unit } = cluster;
  const list = bands(cluster);
  const broken: number[] = cluster.pictures.over_time.broken;
  const anyBroken = largest(broken) > 0;
  const anyBorrowed = list.some((band) => band.borrowed);
  const there: number[] = over.there;
  const summary = [
    `${percent(mean(cluster.result.cluster.utilisation))} of the ${unit} were held by teams`,
    anyBorrowed &&
      `, ${share(mean(cluster.result.cluster.gpu_hours.borrowed), mean(cluster.result.cluster.gpu_hours.reserved))} of the quota they held was borrowed (paler)`,
    `${overReplicas(cluster)}. The line is what was rented, at most ${grouped(largest(there))} ${unit}; below it and above the bands is idle`,
    anyBroken && "; on top, in the colour of faults, are broken nodes",
    ". ",
    `Full: at least 95 % of it held. Drawn: means of ${long(width)}, ${cluster.drawn}.`,
  ];
  return chart({
    title,
    summary: summary.filter(Boolean).join(""),
    height: (w) => (w < 560 ? 380 : 400),
    option: (colors, w) => ({
      legend: legend(colors, {
        data: [...new Set(list.map((band) => band.name)), ...(anyBroken ? ["broken"] : []), "rented"],
        selectedMode: true,
      }),
      grid: { left: 8, right: 16, top: 44, bottom: 26, containLabel: true },
      tooltip: {
        trigger: "axis",
        formatter: (points: any) => describe(cluster, list, points[0].dataIndex, colors),
      },
      xAxis: xAxis(colors, cluster),
      yAxis: axis(colors, {
        type: "value",
        name: w < 560 ? "" : unit,
        max: 1.04 * largest(there),
        axisLabel: { color: colors.muted, showMaxLabel: false },
      }),
      series: [
        ...list.map((band) => ({
          name: band.name,
          type: "line",
          stack: "held",
          step: "end",
          symbol: "none",
          data: steps(band.values, width, cluster),
          lineStyle: { width: 0 },
          color: colorOf(cluster, band, colors),
          areaStyle: { color: colorOf(cluster, band, colors), opacity: band.borrowed ? 0.45 : 0.95 },
        })),
        anyBroken && {
          name: "broken",
          type: "line",
          stack: "held",
          step: "end",
          symbol: "none",
          data: steps(broken, width, cluster),
          lineStyle: { width: 0 },
          color: colors.bad,
          areaStyle: { color: colors.bad, opacity: 0.8 },
        },
        {
          name: "rented",
          type: "line",
          step: "end",
          symbol: "none",
          data: steps(there, width, cluster),
          color: colors.text,
          lineStyle: { width: 2, color: colors.text },
        },
      ].filter(Boolean),
    }),
    data: {
      caption: `Mean ${unit} in each part of the time`,
      rows: there.map((_, i) => i),
      columns: [
        { label: "Time", text: (i: number) => moment(i, width, cluster), sort: (i: number) => i },
        { label: "Rented", numeric: true, text: (i: number) => significant(there[i]!) },
        { label: "Idle", numeric: true, text: (i: number) => significant(idle(cluster, i)) },
        ...(anyBroken
          ? [{ label: "Broken", numeric: true, text: (i: number) => significant(broken[i]!) }]
          : []),
        ...list.map((band) => ({
          label: band.borrowed ? `${band.name}, borrowed` : band.name,
          numeric: true,
          text: (i: number) => significant(band.values[i]!),
        })),
      ],
    },
  });
}

function idle(cluster: Cluster, bin: number): number {
  const over = cluster.result.over_time;
  return Math.max(0, over.there[bin] - over.allocated[bin] - cluster.pictures.over_time.broken[bin]);
}

function describe(cluster: Cluster, list: Band[], index: number, colors: Palette): HTMLElement {
  const over = cluster.result.over_time;
  const bin = Math.min(index, over.there.length - 1);
  const lines: TooltipLine[] = list
    .filter((band) => band.values[bin]! > 0)
    .map((band) => ({
      label: band.borrowed ? `${band.name}, borrowed` : band.name,
      value: significant(band.values[bin]!),
      color: colorOf(cluster, band, colors),
    }));
  const broken = cluster.pictures.over_time.broken[bin];
  if (broken > 0) lines.push({ label: "broken", value: significant(broken), color: colors.bad });
  lines.push({ label: "idle", value: significant(idle(cluster, bin)) });
  lines.push({ label: "rented", value: significant(over.there[bin]) });
  return tooltip(moment(bin, over.bin_s, cluster), lines);
}

/** Jobs that wait, and what they wait for. */
export function queueChart(cluster: Cluster): HTMLElement | undefined {
  const over = cluster.result.over_time;
  const width: number = over.bin_s;
  const { unit } = cluster;
  const jobs: number[] = over.pending_jobs;
  const wanted: number[] = over.pending;
  const most = largest(jobs);
  if (most === 0) return undefined;
  const busiest = jobs.indexOf(most);
  const unused = mean(cluster.result.cluster.idle_while_waiting_gpu_hours);
  const summary =
    `The queue was longest from ${moment(busiest, width, cluster)}: ${whole(most)} jobs waited in the mean, for ` +
    `${whole(wanted[busiest]!)} ${unit}; means of ${long(width)}, ${cluster.drawn}. ` +
    `In all, ${significant(unused)} ${cluster.hours} stood idle although jobs asked for them${overReplicas(cluster)}.`;
  const panel = (index: number, name: string, colors: Palette, values: number[], color: string) => ({
    xAxis: xAxis(colors, cluster, {
      gridIndex: index,
      ...(index === 0 ? { axisLabel: { show: false }, name: "" } : {}),
    }),
    yAxis: axis(colors, {
      type: "value",
      gridIndex: index,
      name,
      nameTextStyle: { color: colors.muted, align: "left" },
      splitNumber: 3,
    }),
    series: {
      name,
      type: "line",
      step: "end",
      symbol: "none",
      xAxisIndex: index,
      yAxisIndex: index,
      data: steps(values, width, cluster),
      color,
      lineStyle: { width: 1.5, color },
      areaStyle: { color, opacity: 0.25 },
    },
  });
  return chart({
    title: "Jobs that wait, and what they ask for",
    summary,
    height: 320,
    option: (colors) => {
      const panels = [
        panel(0, "jobs that wait", colors, jobs, colors.series[1]!),
        panel(1, `${unit} that they ask for`, colors, wanted, colors.series[0]!),
      ];
      return {
        grid: [
          { left: 52, right: 16, top: 28, height: 100 },
          { left: 52, right: 16, top: 172, height: 100 },
        ],
        axisPointer: { link: [{ xAxisIndex: "all" }] },
        tooltip: {
          trigger: "axis",
          formatter: (points: any) => {
            const bin = Math.min(points[0].dataIndex, jobs.length - 1);
            return tooltip(moment(bin, width, cluster), [
              { label: "jobs that wait", value: significant(jobs[bin]!), color: colors.series[1]! },
              { label: `${unit} asked for`, value: significant(wanted[bin]!), color: colors.series[0]! },
            ]);
          },
        },
        xAxis: panels.map((each) => each.xAxis),
        yAxis: panels.map((each) => each.yAxis),
        series: panels.map((each) => each.series),
      };
    },
    data: {
      caption: "Waiting, in each part of the time",
      rows: jobs.map((_, i) => i),
      columns: [
        { label: "Time", text: (i: number) => moment(i, width, cluster), sort: (i: number) => i },
        {
          label: "Jobs",
          numeric: true,
          text: (i: number) => significant(jobs[i]!),
          sort: (i: number) => jobs[i]!,
        },
        {
          label: unit,
          numeric: true,
          text: (i: number) => significant(wanted[i]!),
          sort: (i: number) => wanted[i]!,
        },
      ],
    },
  });
}
