// A calibration that was fitted to measurements of nodes.
import type { Child } from "../../dom";
import { h } from "../../dom";
import { human, percent } from "../../format";
import { keyFigure, keyFigures, remarks, type Page, type Section } from "../../page";
import { Colors } from "../../palette";
import { scatter } from "../../scatter";
import { curves } from "./curves";
import { spanName, type Series } from "./model";
import { coefficientTable, curveTable, errorTable, leftOutTable } from "./tables";

const total = (rows: { n: number }[]) => rows.reduce((sum, row) => sum + row.n, 0);

function figures(node: any): HTMLElement {
  const { collectives, kernels, storage } = node;
  const without = collectives?.without_each_number_of_nodes;
  const spread = collectives && Math.exp(1.2816 * collectives.log_spread) - 1;
  const left = total(node.left_out);
  return keyFigures(
    collectives && node.assumed_from === null
      ? keyFigure(
          "Collectives",
          `${collectives.points.toLocaleString("en-US")} points`,
          `80 % within ± ${percent(spread)}`,
          "of the fitted curves",
        )
      : undefined,
    without
      ? keyFigure(
          "Error on nodes not seen",
          percent(without.median),
          `90th percentile ${percent(without.p90)}`,
          "of fits without each number of nodes",
        )
      : undefined,
    kernels?.median_error != null
      ? keyFigure(
          "Kernels",
          `${kernels.points.toLocaleString("en-US")} points`,
          `median error ${percent(kernels.median_error)}`,
        )
      : undefined,
    storage
      ? keyFigure(
          "Storage",
          `${storage.points.toLocaleString("en-US")} transfers`,
          `median error ${percent(storage.median_error)}`,
        )
      : undefined,
    left > 0
      ? keyFigure(
          "Not fitted",
          `${left.toLocaleString("en-US")} samples`,
          undefined,
          "with the reasons below",
        )
      : undefined,
  );
}

function notes(node: any): Child[] {
  const { collectives } = node;
  return [
    remarks(
      "warning",
      "Assumed, not measured",
      node.assumed_from === null
        ? []
        : [`Nothing was measured on ${node.instance}: ${collectives.library}. Measure it with sextant-comm.`],
    ),
    remarks("note", "Read with care", [
      ...(collectives && node.assumed_from === null && collectives.without_each_number_of_nodes === null
        ? ["No number of nodes can be left out: measure on another one to see how well the fit carries over."]
        : []),
      ...(node.full_nodes_assumed > 0
        ? [
            `${node.full_nodes_assumed} samples do not say how many ranks a node had: taken as ${node.ranks_per_node}.`,
          ]
        : []),
    ]),
  ];
}

function collectivesSection(node: any, drawn: any, id: string): Section | undefined {
  const { collectives } = node;
  if (!collectives) return undefined;
  const series: Series[] = drawn.collectives?.series ?? [];
  const rates = `A node's cards: ${human("bytesPerSecond", node.network_bytes_per_s)}; a rank's links: ${human("bytesPerSecond", node.link_bytes_per_s)}.`;
  const every = drawn.collectives?.every ?? 1;
  return {
    id: `${id}-collectives`,
    title: `Collectives of ${node.instance}`,
    intro:
      `${collectives.library ? `${collectives.library}. ` : ""}${rates} Points are measured, curves fitted` +
      (every > 1 ? `; of the points, one in ${every} is drawn.` : "."),
    body: [
      series.length > 0 && curves(series, drawn.left_out, new Colors(series.map(spanName))),
      collectives.errors.length > 0 && errorTable(collectives.errors),
    ],
  };
}

function forecastScatter(
  title: string,
  choose: string,
  points: any[],
  name: (point: any) => string,
): HTMLElement {
  return scatter({
    title,
    choose,
    colors: new Colors([...new Set(points.map((point) => point.kind))]),
    points: points.map((point) => ({
      name: name(point),
      set: point.kind,
      measured: point.time_s,
      predicted: point.fitted_s,
    })),
  });
}

function kernelsSection(node: any, drawn: any, id: string): Section | undefined {
  if (!node.kernels) return undefined;
  const checks = node.kernels.checks.map(
    (check: any) =>
      `${check.kernels}: ${check.points} points, not fitted, are forecast with a median error of ${percent(check.median_error)}.`,
  );
  return {
    id: `${id}-kernels`,
    title: `Kernels of ${node.kernels.generation}`,
    body: [
      forecastScatter(
        "Time of kernels, fitted against measured",
        "Kind of kernel",
        drawn.kernels,
        (point) => point.name,
      ),
      remarks("note", "Checks", checks),
    ],
  };
}

function storageSection(node: any, drawn: any, id: string): Section | undefined {
  if (!node.storage) return undefined;
  return {
    id: `${id}-storage`,
    title: `Storage "${node.storage.name}"`,
    body: [
      forecastScatter(
        "Time of transfers, fitted against measured",
        "Direction",
        drawn.storage,
        (point) => `${point.kind} of ${human("bytes", point.bytes)} by ${point.clients} clients`,
      ),
    ],
  };
}

function coefficientsSection(node: any, id: string): Section {
  const { collectives, kernels, storage } = node;
  return {
    id: `${id}-coefficients`,
    title: `Coefficients of ${node.instance}`,
    body: [
      kernels && coefficientTable(`Kernels of ${kernels.generation}`, kernels.coefficients),
      storage && coefficientTable(`Storage "${storage.name}"`, storage.coefficients),
      collectives && curveTable(collectives.curves),
      collectives && coefficientTable("Collectives, besides their curves", collectives.coefficients),
      leftOutTable(node.left_out),
      node.sources.length > 0 &&
        h("p", {}, `Measured: ${node.sources.join("; ")}${node.date ? ` (${node.date})` : ""}.`),
    ],
  };
}

export function measurementFitPage(result: any, pictures: any): Page {
  const nodes: any[] = result.nodes;
  const several = nodes.length > 1;
  const answer: Child[] = nodes.flatMap((node) => [
    several && h("h3", {}, node.instance),
    figures(node),
    notes(node),
  ]);
  return {
    answer: [
      h("p", {}, `Calibration ${result.name}: what was measured takes the place of that of ${result.base}.`),
      ...answer,
    ],
    sections: nodes
      .flatMap((node, i): (Section | undefined)[] => {
        const drawn = pictures.nodes[i];
        const id = `node-${i}`;
        return [
          collectivesSection(node, drawn, id),
          kernelsSection(node, drawn, id),
          storageSection(node, drawn, id),
          coefficientsSection(node, id),
        ];
      })
      .filter((section): section is Section => section !== undefined),
  };
}
