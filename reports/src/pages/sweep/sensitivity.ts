// Which inputs matter, by the design's own measure.
import type { EChartsCoreOption } from "echarts/core";
import { axis, legend, liveChart, tooltip } from "../../chart";
import { controls, select } from "../../controls";
import { percent, significant } from "../../format";
import { axisName, axisScale, kindOf, measured, short, tick, type Kind } from "../../measure";
import type { Palette } from "../../palette";
import type { Points } from "./points";

const CORRELATION = "rank correlation";

interface Series {
  name: string;
  color: number;
  values: (number | null)[];
  intervals?: ([number, number] | null)[];
}

interface Drawn {
  inputs: string[];
  series: Series[];
  kind: Kind;
  axisLabel: string;
  method: string;
}

function drawnOf(effects: Record<string, any>, output: string, labels: Map<string, string>): Drawn {
  const first = Object.values(effects)[0];
  const size = (effect: any) => Math.abs(effect.mean_abs ?? effect.total ?? effect.rank_correlation ?? 0);
  const names = Object.keys(effects).sort((a, b) => size(effects[b]) - size(effects[a]));
  const of = (key: string) => names.map((name) => effects[name][key] as number | null);
  const inputs = names.map((name) => labels.get(name) ?? name);
  if ("mean_abs" in first) {
    return {
      inputs,
      kind: kindOf(output.replace(/_mean$/, "")),
      axisLabel: "effect",
      method:
        "Elementary effects (Morris), of an input that goes from one end of its range to the other: their mean size " +
        "(µ*), and their spread (σ), which is large where the effect is not linear or depends on other inputs.",
      series: [
        { name: "mean size µ*", color: 0, values: of("mean_abs") },
        { name: "spread σ", color: 1, values: of("sigma") },
      ],
    };
  }
  if ("total" in first) {
    return {
      inputs,
      kind: "share",
      axisLabel: "share of the variance",
      method:
        "Shares of the variance (Sobol): by the input alone, and in all, with what it does together with others. " +
        "Whiskers are 95 % intervals; estimates of few points can lie below 0 or above 100 %.",
      series: [
        {
          name: "by itself",
          color: 0,
          values: of("first"),
          intervals: names.map((name) => effects[name].first_ci95),
        },
        {
          name: "in all",
          color: 1,
          values: of("total"),
          intervals: names.map((name) => effects[name].total_ci95),
        },
      ],
    };
  }
  return {
    inputs,
    kind: "number",
    axisLabel: CORRELATION,
    method:
      "Rank correlations (Spearman): 1 where the output always grows with the input, -1 where it always falls, " +
      "0 where it does neither.",
    series: [{ name: "rank correlation", color: 0, values: of("rank_correlation") }],
  };
}

function say(kind: Kind, value: number | null): string {
  if (value === null) return "–";
  return kind === "number"
    ? significant(value, 2)
    : kind === "share"
      ? percent(value)
      : measured(kind, value);
}

function whisker(
  { intervals }: Series,
  index: number,
  count: number,
  factor: number,
  color: string,
): object[] {
  if (!intervals) return [];
  return [
    {
      type: "custom",
      silent: true,
      z: 6,
      encode: { x: [0, 2], y: 1 },
      data: intervals.flatMap((one, i) =>
        one && one[0] !== null ? [[one[0] / factor, i, one[1] / factor]] : [],
      ),
      renderItem: (_: unknown, api: any) => {
        const [left, middle] = api.coord([api.value(0), api.value(1)]);
        const [right] = api.coord([api.value(2), api.value(1)]);
        const band = api.size([0, 1])[1] * 0.66;
        const y = middle - band / 2 + ((index + 0.5) * band) / count;
        const line = (x1: number, x2: number, y1: number, y2: number) => ({
          type: "line",
          shape: { x1, x2, y1, y2 },
          style: { stroke: color, lineWidth: 1.5 },
        });
        return {
          type: "group",
          children: [
            line(left, right, y, y),
            line(left, left, y - 3, y + 3),
            line(right, right, y - 3, y + 3),
          ],
        };
      },
    },
  ];
}

function option(drawn: Drawn, colors: Palette, width: number): EChartsCoreOption {
  const narrow = width < 500;
  const all = drawn.series.flatMap(({ values }) => values).filter((value) => value !== null);
  const scale = axisScale(drawn.kind, all);
  return {
    legend:
      drawn.series.length > 1 ? legend(colors, { data: drawn.series.map(({ name }) => name) }) : undefined,
    grid: { top: drawn.series.length > 1 ? 36 : 10, right: 24, bottom: 34 },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (items: any) => {
        const i = items[0]!.dataIndex as number;
        return tooltip(
          drawn.inputs[i]!,
          drawn.series.flatMap(({ name, values, intervals, color }) => [
            { label: name, value: say(drawn.kind, values[i]!), color: colors.series[color]! },
            ...(intervals?.[i]
              ? [
                  {
                    label: "95 % interval",
                    value: intervals[i]!.map((end) => say(drawn.kind, end)).join(" to "),
                  },
                ]
              : []),
          ]),
        );
      },
    },
    xAxis: axis(colors, {
      type: "value",
      // Of correlations the whole scale, so that a weak one looks weak.
      ...(drawn.axisLabel === CORRELATION && { min: -1, max: 1, interval: 0.5 }),
      splitNumber: narrow ? 4 : 6,
      name: axisName(drawn.axisLabel, scale),
      nameLocation: "middle",
      nameGap: 28,
      axisLabel: { color: colors.muted, formatter: tick, hideOverlap: true },
    }),
    yAxis: axis(colors, {
      type: "category",
      inverse: true,
      data: drawn.inputs,
      axisLabel: {
        color: colors.text,
        interval: 0,
        lineHeight: 14,
        ...(narrow && { width: 104, overflow: "break" }),
        formatter: (name: string) => short(name, narrow ? 40 : 34),
      },
    }),
    series: drawn.series.flatMap((one, i) => [
      {
        type: "bar",
        name: one.name,
        barCategoryGap: "34%",
        barGap: "0%",
        itemStyle: { color: colors.series[one.color] },
        data: one.values.map((value) => (value === null ? null : value / scale.factor)),
      },
      ...whisker(one, i, drawn.series.length, scale.factor, colors.text),
    ]),
  };
}

export function sensitivity(all: Record<string, Record<string, any>>, points: Points): HTMLElement {
  const outputs = Object.keys(all);
  const labels = new Map(points.inputs.map(({ name, label }) => [name, label]));
  const said = (output: string) =>
    output.startsWith("wall_time") ? "time" : output.startsWith("cost") ? "cost" : "energy";
  const chosen = select(
    "Effect on",
    outputs.map((value) => ({ value, label: said(value) })),
    outputs[0]!,
    () => live.update(changes()),
  );
  const changes = () => {
    const output = chosen.value();
    const drawn = drawnOf(all[output]!, output, labels);
    const main = drawn.series[drawn.series.length > 1 && drawn.kind === "share" ? 1 : 0]!;
    const top = drawn.inputs.slice(0, 3).map((name, i) => `${name} ${say(drawn.kind, main.values[i]!)}`);
    return {
      title: `What matters most for ${said(output)}: ${drawn.inputs[0]!}`,
      summary: `${drawn.method} The strongest (${main.name}): ${top.join(", ")}.`,
      height: 90 + drawn.inputs.length * (drawn.series.length > 1 ? 44 : 30),
      option: (colors: Palette, width: number) => option(drawn, colors, width),
      data: {
        caption: drawn.axisLabel,
        rows: drawn.inputs.map((name, i) => ({ name, i })),
        columns: [
          { label: "Input", text: ({ name }: any) => name, sort: ({ name }: any) => name },
          ...drawn.series.flatMap((one) => [
            {
              label: one.name,
              numeric: true,
              text: ({ i }: any) => say(drawn.kind, one.values[i]!),
              sort: ({ i }: any) => one.values[i] ?? -Infinity,
            },
            ...(one.intervals
              ? [
                  {
                    label: "95 % interval",
                    numeric: true,
                    text: ({ i }: any) => one.intervals![i]!.map((end) => say(drawn.kind, end)).join(" to "),
                  },
                ]
              : []),
          ]),
        ],
      },
    };
  };
  const live = liveChart({ ...changes(), ...(outputs.length > 1 && { controls: controls(chosen.element) }) });
  return live.figure;
}
