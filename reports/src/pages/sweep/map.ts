// A figure over two inputs.
import type { EChartsCoreOption } from "echarts/core";
import { axis, liveChart, tooltip } from "../../chart";
import { controls, select } from "../../controls";
import { grouped, significant } from "../../format";
import { measured, short } from "../../measure";
import type { Palette } from "../../palette";
import { Held } from "./held";
import { meanOf, scaleOf, type Figure, type Input, type Points } from "./points";

interface Cell {
  x: number;
  y: number;
  value: number | undefined;
  points: number;
  /** Points that have no forecast. */
  without: number;
}

function cellsOf(points: Points, rows: number[], x: Input, y: Input, figure: Figure): Cell[] {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const [column, line] = [x.of[row], y.of[row]];
    if (column === undefined || line === undefined) continue;
    const key = line * x.levels.length + column;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, of]) => ({
    x: key % x.levels.length,
    y: Math.floor(key / x.levels.length),
    value: meanOf(points.table, figure.key, of),
    points: of.length,
    without: of.filter((row) => points.table.at("status", row) !== "ok").length,
  }));
}

/** `share` of one colour on another; both "#rrggbb". */
function mixed(below: string, above: string, share: number): string {
  const part = (color: string, i: number) => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  const each = [0, 1, 2].map((i) => Math.round((1 - share) * part(below, i) + share * part(above, i)));
  return `#${each.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The least of them last: its frame is then above its neighbours. */
function framedLast(known: Cell[]): Cell[] {
  if (known.length === 0) return known;
  const least = known.reduce((a, b) => (b.value! < a.value! ? b : a));
  return [...known.filter((cell) => cell !== least), least];
}

function option(
  cells: Cell[],
  x: Input,
  y: Input,
  figure: Figure,
  colors: Palette,
  width: number,
): EChartsCoreOption {
  const narrow = width < 500;
  const scale = scaleOf(
    figure,
    cells.map(({ value }) => value),
  );
  const known = framedLast(cells.filter(({ value }) => value !== undefined));
  const numbers = known.map(({ value }) => value! / scale.factor);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const least = known.length - 1;
  // The name begins where the labels do.
  const aside = Math.min(40, 6 * Math.max(...y.levels.map(({ label }) => label.length)));
  const label = (text: string) => short(text, narrow ? 10 : 22);
  /** A stretch, "52.2 to 75.5 days", in two lines. */
  const stretch = (text: string) => text.replace(" to ", " to\n");
  return {
    grid: { top: 28, right: 16, bottom: x.binned ? 98 : 84 },
    tooltip: {
      trigger: "item",
      formatter: ({ data }: any) => {
        const { cell } = data;
        return tooltip(`${x.label} ${x.levels[cell.x]!.label}, ${y.label} ${y.levels[cell.y]!.label}`, [
          {
            label: figure.label,
            value: cell.value === undefined ? "no forecast" : measured(figure.kind, cell.value),
          },
          { label: "points", value: grouped(cell.points) },
          ...(cell.without > 0
            ? [{ label: "of these without a forecast", value: grouped(cell.without) }]
            : []),
        ]);
      },
    },
    visualMap: {
      type: "continuous",
      show: high > low,
      min: low,
      max: high > low ? high : low + 1,
      dimension: 2,
      orient: "horizontal",
      left: "center",
      bottom: 0,
      itemHeight: narrow ? 140 : 220,
      text: [significant(high), significant(low)],
      textStyle: { color: colors.text },
      inRange: { color: [0.06, 0.28, 0.5].map((share) => mixed(colors.background, colors.accent, share)) },
      seriesIndex: 0,
    },
    xAxis: axis(colors, {
      type: "category",
      name: x.label,
      nameLocation: "middle",
      nameGap: x.binned ? 42 : 28,
      data: x.levels.map(({ label }) => label),
      axisLabel: {
        color: colors.text,
        lineHeight: 14,
        formatter: (text: string) => (x.binned ? stretch(text) : label(text)),
        hideOverlap: true,
      },
    }),
    yAxis: axis(colors, {
      type: "category",
      name: y.label,
      data: y.levels.map(({ label }) => label),
      nameTextStyle: { color: colors.muted, align: "left", padding: [0, 0, 0, -aside] },
      axisLabel: { color: colors.text, lineHeight: 13, formatter: y.binned && narrow ? stretch : label },
    }),
    series: [
      {
        type: "heatmap",
        itemStyle: { borderColor: colors.background, borderWidth: 2 },
        label: {
          show: known.length <= (narrow ? 40 : 160),
          color: colors.text,
          fontSize: 12,
          formatter: ({ data, dataIndex }: any) =>
            `${significant(data.cell.value / scale.factor)}${dataIndex === least && !narrow ? " ◂ least" : ""}`,
        },
        data: known.map((cell, i) => ({
          value: [cell.x, cell.y, numbers[i]],
          cell,
          ...(i === least && { itemStyle: { borderColor: colors.text, borderWidth: 2 } }),
        })),
      },
      {
        type: "custom",
        name: "no forecast",
        data: cells
          .filter(({ value }) => value === undefined)
          .map((cell) => ({ value: [cell.x, cell.y], cell })),
        renderItem: (_: unknown, api: any) => {
          const [cx, cy] = api.coord([api.value(0), api.value(1)]);
          const [w, h] = api.size([1, 1]);
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: { x: cx - w / 2 + 1, y: cy - h / 2 + 1, width: w - 2, height: h - 2 },
                style: { fill: colors.raised, stroke: colors.line, lineDash: [4, 3] },
              },
              {
                type: "text",
                x: cx,
                y: cy,
                style: {
                  text: "–",
                  fill: colors.muted,
                  align: "center",
                  verticalAlign: "middle",
                  fontSize: 13,
                },
              },
            ],
          };
        },
      },
    ],
  };
}

function summary(cells: Cell[], x: Input, y: Input, figure: Figure, held: string): string {
  const known = cells.filter(({ value }) => value !== undefined);
  if (known.length === 0) return `No cell has a forecast.${held}`;
  const say = (cell: Cell) =>
    `${measured(figure.kind, cell.value!)} (${x.label} ${x.levels[cell.x]!.label}, ${y.label} ${y.levels[cell.y]!.label})`;
  const sorted = [...known].sort((a, b) => a.value! - b.value!);
  const binned = [x, y].filter((input) => input.binned).map(({ label }) => label);
  const without = cells.length - known.length;
  return [
    `Least, framed: ${say(sorted[0]!)}; most ${say(sorted[sorted.length - 1]!)}.`,
    cells.length < x.levels.length * y.levels.length
      ? " Where nothing is drawn the design has no point."
      : "",
    without > 0 ? ` ${without} of ${cells.length} cells have no forecast.` : "",
    binned.length > 0
      ? ` Values of ${binned.join(" and ")} are gathered in stretches, and averaged there.`
      : "",
    cells.some(({ value, without }) => value !== undefined && without > 0)
      ? " Points without a forecast are left out of what is averaged."
      : "",
    held,
  ].join("");
}

export function map(points: Points, first: [Input, Input]): HTMLElement {
  const inputs = points.varied;
  const choices = inputs.map(({ name, label }) => ({ value: name, label }));
  const of = (name: string) => inputs.find((input) => input.name === name)!;
  const rows = Array.from({ length: points.table.rows }, (_, row) => row);
  const update = () => live.update(changes());
  const across = select("Across", choices, first[0].name, () => {
    if (across.value() === up.value()) up.set(inputs.find(({ name }) => name !== across.value())!.name);
    update();
  });
  const up = select("Up", choices, first[1].name, () => {
    if (across.value() === up.value()) across.set(inputs.find(({ name }) => name !== up.value())!.name);
    update();
  });
  const quantity = select(
    "Figure",
    points.figures.map(({ key, label }) => ({ value: key, label })),
    points.figures[0]!.key,
    update,
  );
  const held = new Held(inputs, update);
  const changes = () => {
    const [x, y] = [of(across.value()), of(up.value())];
    const figure = points.figures.find(({ key }) => key === quantity.value())!;
    held.hide([x, y]);
    const cells = cellsOf(points, held.rows(rows, [x, y]), x, y, figure);
    const { unit } = scaleOf(
      figure,
      cells.map(({ value }) => value),
    );
    const name = unit ? `${figure.label} (${unit})` : figure.label;
    return {
      title: `Mean ${name} over ${x.label} and ${y.label}`,
      summary: summary(cells, x, y, figure, held.words([x, y])),
      height: (width: number) => 130 + Math.min(500, Math.max(width < 500 ? 30 : 44, 0) * y.levels.length),
      option: (colors: Palette, width: number) => option(cells, x, y, figure, colors, width),
      data: {
        caption: `Mean ${figure.label} by ${x.label} and ${y.label}`,
        rows: cells,
        columns: [
          { label: x.label, text: (cell: Cell) => x.levels[cell.x]!.label, sort: (cell: Cell) => cell.x },
          { label: y.label, text: (cell: Cell) => y.levels[cell.y]!.label, sort: (cell: Cell) => cell.y },
          {
            label: figure.label,
            numeric: true,
            text: (cell: Cell) => (cell.value === undefined ? "–" : measured(figure.kind, cell.value)),
            sort: (cell: Cell) => cell.value ?? Infinity,
          },
          {
            label: "Points",
            numeric: true,
            text: (cell: Cell) => grouped(cell.points),
            sort: (cell: Cell) => cell.points,
          },
        ],
      },
    };
  };
  const live = liveChart({
    ...changes(),
    controls: controls(across.element, up.element, quantity.element, ...held.elements()),
  });
  return live.figure;
}
