// The runs across everything that tells them apart.
import { grouped, percent } from "../../format";
import { measured, short } from "../../measure";
import { Colors, type Palette } from "../../palette";
import { parallel, type Dimension } from "../../parallel";
import { estimateOf, MEASURES, type Run } from "./runs";

const MOST_COLORS = 10;

export function runLines(runs: Run[]): HTMLElement | undefined {
  const colorOf = new Colors(runs.map(({ label }) => label));
  const dimensions: Dimension<Run>[] = [
    { label: "accelerators", kind: "count", of: ({ accelerators }) => accelerators },
    { label: "tensor", kind: "count", of: ({ plan }) => plan.layout.tensor },
    { label: "pipeline", kind: "count", of: ({ plan }) => plan.layout.pipeline },
    { label: "data", kind: "count", of: ({ plan }) => plan.layout.data },
    { label: "MFU", kind: "share", of: ({ plan }) => plan.step.mfu },
    { label: "node hour", kind: "usd", of: ({ price }) => price?.usd_per_node_hour },
    ...MEASURES.map(({ key, label, kind }) => ({
      label: key === "co2e_kg" ? "CO₂e" : label,
      kind,
      of: (run: Run) => estimateOf(run, key)?.mean,
    })),
  ];
  return parallel({
    title: "The runs across what tells them apart",
    summary:
      "Each line is a run; dimensions in which all are the same are left out. " +
      "Less is better on the axes of time, cost, energy and CO₂e.",
    what: "runs",
    rows: runs,
    name: ({ label }) => label,
    group: (run) => Math.min(runs.indexOf(run), MOST_COLORS - 1),
    groups: runs.slice(0, MOST_COLORS).map(({ label }, i) => ({
      name: runs.length > MOST_COLORS && i === MOST_COLORS - 1 ? "others" : label,
      color: (colors: Palette) => colorOf.of(label, colors),
      width: 2.5,
      opacity: 0.9,
    })),
    dimensions,
    columns: [
      { label: "Run", text: ({ label }) => short(label, 60), sort: ({ label }) => label },
      {
        label: "Accelerators",
        numeric: true,
        text: (run) => grouped(run.accelerators),
        sort: (run) => run.accelerators,
      },
      {
        label: "MFU",
        numeric: true,
        text: ({ plan }) => percent(plan.step.mfu),
        sort: ({ plan }) => plan.step.mfu,
      },
      ...MEASURES.map(({ key, label, kind }) => ({
        label: `Mean ${label}`,
        numeric: true,
        text: (run: Run) => {
          const value = estimateOf(run, key);
          return value ? measured(kind, value.mean) : "–";
        },
        sort: (run: Run) => estimateOf(run, key)?.mean ?? Infinity,
      })),
    ],
  });
}
