// Memory of a rank of each pipeline stage, against what the accelerator has.
import { axis, chart, legend, tooltip } from "../../chart";
import type { ReportDocument } from "../../document";
import { human, percent, words } from "../../format";
import type { Section } from "../../page";
import { table } from "../../table";

type Stage = Record<string, number>;

export interface Memory {
  peak: number;
  capacity: number;
  per_stage: Stage[];
}

/** What is kept in memory, in the order of the stack; `cached` is held beyond what is needed. */
const ITEMS = ["weights", "gradients", "optimizer", "activations", "buffers", "cached"];
const GIB = 2 ** 30;
const INTRO = "What the tensors of one accelerator take when they take most, by pipeline stage.";

function itemsOf(stages: Stage[]): string[] {
  return ITEMS.filter((item) => stages.some((stage) => (stage[item] ?? 0) > 0));
}

function title({ peak, capacity }: Memory, fullest: number, stages: number): string {
  const where = stages > 1 ? `Stage ${fullest}` : "A rank";
  return peak > capacity
    ? `${where} is forecast to need ${percent(peak / capacity - 1)} more than there is`
    : `${where} fills ${percent(peak / capacity, 0)} of the memory`;
}

function summary(memory: Memory, fullest: number, feasible: boolean): string {
  const stage = memory.per_stage[fullest]!;
  const largest = itemsOf([stage]).reduce((a, b) => (stage[a]! >= stage[b]! ? a : b));
  const { peak, capacity } = memory;
  const holds = feasible ? "holds" : "would hold";
  return (
    `At its peak a rank ${holds} ${human("bytes", peak)} of ${human("bytes", capacity)}; most of it ` +
    `${words(largest)}, ${human("bytes", stage[largest]!)}.` +
    (feasible && peak > capacity
      ? " It may still fit: what exceeds the capacity is within the forecast's error."
      : "")
  );
}

export function memoryChart(memory: Memory, feasible = true): HTMLElement {
  const stages = memory.per_stage;
  const items = itemsOf(stages);
  const totals = stages.map((stage) => stage["total"]!);
  const fullest = totals.indexOf(Math.max(...totals));
  const gib = (bytes: number) => bytes / GIB;
  return chart({
    title: title(memory, fullest, stages.length),
    summary: summary(memory, fullest, feasible),
    height: Math.max(48, stages.length * 22) + 64,
    option: (colors) => ({
      legend: legend(colors, { type: "plain", data: items.map(words) }),
      grid: { left: 8, right: 24, top: 24, bottom: 36, containLabel: true },
      xAxis: axis(colors, {
        type: "value",
        name: "GiB",
        nameLocation: "middle",
        nameGap: 24,
        max: ({ max }: { max: number }) => Math.ceil(Math.max(max, gib(memory.capacity)) * 1.04),
        axisLabel: { color: colors.muted, hideOverlap: true, showMaxLabel: false },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: stages.map((_, stage) => `stage ${stage}`),
        splitLine: { show: false },
      }),
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (points: { dataIndex: number }[]) => {
          const stage = points[0]!.dataIndex;
          return tooltip(`stage ${stage}`, [
            ...items.map((item, i) => ({
              label: words(item),
              value: human("bytes", stages[stage]![item] ?? 0),
              color: colors.series[i]!,
            })),
            { label: "at its peak", value: human("bytes", totals[stage]!) },
            { label: "of the capacity", value: percent(totals[stage]! / memory.capacity) },
          ]);
        },
      },
      series: items.map((item, i) => ({
        name: words(item),
        type: "bar",
        stack: "memory",
        barWidth: "70%",
        barMaxWidth: 24,
        itemStyle: { color: colors.series[i] },
        data: stages.map((stage) => gib(stage[item] ?? 0)),
        ...(i === 0 && {
          markLine: {
            symbol: "none",
            silent: true,
            lineStyle: { color: colors.bad, width: 2, type: "solid" },
            label: {
              color: colors.text,
              position: "start",
              align: "right",
              formatter: `capacity ${human("bytes", memory.capacity)}`,
            },
            data: [{ xAxis: gib(memory.capacity) }],
          },
        }),
      })),
    }),
    data: {
      caption: "Peak memory of a rank, by stage and item",
      rows: stages.map((_, stage) => stage),
      columns: [
        { label: "Stage", text: (stage) => `stage ${stage}`, sort: (stage) => stage },
        ...[...items, "total"].map((item) => ({
          label: words(item),
          numeric: true,
          text: (stage: number) => human("bytes", stages[stage]![item] ?? 0),
          sort: (stage: number) => stages[stage]![item] ?? 0,
        })),
      ],
    },
  });
}

interface Phase {
  name: string;
  step: { memory_bytes: Memory };
  batches: { peak_memory_bytes: number }[];
}

/** The peaks of all phases; the chart shows one of them. */
function phasePeaks(phases: Phase[]): HTMLElement | undefined {
  if (phases.length < 2) return undefined;
  return table({
    caption: "Peak memory of each phase: of the stage, and of the batch, that needs most",
    rows: phases.map(({ name, step, batches }) => ({
      name,
      peak: Math.max(...batches.map((batch) => batch.peak_memory_bytes)),
      capacity: step.memory_bytes.capacity,
    })),
    columns: [
      { label: "Phase", text: ({ name }) => name },
      {
        label: "Peak",
        numeric: true,
        text: ({ peak }) => human("bytes", peak),
        sort: ({ peak }) => peak,
      },
      {
        label: "Of the capacity",
        numeric: true,
        text: ({ peak, capacity }) => percent(peak / capacity),
        sort: ({ peak }) => peak,
      },
    ],
  });
}

/** Of a plan that cannot work for want of it. */
export function tooMuchMemory(needs: Memory[]): Section[] {
  if (needs.length === 0) return [];
  return [
    { id: "memory", title: "Memory", intro: INTRO, body: needs.map((need) => memoryChart(need, false)) },
  ];
}

export function memorySection({ result }: ReportDocument): Section | undefined {
  const memory: Memory | undefined = result.step.memory_bytes;
  if (!memory?.per_stage?.length) return undefined;
  return {
    id: "memory",
    title: "Memory",
    intro: INTRO,
    body: [memoryChart(memory), phasePeaks(result.phases)],
  };
}
