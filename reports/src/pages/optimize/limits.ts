// Which limit binds, and what a tenth more of it would buy.
import { axis, chart } from "../../chart";
import { h, type Child } from "../../dom";
import { grouped, human, percent } from "../../format";
import { table } from "../../table";

/** Less is rounding, or luck. */
const LEAST_GAIN = 1e-3;

function said({ limit }: any, value: number): string {
  if (limit === "deadline") return `a deadline of ${human("seconds", value)}`;
  if (limit === "budget") return `a budget of ${human("usd", value)}`;
  if (limit === "nodes") return `${grouped(value)} nodes`;
  return `${human("bytes", value)} of memory`;
}

function chartOf(sorted: any[], gain: (one: any) => number, what: string, sentence: string): HTMLElement {
  return chart({
    title: `What a tenth more of each limit takes off the ${what}`,
    summary: sentence,
    height: 60 + 40 * sorted.length,
    option: (colors, width) => ({
      grid: { top: 8, right: 80, bottom: 8 },
      tooltip: { show: false },
      xAxis: axis(colors, {
        type: "value",
        min: 0,
        splitNumber: width < 500 ? 3 : 6,
        axisLabel: { color: colors.muted, formatter: "{value} %", hideOverlap: true },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: sorted.map(({ limit }) => limit),
        axisLabel: { color: colors.text },
      }),
      series: [
        {
          type: "bar",
          barMaxWidth: 18,
          itemStyle: { color: colors.series[2] },
          label: {
            show: true,
            position: "right",
            color: colors.text,
            formatter: ({ value }: any) =>
              value > 100 * LEAST_GAIN ? `${value.toFixed(1)} % less` : "nothing",
          },
          data: sorted.map((one) => 100 * Math.max(0, gain(one))),
        },
      ],
    }),
  });
}

/** `what`: the objective, "cost". */
export function limits(relaxations: any[], what: string, feasible: boolean): Child[] {
  const gain = (one: any): number => one.gain ?? 0;
  const sorted = [...relaxations].sort((a, b) => gain(b) - gain(a));
  const binding = sorted[0];
  const binds = gain(binding) > LEAST_GAIN;
  const found = sorted.find(({ best }) => best);
  const sentence = feasible
    ? binds
      ? `What binds most is ${said(binding, binding.now)}: with ${said(binding, binding.relaxed)} the mean ${what} is ${percent(gain(binding))} less.`
      : "No limit binds: with a tenth more of each the best is the same."
    : found
      ? `With ${said(found, found.relaxed)} instead of ${said(found, found.now)} there is an answer: ${found.best.label}.`
      : "A tenth more of any one limit is not enough: nothing keeps all limits even then.";
  const drawn = binds && sorted.length > 1;
  return [
    !drawn && h("p", {}, sentence),
    drawn && chartOf(sorted, gain, what, sentence),
    table<any>({
      caption: "Each limit relaxed by a tenth, all others as they are",
      rows: sorted,
      columns: [
        { label: "Limit", text: (row) => said(row, row.now), sort: ({ limit }) => limit },
        { label: "Relaxed to", text: (row) => said(row, row.relaxed) },
        {
          label: `Mean ${what} less by`,
          numeric: true,
          text: (row) => (row.gain === null ? "–" : row.gain > LEAST_GAIN ? percent(row.gain) : "nothing"),
          sort: gain,
        },
        {
          label: "The best then",
          text: ({ best }) =>
            h(
              "span",
              { class: "long" },
              best ? `${best.label}, ${best.phases[0].words}` : "nothing keeps all limits",
            ),
        },
      ],
    }),
  ];
}
