// How often to save: what checkpoints cost, and what is lost without them.
import { axis, chart, legend, tooltip } from "../../chart";
import { growth, human, percent, words } from "../../format";
import { tick } from "./figures";
import type { States } from "./states";

interface Point {
  interval_s: number;
  saving: number;
  lost: number;
}

interface Curve {
  tier: string;
  faster: number | null;
  overhead_s: number;
  mean_life_s: number;
  chosen: Point;
  points: Point[];
}

const SIMULATED = "simulated: half and twice as often";

const loss = ({ saving, lost }: Point) => saving + lost;

function summary(curve: Curve, tier: any): string {
  const text = [
    `A checkpoint every ${human("seconds", tier.interval_s)} (${words(tier.chosen_by)}); Young's formula says ` +
      `${human("seconds", tier.young_s)}, Daly's ${human("seconds", tier.daly_s)}. By formula, saving and ` +
      `work done again then cost ${percent(loss(curve.chosen), 2)} of the training time.`,
  ];
  if (tier.half_as_often !== null) {
    text.push(
      `Simulated, half as often changes the wall time by ${growth(tier.half_as_often)}, ` +
        `twice as often by ${growth(tier.twice_as_often)}.`,
    );
  }
  return text.join(" ");
}

function title(curve: Curve, tier: any, several: boolean): string {
  const where = several ? ` in ${curve.tier === "store" ? "the store" : words(curve.tier)}` : "";
  return `Saving${where} every ${human("seconds", tier.interval_s)} ${verdict(curve)}`;
}

/** Where the chosen interval lies beside the least of the curve. */
function verdict({ points, chosen }: Curve): string {
  const least = points.reduce((best, point) => (loss(point) < loss(best) ? point : best));
  if (loss(chosen) < 1.05 * loss(least)) return "is about where least is lost";
  return chosen.interval_s > least.interval_s
    ? "is too seldom: more is lost to work done again than to saving"
    : "is too often: more is lost to saving than to work done again";
}

/** The simulated points, beside the chosen one on its curve. */
function simulated({ chosen }: Curve, tier: any, training: number): [number, number, string][] {
  if (tier.half_as_often === null) return [];
  const base = loss(chosen);
  return [
    [2 * tier.interval_s, 100 * (base + tier.half_as_often / training), "half as often"],
    [tier.interval_s / 2, 100 * (base + tier.twice_as_often / training), "twice as often"],
  ];
}

/** `training`: share of the wall time. */
export function cadenceChart(
  states: States,
  curve: Curve,
  tier: any,
  several: boolean,
  training: number,
): HTMLElement {
  const { points, chosen } = curve;
  const savingState = states.named.includes("training_slowed") ? "training_slowed" : "checkpoint_stall";
  const off = simulated(curve, tier, training);
  // Doublings of the chosen interval: ticks are where a reader would try.
  const at = (seconds: number) => Math.log2(seconds / tier.interval_s);
  const [first, last] = [at(points[0]!.interval_s), at(points.at(-1)!.interval_s)];
  const top = Math.max(5 * loss(chosen), 8 * Math.min(...points.map(loss)), ...off.map(([, y]) => y / 80));
  const most = Math.min(Math.max(...points.map(loss)), top);
  return chart({
    title: title(curve, tier, several),
    summary: summary(curve, tier),
    height: 300,
    option: (colors, width) => {
      const savingColor = states.color(savingState, colors);
      const lostColor = states.color("training_lost", colors);
      const line = (name: string, of: (point: Point) => number, style: Record<string, unknown>) => ({
        name,
        type: "line",
        symbol: "none",
        lineStyle: style,
        itemStyle: { color: style["color"] },
        data: points.map((point) => [at(point.interval_s), 100 * of(point)]),
      });
      return {
        grid: { left: 8, right: 24, top: 58, bottom: 26, containLabel: true },
        legend: legend(colors, {
          data: [
            ...["both", "saving", "work done again"].map((name) => ({ name, icon: "rect" })),
            { name: "chosen", icon: "circle" },
            ...(off.length > 0 ? [{ name: SIMULATED, icon: "diamond" }] : []),
          ],
        }),
        xAxis: axis(colors, {
          type: "value",
          min: first,
          max: last,
          interval: Math.ceil((last - first) / (width < 560 ? 4 : 8)),
          name: "training time between two checkpoints",
          nameLocation: "middle",
          nameGap: 26,
          axisLabel: {
            color: colors.muted,
            hideOverlap: true,
            formatter: (value: number) => human("seconds", tier.interval_s * 2 ** value),
          },
        }),
        yAxis: axis(colors, {
          type: "value",
          min: 0,
          max: 100 * most,
          name: "% of training time",
          axisLine: { onZero: false },
          nameTextStyle: { color: colors.muted, align: "left" },
          axisLabel: { color: colors.muted, formatter: tick, showMaxLabel: false },
        }),
        tooltip: {
          trigger: "axis",
          formatter: (found: { dataIndex: number; seriesIndex: number }[]) => {
            const on = found.find(({ seriesIndex }) => seriesIndex < 3);
            if (!on) return "";
            const point = points[on.dataIndex]!;
            return tooltip(`every ${human("seconds", point.interval_s)}`, [
              { label: "saving", value: percent(point.saving, 2), color: savingColor },
              { label: "work done again", value: percent(point.lost, 2), color: lostColor },
              { label: "both", value: percent(loss(point), 2), color: colors.text },
            ]);
          },
        },
        series: [
          {
            ...line("both", loss, { color: colors.text, width: 2 }),
            clip: true,
            markLine: {
              symbol: "none",
              silent: true,
              lineStyle: { color: colors.muted, type: "dashed" },
              label: { color: colors.muted, formatter: "Young" },
              data: [{ xAxis: at(tier.young_s) }],
            },
          },
          line("saving", ({ saving }) => saving, { color: savingColor, width: 1.5 }),
          line("work done again", ({ lost }) => lost, { color: lostColor, width: 1.5 }),
          {
            name: "chosen",
            type: "scatter",
            symbolSize: 13,
            z: 5,
            itemStyle: { color: colors.accent },
            data: [[0, 100 * loss(chosen)]],
            tooltip: { trigger: "item" },
          },
          ...(off.length > 0
            ? [
                {
                  name: SIMULATED,
                  type: "scatter",
                  symbol: "diamond",
                  symbolSize: 11,
                  z: 5,
                  itemStyle: { color: colors.background, borderColor: colors.accent, borderWidth: 2 },
                  data: off.map(([x, y]) => [at(x), y]),
                },
              ]
            : []),
        ],
      };
    },
    data: {
      caption: "By closed form: exponential failures, without recoveries; shares of the training time",
      rows: points,
      columns: [
        {
          label: "Every",
          text: (point: Point) => human("seconds", point.interval_s),
          sort: (point: Point) => point.interval_s,
        },
        { label: "Saving", numeric: true, text: (point: Point) => percent(point.saving, 2) },
        { label: "Work done again", numeric: true, text: (point: Point) => percent(point.lost, 2) },
        { label: "Both", numeric: true, text: (point: Point) => percent(loss(point), 2), sort: loss },
      ],
    },
  });
}
