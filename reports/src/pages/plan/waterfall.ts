// From ideal to real time: every bar begins where the one above it ends.
import { axis, chart, tooltip } from "../../chart";
import { human, percent } from "../../format";
import type { Palette } from "../../palette";
import { widestOf } from "../../textwidth";
import { axisUnit, nameAxis, nameRoom, part as share, rowHeight, tick } from "./figures";
import { stateName, type States } from "./states";

interface Part {
  name: string;
  layer: "ideal" | "step" | "run";
  seconds: number;
}

interface Row {
  title: string;
  from: number;
  to: number;
  layer: Part["layer"] | "sum" | "total";
  state?: string;
}

/** Shares of the whole below this are drawn together. */
const LEAST = 0.004;

/** The small ones of a layer together, behind its others. */
function gathered(parts: Part[], whole: number): Part[] {
  const shown = parts.filter(({ seconds }) => Math.abs(seconds) >= LEAST * whole);
  const small = parts.filter((part) => !shown.includes(part));
  if (small.length < 2) return parts;
  const seconds = small.reduce((sum, part) => sum + part.seconds, 0);
  return [...shown, { ...small[0]!, name: `${small.length} small ones`, seconds }];
}

function rowsOf(parts: Part[], whole: number): Row[] {
  const rows: Row[] = [];
  let at = 0;
  const add = (layer: Part["layer"]) => {
    for (const part of gathered(
      parts.filter((each) => each.layer === layer),
      whole,
    )) {
      rows.push({ title: stateName(part.name), from: at, to: at + part.seconds, layer, state: part.name });
      at += part.seconds;
    }
  };
  add("ideal");
  add("step");
  rows.push({ title: "= all steps, undisturbed", from: 0, to: at, layer: "sum" });
  add("run");
  rows.push({ title: "= wall time, mean", from: 0, to: at, layer: "total" });
  return rows;
}

function style(row: Row, states: States, colors: Palette): Record<string, unknown> {
  if (row.layer === "total") return { color: colors.muted };
  if (row.layer === "run") return { color: states.color(row.state!, colors) };
  return { color: row.layer === "step" ? `${colors.series[0]}80` : colors.series[0] };
}

function largestOf(parts: Part[], layer: Part["layer"]): Part | undefined {
  return parts.filter((part) => part.layer === layer).sort((a, b) => b.seconds - a.seconds)[0];
}

function summary(parts: Part[], whole: number): string {
  const sum = (layer: Part["layer"]) =>
    parts.filter((part) => part.layer === layer).reduce((total, { seconds }) => total + seconds, 0);
  const said = [
    `At its peak the hardware would do the arithmetic in ${human("seconds", sum("ideal"))}; the steps take ` +
      `${human("seconds", sum("step"))} more, the run around them ${human("seconds", sum("run"))}. ` +
      `Together ${human("seconds", whole)}, the mean of all runs.`,
  ];
  const step = largestOf(parts, "step");
  const run = largestOf(parts, "run");
  const named = [step, run].filter(
    (part): part is Part => part !== undefined && part.seconds >= LEAST * whole,
  );
  if (named.length > 0) {
    const largest = named.map(({ name, seconds }) => `${stateName(name)} (${percent(seconds / whole)})`);
    said.push(`Most is lost to ${largest.join(" and to ")}.`);
  }
  return said.join(" ");
}

export function waterfall(parts: Part[], ideal: any, states: States): HTMLElement {
  const whole = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const arithmetic = parts
    .filter(({ layer }) => layer === "ideal")
    .reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = rowsOf(parts, whole);
  const most = Math.max(
    ...rows.flatMap(({ from, to }) => [from, to]),
    ideal?.mfu_stated ? ideal.wall_time_s : 0,
  );
  const { unit, of } = axisUnit("seconds", most);
  const names = rows.map(({ title }) => title);
  const length = ({ from, to }: Row) => human("seconds", to - from);
  return chart({
    title: `${percent(arithmetic / whole, 0)} of the time is the model's arithmetic; the rest is lost on the way`,
    summary: summary(parts, whole),
    height: (width) => rows.length * rowHeight(names, width) + 68,
    option: (colors, width) => ({
      grid: {
        left: nameRoom(names, width) + 12,
        right: widestOf(rows.map(length)) + 10,
        top: 24,
        bottom: 40,
        containLabel: false,
      },
      xAxis: axis(colors, {
        type: "value",
        min: 0,
        max: of(most),
        name: unit,
        nameLocation: "middle",
        nameGap: 24,
        axisLabel: { color: colors.muted, formatter: tick, hideOverlap: true, showMaxLabel: false },
      }),
      yAxis: nameAxis(colors, width, names),
      tooltip: {
        trigger: "item",
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const row = rows[dataIndex]!;
          return tooltip(row.title, [
            { label: "takes", value: length(row) },
            { label: "of the wall time", value: share((row.to - row.from) / whole) },
          ]);
        },
      },
      series: [
        {
          type: "bar",
          stack: "time",
          silent: true,
          itemStyle: { color: "transparent" },
          data: rows.map(({ from, to }) => of(Math.min(from, to))),
        },
        {
          type: "bar",
          stack: "time",
          barWidth: 17,
          data: rows.map((row) => ({
            value: of(Math.abs(row.to - row.from)),
            itemStyle: { ...style(row, states, colors), borderRadius: 2 },
          })),
          label: {
            show: true,
            position: "right",
            color: colors.text,
            textBorderColor: colors.background,
            textBorderWidth: 3,
            formatter: ({ dataIndex }: { dataIndex: number }) => length(rows[dataIndex]!),
          },
          markLine: ideal?.mfu_stated ? idealLine(ideal, of(ideal.wall_time_s), of(most), colors) : undefined,
        },
      ],
    }),
    data: {
      caption: "Parts of the mean wall time; they sum to it",
      rows: parts,
      columns: [
        { label: "Part", text: ({ name }: Part) => stateName(name), sort: ({ name }: Part) => name },
        { label: "Of", text: ({ layer }: Part) => layer, sort: ({ layer }: Part) => layer },
        {
          label: "Time",
          numeric: true,
          text: ({ seconds }: Part) => human("seconds", seconds),
          sort: ({ seconds }: Part) => seconds,
        },
        {
          label: "Share",
          numeric: true,
          text: ({ seconds }: Part) => percent(seconds / whole, 2),
          sort: ({ seconds }: Part) => seconds,
        },
      ],
    },
  });
}

function idealLine(ideal: any, xAxis: number, most: number, colors: Palette): Record<string, unknown> {
  return {
    symbol: "none",
    silent: true,
    z: 1,
    lineStyle: { color: colors.text, type: "dashed" },
    label: {
      color: colors.text,
      position: "start",
      align: xAxis > most / 2 ? "right" : "left",
      formatter: `stated MFU ${percent(ideal.mfu)}: ${human("seconds", ideal.wall_time_s)}`,
    },
    data: [{ xAxis }],
  };
}
