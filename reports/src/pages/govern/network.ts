// The page of `sextant govern --network flow`: what training jobs cost each other.
import { axis, chart, legend, tooltip } from "../../chart";
import type { ReportDocument } from "../../document";
import { h } from "../../dom";
import { grouped, human, percent, significant, words } from "../../format";
import { short } from "../../measure";
import { keyFigure, keyFigures, type Page, type Section } from "../../page";
import { table } from "../../table";
import { plural } from "./model";

interface Job {
  name: string;
  team: string;
  nodes: number[];
  leaf_groups: number;
  accelerators: number;
  step_alone_s: number;
  step_shared_s: number;
  slowdown: number;
  shares: { tier: string; links: number; with: string[]; busiest_use: number }[];
}
interface Scene {
  moments_s: number[];
  jobs: Job[];
  tiers: { tier: string; links: number; mean_use: number; busiest_use: number }[];
}
interface Means {
  slowdown: number;
  worst_slowdown: number;
  network_slowdown: number;
  leaf_groups: number;
}
interface Flavor {
  flavor: string;
  fabric: string;
  fabric_nodes: number;
  leaf_groups: number;
  looks: number;
  means: Means | null;
  scenes: Scene[];
  placements?: Record<string, Means>;
}

/** Less is said to be nothing. */
const NOTICED = 1 + 5e-4;

const slower = (factor: number): string => (factor < NOTICED ? "0 %" : `+${percent(factor - 1)}`);

const worstOf = (scene: Scene): number => Math.max(1, ...scene.jobs.map((job) => job.slowdown));

const when = (scene: Scene): string => {
  const [first, last] = [scene.moments_s[0]!, scene.moments_s[scene.moments_s.length - 1]!];
  if (scene.moments_s.length === 1) return `at ${human("seconds", first)}`;
  return `at ${scene.moments_s.length} moments, ${human("seconds", first)} to ${human("seconds", last)}`;
};

/** Nothing to draw: the sentence alone. */
function unslowed(scene: Scene): HTMLElement[] {
  const names = scene.jobs.map((job) => short(job.name)).slice(0, 8);
  const others =
    scene.jobs.length > names.length ? ` and ${plural(scene.jobs.length - names.length, "other")}` : "";
  return [
    h("h3", {}, `${plural(scene.jobs.length, "training job")} ${when(scene)}`),
    h(
      "p",
      { class: "intro" },
      scene.jobs.length === 1
        ? `${names[0]} has the links to itself.`
        : `None of them is slowed by another: ${names.join(", ")}${others}.`,
    ),
  ];
}

/** Bars of all scenes are to one scale: `most` is the greatest slowdown of them. */
function slowdownChart(scene: Scene, most: number): HTMLElement {
  const jobs = [...scene.jobs].sort((a, b) => b.slowdown - a.slowdown).slice(0, 30);
  const worst = jobs[0]!;
  return chart({
    title: `${plural(scene.jobs.length, "training job")} ${when(scene)}`,
    summary:
      `${short(worst.name)} is slowed most: a step takes ${human("seconds", worst.step_alone_s)} alone and ` +
      `${human("seconds", worst.step_shared_s)} beside the others, ${slower(worst.slowdown)}.`,
    height: 40 + jobs.length * 28,
    option: (colors, w) => ({
      grid: { left: 8, right: 64, top: 8, bottom: 4, containLabel: true },
      tooltip: {
        formatter: (point: any) => {
          const job = jobs[point.dataIndex]!;
          return tooltip(short(job.name, 48), [
            { label: "team", value: short(job.team, 32) },
            {
              label: "nodes, leaf groups",
              value: `${grouped(job.nodes.length)}, ${grouped(job.leaf_groups)}`,
            },
            { label: "step alone", value: human("seconds", job.step_alone_s) },
            { label: "with the others", value: human("seconds", job.step_shared_s) },
            ...job.shares.slice(0, 3).map((share) => ({
              label: `${share.links} ${share.tier} with ${short(share.with.join(", "), 24)}`,
              value: `${percent(share.busiest_use)} full`,
            })),
          ]);
        },
      },
      xAxis: axis(colors, {
        type: "value",
        min: 0,
        max: 100 * (most - 1),
        axisLabel: { show: false },
        splitLine: { show: false },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: jobs.map((job) => short(job.name, w < 560 ? 14 : 28)),
        axisLabel: { color: colors.text, interval: 0 },
      }),
      series: [
        {
          type: "bar",
          barWidth: 14,
          color: colors.series[1],
          data: jobs.map((job) => Math.max(0, 100 * (job.slowdown - 1))),
          label: {
            show: true,
            position: "right",
            color: colors.text,
            formatter: ({ dataIndex }: any) => slower(jobs[dataIndex]!.slowdown),
          },
        },
      ],
    }),
    data: {
      caption: "Training jobs on the same links",
      rows: scene.jobs,
      columns: [
        { label: "Job", text: (job: Job) => job.name, sort: (job: Job) => job.name },
        { label: "Team", text: (job: Job) => job.team, sort: (job: Job) => job.team },
        {
          label: "Nodes",
          numeric: true,
          text: (job: Job) => grouped(job.nodes.length),
          sort: (job: Job) => job.nodes.length,
        },
        {
          label: "Leaf groups",
          numeric: true,
          text: (job: Job) => grouped(job.leaf_groups),
          sort: (job: Job) => job.leaf_groups,
        },
        {
          label: "Step alone",
          numeric: true,
          text: (job: Job) => human("seconds", job.step_alone_s),
          sort: (job: Job) => job.step_alone_s,
        },
        {
          label: "With others",
          numeric: true,
          text: (job: Job) => human("seconds", job.step_shared_s),
          sort: (job: Job) => job.step_shared_s,
        },
        {
          label: "Slower",
          numeric: true,
          text: (job: Job) => slower(job.slowdown),
          sort: (job: Job) => job.slowdown,
        },
      ],
    },
  });
}

function tiersTable(scene: Scene): HTMLElement {
  return table({
    caption: `Links in use ${when(scene)}`,
    rows: scene.tiers.filter((tier) => tier.busiest_use > 0),
    columns: [
      { label: "Links", text: (tier) => tier.tier, sort: (tier) => tier.tier },
      { label: "Number", numeric: true, text: (tier) => grouped(tier.links), sort: (tier) => tier.links },
      {
        label: "In use, mean",
        numeric: true,
        text: (tier) => percent(tier.mean_use),
        sort: (tier) => tier.mean_use,
      },
      {
        label: "Busiest",
        numeric: true,
        text: (tier) => percent(tier.busiest_use),
        sort: (tier) => tier.busiest_use,
      },
    ],
  });
}

function placementChart(flavor: Flavor): HTMLElement | undefined {
  if (!flavor.placements || !flavor.means) return undefined;
  const rows = [{ name: "as simulated", means: flavor.means }].concat(
    Object.entries(flavor.placements).map(([name, means]) => ({ name: words(name), means })),
  );
  const best = [...rows].sort((a, b) => a.means.network_slowdown - b.means.network_slowdown)[0]!;
  const bar = (name: string, color: string, of: (means: Means) => number) => ({
    name,
    type: "bar",
    color,
    data: rows.map(({ means }) => Math.max(0, 100 * (of(means) - 1))),
    label: {
      show: true,
      position: "right",
      formatter: ({ dataIndex }: any) => slower(of(rows[dataIndex]!.means)),
    },
  });
  return chart({
    title: "What placement costs",
    summary: `The same jobs, in the order in which they got nodes. Least: ${best.name}, steps ${slower(best.means.network_slowdown)} by the network.`,
    height: 60 + rows.length * 52,
    option: (colors) => {
      const series = [
        bar("by other jobs", colors.series[1]!, (means) => means.slowdown),
        bar("by the network in all", colors.series[0]!, (means) => means.network_slowdown),
      ];
      return {
        legend: legend(colors),
        grid: { left: 8, right: 60, top: 32, bottom: 4, containLabel: true },
        tooltip: {
          formatter: (point: any) => {
            const { name, means } = rows[point.dataIndex]!;
            return tooltip(name, [
              { label: "by other jobs", value: slower(means.slowdown) },
              { label: "at most", value: slower(means.worst_slowdown) },
              { label: "by the network", value: slower(means.network_slowdown) },
              { label: "leaf groups of a job", value: significant(means.leaf_groups) },
            ]);
          },
        },
        xAxis: axis(colors, { type: "value", axisLabel: { show: false }, splitLine: { show: false } }),
        yAxis: axis(colors, {
          type: "category",
          inverse: true,
          data: rows.map((row) => row.name),
          axisLabel: { color: colors.text, interval: 0 },
        }),
        series: series.map((each) => ({ ...each, label: { ...each.label, color: colors.text } })),
      };
    },
  });
}

/** The fullest link of all scenes. */
function busiest(flavor: Flavor): HTMLElement | undefined {
  const links = flavor.scenes.flatMap((scene) => scene.tiers.map((tier) => ({ ...tier, at: when(scene) })));
  const [full] = links.sort((a, b) => b.busiest_use - a.busiest_use);
  if (!full || full.busiest_use === 0) return undefined;
  return keyFigure(
    `Busiest link on ${short(flavor.flavor, 24)}`,
    percent(full.busiest_use),
    full.tier,
    full.at,
  );
}

/** What another placement of the same jobs would give. */
function bestPlacement(flavor: Flavor): HTMLElement | undefined {
  const rows = Object.entries(flavor.placements ?? {}).sort(
    ([, a], [, b]) => a.network_slowdown - b.network_slowdown,
  );
  const [best] = rows;
  if (!best) return undefined;
  const [name, means] = best;
  return keyFigure(
    `Best placement on ${short(flavor.flavor, 24)}`,
    words(name),
    slower(means.network_slowdown),
    "by the network in all",
  );
}

export function networkPage({ result }: ReportDocument): Page {
  const flavors: Flavor[] = result.flavors;
  const sections: Section[] = flavors.map((flavor, i) => ({
    id: `flavor-${i}`,
    title: flavor.flavor,
    intro: `${flavor.fabric}: ${grouped(flavor.fabric_nodes)} nodes in ${plural(flavor.leaf_groups, "leaf group")}; looked at ${plural(flavor.looks, "moment")} of the first replica.`,
    body: [
      flavor.scenes.map((scene) => [
        worstOf(scene) < NOTICED
          ? unslowed(scene)
          : slowdownChart(scene, Math.max(...flavor.scenes.map(worstOf))),
        tiersTable(scene),
      ]),
      placementChart(flavor),
      flavor.scenes.length === 0 && "No training run has all its nodes at these moments.",
    ],
  }));
  const seen = flavors.filter((flavor) => flavor.means !== null);
  return {
    answer: [
      keyFigures(
        ...seen.flatMap((flavor) => [
          keyFigure(
            `Longer steps on ${short(flavor.flavor, 24)}`,
            slower(flavor.means!.slowdown),
            `at most ${slower(flavor.means!.worst_slowdown)}`,
            `by other jobs, in the mean; ${slower(flavor.means!.network_slowdown)} by the network in all`,
          ),
          busiest(flavor),
          bestPlacement(flavor),
        ]),
      ),
    ],
    sections,
  };
}
