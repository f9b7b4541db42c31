// Measured points and the curve through them: bus bandwidth, and time, against the message's size.
import { axis, chart, legend, tooltip, zeroBands, type TooltipLine } from "../../chart";
import { choice } from "../../choice";
import { growth, growthTick, human, percent } from "../../format";
import { logAxis, positiveExtent, secondsTick, tick } from "../../logaxis";
import type { Colors, Palette } from "../../palette";
import { median, operationName, spanName, type LeftOutPoint, type Series } from "./model";

interface Scale {
  name: string;
  summary(operation: string, all: Series[]): string;
  title(operation: string): string;
  value(series: { bus_factor: number }, bytes: number, time: number): number;
  text(value: number): string;
  tick(value: number): string;
}

const BANDWIDTH: Scale = {
  name: "bus bandwidth",
  summary: bandwidthSummary,
  title: (operation) => `Bus bandwidth of ${operation}, measured and fitted`,
  value: ({ bus_factor }, bytes, time) => (bus_factor * bytes) / time,
  text: (value) => human("bytesPerSecond", value),
  tick: (value) => tick("bytesPerSecond", value),
};

const TIME: Scale = {
  name: "time",
  summary: timeSummary,
  title: (operation) => `Time of ${operation}, measured and fitted`,
  value: (_, __, time) => time,
  text: (value) => human("seconds", value),
  tick: secondsTick,
};

interface Row {
  series: Series;
  index: number;
}

function rowsOf(all: Series[]): Row[] {
  return all.flatMap((series) => series.bytes.map((_, index) => ({ series, index })));
}

const error = ({ series, index }: Row) => series.fitted_s[index]! / series.time_s[index]! - 1;

/** From the median to the 99th percentile of the repetitions, behind a point. */
function spreads(one: Series, scale: Scale, color: string) {
  if (!one.p99_s) return [];
  const data = one.bytes.flatMap((bytes, i) => {
    const [p50, p99] = [one.p50_s?.[i], one.p99_s![i]];
    return p50 && p99 ? [[bytes, scale.value(one, bytes, p50), scale.value(one, bytes, p99)]] : [];
  });
  return [
    {
      type: "custom",
      silent: true,
      tooltip: { show: false },
      data,
      z: 1,
      renderItem: (_: any, api: any) => {
        const [x, y1] = api.coord([api.value(0), api.value(1)]);
        const y2 = api.coord([api.value(0), api.value(2)])[1];
        return {
          type: "line",
          shape: { x1: x, x2: x, y1, y2 },
          style: { stroke: color, lineWidth: 1.5, opacity: 0.6 },
        };
      },
    },
  ];
}

/** What is measured of each line next to the pointer: one need not hit a point. */
function sizeTip(items: any[]): HTMLElement | string {
  const near = items.filter(({ data }) => data?.row || data?.point);
  if (near.length === 0) return "";
  const sizes = [
    ...new Set(near.map(({ data }) => tick("bytes", data.row ? bytesOf(data.row) : data.point.bytes))),
  ];
  return tooltip(
    sizes.length === 1 ? sizes[0]! : `about ${sizes[0]}`,
    near.flatMap(({ data, color }) => (data.row ? pointLines(data.row, color) : leftOutLines(data.point))),
  );
}

function leftOutLines(point: LeftOutPoint): TooltipLine[] {
  return [{ label: `left out, ${spanName(point)}: ${point.reason}`, value: human("seconds", point.time_s) }];
}

function pointLines(row: Row, color: string): TooltipLine[] {
  const { series, index } = row;
  const [bytes, time, fitted] = [bytesOf(row), series.time_s[index]!, series.fitted_s[index]!];
  const both = (of: number) =>
    `${human("seconds", of)}, ${human("bytesPerSecond", (series.bus_factor * bytes) / of)}`;
  const [p50, p99] = [series.p50_s?.[index], series.p99_s?.[index]];
  return [
    { label: `${spanName(series)}, measured`, value: both(time), color },
    { label: `fitted, ${growth(error(row))}`, value: both(fitted) },
    ...(p50 && p99
      ? [{ label: "p50 to p99", value: `${human("seconds", p50)} to ${human("seconds", p99)}` }]
      : []),
  ];
}

function seriesOf(one: Series, name: string, scale: Scale, color: string, size: number) {
  const point = (bytes: number, time: number) => [bytes, scale.value(one, bytes, time)];
  return [
    {
      name,
      type: "line",
      symbol: "none",
      silent: true,
      // The pointer is led to what was measured.
      tooltip: { show: false },
      color,
      lineStyle: { width: 2 },
      data: one.line.bytes.map((bytes, i) => point(bytes, one.line.time_s[i]!)),
      z: 2,
    },
    ...spreads(one, scale, color),
    {
      name,
      type: "scatter",
      symbolSize: size,
      itemStyle: { color, opacity: 0.8 },
      data: one.bytes.map((bytes, index) => ({
        value: point(bytes, one.time_s[index]!),
        row: { series: one, index },
      })),
      z: 3,
    },
  ];
}

function leftOut(points: LeftOutPoint[], scale: Scale, colors: Palette) {
  if (points.length === 0) return [];
  return [
    {
      name: "left out",
      type: "scatter",
      symbol: "path://M0,0 L10,10 M10,0 L0,10",
      symbolSize: 9,
      itemStyle: { color: "transparent", borderColor: colors.bad, borderWidth: 2 },
      data: points.map((point) => ({
        value: [point.bytes, scale.value(point, point.bytes, point.time_s)],
        point,
      })),
      z: 4,
    },
  ];
}

/** What the smallest and the largest of the messages take. */
function timeSummary(operation: string, all: Series[]): string {
  const rows = rowsOf(all).sort((a, b) => bytesOf(a) - bytesOf(b));
  const [least, most] = [rows[0]!, rows[rows.length - 1]!];
  const said = (row: Row) =>
    `${tick("bytes", bytesOf(row))} takes ${human("seconds", row.series.time_s[row.index]!)} on ${spanName(row.series)}`;
  return `The same points of ${operation} as time: ${said(least)}, ${said(most)}.`;
}

const bytesOf = ({ series, index }: Row) => series.bytes[index]!;

function bandwidthSummary(operation: string, all: Series[]): string {
  const rows = rowsOf(all);
  const most = Math.max(
    ...all.flatMap((one) => one.bytes.map((bytes, i) => (one.bus_factor * bytes) / one.time_s[i]!)),
  );
  const sizes = rows.map((row) => Math.abs(error(row)));
  return (
    `${rows.length.toLocaleString("en-US")} points of ${operation} on ${all.map((one) => one.nodes).join(", ")} ` +
    `node${all.length === 1 && all[0]!.nodes === 1 ? "" : "s"}; the curves miss them by ${percent(median(sizes))} in the median. ` +
    `The greatest bus bandwidth is ${human("bytesPerSecond", most)}.`
  );
}

function curve(
  operation: string,
  all: Series[],
  out: LeftOutPoint[],
  scale: Scale,
  named: Colors,
): HTMLElement {
  const title = operationName(operation);
  const at = (one: { bus_factor: number }, bytes: number, time: number) => scale.value(one, bytes, time);
  const [low, high] = positiveExtent([
    ...all.flatMap((one) => one.bytes.map((bytes, i) => at(one, bytes, one.time_s[i]!))),
    ...all.flatMap((one) => one.line.bytes.map((bytes, i) => at(one, bytes, one.line.time_s[i]!))),
    ...out.map((point) => at(point, point.bytes, point.time_s)),
  ]);
  const [least, most] = positiveExtent([
    ...all.flatMap((one) => one.line.bytes),
    ...out.map((point) => point.bytes),
  ]);
  return chart({
    title: scale.title(title),
    summary:
      scale.summary(title, all) + (out.length > 0 ? ` Crosses: ${out.length} that were not fitted.` : ""),
    height: 380,
    option: (colors, width) => ({
      legend: legend(colors, { data: [...all.map(spanName), ...(out.length > 0 ? ["left out"] : [])] }),
      grid: { left: 8, right: 20, top: 36, bottom: 28, containLabel: true },
      tooltip: { trigger: "axis", formatter: sizeTip },
      xAxis: logAxis(
        colors,
        { base: 2, min: least, max: most, label: (value) => tick("bytes", value), name: "message" },
        width,
        { nameGap: 24 },
      ),
      yAxis: logAxis(colors, { min: low, max: high, label: scale.tick }, width),
      series: [
        ...all.flatMap((one) =>
          seriesOf(one, spanName(one), scale, named.of(spanName(one), colors), width < 560 ? 5 : 7),
        ),
        ...leftOut(out, scale, colors),
      ],
    }),
    data: {
      caption: `Points of ${title}`,
      rows: rowsOf(all),
      columns: [
        { label: "On", text: ({ series }: Row) => spanName(series), sort: ({ series }: Row) => series.ranks },
        {
          label: "Message",
          numeric: true,
          text: (row: Row) => tick("bytes", row.series.bytes[row.index]!),
          sort: (row: Row) => row.series.bytes[row.index]!,
        },
        {
          label: "Measured",
          numeric: true,
          text: (row: Row) => human("seconds", row.series.time_s[row.index]!),
          sort: (row: Row) => row.series.time_s[row.index]!,
        },
        {
          label: "Fitted",
          numeric: true,
          text: (row: Row) => human("seconds", row.series.fitted_s[row.index]!),
          sort: (row: Row) => row.series.fitted_s[row.index]!,
        },
        {
          label: "Bus bandwidth",
          numeric: true,
          text: ({ series, index }: Row) =>
            human("bytesPerSecond", (series.bus_factor * series.bytes[index]!) / series.time_s[index]!),
        },
        {
          label: "Fitted / measured − 1",
          numeric: true,
          text: (row: Row) => growth(error(row)),
          sort: error,
        },
      ],
    },
  });
}

function residuals(operation: string, all: Series[], named: Colors): HTMLElement {
  const title = operationName(operation);
  const rows = rowsOf(all);
  const large = rows.filter((row) => row.series.bytes[row.index]! >= 1e6);
  const within = (part: number) =>
    percent(rows.filter((row) => Math.abs(error(row)) <= part).length / rows.length, 0);
  const greatest = Math.max(0.25, ...rows.map((row) => Math.abs(error(row))));
  const reach = Math.min(1, Math.ceil(greatest * 10.5) / 10);
  const beyond = rows.filter((row) => Math.abs(error(row)) > reach).length;
  const [least, most] = positiveExtent(all.flatMap((one) => one.line.bytes));
  const atLarge =
    large.length > 0
      ? `; of 1 MB and more, the median is ${percent(median(large.map((row) => Math.abs(error(row)))))}`
      : "";
  return chart({
    title: `Residuals of ${title} against size`,
    summary: `${within(0.1)} of the points lie within ±10 %, ${within(0.2)} within ±20 %${atLarge}.${beyond > 0 ? ` ${beyond} lie beyond the axis, in the table.` : ""}`,
    height: 280,
    option: (colors, width) => ({
      grid: { left: 8, right: 20, top: 12, bottom: 28, containLabel: true },
      tooltip: { trigger: "axis", formatter: sizeTip },
      xAxis: logAxis(
        colors,
        { base: 2, min: least, max: most, label: (value) => tick("bytes", value), name: "message" },
        width,
        { nameGap: 24 },
      ),
      yAxis: axis(colors, {
        type: "value",
        min: -reach,
        max: reach,
        axisLabel: { color: colors.muted, formatter: growthTick },
        splitLine: { show: false },
      }),
      series: all.map((one, nth) => ({
        name: spanName(one),
        type: "scatter",
        symbolSize: width < 560 ? 5 : 7,
        itemStyle: { color: named.of(spanName(one), colors), opacity: 0.8 },
        data: one.bytes.map((bytes, index) => ({
          value: [bytes, error({ series: one, index })],
          row: { series: one, index },
        })),
        ...(nth === 0 ? zeroBands(colors, "yAxis", [0.2, 0.1]) : {}),
      })),
    }),
  });
}

/** One view for each operation: bandwidth, time, residuals. */
export function curves(all: Series[], out: LeftOutPoint[], named: Colors): HTMLElement {
  const operations = [...new Set(all.map((one) => one.operation))];
  return choice(
    "Operation",
    operations.map((operation) => ({
      name: operationName(operation),
      view: () => {
        const same = all.filter((one) => one.operation === operation);
        const not = out.filter((point) => point.operation === operation);
        return [
          curve(operation, same, not, BANDWIDTH, named),
          residuals(operation, same, named),
          curve(operation, same, not, TIME, named),
        ];
      },
    })),
  );
}
