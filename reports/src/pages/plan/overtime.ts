// One simulated run over its time: what its nodes do, when it stops, and how far it has come.
import { axis, legend, liveChart, tooltip } from "../../chart";
import { controls, select } from "../../controls";
import { count, grouped, human, percent } from "../../format";
import type { Palette } from "../../palette";
import { axisUnit, tick } from "./figures";
import { OTHER, stateName, type States } from "./states";

export interface TypicalRun {
  replica: number;
  wall_time_s: number;
  outcome: string;
  width_s: number;
  states: Record<string, number[]>;
  tokens: number[];
  stops: {
    number: number;
    per_bin: number[];
    longest: { at_s: number; length_s: number; states: Record<string, number> }[];
  };
  by_cause: Record<string, number>;
}

interface Band {
  name: string;
  label: string;
  shares: number[];
}

/** Training first; states without a colour of their own together. */
function bands(run: TypicalRun, states: States): Band[] {
  const sums = new Map<string, number[]>();
  for (const name of [...states.named, OTHER])
    sums.set(
      name,
      run.tokens.map(() => 0),
    );
  for (const [name, shares] of Object.entries(run.states)) {
    const sum = sums.get(states.group(name))!;
    shares.forEach((share, bin) => (sum[bin] = sum[bin]! + share));
  }
  return [...sums]
    .filter(([, shares]) => shares.some((share) => share > 0))
    .map(([name, shares]) => ({ name, label: stateName(name), shares }));
}

function times(number: number): string {
  return number === 0 ? "never" : number === 1 ? "once" : `${grouped(number)} times`;
}

/** Share of the whole run. */
function trained(run: TypicalRun): number {
  const training = run.states["training"] ?? [0];
  return training.reduce((sum, share) => sum + share, 0) / training.length;
}

function worstTraining(run: TypicalRun): number {
  return Math.min(...(run.states["training"] ?? [0]).slice(0, -1));
}

/** From the bin with least training, where that is much below the mean. */
function worst(run: TypicalRun): string {
  const training = run.states["training"] ?? [];
  const mean = training.reduce((sum, share) => sum + share, 0) / training.length;
  // Of the first bin, starting takes a part, of the last one the end.
  const inner = training.slice(1, -1);
  const least = Math.min(...inner);
  if (!(least < mean - 0.05)) return "";
  const at = (inner.indexOf(least) + 1) * run.width_s;
  return ` Least is trained ${human("seconds", at)} after the start: ${percent(least, 0)} of ${human("seconds", run.width_s)}.`;
}

const GRIDS = [
  { top: 6, height: 190 },
  { top: 226, height: 44 },
  { top: 300, height: 84 },
];

function areas(
  run: TypicalRun,
  shown: Band[],
  states: States,
  colors: Palette,
  of: (value: number) => number,
) {
  return shown.map(({ name, label, shares }) => ({
    name: label,
    type: "line",
    stack: "states",
    step: "end",
    symbol: "none",
    lineStyle: { width: 0 },
    areaStyle: { color: states.color(name, colors), opacity: 1 },
    itemStyle: { color: states.color(name, colors) },
    data: [...shares, shares.at(-1)!].map((share, bin) => [of(bin * run.width_s), 100 * share]),
  }));
}

/** Everything, or only what is not training. */
type View = "all" | "losses";

function option(run: TypicalRun, states: States, view: View) {
  const all = bands(run, states);
  const shown = view === "all" ? all : all.filter(({ name }) => name !== "training");
  const end = run.tokens.length * run.width_s;
  const { unit, of } = axisUnit("seconds", end);
  const whole = run.tokens.at(-1)! || 1;
  return (colors: Palette) => {
    const across = (gridIndex: number, more: Record<string, unknown> = {}) =>
      axis(colors, {
        type: "value",
        gridIndex,
        min: 0,
        max: of(end),
        splitLine: { show: false },
        axisLabel: { show: false },
        ...more,
      });
    const up = (gridIndex: number, more: Record<string, unknown>) =>
      axis(colors, {
        type: "value",
        gridIndex,
        nameTextStyle: { color: colors.muted, align: "left" },
        ...more,
      });
    return {
      grid: GRIDS.map((grid) => ({ left: 48, right: 16, containLabel: false, ...grid })),
      legend: legend(colors, { icon: "rect", data: shown.map(({ label }) => label) }),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      xAxis: [
        across(0),
        across(1),
        across(2, {
          name: unit,
          nameLocation: "middle",
          nameGap: 24,
          axisLabel: { color: colors.muted, formatter: tick, hideOverlap: true, showMaxLabel: false },
        }),
      ],
      yAxis: [
        up(0, {
          ...(view === "all" ? { max: 100, interval: 25 } : {}),
          axisLabel: { color: colors.muted, formatter: (value: number) => `${tick(value)} %` },
        }),
        up(1, { name: "stops", minInterval: 1, splitNumber: 1 }),
        up(2, {
          name: "tokens trained",
          max: 100,
          interval: 50,
          axisLabel: { color: colors.muted, formatter: "{value} %" },
        }),
      ],
      tooltip: {
        trigger: "axis",
        formatter: (points: { dataIndex: number }[]) =>
          described(run, all, states, colors, Math.min(points[0]!.dataIndex, run.tokens.length - 1)),
      },
      series: [
        ...areas(run, shown, states, colors, of),
        {
          name: "stops",
          type: "line",
          step: "end",
          symbol: "none",
          xAxisIndex: 1,
          yAxisIndex: 1,
          lineStyle: { width: 0 },
          areaStyle: { color: colors.muted, opacity: 0.8 },
          data: [...run.stops.per_bin, run.stops.per_bin.at(-1)!].map((number, bin) => [
            of(bin * run.width_s),
            number,
          ]),
        },
        {
          name: "tokens",
          type: "line",
          symbol: "none",
          xAxisIndex: 2,
          yAxisIndex: 2,
          lineStyle: { color: states.color("training", colors), width: 2 },
          data: [0, ...run.tokens].map((value, bin) => [of(bin * run.width_s), (100 * value) / whole]),
        },
      ],
    };
  };
}

function described(run: TypicalRun, all: Band[], states: States, colors: Palette, bin: number): HTMLElement {
  const trained = bin === 0 ? 0 : run.tokens[bin - 1]!;
  return tooltip(`${human("seconds", bin * run.width_s)} after the start`, [
    ...all
      .filter(({ shares }) => shares[bin]! >= 0.0005)
      .map(({ name, label, shares }) => ({
        label,
        value: percent(shares[bin]!),
        color: states.color(name, colors),
      })),
    { label: "stops", value: grouped(run.stops.per_bin[bin]!) },
    { label: "trained by then", value: `${count(trained)} tokens` },
  ]);
}

export function overTime(run: TypicalRun, states: States): HTMLElement {
  const all = bands(run, states);
  // Where nearly all is training, a picture of all of the time is one block of its colour.
  const first: View = worstTraining(run) > 0.5 && all.length > 1 ? "losses" : "all";
  const view = select(
    "Show",
    [
      { value: "losses", label: "what is not training" },
      { value: "all", label: "all of the time" },
    ],
    first,
    () => drawing.update({ option: option(run, states, view.value() as View) }),
  );
  const drawing = liveChart({
    title: `A typical run over its time: ${percent(trained(run))} of it is training that counts`,
    summary:
      `It takes ${human("seconds", run.wall_time_s)} and stops ${times(run.stops.number)}.` +
      `${worst(run)} Each step of the drawing is ${human("seconds", run.width_s)}.`,
    height: 430,
    controls: controls(view.element),
    option: option(run, states, first),
    data: {
      caption: "The run, bin by bin",
      rows: run.tokens.map((_, bin) => bin),
      columns: [
        {
          label: "After",
          text: (bin: number) => human("seconds", bin * run.width_s),
          sort: (bin: number) => bin,
        },
        ...all.map(({ label, shares }) => ({
          label,
          numeric: true,
          text: (bin: number) => percent(shares[bin]!),
          sort: (bin: number) => shares[bin]!,
        })),
        { label: "stops", numeric: true, text: (bin: number) => grouped(run.stops.per_bin[bin]!) },
        { label: "tokens", numeric: true, text: (bin: number) => count(run.tokens[bin]!) },
      ],
    },
  });
  return drawing.figure;
}
