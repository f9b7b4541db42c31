// Two policies on the same arrivals: what the second changes, and how sure that is.
import { axis, chart, legend, tooltip } from "../../chart";
import { h } from "../../dom";
import { growth as relatively, growthTick, grouped, human, percent, significant } from "../../format";
import { short } from "../../measure";
import { table, type Column } from "../../table";
import { counted, plural, time } from "./model";

export interface Difference {
  name: string;
  team: string | null;
  first: number;
  second: number;
  difference: number;
  ci95: [number, number] | null;
  certain: boolean;
}

/** How a quantity is called, said, and whether more of it is better; absent: neither. */
interface Quantity {
  label: string;
  say(value: number): string;
  /** Of a difference, where it is said in another way. */
  apart?(value: number): string;
  more?: "better" | "worse";
}

const QUANTITIES: Record<string, Quantity> = {
  wall_time_s: { label: "all done after", say: (value) => human("seconds", value), more: "worse" },
  utilisation: {
    label: "held by teams",
    say: (value) => percent(value),
    apart: (value) => `${(100 * value).toFixed(1)} points`,
    more: "better",
  },
  jain: { label: "Jain's index", say: (value) => value.toFixed(3), more: "better" },
  cost_usd: { label: "cost", say: (value) => human("usd", value), more: "worse" },
  energy_j: { label: "energy", say: (value) => human("joules", value), more: "worse" },
  "wait_s.mean": { label: "wait, mean", say: (value) => human("seconds", value), more: "worse" },
  "wait_s.p95": { label: "wait, p95", say: (value) => human("seconds", value), more: "worse" },
  "gpu_hours.used": { label: "hours used", say: (value) => significant(value) },
  "gpu_hours.lost": { label: "hours lost", say: (value) => significant(value), more: "worse" },
  preemptions: { label: "preemptions", say: counted, more: "worse" },
  missed_deadlines: { label: "deadlines missed", say: counted, more: "worse" },
};

const known = (name: string): Quantity =>
  QUANTITIES[name] ?? { label: name, say: (value: number) => significant(value) };

export const said = (row: Difference, value: number): string =>
  value === 0 ? "0" : known(row.name).say(value);

const signed = (row: Difference, value: number): string => {
  if (value === 0) return "0";
  const { say, apart } = known(row.name);
  return `${value > 0 ? "+" : "−"}${(apart ?? say)(Math.abs(value))}`;
};

/** "better", "worse" or "unclear". */
export function verdict(row: Difference): string {
  const { more } = known(row.name);
  if (row.difference === 0 && row.certain) return "the same";
  if (!row.certain) return "not certain";
  if (!more) return row.difference > 0 ? "more" : "less";
  return row.difference > 0 === (more === "better") ? "better" : "worse";
}

export function certainty(result: { pairs: number; exact: boolean }): string {
  if (result.exact)
    return "Both met the same arrivals, and nothing is drawn at random: the differences are exact.";
  if (result.pairs < 2) {
    return "One replica of each, with the same arrivals and the same luck: another seed gives other differences; --replicas 30 says how much other.";
  }
  return `Means of ${grouped(result.pairs)} replicas. Both met the same arrivals and the same luck, so the interval (95 %) is that of the difference.`;
}

/** Relative to the first, with the interval; quantities whose first is 0 have none. */
export function differenceChart(
  rows: Difference[],
  names: [string, string],
  note: string,
): HTMLElement | undefined {
  const relative = rows
    .filter((row) => row.first > 0)
    .map((row) => ({
      row,
      share: row.difference / row.first,
      low: row.ci95 ? row.ci95[0] / row.first : row.difference / row.first,
      high: row.ci95 ? row.ci95[1] / row.first : row.difference / row.first,
    }));
  if (relative.length === 0) return undefined;
  const strongest = [...relative].sort((a, b) => Math.abs(b.share) - Math.abs(a.share))[0]!;
  // As far as the differences, so that one sees them; an interval that goes further is cut off.
  const reach = Math.min(2, Math.max(0.05, ...relative.map(({ share }) => Math.abs(share))) * 1.3);
  const clip = (value: number) => Math.max(-reach, Math.min(reach, value));
  const beyond = relative.some(({ low, high }) => low < -reach || high > reach);
  return chart({
    title: `${short(names[1], 40)} against ${short(names[0], 40)}`,
    summary:
      `Strongest: ${known(strongest.row.name).label}, ${said(strongest.row, strongest.row.first)} to ` +
      `${said(strongest.row, strongest.row.second)}. ${note} Blue is better, orange worse, grey neither; ` +
      `pale where the sign is not certain.${beyond ? " Intervals without an end go further." : ""}`,
    height: 50 + relative.length * 30,
    option: (colors, w) => {
      const color = (row: Difference) => {
        const { more } = known(row.name);
        if (!more || row.difference === 0) return colors.series[9]!;
        return row.difference > 0 === (more === "better") ? colors.series[0]! : colors.series[1]!;
      };
      return {
        grid: { left: 8, right: w < 560 ? 20 : 90, top: 8, bottom: 24, containLabel: true },
        tooltip: {
          formatter: (point: any) => {
            const { row, share, low, high } = relative[point.dataIndex]!;
            return tooltip(known(row.name).label, [
              { label: short(names[0]), value: said(row, row.first) },
              { label: short(names[1]), value: said(row, row.second) },
              { label: "difference", value: `${signed(row, row.difference)}, ${relatively(share)}` },
              ...(row.ci95 && low !== high
                ? [{ label: "95 % interval", value: `${relatively(low)} to ${relatively(high)}` }]
                : []),
              { label: "verdict", value: verdict(row) },
            ]);
          },
        },
        xAxis: axis(colors, {
          type: "value",
          min: -reach,
          max: reach,
          axisLabel: {
            color: colors.muted,
            hideOverlap: true,
            showMinLabel: false,
            showMaxLabel: false,
            formatter: growthTick,
          },
        }),
        yAxis: axis(colors, {
          type: "category",
          inverse: true,
          data: relative.map(({ row }) => known(row.name).label),
          axisLabel: { color: colors.text, interval: 0 },
          splitLine: { show: false },
        }),
        series: [
          {
            type: "custom",
            encode: { x: [1, 2, 3], y: 0 },
            data: relative.map(({ share, low, high }, i) => [i, clip(share), clip(low), clip(high)]),
            renderItem: (params: any, api: any) => {
              const at = (value: number) => api.coord([value, api.value(0)]);
              const [zero, y] = at(0);
              const to = at(api.value(1))[0];
              const low = at(api.value(2))[0];
              const high = at(api.value(3))[0];
              const line = (x1: number, y1: number, x2: number, y2: number) => ({
                type: "line",
                shape: { x1, y1, x2, y2 },
                style: { stroke: colors.text, lineWidth: 1.5 },
              });
              const { row } = relative[params.dataIndex]!;
              const cut = (i: number) => Math.abs(api.value(i)) >= reach;
              return {
                type: "group",
                children: [
                  {
                    type: "rect",
                    shape: {
                      x: Math.min(zero, to),
                      y: y - 7,
                      width: Math.max(1, Math.abs(to - zero)),
                      height: 14,
                    },
                    style: { fill: color(row), opacity: row.certain ? 1 : 0.45 },
                  },
                  ...(high - low > 0.5
                    ? [
                        line(low, y, high, y),
                        ...(cut(2) ? [] : [line(low, y - 4, low, y + 4)]),
                        ...(cut(3) ? [] : [line(high, y - 4, high, y + 4)]),
                      ]
                    : []),
                ],
              };
            },
          },
        ],
      };
    },
  });
}

const MOST_TEAMS = 20;

/** The mean wait of each team with both; those that differ most. */
export function teamWaits(rows: Difference[], names: [string, string]): HTMLElement | undefined {
  const waits = rows
    .filter((row) => row.name === "wait_s.mean")
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  if (waits.length === 0) return undefined;
  const shown = waits.slice(0, MOST_TEAMS);
  const less = waits.filter((row) => row.difference < 0).length;
  const more = waits.filter((row) => row.difference > 0).length;
  const most = Math.max(...shown.flatMap((row) => [row.first, row.second]));
  const series = (which: "first" | "second", name: string, color: string, text: string) => ({
    name,
    type: "bar",
    barWidth: 11,
    barGap: "15%",
    color,
    data: shown.map((row) => row[which]),
    label: {
      show: true,
      position: "right",
      color: text,
      formatter: ({ dataIndex }: any) => time(shown[dataIndex]![which]),
    },
  });
  const [top] = shown;
  return chart({
    title: "Mean wait of each team",
    summary:
      `With ${short(names[1], 40)}, jobs of ${less > 0 ? plural(less, "team") : "no team"} wait less and those of ${more > 0 ? plural(more, "team") : "none"} longer. ` +
      `Most changes for ${short(top!.team ?? "", 32)}: ${time(top!.first)} to ${time(top!.second)}.` +
      (waits.length > shown.length ? ` The ${MOST_TEAMS} teams for which most changes.` : ""),
    height: 40 + shown.length * 40,
    option: (colors, w) => ({
      legend: legend(colors, { icon: "roundRect", data: names.map((name) => short(name, 24)) }),
      grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (points: any) => {
          const row = shown[points[0].dataIndex]!;
          return tooltip(short(row.team ?? "", 40), [
            { label: short(names[0]), value: time(row.first), color: colors.series[9]! },
            { label: short(names[1]), value: time(row.second), color: colors.series[0]! },
            { label: "verdict", value: verdict(row) },
          ]);
        },
      },
      // Room for the figure behind the longest bar.
      xAxis: axis(colors, { type: "value", min: 0, max: most * (w < 420 ? 1.4 : 1.15), show: false }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: shown.map((row) => short(row.team ?? "", w < 560 ? 12 : 24)),
        axisLabel: { color: colors.text, interval: 0 },
      }),
      series: [
        series("first", short(names[0], 24), colors.series[9]!, colors.text),
        series("second", short(names[1], 24), colors.series[0]!, colors.text),
      ],
    }),
    data: {
      caption: "Mean wait of each team",
      rows: waits,
      limit: 50,
      columns: [
        {
          label: "Team",
          text: (row: Difference) => row.team ?? "",
          sort: (row: Difference) => row.team ?? "",
        },
        {
          label: short(names[0]),
          numeric: true,
          text: (row: Difference) => time(row.first),
          sort: (row: Difference) => row.first,
        },
        {
          label: short(names[1]),
          numeric: true,
          text: (row: Difference) => time(row.second),
          sort: (row: Difference) => row.second,
        },
      ],
    },
  });
}

export function differenceTable(
  rows: Difference[],
  names: [string, string],
  caption: string,
  limit = rows.length,
): HTMLElement {
  const teams = rows.some((row) => row.team !== null);
  const columns: Column<Difference>[] = [
    ...(teams
      ? [
          {
            label: "Team",
            text: (row: Difference) => row.team ?? "all",
            sort: (row: Difference) => row.team ?? "",
          },
        ]
      : []),
    { label: "What", text: (row) => known(row.name).label, sort: (row) => known(row.name).label },
    { label: short(names[0]), numeric: true, text: (row) => said(row, row.first) },
    { label: short(names[1]), numeric: true, text: (row) => said(row, row.second) },
    { label: "Difference", numeric: true, text: (row) => h("b", {}, signed(row, row.difference)) },
    {
      label: "95 % interval",
      numeric: true,
      text: (row) =>
        row.ci95 && row.ci95[0] !== row.ci95[1]
          ? `${signed(row, row.ci95[0])} to ${signed(row, row.ci95[1])}`
          : "",
    },
    { label: "Verdict", text: verdict, sort: verdict },
  ];
  return table<Difference>({ caption, rows, columns, limit });
}
