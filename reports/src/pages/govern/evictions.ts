// Who lost its nodes, under which rule, and to whom.
import { axis, chart, tooltip } from "../../chart";
import { grouped, significant } from "../../format";
import { short } from "../../measure";
import { blend, theme } from "../../palette";
import { counted, mean, plural, spread, type Cluster, type Estimate } from "./model";

const WORDS: Record<string, string> = {
  InClusterQueue: "a job before it in the same queue",
  InCohortReclamation: "borrowed quota was taken back",
  InCohortReclaimWhileBorrowing: "higher priority took borrowed quota",
  InCohortFairSharing: "the other queue had the smaller share",
  PodsReadyTimeout: "pods were not ready in time",
  NodeFailures: "its nodes failed",
  ClusterQueueStopped: "its queue was stopped",
  CapacityEnded: "its nodes were there for a time only",
  ShorterJob: "another job had less left to do",
  Deactivated: "evicted too often, given up",
};

export const ruleWords = (rule: string): string => WORDS[rule] ?? rule;

interface Pair {
  rule: string;
  team: string | null;
  for_team: string | null;
  count: number;
}

export function rulesChart(cluster: Cluster): HTMLElement | undefined {
  const rules = Object.entries(cluster.result.cluster.evictions as Record<string, Estimate>)
    .map(([rule, value]) => ({ rule, value }))
    .filter(({ value }) => mean(value) > 0)
    .sort((a, b) => mean(b.value) - mean(a.value));
  if (rules.length === 0) return undefined;
  const total = rules.reduce((sum, each) => sum + mean(each.value), 0);
  const range = (value: Estimate) => spread(value, (low, high) => `${counted(low)} to ${counted(high)}`);
  return chart({
    title: "Evictions by rule",
    summary: `${plural(total, "eviction")}, most often because ${ruleWords(rules[0]!.rule)} (${rules[0]!.rule}); ${cluster.over}.`,
    height: 60 + rules.length * 44,
    option: (colors) => ({
      grid: { left: 8, right: 56, top: 4, bottom: 4, containLabel: true },
      tooltip: {
        formatter: (point: any) => {
          const { rule, value } = rules[point.dataIndex]!;
          const lines = [{ label: ruleWords(rule), value: counted(mean(value)) }];
          const over = range(value);
          if (over) lines.push({ label: "p10 to p90 over replicas", value: over });
          return tooltip(rule, lines);
        },
      },
      xAxis: axis(colors, { type: "value", axisLabel: { show: false }, splitLine: { show: false } }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: rules.map(() => ""),
        axisLabel: { show: false },
        axisLine: { show: false },
      }),
      series: [
        {
          type: "bar",
          barWidth: 14,
          data: rules.map(({ value }) => mean(value)),
          color: colors.series[6],
          label: {
            show: true,
            position: "right",
            color: colors.text,
            formatter: ({ dataIndex }: any) => counted(mean(rules[dataIndex]!.value)),
          },
        },
        {
          type: "bar",
          barGap: "-100%",
          barWidth: 14,
          silent: true,
          itemStyle: { color: "transparent" },
          data: rules.map(() => 0),
          label: {
            show: true,
            position: [0, -18],
            color: colors.text,
            formatter: ({ dataIndex }: any) => ruleWords(rules[dataIndex]!.rule),
          },
        },
      ],
    }),
    data: {
      caption: "Evictions by rule",
      rows: rules,
      columns: [
        { label: "Rule", text: (row: any) => row.rule, sort: (row: any) => row.rule },
        { label: "Because", text: (row: any) => ruleWords(row.rule) },
        {
          label: "Evictions",
          numeric: true,
          text: (row: any) => counted(mean(row.value)),
          sort: (row: any) => mean(row.value),
        },
        { label: "p10 to p90", numeric: true, text: (row: any) => range(row.value) ?? "" },
      ],
    },
  });
}

const MOST_PARTIES = 12;

/** Counts by team and by whom it made way for. */
function parties(pairs: Pair[]) {
  const counts = new Map<string, number>();
  const totals = new Map<string, number>();
  for (const { team, for_team, count } of pairs) {
    if (team === null || for_team === null) continue;
    const key = JSON.stringify([team, for_team]);
    counts.set(key, (counts.get(key) ?? 0) + count);
    for (const name of [team, for_team]) totals.set(name, (totals.get(name) ?? 0) + count);
  }
  const names = [...totals.keys()].sort((a, b) => totals.get(b)! - totals.get(a)!);
  return { counts, names };
}

export function matrixChart(cluster: Cluster): HTMLElement | undefined {
  const { counts, names } = parties(cluster.result.evictions as Pair[]);
  if (names.length === 0) return undefined;
  const order = new Map(cluster.teams.map((team, i) => [team.name, i]));
  const shown = names.slice(0, MOST_PARTIES).sort((a, b) => order.get(a)! - order.get(b)!);
  const cells = [...counts].map(([key, count]) => {
    const [team, by] = JSON.parse(key) as [string, string];
    return { team, by, count };
  });
  cells.sort((a, b) => b.count - a.count);
  const drawn = cells.filter((cell) => shown.includes(cell.team) && shown.includes(cell.by));
  const most = cells[0]!;
  const all = cells.reduce((sum, cell) => sum + cell.count, 0);
  const who =
    most.team === most.by
      ? `jobs of ${short(most.team)} for others of the same team`
      : `jobs of ${short(most.team)} for ${short(most.by)}`;
  return chart({
    title: "Who made way for whom",
    summary:
      `Rows made way for columns. Most often ${who}: ${grouped(most.count)} of ${plural(all, "preemption")}; ${cluster.drawn}` +
      (names.length > shown.length ? `; the ${shown.length} teams with most of them.` : "."),
    height: (w) => (w < 560 ? 70 : 40) + shown.length * 34,
    option: (colors, w) => {
      const label = (name: string) => short(name, w < 400 ? 9 : 14);
      const longest = Math.max(...shown.map((name) => label(name).length));
      const oblique = (w - 24 - 7 * longest) / shown.length < 7 * longest + 8;
      return {
        grid: { left: w < 560 ? 4 : 8, right: 8, top: 4, bottom: 4, containLabel: true },
        tooltip: {
          formatter: (point: any) => {
            const cell = drawn[point.dataIndex]!;
            return tooltip(`${short(cell.team, 40)} made way`, [
              { label: `for ${short(cell.by, 40)}`, value: grouped(cell.count) },
            ]);
          },
        },
        visualMap: {
          show: false,
          min: 0,
          max: most.count,
          // Never so strong that the figures are hard to read on it.
          inRange: {
            color: [0.06, theme() === "dark" ? 0.5 : 0.7].map((part) =>
              blend(colors.background, colors.series[6]!, part),
            ),
          },
        },
        xAxis: axis(colors, {
          type: "category",
          position: "top",
          data: shown.map(label),
          splitLine: { show: false },
          splitArea: { show: false },
          axisLabel: { color: colors.text, interval: 0, rotate: oblique ? 40 : 0 },
        }),
        yAxis: axis(colors, {
          type: "category",
          inverse: true,
          data: shown.map(label),
          splitLine: { show: false },
          axisLabel: { color: colors.text, interval: 0 },
        }),
        series: [
          {
            type: "heatmap",
            data: drawn.map((cell) => ({
              value: [shown.indexOf(cell.by), shown.indexOf(cell.team), cell.count],
            })),
            itemStyle: { borderColor: colors.background, borderWidth: 2 },
            label: { show: true, color: colors.text, formatter: ({ value }: any) => grouped(value[2]) },
          },
        ],
      };
    },
    data: {
      caption: "Preemptions, by whose job made way and for whom",
      rows: cells,
      columns: [
        { label: "Team", text: (row: any) => row.team, sort: (row: any) => row.team },
        { label: "Made way for", text: (row: any) => row.by, sort: (row: any) => row.by },
        {
          label: "Times",
          numeric: true,
          text: (row: any) => significant(row.count).replace(/\.0+$/, ""),
          sort: (row: any) => row.count,
        },
      ],
    },
  });
}
