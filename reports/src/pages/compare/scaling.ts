// The same on more and more nodes: what that buys, and what it costs.
import type { EChartsCoreOption } from "echarts/core";
import { axis, legend, liveChart, tooltip } from "../../chart";
import { controls, select } from "../../controls";
import type { Summary } from "../../document";
import { grouped, percent } from "../../format";
import { axisName, axisScale, measured, rangeOf, tick, type Measure } from "../../measure";
import type { Palette } from "../../palette";
import { capital } from "../../pareto";
import { estimateOf, MEASURES, type Run } from "./runs";

interface Stop {
  nodes: number;
  value: Summary;
  /** Were the work shared out without any loss. */
  ideal: number;
}

const FEWEST = 3;
const DASHES = "path://M0 5h4v2h-4z M6 5h4v2h-4z M12 5h4v2h-4z";
const IDEAL = "without any loss";

/** Along the nodes, from the fewest; without loss time falls as the nodes grow, all else stays. */
function stopsOf(runs: Run[], { key }: Measure): Stop[] {
  const known = runs.flatMap(({ nodes, ...run }) => {
    const value = estimateOf({ nodes, ...run }, key);
    return value ? [{ nodes, value }] : [];
  });
  known.sort((a, b) => a.nodes - b.nodes);
  const first = known[0];
  return known.map(({ nodes, value }) => ({
    nodes,
    value,
    ideal: first!.value.mean * (key === "wall_time_s" ? first!.nodes / nodes : 1),
  }));
}

/** "8", "7.5". */
const times = (ratio: number) => Number(ratio.toPrecision(2)).toLocaleString("en-US");

function sentence(stops: Stop[], { key, label, kind }: Measure): string {
  const [first, last] = [stops[0]!, stops[stops.length - 1]!];
  const least = stops.reduce((a, b) => (b.value.mean < a.value.mean ? b : a));
  const loss = stops.reduce((a, b) => (b.value.mean / b.ideal > a.value.mean / a.ideal ? b : a));
  const begin =
    key === "wall_time_s"
      ? `${times(last.nodes / first.nodes)} times the nodes are ` +
        `${times(first.value.mean / last.value.mean)} times as fast.`
      : `Least ${label}: ${measured(kind, least.value.mean)} on ${grouped(least.nodes)} nodes.`;
  const lost = loss.value.mean / loss.ideal - 1;
  const worst =
    lost > 0.005 ? ` Furthest from that: ${grouped(loss.nodes)} nodes, by ${percent(lost, 0)}.` : "";
  return `${begin} Points are means, the band p10 to p90; dashed is what ${label} were ${IDEAL}.${worst}`;
}

function option(stops: Stop[], measure: Measure, colors: Palette, width: number): EChartsCoreOption {
  const scale = axisScale(
    measure.kind,
    stops.map(({ value }) => value.mean),
  );
  const at = (value: number) => value / scale.factor;
  const outline = [
    ...stops.map(({ nodes, value }) => [nodes, at(value.p10)]),
    ...[...stops].reverse().map(({ nodes, value }) => [nodes, at(value.p90)]),
  ];
  return {
    legend: legend(colors, { data: [measure.label, { name: IDEAL, icon: DASHES }] }),
    grid: { top: 58, right: 24, bottom: 34 },
    tooltip: {
      trigger: "axis",
      formatter: (items: any) => {
        const { nodes, value, ideal } = stops[items[0].dataIndex]!;
        return tooltip(`${grouped(nodes)} nodes`, [
          {
            label: `mean ${measure.label}`,
            value: measured(measure.kind, value.mean),
            color: colors.series[0]!,
          },
          { label: "p10 to p90", value: rangeOf(measure.kind, value.p10, value.p90) },
          { label: IDEAL, value: measured(measure.kind, ideal) },
        ]);
      },
    },
    xAxis: axis(colors, {
      type: "value",
      scale: true,
      name: "nodes",
      nameLocation: "middle",
      nameGap: 30,
      minInterval: 1,
      splitNumber: width < 500 ? 4 : 8,
      axisLabel: { color: colors.muted, formatter: tick, hideOverlap: true },
    }),
    yAxis: axis(colors, {
      type: "value",
      min: 0,
      name: axisName(measure.label, scale),
      nameTextStyle: { color: colors.muted, align: "left", padding: [0, 0, 0, -18] },
      axisLabel: { color: colors.muted, formatter: tick },
    }),
    series: [
      {
        type: "line",
        name: measure.label,
        symbol: "circle",
        symbolSize: 8,
        z: 5,
        itemStyle: { color: colors.series[0] },
        lineStyle: { color: colors.series[0], width: 2.2 },
        data: stops.map(({ nodes, value }) => [nodes, at(value.mean)]),
      },
      {
        type: "line",
        name: IDEAL,
        showSymbol: false,
        z: 4,
        itemStyle: { color: colors.muted },
        lineStyle: { color: colors.muted, width: 1.5, type: "dashed" },
        data: stops.map(({ nodes, ideal }) => [nodes, at(ideal)]),
      },
      {
        type: "custom",
        silent: true,
        z: 1,
        encode: { x: 0, y: 1 },
        tooltip: { show: false },
        data: outline,
        renderItem: ({ dataIndex }: any, api: any) =>
          dataIndex > 0
            ? undefined
            : {
                type: "polygon",
                shape: { points: outline.map((corner) => api.coord(corner)) },
                style: { fill: colors.series[0], opacity: 0.15 },
              },
      },
    ],
  };
}

/** Where the runs are the same but for their number of nodes. */
export function scaling(runs: Run[]): HTMLElement | undefined {
  const nodes = new Set(runs.map((run) => run.nodes));
  const same = new Set(runs.map(({ instance }) => instance)).size === 1;
  if (!same || nodes.size !== runs.length || nodes.size < FEWEST) return undefined;
  const measures = MEASURES.filter((measure) => stopsOf(runs, measure).length === runs.length);
  if (measures.length === 0) return undefined;
  const chosen = select(
    "Figure",
    measures.map(({ key, label }) => ({ value: key, label })),
    measures[0]!.key,
    () => live.update(changes()),
  );
  const changes = () => {
    const measure = measures.find(({ key }) => key === chosen.value())!;
    const stops = stopsOf(runs, measure);
    return {
      title: `${capital(measure.label)} along the number of nodes`,
      summary: sentence(stops, measure),
      option: (colors: Palette, width: number) => option(stops, measure, colors, width),
      data: {
        caption: `${capital(measure.label)} along the number of nodes`,
        rows: stops,
        columns: [
          {
            label: "Nodes",
            numeric: true,
            text: (stop: Stop) => grouped(stop.nodes),
            sort: (stop: Stop) => stop.nodes,
          },
          {
            label: "Mean",
            numeric: true,
            text: ({ value }: Stop) => measured(measure.kind, value.mean),
            sort: ({ value }: Stop) => value.mean,
          },
          {
            label: "p10 to p90",
            numeric: true,
            text: ({ value }: Stop) => rangeOf(measure.kind, value.p10, value.p90),
          },
          {
            label: capital(IDEAL),
            numeric: true,
            text: ({ ideal }: Stop) => measured(measure.kind, ideal),
            sort: ({ ideal }: Stop) => ideal,
          },
        ],
      },
    };
  };
  const live = liveChart({
    ...changes(),
    height: (width) => (width < 500 ? 340 : 380),
    ...(measures.length > 1 && { controls: controls(chosen.element) }),
  });
  return live.figure;
}
