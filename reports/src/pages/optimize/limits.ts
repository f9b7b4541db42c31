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

export function limits(relaxations: any[]): Child[] {
  const gain = (one: any): number => one.gain ?? 0;
  const most = [...relaxations].sort((a, b) => gain(b) - gain(a));
  const binding = most[0];
  const binds = gain(binding) > LEAST_GAIN;
  const sentence = binds
    ? `What binds most is ${said(binding, binding.now)}: with ${said(binding, binding.relaxed)} the objective is ${percent(gain(binding))} less.`
    : "No limit binds: with 10 % more of each the best is the same.";
  return [
    h("p", {}, sentence),
    binds &&
      chart({
        title: "What a tenth more of each limit buys",
        summary: sentence,
        height: 60 + 40 * most.length,
        option: (colors) => ({
          grid: { top: 8, right: 70, bottom: 8 },
          tooltip: { show: false },
          xAxis: axis(colors, {
            type: "value",
            min: 0,
            axisLabel: { color: colors.muted, formatter: "{value} %", hideOverlap: true },
          }),
          yAxis: axis(colors, {
            type: "category",
            inverse: true,
            data: most.map(({ limit }) => limit),
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
                formatter: ({ value }: any) => `${value.toFixed(1)} % less`,
              },
              data: most.map((one) => 100 * Math.max(0, gain(one))),
            },
          ],
        }),
      }),
    table<any>({
      caption: "Each limit relaxed by itself, all others as they are",
      rows: most,
      columns: [
        { label: "Limit", text: (row) => said(row, row.now), sort: ({ limit }) => limit },
        { label: "Relaxed to", text: (row) => said(row, row.relaxed) },
        {
          label: "Objective less by",
          numeric: true,
          text: (row) => (row.gain === null ? "–" : percent(row.gain)),
          sort: gain,
        },
        {
          label: "The best then",
          text: ({ best }) => (best ? `${best.label}, ${best.phases[0].words}` : "nothing keeps all limits"),
        },
      ],
    }),
  ];
}
