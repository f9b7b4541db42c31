// The page of `sextant govern`: a cluster that teams share; two policies on it; one job of it; its
// network.
import type { ReportDocument } from "../document";
import { choice } from "../choice";
import { h } from "../dom";
import { percent } from "../format";
import { folded, remarks, type Page, type Section } from "../page";
import { assumedTable, sourcesTable } from "./evidence";
import { answer, keys } from "./govern/answer";
import {
  certainty,
  differenceChart,
  differenceTable,
  said,
  teamWaits,
  verdict,
  type Difference,
} from "./govern/compare";
import { endpointsTable } from "./govern/endpoints";
import { matrixChart, rulesChart } from "./govern/evictions";
import { jobPage } from "./govern/job";
import { jobLanes } from "./govern/lanes";
import { Cluster, plural } from "./govern/model";
import { networkPage } from "./govern/network";
import { fairnessChart, shareChart } from "./govern/shares";
import { costChart, otherTables, policyTable, teamTables } from "./govern/teams";
import { long } from "./govern/overtime";
import { queueChart, usageChart } from "./govern/usage";
import { longestTable, waitsChart } from "./govern/waits";

function usageTitle(cluster: Cluster): string {
  const over = cluster.result.over_time;
  const full = over.there.filter(
    (there: number, i: number) => there > 0 && over.allocated[i] >= 0.95 * there,
  ).length;
  const part = full / Math.max(1, over.there.length);
  if (full === 0) return `The cluster was not full for as long as ${long(over.bin_s)}`;
  return `The cluster was full for ${percent(part, 0)} of the time`;
}

function evidence(cluster: Cluster): (HTMLElement | undefined)[] {
  const { result } = cluster;
  return [
    h(
      "p",
      {},
      cluster.several
        ? `Figures are means over ${result.replicas} replicas, ranges go from p10 to p90 over them; what is drawn over time, and jobs, are of the first one.`
        : "One replica was simulated: ranges over several need --replicas.",
    ),
    assumedTable(result.assumed),
    sourcesTable(result.sources),
  ];
}

function sections(cluster: Cluster): Section[] {
  const { result } = cluster;
  const evictions = [rulesChart(cluster), matrixChart(cluster)];
  const list: Section[] = [
    {
      id: "usage",
      title: "Use over time",
      body: [usageChart(cluster, usageTitle(cluster)), queueChart(cluster)],
    },
    { id: "waits", title: "Waits", body: [waitsChart(cluster), longestTable(cluster)] },
    { id: "jobs", title: "Jobs", body: [jobLanes(cluster)] },
    { id: "shares", title: "Shares", body: [shareChart(cluster), fairnessChart(cluster)] },
  ];
  if (evictions.some(Boolean))
    list.push({ id: "evictions", title: "Evictions", body: [h("div", { class: "pair" }, evictions)] });
  list.push({
    id: "teams",
    title: "Teams",
    body: [...teamTables(cluster), otherTables(cluster), costChart(cluster), policyTable(cluster)],
  });
  if (result.endpoints.length > 0)
    list.push({ id: "endpoints", title: "Endpoints", body: [endpointsTable(cluster)] });
  list.push({ id: "evidence", title: "How sure this is", body: evidence(cluster) });
  return list;
}

function clusterPage({ result, pictures }: ReportDocument): Page {
  const cluster = new Cluster(result, pictures);
  return { answer: answer(cluster), sections: sections(cluster) };
}

const TOLD: Record<string, string> = {
  "wait_s.mean": "The mean wait",
  utilisation: "What teams held",
  wall_time_s: "The time until all were done",
  cost_usd: "The cost",
  missed_deadlines: "The number of missed deadlines",
  preemptions: "The number of preemptions",
  "gpu_hours.lost": "The number of hours of work that were done again",
};

/** What changes and how sure that is, the certain first. */
function verdicts(rows: Difference[], names: [string, string], pairs: number): HTMLElement | undefined {
  const told = Object.keys(TOLD)
    .map((name) => rows.find((row) => row.name === name))
    .filter((row): row is Difference => row !== undefined && row.difference !== 0);
  if (told.length === 0) return undefined;
  const [sure, unsure] = [told.filter((row) => row.certain), told.filter((row) => !row.certain)];
  const change = (row: Difference) =>
    `${TOLD[row.name]} goes from ${said(row, row.first)} to ${said(row, row.second)}`;
  const replicas = plural(pairs, "replica");
  const doubt =
    sure.length === 0
      ? `With ${replicas}, no difference is certain to be more than chance; --replicas 30 says more:`
      : `With ${replicas}, these may be chance:`;
  return h(
    "ul",
    { class: "verdicts" },
    sure.map((row) => h("li", {}, `${change(row)}: ${verdict(row)} with ${names[1]}.`)),
    unsure.length > 0 && h("li", {}, doubt),
    unsure.map((row) => h("li", {}, `${change(row)}.`)),
  );
}

/** Notes of both once, and those of one under its name. */
function notes(clusters: readonly [Cluster, Cluster], names: [string, string]): (HTMLElement | undefined)[] {
  const [first, second] = clusters.map((cluster) => cluster.result.notes ?? []) as [string[], string[]];
  return [
    remarks(
      "note",
      "What to know of both",
      first.filter((note) => second.includes(note)),
    ),
    remarks(
      "note",
      `What to know of ${names[0]}`,
      first.filter((note) => !second.includes(note)),
    ),
    remarks(
      "note",
      `What to know of ${names[1]}`,
      second.filter((note) => !first.includes(note)),
    ),
  ];
}

function comparisonPage({ result, pictures }: ReportDocument): Page {
  const clusters = [
    new Cluster(result.first, pictures.first),
    new Cluster(result.second, pictures.second),
  ] as const;
  clusters[0].beside(clusters[1]);
  const names: [string, string] = [result.first.scenario, result.second.scenario];
  const rows: Difference[] = result.differences;
  const whole = rows.filter((row) => row.team === null && (row.first !== 0 || row.second !== 0));
  const teams = rows.filter((row) => row.team !== null && (row.first !== 0 || row.second !== 0));
  const both = (draw: (cluster: Cluster) => HTMLElement | undefined) =>
    clusters.map((cluster, i) => [h("h3", { class: "of-scenario", dir: "auto" }, names[i]!), draw(cluster)]);
  const evictions = clusters.map((cluster) => [rulesChart(cluster), matrixChart(cluster)]);
  return {
    answer: [
      verdicts(whole, names, result.pairs),
      differenceChart(whole, names, certainty(result)),
      differenceTable(whole, names, "The cluster"),
      ...notes(clusters, names),
    ],
    sections: [
      ...(teams.length > 0
        ? [
            {
              id: "teams",
              title: "Teams",
              body: [
                teamWaits(teams, names),
                differenceTable(teams, names, "Each team; only teams that both have", 40),
              ],
            },
          ]
        : []),
      { id: "each", title: "Each by itself", body: both((cluster) => keys(cluster)) },
      {
        id: "usage",
        title: "Use over time",
        body: both((cluster) => usageChart(cluster, usageTitle(cluster))),
      },
      { id: "queue", title: "Queues", body: both(queueChart) },
      { id: "waits", title: "Waits", body: [both(waitsChart)] },
      { id: "shares", title: "Shares", body: both(shareChart) },
      ...(evictions.flat().some(Boolean)
        ? [
            {
              id: "evictions",
              title: "Evictions",
              body: clusters.map(
                (_, i) =>
                  evictions[i]!.some(Boolean) && [
                    h("h3", { class: "of-scenario", dir: "auto" }, names[i]!),
                    h("div", { class: "pair" }, evictions[i]!),
                  ],
              ),
            },
          ]
        : []),
      {
        id: "jobs",
        title: "Jobs",
        body: [
          choice(
            "Jobs of",
            clusters.map((cluster, i) => ({
              name: names[i]!,
              view: () => jobLanes(cluster) ?? h("p", {}, "No jobs."),
            })),
          ),
        ],
      },
      ...clusters.map((cluster, i) => ({
        id: `details-${i}`,
        title: names[i]!,
        body: [
          ...teamTables(cluster),
          folded("Policy", policyTable(cluster)),
          folded("How sure this is", ...evidence(cluster)),
        ],
      })),
    ],
  };
}

const PAGES: Record<string, (document: ReportDocument) => Page> = {
  "sextant.govern/1": clusterPage,
  "sextant.govern_comparison/1": comparisonPage,
  "sextant.govern_job/1": jobPage,
  "sextant.govern_network/1": networkPage,
};

export function governPage(document: ReportDocument): Page {
  const page = PAGES[document.result.schema];
  if (!page) throw new Error(`there is no page for "${document.result.schema}"`);
  return page(document);
}
