// Many variants over many dimensions: each is a line across the axes. Ranges are marked on the axes
// with the mouse, or given below by keys; what lies in all of them stays, and is listed.
import type { EChartsCoreOption } from "echarts/core";
import { axis, legend, liveChart, tooltip } from "./chart";
import { freshId, h } from "./dom";
import { grouped, significant } from "./format";
import { axisName, axisScale, heaped, measured, short, type AxisScale, type Kind } from "./measure";
import type { Palette } from "./palette";
import { table, type Column } from "./table";

export interface Dimension<Row> {
  label: string;
  kind: Kind;
  /** Its values stand evenly along the axis where they are few, as they do for counts. */
  stepped?: boolean;
  of(row: Row): number | string | undefined;
}

export interface ParallelGroup {
  name: string;
  color(colors: Palette): string;
  width: number;
  opacity: number;
}

export interface ParallelSpec<Row> {
  title: string;
  summary: string;
  /** What a row is, in the plural: "layouts". */
  what: string;
  rows: Row[];
  name(row: Row): string;
  /** Which of the groups. */
  group(row: Row): number;
  groups: ParallelGroup[];
  dimensions: Dimension<Row>[];
  /** Of the list of what lies in the ranges. */
  columns: Column<Row>[];
  /** All rows are listed elsewhere, there: here only what lies in ranges that are set. */
  elsewhere?: string;
}

/** A dimension as it is drawn: values of few or of words are steps from 0. */
interface Scale<Row> extends Dimension<Row> {
  steps?: (number | string)[];
  axis: AxisScale;
  low: number;
  high: number;
  /** Places are logarithms to the base 10. */
  log?: boolean;
}

type Range = [number, number];

const MOST_STEPS = 12;
/** Fewer lines than these need no choosing among them. */
const FEW_ROWS = 9;
const UPRIGHT_BELOW = 700;
/** Of a letter in 12 px. */
const LETTER = 6.6;
const MARGIN = { left: 60, right: 64 };

function logarithmic<Row>(dimension: Dimension<Row>, least: number, most: number): Scale<Row> {
  const axis = axisScale(dimension.kind, [Math.sqrt(least * most)]);
  const at = (value: number) => Math.log10(value / axis.factor);
  return { ...dimension, axis, low: at(least), high: at(most), log: true };
}

function scaleOf<Row>(dimension: Dimension<Row>, rows: Row[]): Scale<Row> | undefined {
  const all = rows.map((row) => dimension.of(row)).filter((value) => value !== undefined);
  const each = [...new Set(all)];
  if (each.length < 2) return undefined; // says nothing
  const stepped = dimension.stepped || dimension.kind === "count" || dimension.kind === "number";
  const few = stepped && each.length <= MOST_STEPS;
  if (few || each.some((value) => typeof value === "string")) {
    const steps = each.sort((a, b) =>
      typeof a === "number" && typeof b === "number"
        ? a - b
        : String(a).localeCompare(String(b), "en", { numeric: true }),
    );
    return { ...dimension, steps, axis: { factor: 1, unit: "" }, low: 0, high: steps.length - 1 };
  }
  const numbers = all as number[];
  if (heaped(numbers)) return logarithmic(dimension, Math.min(...numbers), Math.max(...numbers));
  const axis = axisScale(dimension.kind, numbers);
  const scaled = numbers.map((value) => value / axis.factor);
  return { ...dimension, axis, low: Math.min(...scaled), high: Math.max(...scaled) };
}

function place<Row>(scale: Scale<Row>, row: Row): number | undefined {
  const value = scale.of(row);
  if (value === undefined) return undefined;
  if (scale.steps) return scale.steps.indexOf(value);
  const number = (value as number) / scale.axis.factor;
  return scale.log ? Math.log10(number) : number;
}

function plainNumber(value: number): string {
  return Math.abs(value) >= 1e3 ? grouped(value) : significant(value);
}

/** What stands at a place of the axis. */
function said<Row>(scale: Scale<Row>, at: number, letters = 18): string {
  if (scale.log) return plainNumber(Number((10 ** at).toPrecision(3)));
  if (!scale.steps) return plainNumber(at);
  const value = scale.steps[Math.round(at)];
  if (value === undefined) return "";
  return typeof value === "number" ? measured(scale.kind, value) : short(value, letters);
}

/** A name in lines of so many letters. */
function inLines(name: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of name.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= letters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(short(word, letters));
  }
  return lines;
}

function option<Row>(
  spec: ParallelSpec<Row>,
  scales: Scale<Row>[],
  colors: Palette,
  width: number,
): EChartsCoreOption {
  const upright = width < UPRIGHT_BELOW;
  const between = (width - MARGIN.left - MARGIN.right) / (scales.length - 1);
  const letters = upright ? 15 : Math.max(8, Math.floor(between / LETTER) - 1);
  const names = scales.map((scale) => inLines(axisName(scale.label, scale.axis), letters));
  const longest = Math.max(...names.flat().map((line) => line.length));
  const most = Math.max(...names.map((lines) => lines.length));
  return {
    legend: spec.groups.length > 1 ? legend(colors) : undefined,
    parallel: upright
      ? { layout: "vertical", left: 7.4 * longest + 20, right: 34, top: 48, bottom: 30 }
      : { layout: "horizontal", ...MARGIN, top: 58 + 14 * most, bottom: 24 },
    tooltip: {
      trigger: "item",
      formatter: ({ data }: any) =>
        tooltip(
          spec.name(data.row),
          scales.map((scale) => {
            const value = scale.of(data.row);
            return {
              label: scale.label,
              value: typeof value === "number" ? measured(scale.kind, value) : String(value ?? "–"),
            };
          }),
        ),
    },
    parallelAxis: scales.map((scale, dim) => ({
      ...axis(colors),
      id: `dimension-${dim}`,
      dim,
      type: "value",
      name: names[dim]!.join("\n"),
      nameLocation: upright ? "start" : "end",
      nameTextStyle: { color: colors.text, fontSize: 12, lineHeight: 14 },
      nameGap: upright ? 10 : 14,
      min: scale.low,
      max: scale.high,
      interval: scale.steps ? 1 : (scale.high - scale.low) / 4,
      axisLine: { lineStyle: { color: colors.muted, width: 1.5 } },
      axisLabel: {
        color: colors.text,
        fontSize: 11,
        hideOverlap: true,
        textBorderColor: colors.background,
        textBorderWidth: 3,
        formatter: (at: number) => said(scale, at, upright ? 10 : letters),
      },
      areaSelectStyle: { width: 18, color: colors.accent, borderColor: colors.accent, opacity: 0.25 },
    })),
    series: spec.groups.map((group, index) => ({
      type: "parallel",
      name: group.name,
      z: index,
      smooth: false,
      inactiveOpacity: 0.04,
      activeOpacity: Math.max(0.55, group.opacity),
      itemStyle: { color: group.color(colors) },
      lineStyle: { color: group.color(colors), width: group.width, opacity: group.opacity },
      emphasis: { lineStyle: { width: group.width + 1.5, opacity: 1 } },
      data: spec.rows
        .filter((row) => spec.group(row) === index)
        .map((row) => ({ row, value: scales.map((scale) => place(scale, row) ?? "-") })),
    })),
  };
}

/** Ends of a range: a list of steps, or a number in the axis' unit. */
function endInput<Row>(scale: Scale<Row>, label: string, at: number): HTMLSelectElement | HTMLInputElement {
  if (!scale.steps) {
    // Of a logarithmic axis the number itself.
    const number = scale.log ? 10 ** at : at;
    return h("input", {
      type: "number",
      step: "any",
      "aria-label": label,
      value: Number(number.toPrecision(5)),
    });
  }
  return h(
    "select",
    { "aria-label": label },
    scale.steps.map((_, i) => h("option", { value: i, selected: i === at }, said(scale, i))),
  );
}

/** Groups in which there is something. */
function withoutEmpty<Row>(spec: ParallelSpec<Row>): ParallelSpec<Row> {
  const used = [...new Set(spec.rows.map(spec.group))].sort((a, b) => a - b);
  return {
    ...spec,
    groups: used.map((index) => spec.groups[index]!),
    group: (row) => used.indexOf(spec.group(row)),
  };
}

function heightOf<Row>(scales: Scale<Row>[]): (width: number) => number {
  return (width) => (width < UPRIGHT_BELOW ? 90 + 46 * scales.length : 420);
}

/** Lines that a reader can follow without choosing among them. */
function plain<Row>(spec: ParallelSpec<Row>, scales: Scale<Row>[]): HTMLElement {
  return liveChart({
    title: spec.title,
    summary: spec.summary,
    height: heightOf(scales),
    option: (colors, width) => option(spec, scales, colors, width),
    data: { caption: capital(spec.what), columns: spec.columns, rows: spec.rows },
  }).figure;
}

/** The lines, the ranges, and the list of what lies in them. */
export function parallel<Row>(given: ParallelSpec<Row>): HTMLElement | undefined {
  const spec = withoutEmpty(given);
  const scales = spec.dimensions.map((one) => scaleOf(one, spec.rows)).filter((one) => one !== undefined);
  if (scales.length < 2 || spec.rows.length < 2) return undefined;
  if (spec.rows.length < FEW_ROWS) return plain(spec, scales);
  const ranges = new Map<number, Range[]>();
  let mark = (_dim: number) => {};

  const inside = (row: Row) =>
    [...ranges].every(([dim, of]) => {
      const at = place(scales[dim]!, row);
      return at !== undefined && of.some(([low, high]) => low - 1e-9 <= at && at <= high + 1e-9);
    });
  const chips = h("div", { class: "tabs" });
  const list = h("div", {});
  const status = h("p", { class: "matching", role: "status" });
  const show = () => {
    const rows = spec.rows.filter(inside);
    const none = ranges.size === 0;
    const where = spec.elsewhere ? `stand ${spec.elsewhere}` : "are listed";
    status.textContent = none
      ? `No range is set: all ${grouped(spec.rows.length)} ${spec.what} ${where}.`
      : `${grouped(rows.length)} of ${grouped(spec.rows.length)} ${spec.what} lie in all ranges.`;
    chips.replaceChildren(
      ...[...ranges].map(([dim, of]) => chip(dim, of)),
      ...(none ? [] : [h("button", { type: "button", class: "tool", onclick: clear }, "Remove all ranges")]),
    );
    if (none && spec.elsewhere) {
      list.replaceChildren();
      return;
    }
    const listed = table({
      caption: `${capital(spec.what)} in the ranges`,
      columns: spec.columns,
      rows,
      limit: 10,
    });
    listed.classList.add("held");
    list.replaceChildren(listed);
  };
  const set = (dim: number, of: Range[]) => {
    if (of.length > 0) ranges.set(dim, of);
    else ranges.delete(dim);
    show();
  };
  const chip = (dim: number, of: Range[]) => {
    const scale = scales[dim]!;
    const text = of
      .map(([low, high]) => `${end(scale, low, Math.ceil)} to ${end(scale, high, Math.floor)}`)
      .join(", ");
    const remove = () => {
      set(dim, []);
      mark(dim);
    };
    const name = `${axisName(scale.label, scale.axis)}: ${text}`;
    return h(
      "button",
      { type: "button", class: "tool", "aria-label": `Remove the range ${name}`, onclick: remove },
      `${name} ✕`,
    );
  };
  const clear = () => {
    const before = [...ranges.keys()];
    ranges.clear();
    before.forEach((dim) => mark(dim));
    show();
  };

  const live = liveChart({
    title: spec.title,
    summary: spec.summary,
    height: heightOf(scales),
    option: (colors, width) => option(spec, scales, colors, width),
    drawn(instance, first) {
      mark = (dim) =>
        instance.dispatchAction(
          { type: "axisAreaSelect", parallelAxisId: `dimension-${dim}`, intervals: ranges.get(dim) ?? [] },
          { silent: true },
        );
      for (const dim of ranges.keys()) mark(dim);
      if (!first) return;
      instance.on("axisareaselected", (event: any) => {
        const dim = Number(String(event.parallelAxisId).split("-")[1]);
        if (scales[dim]) set(dim, event.intervals ?? []);
      });
    },
  });
  show();
  return h(
    "div",
    {},
    live.figure,
    rangeForm(scales, (dim, range) => {
      set(dim, [range]);
      mark(dim);
    }),
    chips,
    status,
    list,
  );
}

function end<Row>(scale: Scale<Row>, at: number, inwards: (at: number) => number): string {
  return said(scale, scale.steps ? inwards(at - 1e-9 * Math.sign(at)) : at);
}

function rangeForm<Row>(scales: Scale<Row>[], given: (dim: number, range: Range) => void): HTMLElement {
  const id = freshId("dimension");
  const which = h(
    "select",
    { id },
    scales.map((scale, i) => h("option", { value: i }, axisName(scale.label, scale.axis))),
  );
  const ends = h("span", { class: "pair-of-inputs" });
  let inputs: (HTMLSelectElement | HTMLInputElement)[] = [];
  const fill = () => {
    const scale = scales[Number(which.value)]!;
    inputs = [
      endInput(scale, `${scale.label} from`, scale.low),
      endInput(scale, `${scale.label} to`, scale.high),
    ];
    ends.replaceChildren(inputs[0]!, h("span", {}, "to"), inputs[1]!);
  };
  which.addEventListener("change", fill);
  fill();
  const apply = (event: Event) => {
    event.preventDefault();
    const { log } = scales[Number(which.value)]!;
    const [a, b] = inputs.map(({ value }) => (log ? Math.log10(Number(value)) : Number(value))) as Range;
    given(Number(which.value), [Math.min(a, b), Math.max(a, b)]);
  };
  return h(
    "form",
    { class: "filter", onsubmit: apply },
    h(
      "div",
      { class: "controls" },
      h("div", { class: "control" }, h("label", { for: id }, "Keep only"), which),
      h("div", { class: "control" }, ends),
      h("button", { type: "submit", class: "tool" }, "Set range"),
    ),
    h(
      "p",
      { class: "matching" },
      "Or drag along an axis of the drawing; a click on the axis takes the range away.",
    ),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
