// The fabric: how full its links are, what sharing them does to the step, and other placements.
import { axis, chart, legend, tooltip } from "../../chart";
import type { ReportDocument } from "../../document";
import { h } from "../../dom";
import { grouped, growth, human, percent, significant } from "../../format";
import type { Section } from "../../page";
import { table } from "../../table";
import { fabricDrawing, type FabricPicture, type Load } from "./fabricdrawing";
import { axisUnit, sentence, tick } from "./figures";
import { operationSeries } from "./timeline";

interface Tier {
  tier: string;
  links: number;
  capacity_bytes_per_s: number;
  mean: number;
  busiest: number;
  phases: { kind: string; mean: number; busiest: number }[];
}

interface Kind {
  kind: string;
  alone_s: number;
  flowed_s: number;
  beside_checkpoint_s: number | null;
  busiest_link: string | null;
}

const INSIDE = ["accelerator", "link switch", "PCIe switch", "host", "card"];

function betweenNodes({ tier }: Tier): boolean {
  return !tier.split(" to ").every((end) => INSIDE.includes(end));
}

/** Both directions of a tier as one, the fuller of them: "card to leaf" and back. */
function upward(tiers: Tier[]): Tier[] {
  const result: Tier[] = [];
  for (const tier of tiers) {
    const [from, to] = tier.tier.split(" to ");
    const other = result.find((each) => each.tier === `${to} to ${from}`);
    if (!other) result.push({ ...tier });
    else if (tier.busiest > other.busiest) Object.assign(other, { ...tier, tier: other.tier });
  }
  return result;
}

function loadOf({ busiest, phases }: Tier): Load {
  const fullest = phases.reduce((a, b) => (b.busiest > a.busiest ? b : a), { kind: "", mean: 0, busiest });
  return { busiest, most: fullest.busiest, during: fullest.kind };
}

/** The drawing, with what is said of the fabric. */
function drawing(picture: FabricPicture, network: any, tiers: Tier[]): HTMLElement {
  const loads = new Map(tiers.map((tier) => [tier.tier, loadOf(tier)]));
  const [fullest] = [...loads].sort(([, a], [, b]) => b.most - a.most);
  const { fabric } = network;
  const title = fullest
    ? `The fullest links, ${fullest[0]}, are ${percent(fullest[1].most, 0)} full at most`
    : "No transfer of the step leaves a node";
  const assumed = fabric.assumed ? " It is assumed: the scenario names no network." : "";
  const summary =
    `${fabric.title}: ${grouped(fabric.nodes)} nodes, of which the job has ${grouped(fabric.job_nodes)}, placed ` +
    `${fabric.placement}. Half of them can send ${human("bytesPerSecond", fabric.bisection_bytes_per_s)} to the ` +
    `other half.${assumed}`;
  return fabricDrawing(title, summary, picture, loads);
}

/** Only the fabric, where no flows were asked for. */
function plainDrawing(picture: FabricPicture): HTMLElement {
  const nodes = picture.tiers[0]!;
  const job = (nodes.job ?? []).reduce((sum, count) => sum + count, 0);
  return fabricDrawing(
    "How the nodes are joined",
    `${grouped(nodes.members)} nodes, of which the job has ${grouped(job)}. The forecast treats every transfer as if ` +
      "it were alone on the network; --network flow has all of them share it.",
    picture,
    new Map(),
  );
}

function tierBars(tiers: Tier[]): HTMLElement | undefined {
  const kinds = [...new Set(tiers.flatMap(({ phases }) => phases.map(({ kind }) => kind)))];
  if (kinds.length === 0) return undefined;
  const use = (tier: Tier, kind: string) => tier.phases.find((phase) => phase.kind === kind);
  const all = tiers.flatMap((tier) => tier.phases.map((phase) => ({ tier, ...phase })));
  const most = all.reduce((a, b) => (b.busiest > a.busiest ? b : a));
  return chart({
    title: `While ranks ${most.kind}, ${most.tier.tier} links are ${percent(most.busiest, 0)} full`,
    summary:
      "How full the busiest link of a tier is while transfers of a kind are under way anywhere, as a share of its " +
      "capacity, in the fuller direction.",
    height: tiers.length * (kinds.length * 12 + 14) + 40,
    option: (colors, width) => ({
      legend: legend(colors, { type: "plain", data: kinds }),
      grid: { left: 8, right: 44, top: 4, bottom: 26, containLabel: true },
      xAxis: axis(colors, {
        type: "value",
        min: 0,
        splitNumber: width < 560 ? 3 : 6,
        axisLabel: { color: colors.muted, hideOverlap: true, formatter: "{value} %" },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: tiers.map(({ tier }) => tier),
        axisLabel: { color: colors.text, width: width < 560 ? 80 : 140, overflow: "break", lineHeight: 13 },
      }),
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (points: { dataIndex: number }[]) => {
          const tier = tiers[points[0]!.dataIndex]!;
          return tooltip(tier.tier, [
            ...tier.phases.map(({ kind, busiest }) => ({
              label: kind,
              value: percent(busiest),
              color: colors.series[operationSeries(kind)]!,
            })),
            { label: "over the step, busiest", value: percent(tier.busiest) },
            { label: "over the step, mean", value: percent(tier.mean) },
          ]);
        },
      },
      series: kinds.map((kind) => ({
        name: kind,
        type: "bar",
        barMaxWidth: 11,
        itemStyle: { color: colors.series[operationSeries(kind)] },
        data: tiers.map((tier) => 100 * (use(tier, kind)?.busiest ?? 0)),
        label: {
          show: true,
          position: "right",
          fontSize: 10,
          color: colors.text,
          formatter: ({ value }: { value: number }) => (value >= 0.5 ? `${Math.round(value)} %` : ""),
        },
      })),
    }),
    data: {
      caption: "Use of links, of their capacity",
      rows: tiers,
      columns: [
        { label: "Links", text: ({ tier }: Tier) => tier, sort: ({ tier }: Tier) => tier },
        {
          label: "Number",
          numeric: true,
          text: (tier: Tier) => grouped(tier.links),
          sort: (tier: Tier) => tier.links,
        },
        {
          label: "Each",
          numeric: true,
          text: (tier: Tier) => human("bytesPerSecond", tier.capacity_bytes_per_s),
          sort: (tier: Tier) => tier.capacity_bytes_per_s,
        },
        {
          label: "Mean",
          numeric: true,
          text: (tier: Tier) => percent(tier.mean),
          sort: (tier: Tier) => tier.mean,
        },
        {
          label: "Busiest",
          numeric: true,
          text: (tier: Tier) => percent(tier.busiest),
          sort: (tier: Tier) => tier.busiest,
        },
        ...kinds.map((kind) => ({
          label: kind,
          numeric: true,
          text: (tier: Tier) => percent(use(tier, kind)?.busiest ?? 0),
          sort: (tier: Tier) => use(tier, kind)?.busiest ?? 0,
        })),
      ],
    },
  });
}

/** "+3.7 %", "3.0 times as long". */
function slower(kind: Kind): string {
  const share = slowed(kind);
  return share < 1 ? growth(share) : `${significant(1 + share, 2)} times as long`;
}

function slowed({ alone_s, flowed_s }: Kind): number {
  return alone_s > 0 ? flowed_s / alone_s - 1 : 0;
}

/** Each kind of transfer alone, and with all others beside it. */
function kindBars(network: any): HTMLElement | undefined {
  const kinds: Kind[] = network.kinds;
  if (kinds.length === 0) return undefined;
  const { replay_s, flow_s } = network.step;
  const beside = kinds.some(({ beside_checkpoint_s }) => beside_checkpoint_s !== null);
  const series: [string, number, (kind: Kind) => number][] = [
    ["alone on the network", 9, ({ alone_s }) => alone_s],
    ["sharing it", 6, ({ flowed_s }) => flowed_s],
  ];
  if (beside)
    series.push(["while a checkpoint is written", 5, (kind) => kind.beside_checkpoint_s ?? kind.flowed_s]);
  const written = network.beside_checkpoint;
  const longer = flow_s / replay_s - 1;
  const { unit, of } = axisUnit(
    "seconds",
    Math.max(...kinds.flatMap((kind) => series.map(([, , time]) => time(kind)))),
  );
  return chart({
    title:
      longer < 0.0005
        ? "Sharing the network does not make the step longer"
        : `Sharing the network makes the step ${percent(longer)} longer`,
    summary:
      `In flows the step takes ${human("seconds", flow_s)}; each transfer alone, ${human("seconds", replay_s)}. ` +
      (written ? `While a checkpoint is written: ${human("seconds", written.time_s)}. ` : "") +
      "Bars: the transfers of one rank in a step; what computing hides of them does not make the step longer.",
    height: kinds.length * (series.length * 14 + 14) + 40,
    option: (colors, width) => ({
      legend: legend(colors, { type: "plain", data: series.map(([name]) => name) }),
      grid: { left: 8, right: 112, top: 4, bottom: 34, containLabel: true },
      xAxis: axis(colors, {
        type: "value",
        splitNumber: width < 560 ? 3 : 6,
        axisLabel: {
          color: colors.muted,
          hideOverlap: true,
          formatter: (value: number) => tick(of(value)),
        },
        name: unit,
        nameLocation: "middle",
        nameGap: 24,
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: kinds.map(({ kind }) => kind),
        axisLabel: { color: colors.text, width: width < 560 ? 80 : 140, overflow: "break", lineHeight: 13 },
      }),
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (points: { dataIndex: number }[]) => {
          const kind = kinds[points[0]!.dataIndex]!;
          return tooltip(kind.kind, [
            ...series.map(([name, color, of]) => ({
              label: name,
              value: human("seconds", of(kind)),
              color: colors.series[color]!,
            })),
            { label: "slowed", value: slower(kind) },
            ...(kind.busiest_link ? [{ label: "had to share most", value: kind.busiest_link }] : []),
          ]);
        },
      },
      series: series.map(([name, color, of], i) => ({
        name,
        type: "bar",
        barMaxWidth: 13,
        itemStyle: { color: colors.series[color] },
        data: kinds.map(of),
        label: {
          show: i === 1,
          position: "right",
          color: colors.text,
          fontSize: 11,
          formatter: ({ dataIndex }: { dataIndex: number }) => slower(kinds[dataIndex]!),
        },
      })),
    }),
    data: {
      caption: "Transfers of one rank in a step",
      rows: kinds,
      columns: [
        { label: "Transfers", text: ({ kind }: Kind) => kind, sort: ({ kind }: Kind) => kind },
        ...series.map(([name, , of]) => ({
          label: name,
          numeric: true,
          text: (kind: Kind) => human("seconds", of(kind)),
          sort: of,
        })),
        { label: "Slowed", numeric: true, text: slower, sort: slowed },
        { label: "Had to share most", text: ({ busiest_link }: Kind) => busiest_link ?? "–" },
      ],
    },
  });
}

interface Placement {
  placement: string;
  step_s: number | null;
  over_best: number | null;
  extra_usd: number | null;
  why_not: string | null;
}

function placements(network: any): HTMLElement | undefined {
  const rows: Placement[] = network.placements;
  if (rows.length === 0) return undefined;
  const own = (placement: string) => placement === network.fabric.placement;
  return table({
    caption: "The step by where the job's nodes are, and which accelerator a rank has",
    rows,
    marked: ({ placement }) => own(placement),
    columns: [
      {
        label: "Placement",
        text: ({ placement }) => (own(placement) ? `${placement} (the scenario's)` : placement),
        sort: ({ placement }) => placement,
      },
      {
        label: "Step",
        numeric: true,
        text: ({ step_s }) => (step_s === null ? "–" : human("seconds", step_s)),
        sort: ({ step_s }) => step_s ?? Infinity,
      },
      {
        label: "Over the best",
        numeric: true,
        text: ({ over_best }) => (over_best === null ? "–" : growth(over_best)),
        sort: ({ over_best }) => over_best ?? Infinity,
      },
      {
        label: "The run costs",
        numeric: true,
        text: ({ extra_usd }) => (extra_usd ? `+${human("usd", extra_usd)}` : "–"),
        sort: ({ extra_usd }) => extra_usd ?? Infinity,
      },
      ...(rows.some(({ why_not }) => why_not)
        ? [{ label: "Why not", text: ({ why_not }: Placement) => why_not ?? "" }]
        : []),
    ],
  });
}

/** What was slowed, and what else is known of how it was worked out. */
function sentences(network: any): HTMLElement | undefined {
  const texts: string[] = network.differences.map(sentence);
  if (network.background.length > 0) texts.push(`Beside the step: ${network.background.join("; ")}.`);
  if (network.power_w !== null && network.energy_j !== null) {
    texts.push(
      `Switches and optics draw ${significant(network.power_w / 1e3)} kW for the whole fabric; ` +
        `${human("joules", network.energy_j)} over the run for the job's share, beside its own energy.`,
    );
  }
  if (network.asymmetry)
    texts.push(`Every data-parallel replica was simulated by itself: ${network.asymmetry}.`);
  if (texts.length === 0) return undefined;
  return h(
    "ul",
    { class: "fabric-facts" },
    texts.map((text) => h("li", {}, text)),
  );
}

export function fabricSection({ result, pictures }: ReportDocument): Section | undefined {
  const picture: FabricPicture | undefined = pictures.fabric;
  const network = result.network;
  if (!picture) return undefined;
  const tiers = network ? upward(network.tiers).filter(betweenNodes) : [];
  return {
    id: "fabric",
    title: "Network",
    intro: network
      ? "All transfers of a step as flows on the cluster's fabric, where they share links."
      : "The fabric between the nodes.",
    body: network
      ? [
          drawing(picture, network, tiers),
          kindBars(network),
          sentences(network),
          tierBars(tiers),
          placements(network),
        ]
      : [plainDrawing(picture)],
  };
}
