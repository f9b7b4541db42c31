// How often a run ends where, and how likely it is to end below a figure that the reader chooses.
import { axis, chart, tooltip } from "../../chart";
import type { Summary } from "../../document";
import { freshId, h } from "../../dom";
import { grouped, human, percent, scales, type Quantity } from "../../format";
import type { Palette } from "../../palette";
import { axisUnit, range, tick } from "./figures";

export interface Distribution {
  from: number;
  to: number;
  counts: number[];
  above: number;
  /** Of 0 %, 1 %, … 100 %. */
  quantiles: number[];
}

/** Share of the runs that stay below `value`. */
export function shareBelow(quantiles: number[], value: number): number {
  const last = quantiles.length - 1;
  if (value < quantiles[0]!) return 0;
  if (value >= quantiles[last]!) return 1;
  const above = quantiles.findIndex((quantile) => quantile > value);
  const low = quantiles[above - 1]!;
  return (above - 1 + (value - low) / (quantiles[above]! - low)) / last;
}

export interface DistributionSpec {
  what: string;
  /** "are done within", "cost at most". */
  within: string;
  quantity: Quantity;
  summary: Summary;
  distribution: Distribution;
}

/** A field for a limit, and the share of the runs that keep it. */
function limit({ within, quantity, summary, distribution }: DistributionSpec): HTMLElement {
  const { factor, unit } = scales[quantity](summary.p50);
  const id = freshId("limit");
  const said = h("output", { for: id });
  const say = () => {
    const share = shareBelow(distribution.quantiles, Number(input.value) * factor);
    said.textContent = `${percent(share, 0)} of the runs`;
  };
  const start = Number((summary.p90 / factor).toPrecision(3));
  const input = h("input", {
    id,
    type: "number",
    min: 0,
    step: "any",
    value: start,
    oninput: say,
  });
  say();
  return h("p", { class: "limit" }, said, h("label", { for: id }, ` ${within} `), input, ` ${unit}`);
}

function marks({ p10, p50, p90 }: Summary, of: (value: number) => number, colors: Palette) {
  const mark = (name: string, value: number) => ({
    xAxis: of(value),
    label: { formatter: name, color: colors.text },
    lineStyle: { color: colors.text, type: name === "p50" ? "solid" : "dashed", width: 1 },
  });
  return { symbol: "none", silent: true, data: [mark("p10", p10), mark("p50", p50), mark("p90", p90)] };
}

export function distributionChart(spec: DistributionSpec): HTMLElement | undefined {
  const { what, quantity, summary, distribution } = spec;
  const { from, to, counts, above, quantiles } = distribution;
  if (!(to > from)) return undefined;
  const width = (to - from) / counts.length;
  const { unit, of } = axisUnit(quantity, to);
  const runs = counts.reduce((sum, count) => sum + count, 0) + above;
  const beyond =
    above > 0
      ? ` ${above === 1 ? "One lies" : `${grouped(above)} lie`} beyond the drawing, up to ${human(quantity, quantiles.at(-1)!)}.`
      : "";
  const steps = [...counts.map((count, i) => [of(from + i * width), count]), [of(to), counts.at(-1)!]];
  return chart({
    title: `${what}: ${human(quantity, summary.p50)} in the middle, ${human(quantity, summary.p90)} to be nine tenths sure`,
    summary: `Of ${grouped(runs)} simulated runs, eight in ten lie within ${range(quantity, summary)}.${beyond}`,
    height: 230,
    controls: limit(spec),
    option: (colors) => ({
      grid: { left: 28, right: 20, top: 24, bottom: 24, containLabel: true },
      xAxis: axis(colors, {
        type: "value",
        min: of(from),
        max: of(to),
        name: unit,
        nameLocation: "middle",
        nameGap: 26,
        splitLine: { show: false },
        axisLabel: {
          color: colors.muted,
          formatter: tick,
          hideOverlap: true,
          showMinLabel: false,
          showMaxLabel: false,
        },
      }),
      yAxis: axis(colors, {
        type: "value",
        name: "runs",
        nameLocation: "middle",
        nameGap: 32,
        minInterval: 1,
        splitNumber: 3,
      }),
      tooltip: {
        trigger: "axis",
        formatter: (points: { dataIndex: number }[]) => {
          const bin = Math.min(points[0]!.dataIndex, counts.length - 1);
          const end = from + (bin + 1) * width;
          return tooltip(`${human(quantity, from + bin * width)} to ${human(quantity, end)}`, [
            { label: "runs", value: grouped(counts[bin]!) },
            { label: "up to here", value: percent(shareBelow(quantiles, end), 0) },
          ]);
        },
      },
      series: [
        {
          type: "line",
          step: "end",
          symbol: "none",
          lineStyle: { color: colors.series[0], width: 1 },
          areaStyle: { color: colors.series[0], opacity: 0.45 },
          data: steps,
          markLine: marks(summary, of, colors),
        },
      ],
    }),
    data: {
      caption: `${what}: the share of runs that stay below`,
      rows: [5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95, 99, 100],
      columns: [
        { label: "Runs", text: (share: number) => `${share} %`, sort: (share: number) => share },
        {
          label: what,
          numeric: true,
          text: (share: number) => human(quantity, quantiles[share]!),
          sort: (share: number) => share,
        },
      ],
    },
  });
}
