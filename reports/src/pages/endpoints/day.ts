// What happens over the time that was simulated: requests, instances, how busy they are, latency.
import { axis, chart, legend, tooltip } from "../../chart";
import { human, percent, significant } from "../../format";
import { tick } from "../../logaxis";
import type { Palette } from "../../palette";
import { meanInstances, share, type Alternative, type Series } from "./model";

interface Line {
  name: string;
  values: (number | null)[];
  color(colors: Palette): string;
  /** Filled from the one below. */
  stack?: boolean;
  /** It changes in steps, and is less than what it is compared with. */
  dashed?: boolean;
}

interface Picture {
  title: string;
  summary: string;
  series: Series;
  lines: Line[];
  text(value: number): string;
  label(value: number): string;
  most?: number;
  /** Between two marks of the upright axis. */
  least?: number;
  /** A level with its name. */
  level?: { value: number; name: string };
}

/** 06:00 on the first day, up to 24:00; "day 2, 06:00" after it. */
function clock(seconds: number): string {
  const day = Math.max(0, Math.ceil(seconds / 86400) - 1);
  const minutes = Math.round((seconds - 86400 * day) / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return day > 0 ? `day ${day + 1}, ${time}` : time;
}

const known = (values: (number | null)[]) => values.filter((value): value is number => value !== null);

/** A round distance of some four marks up to `most`. */
function spacing(most: number): number {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= rough - 1e-12)!;
}

/** 2, 1.65. */
const some = (value: number) => Number(value.toPrecision(3)).toLocaleString("en-US");

function overTime(picture: Picture): HTMLElement {
  const { series, lines, level } = picture;
  const count = series.rate_per_s.length;
  const middle = (i: number) => (i + 0.5) * series.bin_s;
  const end = count * series.bin_s;
  const greatest =
    picture.most ?? Math.max(1e-9, ...lines.flatMap((line) => known(line.values)), level?.value ?? 0);
  const step = Math.max(picture.least ?? 0, spacing(greatest));
  return chart({
    title: picture.title,
    summary: picture.summary,
    height: 240,
    option: (colors, width) => ({
      ...(lines.length > 1
        ? { legend: legend(colors, { icon: "roundRect", data: lines.map(({ name }) => name) }) }
        : {}),
      grid: { left: 8, right: 20, top: lines.length > 1 ? 34 : 10, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis",
        formatter: (items: any[]) => {
          const i = items[0]!.dataIndex;
          return tooltip(
            `${clock(i * series.bin_s)} to ${clock(Math.min(end, (i + 1) * series.bin_s))}`,
            lines
              .filter((line) => line.values[i] != null)
              .map((line) => ({
                label: line.name,
                value: picture.text(line.values[i]!),
                color: line.color(colors),
              })),
          );
        },
      },
      xAxis: axis(colors, {
        type: "value",
        min: 0,
        max: end,
        interval: end / (width < 560 ? 4 : 8),
        splitLine: { show: false },
        axisLabel: { color: colors.muted, hideOverlap: true, formatter: clock },
      }),
      yAxis: axis(colors, {
        type: "value",
        min: 0,
        max: step * Math.ceil(greatest / step - 1e-9),
        interval: step,
        axisLabel: { color: colors.muted, formatter: picture.label },
      }),
      series: lines.map((line, nth) => ({
        name: line.name,
        type: "line",
        showSymbol: false,
        color: line.color(colors),
        lineStyle: { width: line.stack ? 0 : 2, type: line.dashed ? "dashed" : "solid" },
        ...(line.stack ? { stack: "all", areaStyle: { opacity: 0.75 } } : {}),
        ...(line.stack || line.dashed ? { step: "middle" } : {}),
        data: line.values.map((value, i) => [middle(i), value]),
        ...(nth === 0 && level
          ? {
              markLine: {
                silent: true,
                symbol: "none",
                lineStyle: { color: colors.bad, type: "dashed", width: 1.5 },
                label: { formatter: level.name, position: "insideEndTop", color: colors.bad },
                data: [{ yAxis: level.value }],
              },
            }
          : {}),
      })),
    }),
    data: {
      caption: picture.title,
      rows: Array.from({ length: count }, (_, i) => i),
      columns: [
        { label: "From", text: (i: number) => clock(i * series.bin_s), sort: (i: number) => i },
        ...lines.map((line) => ({
          label: line.name,
          numeric: true,
          text: (i: number) => (line.values[i] == null ? "–" : picture.text(line.values[i]!)),
          sort: (i: number) => line.values[i] ?? -1,
        })),
      ],
    },
  });
}

const per = (value: number) => `${significant(value)} /s`;

function requests(series: Series, one: Alternative): HTMLElement {
  const capacity = one.fleet.instance.requests_per_s;
  const capable = series.working.map((working) => working * capacity);
  const refused = series.refused_per_s.some((value) => value > 0);
  const most = Math.max(...series.rate_per_s);
  const [least, greatest] = [Math.min(...capable), Math.max(...capable)];
  const could = per(least) === per(greatest) ? per(least) : `between ${per(least)} and ${per(greatest)}`;
  return overTime({
    title: "Requests that come, and what the instances at work could serve",
    summary: `Up to ${per(most)} come; the instances at work could serve ${could}.`,
    series,
    lines: [
      { name: "come", values: series.rate_per_s, color: (c) => c.series[0]! },
      { name: "could be served", values: capable, color: (c) => c.series[9]!, dashed: true },
      ...(refused ? [{ name: "refused", values: series.refused_per_s, color: (c: Palette) => c.bad }] : []),
    ],
    text: per,
    label: some,
  });
}

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** "Between 1 and 2 work; 1.65 are paid for on average." */
function fleetOverTime(series: Series, one: Alternative): string {
  const [least, most] = [Math.min(...series.working), Math.max(...series.working)];
  const work =
    some(least) === some(most)
      ? `${some(most)} work all the time`
      : `Between ${some(least)} and ${some(most)} work`;
  const paid = meanInstances(one);
  if (paid === undefined) return `${work}.`;
  const waiting = meanOf(series.warm);
  const running = meanOf(series.working) + meanOf(series.starting);
  const stopped = waiting > 0 && paid < running + 0.5 * waiting;
  return (
    `${work}; ${some(paid)} are paid for on average.` +
    (stopped ? " Those that stand by are stopped: they cost nothing here but their restart." : "")
  );
}

function instances(series: Series, one: Alternative): HTMLElement {
  const all = series.working.map((value, i) => value + series.starting[i]! + series.warm[i]!);
  const line = (name: string, values: number[], index: number): Line => ({
    name,
    values,
    stack: true,
    color: (c) => c.series[index]!,
  });
  const any = (values: number[]) => values.some((value) => value > 0);
  return overTime({
    title: "Instances",
    summary: fleetOverTime(series, one),
    series,
    lines: [
      line("work", series.working, 2),
      ...(any(series.starting) ? [line("start", series.starting, 1)] : []),
      ...(any(series.warm) ? [line("stand by", series.warm, 9)] : []),
    ],
    text: some,
    label: some,
    least: 1,
    most: Math.max(...all),
  });
}

function utilisation(series: Series, target: number): HTMLElement {
  const most = Math.max(...series.utilisation);
  const mean = series.utilisation.reduce((a, b) => a + b, 0) / series.utilisation.length;
  return overTime({
    title: "How busy the instances at work are",
    summary: `${percent(mean)} on average, ${percent(most)} at most; the fleet is sized for at most ${percent(target)}.`,
    series,
    lines: [{ name: "busy", values: series.utilisation, color: (c) => c.series[5]! }],
    text: (value) => percent(value),
    label: (value) => percent(value, 0),
    most: 1,
    level: { value: target, name: "sized for" },
  });
}

function latency(series: Series, target: { target_s: number; percentile: number } | null): HTMLElement {
  const worst = Math.max(...known(series.p99_s));
  const other = target && target.percentile !== 0.99;
  const late = series.target_s.filter((value) => target && value !== null && value > target.target_s).length;
  const verdict = target
    ? late === 0
      ? ` ${share(target.percentile)} are within ${human("seconds", target.target_s)} in every piece of it.`
      : ` In ${late} of ${series.target_s.length} pieces, fewer than ${share(target.percentile)} are within ${human("seconds", target.target_s)}.`
    : "";
  return overTime({
    title: "Latency against the target",
    summary: `The 99th percentile is ${human("seconds", worst)} at its worst.${verdict}`,
    series,
    lines: [
      { name: "p50", values: series.p50_s, color: (c) => c.series[0]! },
      { name: "p99", values: series.p99_s, color: (c) => c.series[1]! },
      ...(other
        ? [
            {
              name: `p${Number((100 * target.percentile).toPrecision(5))}`,
              values: series.target_s,
              color: (c: Palette) => c.series[3]!,
            },
          ]
        : []),
    ],
    text: (value) => human("seconds", value),
    label: (value) => tick("seconds", value),
    ...(target ? { level: { value: target.target_s, name: "target" } } : {}),
    most: 1.1 * Math.max(target?.target_s ?? 0, worst),
  });
}

/** What an alternative goes through. */
export function dayOf(one: Alternative, result: any): HTMLElement[] {
  const series = one.drawn.series!;
  return [
    requests(series, one),
    instances(series, one),
    utilisation(series, result.target_utilisation),
    latency(series, result.latency),
  ];
}
