// The page of `sextant sweep`.
import type { ReportDocument } from "../document";
import { h, type Child } from "../dom";
import { grouped, human, humanRange, type Quantity } from "../format";
import { keyFigure, keyFigures, remarks, type Page, type Section } from "../page";
import { table } from "../table";
import { line } from "./sweep/line";
import { map } from "./sweep/map";
import { Points } from "./sweep/points";
import { sensitivity } from "./sweep/sensitivity";
import { inputsOf, pointLines, pointTable } from "./sweep/table";

const BEST: [string, string, Quantity][] = [
  ["wall_time_s", "Least time", "seconds"],
  ["cost_usd", "Least cost", "usd"],
  ["energy_j", "Least energy", "joules"],
];

const DESIGNS: Record<string, string> = {
  grid: "every combination of the values",
  list: "the points as listed",
  latin_hypercube: "spread evenly over the ranges (Latin hypercube)",
  morris: "one input after the other is changed (Morris)",
  sobol: "for shares of the variance (Sobol)",
};
/** More inputs than these are told once, below. */
const FEW_INPUTS = 3;

/** Where the best points lie, each told once, with what it is best in. */
function places(result: any, points: Points): HTMLElement | undefined {
  if (points.inputs.length <= FEW_INPUTS) return undefined;
  const found = new Map<number, { best: any; words: string[] }>();
  for (const [key, label] of BEST) {
    const best = result.best[`${key}_mean`];
    if (!best) continue;
    const known = found.get(best.point);
    if (known) known.words.push(label.toLowerCase());
    else found.set(best.point, { best, words: [label.toLowerCase()] });
  }
  return h(
    "ul",
    { class: "verdicts" },
    [...found.values()].map(({ best, words }) =>
      h(
        "li",
        {},
        h("b", {}, `Point ${grouped(best.point)}`),
        ` (${words.join(", ")}): ${inputsOf(best, points)}.`,
      ),
    ),
  );
}

function answer(result: any, points: Points): Child[] {
  const { total, done, ok, infeasible, error } = result.points;
  const partial =
    done < total
      ? [
          `${grouped(done)} of ${grouped(total)} points are done: what is said here is of these. The same command goes on from there.`,
        ]
      : [];
  const sampled =
    points.table.rows < done
      ? [
          `The page carries ${grouped(points.table.rows)} of ${grouped(done)} points, spread evenly; the best of all points are among the figures above, and all are in ${result.file}.`,
        ]
      : [];
  const counts = [
    `${grouped(ok)} with a forecast`,
    infeasible && `${grouped(infeasible)} infeasible`,
    error && `${grouped(error)} in error`,
  ];
  return [
    keyFigures(
      keyFigure(
        "Points done",
        done < total ? `${grouped(done)} of ${grouped(total)}` : grouped(done),
        counts.filter(Boolean).join(", "),
        DESIGNS[result.design] ?? String(result.design).replaceAll("_", " "),
      ),
      ...BEST.map(([key, label, kind]) => {
        const best = result.best[`${key}_mean`];
        if (!best) return undefined;
        const out = best.outputs;
        return keyFigure(
          label,
          human(kind, out[`${key}_mean`]),
          humanRange(kind, out[`${key}_p10`], out[`${key}_p90`]),
          points.inputs.length > FEW_INPUTS ? `point ${grouped(best.point)}` : inputsOf(best, points),
        );
      }),
    ),
    h(
      "p",
      { class: "intro" },
      "Large: the least mean of all points. Below it: p10 to p90 there, and where it is.",
    ),
    places(result, points),
    remarks("warning", "Not finished", partial),
    remarks("note", "Sampled", sampled),
  ];
}

function reasons(list: any[]): HTMLElement {
  return table<any>({
    caption: "The commonest reasons",
    rows: list,
    columns: [
      { label: "Points", numeric: true, text: ({ points }) => grouped(points), sort: ({ points }) => points },
      { label: "Status", text: ({ status }) => status, sort: ({ status }) => status },
      { label: "For instance", text: ({ example }) => example },
    ],
  });
}

export function sweepPage({ result, pictures }: ReportDocument): Page {
  const points = new Points(pictures);
  const drawable = points.ok.length > 0 && points.figures.length > 0;
  const binned = points.varied.some((input) => input.binned);
  const crossed = points.crossed(Object.values(result.sensitivity)[0] as Record<string, any> | undefined);
  const sections: (Section | undefined | false)[] = [
    drawable &&
      crossed && {
        id: "map",
        title: "Two inputs at once",
        intro: "Choose what lies along the axes, and what the other inputs are held at.",
        body: [map(points, crossed)],
      },
    drawable &&
      points.varied.length > 0 && {
        id: "line",
        title: "One input at a time",
        ...(binned && { intro: "Inputs of many values are gathered in stretches, and averaged there." }),
        body: [line(points)],
      },
    Object.keys(result.sensitivity).length > 0 && {
      id: "sensitivity",
      title: "What matters",
      body: [sensitivity(result.sensitivity, points)],
    },
    drawable && { id: "lines", title: "All inputs at once", body: [pointLines(points)] },
    { id: "points", title: "Every point", body: [pointTable(points, pictures.layout === "best")] },
    result.reasons.length > 0 && {
      id: "reasons",
      title: "Without a forecast",
      body: [reasons(result.reasons)],
    },
    {
      id: "inputs",
      title: "Inputs",
      intro: "Where they stand in the scenario.",
      body: [
        h(
          "ul",
          {},
          points.inputs.map(({ name, label, levels }) =>
            h(
              "li",
              {},
              `${label}: `,
              h("code", {}, name),
              levels.length > 0 && `, ${levels[0]!.label} … ${levels[levels.length - 1]!.label}`,
            ),
          ),
        ),
      ],
    },
  ];
  return {
    answer: answer(result, points),
    sections: sections.filter((section): section is Section => Boolean(section)),
  };
}
