// How latency is distributed, and the closed form beside the simulation.
import { axis, chart, legend, tooltip } from "../../chart";
import { human, percent } from "../../format";
import { logAxis, positiveExtent, secondsTick } from "../../logaxis";
import { table } from "../../table";
import { share, type Alternative, type Endpoints } from "./model";

/** Shares of requests that are not in time stand as far apart as their nines. */
const nines = (value: number) => -Math.log10(1 - value);

export function distribution({ result, alternatives, colors: named }: Endpoints): HTMLElement | undefined {
  const rows = alternatives.filter((one) => one.drawn.latency);
  if (rows.length === 0) return undefined;
  const target = result.latency;
  const late = (one: Alternative) =>
    one.fleet.simulated_group.late / Math.max(1, one.fleet.simulated_group.timed);
  const words = rows.map((one) => {
    const p99 = one.fleet.simulated_group.response_s.p99;
    return `${one.name}: 99 % within ${human("seconds", p99)}${target ? `, ${percent(late(one), 2)} late` : ""}`;
  });
  // The few that are answered at once would take up most of a logarithmic axis.
  const times = rows
    .flatMap(({ drawn }) => drawn.latency!.response_s.filter((_, i) => drawn.latency!.share[i]! >= 0.05))
    .concat(target ? [target.target_s] : []);
  const [low, high] = positiveExtent(times);
  return chart({
    title: "Share of requests that are answered within a time",
    summary: `${words.slice(0, 6).join("; ")}. As simulated, waiting and work, without the network.`,
    height: 360,
    option: (colors, width) => ({
      legend: legend(colors, { icon: "roundRect", data: rows.map((one) => one.name) }),
      grid: { left: 8, right: 24, top: 34, bottom: 28, containLabel: true },
      tooltip: {
        trigger: "item",
        formatter: ({ seriesName, value }: any) =>
          tooltip(seriesName, [
            { label: "answered", value: share(1 - 10 ** -value[1]) },
            { label: "within", value: human("seconds", value[0]) },
          ]),
      },
      xAxis: logAxis(colors, { min: low, max: high, label: secondsTick, name: "time to the answer" }, width, {
        nameGap: 24,
      }),
      yAxis: axis(colors, {
        type: "value",
        min: 0,
        max: 4,
        interval: 1,
        axisLabel: {
          color: colors.muted,
          formatter: (value: number) => (value === 0 ? "0 %" : share(1 - 10 ** -value)),
        },
      }),
      series: rows.map((one, nth) => ({
        name: one.name,
        type: "line",
        symbolSize: 7,
        color: named.of(one.name, colors),
        lineStyle: { width: 2 },
        data: one.drawn.latency!.share.map((part, i) => [one.drawn.latency!.response_s[i], nines(part)]),
        ...(nth === 0 && target
          ? {
              markLine: {
                silent: true,
                symbol: "none",
                lineStyle: { color: colors.bad, type: "dashed", width: 1.5 },
                label: { color: colors.bad, formatter: "{b}" },
                data: [
                  { xAxis: target.target_s, name: "target", label: { position: "insideEndTop" } },
                  {
                    yAxis: nines(target.percentile),
                    name: share(target.percentile),
                    label: { position: "insideStartTop" },
                  },
                ],
              },
            }
          : {}),
      })),
    }),
    data: {
      caption: "Simulated latency",
      rows,
      columns: [
        { label: "Alternative", text: (one: Alternative) => one.name },
        ...(["p50", "p90", "p95", "p99"] as const).map((key) => ({
          label: key,
          numeric: true,
          text: (one: Alternative) => human("seconds", one.fleet.simulated_group.response_s[key]),
          sort: (one: Alternative) => one.fleet.simulated_group.response_s[key],
        })),
      ],
    },
  });
}

/** Formula and simulation of one queue should agree where both are known. */
export function closedForm({ result, alternatives }: Endpoints): HTMLElement | undefined {
  const rows = alternatives.filter((one) => one.fleet?.closed_form_at_peak);
  if (rows.length === 0) return undefined;
  const quantile = result.latency ? share(result.latency.percentile) : "99 %";
  const time = (value: number | null | undefined) =>
    value == null ? "–" : value < 1e-6 ? "none" : human("seconds", value);
  const numeric = (label: string, text: (one: Alternative) => string) => ({ label, text, numeric: true });
  return table<Alternative>({
    caption:
      "Queues at the peak by a formula, beside the simulation of all of the time; for batches there is no formula",
    rows,
    columns: [
      { label: "Alternative", text: (one) => one.name, sort: (one) => one.name },
      numeric("Busy", (one) => percent(one.fleet.closed_form_at_peak.utilisation)),
      numeric("Have to wait", (one) => {
        const value = one.fleet.closed_form_at_peak.wait_probability;
        return value === null ? "–" : percent(value, 2);
      }),
      numeric("Mean wait", (one) => time(one.fleet.closed_form_at_peak.mean_wait_s)),
      numeric("simulated", (one) => time(one.fleet.simulated_group.mean_wait_s)),
      numeric(`${quantile} within`, (one) => time(one.fleet.closed_form_at_peak.response_s)),
      numeric("simulated", (one) => time(one.fleet.response_s)),
      numeric("Requests", (one) => one.fleet.simulated_group.arrived.toLocaleString("en-US")),
    ],
  });
}
