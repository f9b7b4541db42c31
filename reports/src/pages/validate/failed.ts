// Layouts that did not run, and what the forecast says of them.
import { axis, chart, legend, tooltip } from "../../chart";
import { grouped, percent } from "../../format";
import type { Section } from "../../page";
import type { Palette } from "../../palette";
import { table } from "../../table";
import { setsOf } from "./model";

interface FailedSet {
  set: string;
  n: number;
  impossible: number;
  too_large: number;
  doubtful: number;
  fits: number;
  fits_easily: number;
  share_infeasible: number;
}

interface FailedRow {
  id: string;
  verdict: string;
  filled: number;
  also_succeeded: boolean;
}

const VERDICTS: [keyof FailedSet, string, (colors: Palette) => string][] = [
  ["impossible", "impossible: its framework refuses it", (c) => c.series[0]!],
  ["too_large", "needs more memory than there is", (c) => c.series[2]!],
  ["doubtful", "as much memory as there is", (c) => c.series[1]!],
  ["fits", "declared to fit", (c) => c.series[6]!],
];

function verdicts(sets: FailedSet[], all: FailedSet): HTMLElement {
  return chart({
    title:
      all.share_infeasible > 0.5
        ? "Most of the layouts that failed are forecast to fail"
        : "What is forecast of the layouts that failed",
    summary: `${percent(all.share_infeasible)} of ${grouped(all.n)} layouts are infeasible by the forecast; ${all.fits} are declared to fit, ${all.fits_easily} of them in less than 70 % of the memory.`,
    height: 80 + 34 * sets.length,
    option: (colors) => ({
      legend: legend(colors),
      grid: { left: 8, right: 20, top: 34, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (items: any[]) => {
          const set = sets[items[0]!.dataIndex]!;
          return tooltip(
            set.set,
            VERDICTS.map(([key, name, color]) => ({
              label: name,
              value: String(set[key]),
              color: color(colors),
            })),
          );
        },
      },
      xAxis: axis(colors, {
        type: "value",
        max: 1,
        axisLabel: { color: colors.muted, formatter: (value: number) => percent(value, 0) },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: sets.map((set) => set.set),
        axisLabel: { color: colors.text },
      }),
      series: VERDICTS.map(([key, name, color]) => ({
        name,
        type: "bar",
        stack: "all",
        barMaxWidth: 22,
        color: color(colors),
        data: sets.map((set) => Number(set[key]) / set.n),
      })),
    }),
    data: {
      caption: "Layouts that failed, by model and by what is forecast of them",
      rows: [all, ...sets],
      columns: [
        { label: "Model", text: (set: FailedSet) => set.set, sort: (set: FailedSet) => set.set },
        {
          label: "Layouts",
          numeric: true,
          text: (set: FailedSet) => grouped(set.n),
          sort: (set: FailedSet) => set.n,
        },
        ...VERDICTS.map(([key, name]) => ({
          label: name,
          numeric: true,
          text: (set: FailedSet) => grouped(Number(set[key])),
          sort: (set: FailedSet) => Number(set[key]),
        })),
      ],
    },
  });
}

export function failedSection(result: any): Section | undefined {
  const { sets: found, all } = setsOf<FailedSet>(result, "failed_layouts");
  if (!all) return undefined;
  const sets = [...found].sort((a, b) => a.set.localeCompare(b.set, "en", { numeric: true }));
  const rows: FailedRow[] = result.rows.filter((row: any) => row.verdict === "fits" && !row.also_succeeded);
  return {
    id: "failed",
    title: "Layouts that failed",
    intro: "The source does not tell crashes from want of memory, so not every layout need be infeasible.",
    body: [
      verdicts(sets, all),
      table<FailedRow>({
        caption:
          "Declared to fit, the emptiest first; T, P, D: ways of tensor, pipeline and data parallelism; then microbatches and their size",
        rows: [...rows].sort((a, b) => a.filled - b.filled),
        limit: 12,
        columns: [
          { label: "Layout", text: (row) => row.id, sort: (row) => row.id },
          {
            label: "Memory filled",
            numeric: true,
            text: (row) => percent(row.filled, 0),
            sort: (row) => row.filled,
          },
        ],
      }),
    ],
  };
}
