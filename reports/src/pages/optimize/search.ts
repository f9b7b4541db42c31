// How the search went: what was considered, and why most of it dropped out.
import { axis, chart, tooltip } from "../../chart";
import { h, type Child } from "../../dom";
import { grouped } from "../../format";
import { table } from "../../table";

interface Stage {
  name: string;
  count: number;
  why: string;
}

function stages(searched: any, simulated: number, ranked: number): Stage[] {
  const all = [
    {
      name: "considered",
      count: searched.layouts_considered,
      why: "combinations of degrees, of all clusters and phases",
    },
    { name: "divide", count: searched.layouts_valid, why: "model, batch and cluster can be cut so" },
    {
      name: "fit in memory",
      count: searched.layouts_fit,
      why: "the others need more than an accelerator has",
    },
    {
      name: "timed in closed form",
      count: searched.layouts_timed,
      why: "an exact bound passed over the others: they are slower than the best",
    },
    { name: "replayed", count: searched.layouts_replayed, why: "operation by operation: the fastest" },
    { name: "simulated", count: simulated, why: "whole runs with failures, for every way to buy" },
    { name: "ranked", count: ranked, why: "with all replicas" },
  ];
  return all.filter(({ count }) => count > 0);
}

export const REASONS: Record<string, string> = {
  quota: "rents too many nodes",
  not_sold: "cannot be bought",
  unknown: "cannot be forecast",
  layout: "no layout divides",
  memory: "lacks memory",
  plan: "cannot work",
  deadline: "misses the deadline",
  budget: "is beyond the budget",
  beaten: "not among the best, by an exact bound",
};

function funnel(rows: Stage[]): HTMLElement {
  return chart({
    title: "From all combinations to the best",
    summary:
      rows.map(({ name, count }) => `${grouped(count)} ${name}`).join(", ") + ". The axis is logarithmic.",
    height: 50 + 34 * rows.length,
    option: (colors, width) => ({
      grid: { top: 8, right: width < 500 ? 70 : 90, bottom: 8 },
      tooltip: {
        trigger: "item",
        formatter: ({ dataIndex }: any) =>
          tooltip(`${grouped(rows[dataIndex]!.count)} ${rows[dataIndex]!.name}`, [
            { label: rows[dataIndex]!.why, value: "" },
          ]),
      },
      xAxis: axis(colors, {
        type: "log",
        min: 1,
        // The figures stand at the bars.
        axisLabel: { show: width >= 500, color: colors.muted, formatter: grouped, hideOverlap: true },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: rows.map(({ name }) => name),
        axisLabel: { color: colors.text },
      }),
      series: [
        {
          type: "bar",
          barMaxWidth: 20,
          itemStyle: { color: colors.series[0] },
          label: {
            show: true,
            position: "right",
            color: colors.text,
            formatter: ({ value }: any) => grouped(value),
          },
          data: rows.map(({ count }) => count),
        },
      ],
    }),
    data: {
      caption: "Stages of the search",
      rows,
      columns: [
        { label: "Stage", text: ({ name }) => name },
        { label: "Count", numeric: true, text: ({ count }) => grouped(count), sort: ({ count }) => count },
        { label: "What it means", text: ({ why }) => why },
      ],
    },
  });
}

interface Drop {
  reason: string;
  why: string;
  choices: Set<string>;
  times: number;
}

/** The same reason once, with whom it met and how often. */
function distinct(dropped: any[]): Drop[] {
  const found = new Map<string, Drop>();
  for (const { reason, why, choice } of dropped) {
    const key = JSON.stringify([reason, why]);
    const known = found.get(key) ?? { reason, why, choices: new Set<string>(), times: 0 };
    known.choices.add(choice);
    known.times += 1;
    found.set(key, known);
  }
  return [...found.values()];
}

const MOST_CHOICES = 6;

function whom({ choices }: Drop): string {
  const all = [...choices];
  const rest = all.length - MOST_CHOICES;
  return all.slice(0, MOST_CHOICES).join("; ") + (rest > 0 ? `; and ${grouped(rest)} more` : "");
}

export function search(result: any, simulated: number): Child[] {
  const rows = stages(result.searched, simulated, result.best.length);
  const dropped = distinct(result.dropped);
  return [
    rows.length > 1 && funnel(rows),
    dropped.length > 0 &&
      table({
        caption: `What dropped out: ${grouped(result.dropped.length)} choices, and why`,
        rows: dropped,
        limit: 12,
        columns: [
          {
            label: "Why",
            text: ({ reason, why }) =>
              h("span", { class: "long" }, REASONS[reason] ?? reason, why && `: ${why}`),
            sort: ({ reason }) => reason,
          },
          { label: "Choices", text: (row) => h("span", { class: "long" }, whom(row)), sort: whom },
          { label: "Times", numeric: true, text: ({ times }) => grouped(times), sort: ({ times }) => times },
        ],
      }),
  ];
}
