// Measured steps: the answer, the scatter, errors by set and by what was run, worst and refused rows.
import type { Child } from "../../dom";
import { h } from "../../dom";
import { errorBars, type ErrorGroup } from "../../errorbars";
import { count, grouped, growth as signed, human, percent } from "../../format";
import { keyFigure, keyFigures, remarks, type Section } from "../../page";
import { scatter } from "../../scatter";
import { figures, table, type Column } from "../../table";
import { parts, type StepRow, type StepSet, type Steps } from "./model";

export function stepsAnswer({ all, method, predicted, coverageOfSets }: Steps): Child[] {
  const size = (of: (row: StepRow) => number) =>
    predicted.reduce((sum, row) => sum + Math.abs(of(row)), 0) / Math.max(1, predicted.length);
  return [
    keyFigures(
      keyFigure(
        "Mean error of step time",
        percent(all.mape),
        `${all.n.toLocaleString("en-US")} rows`,
        `${percent(size((row) => row.baselineError))} with one utilisation (MFU) per source`,
      ),
      keyFigure(
        "Median error",
        percent(all.median),
        `90th percentile ${percent(all.p90)}`,
        `at most ${percent(all.max)}`,
      ),
      keyFigure("Bias", signed(all.bias), undefined, "mean of predicted / measured − 1"),
      all.coverage !== null
        ? keyFigure(
            "Inside the 80 % interval",
            percent(all.coverage),
            coverageOfSets === null ? undefined : `${percent(coverageOfSets)} averaged over sets`,
            "80 % should be",
          )
        : undefined,
      all.noise_floor !== null
        ? keyFigure("Noise floor", percent(all.noise_floor), undefined, "spread of rows equal in every input")
        : undefined,
      all.refused > 0
        ? keyFigure(
            "Refused",
            String(all.refused),
            `of ${all.n.toLocaleString("en-US")}`,
            "each counts as an error of 100 %",
          )
        : undefined,
    ),
    h("p", {}, method),
  ];
}

function setTable(steps: Steps): HTMLElement {
  return table<StepSet>({
    caption:
      "Errors of step time by set of rows; a refused row counts as 100 %. Baseline: the mean error with one utilisation (MFU) " +
      "per source, accelerator and precision, fitted to these very rows, so that it meets a single row exactly. Noise: of rows " +
      "that are equal in every input. Covered: rows inside their 80 % interval",
    rows: [steps.all, ...steps.sets],
    marked: (set) => set === steps.all,
    columns: [
      { label: "Set", text: (set) => set.set, sort: (set) => set.set },
      figures("n", (set) => set.n, grouped),
      figures("Refused", (set) => set.refused, String),
      figures("Mean", (set) => set.mape, percent),
      figures("Median", (set) => set.median, percent),
      figures("p90", (set) => set.p90, percent),
      figures("Max", (set) => set.max, percent),
      figures("Bias", (set) => set.bias, signed),
      figures("Baseline", (set) => set.baseline_mape, percent),
      {
        label: "Beaten",
        text: (set) =>
          set.mape < set.baseline_mape
            ? "yes"
            : set.baseline_mape < 1e-9
              ? "–"
              : h("span", { class: "bad" }, "no"),
        sort: (set) => set.baseline_mape - set.mape,
      },
      figures("Noise", (set) => set.noise_floor, percent),
      figures("Covered", (set) => set.coverage, percent),
    ],
  });
}

function scatterOf(steps: Steps): HTMLElement {
  return scatter({
    title: "Step time, predicted against measured",
    choose: "Set of rows",
    colors: steps.colors,
    points: steps.predicted.map((row) => ({
      name: row.id,
      set: row.set,
      measured: row.measured,
      predicted: row.predicted!,
      lines: [
        { label: "on", value: `${row.ranks.toLocaleString("en-US")} × ${row.accelerator}` },
        ...(row.factor
          ? [
              {
                label: "80 % within",
                value: `${human("seconds", row.predicted! / row.factor)} to ${human("seconds", row.predicted! * row.factor)}`,
              },
            ]
          : []),
      ],
    })),
  });
}

function groupsBy(rows: StepRow[], key: (row: StepRow) => string | undefined): ErrorGroup[] {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const name = key(row);
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), row.error]);
  }
  return [...groups].map(([name, errors]) => ({ name, errors }));
}

function widest(groups: ErrorGroup[]): string {
  const mean = ({ errors }: ErrorGroup) =>
    errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
  const sorted = [...groups].sort((a, b) => mean(b) - mean(a));
  if (sorted.length < 2) return "";
  const [worst, best] = [sorted[0]!, sorted[sorted.length - 1]!];
  return `The mean size is greatest for ${worst.name} (${percent(mean(worst))}) and least for ${best.name} (${percent(mean(best))}).`;
}

const SIZES: [number, string][] = [
  [1e9, "below 1B parameters"],
  [4e9, "1B to 4B"],
  [16e9, "4B to 16B"],
  [64e9, "16B to 64B"],
  [256e9, "64B to 256B"],
  [Infinity, "256B and more"],
];

function sizeOf(row: StepRow): string | undefined {
  return row.parameters === null ? undefined : SIZES.find(([most]) => row.parameters! < most)![1];
}

function bars(steps: Steps, title: string, label: string, groups: ErrorGroup[]): HTMLElement | undefined {
  if (groups.length < 2) return undefined;
  return errorBars({
    title,
    label,
    summary: widest(groups),
    groups,
    color: (name, colors) => (label === "Set" ? steps.colors.of(name, colors) : colors.series[0]!),
  });
}

function byWhatWasRun(steps: Steps): Child[] {
  const rows = steps.predicted;
  const order = SIZES.map(([, name]) => name);
  const sizes = groupsBy(rows, sizeOf).sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const by = (key: (row: StepRow) => string) =>
    groupsBy(rows, key)
      .sort((a, b) => b.errors.length - a.errors.length)
      .slice(0, 14);
  return [
    bars(steps, "Errors by size of the model", "Parameters", sizes),
    bars(
      steps,
      "Errors by accelerator",
      "Accelerator",
      by((row) => row.accelerator),
    ),
    bars(
      steps,
      "Errors by software",
      "Software",
      by((row) => row.framework),
    ),
  ];
}

function rowTable(caption: string, rows: StepRow[], limit: number): HTMLElement {
  return table<StepRow>({
    caption,
    rows,
    limit,
    columns: [
      { label: "Row", text: (row) => h("span", { class: "long" }, row.id), sort: (row) => row.id },
      {
        label: "Measured",
        numeric: true,
        text: (row) => human("seconds", row.measured),
        sort: (row) => row.measured,
      },
      {
        label: "Predicted",
        numeric: true,
        text: (row) => human("seconds", row.predicted!),
        sort: (row) => row.predicted!,
      },
      { label: "Error", numeric: true, text: (row) => signed(row.error), sort: (row) => row.error },
      {
        label: "Predicted time consists of",
        text: (row) =>
          parts(row)
            .map(([name, share]) => `${name} ${percent(share, 0)}`)
            .join(", "),
      },
      {
        label: "Model and cluster",
        text: (row) =>
          `${row.model}${row.parameters ? ` (${count(row.parameters)})` : ""} on ` +
          `${row.ranks.toLocaleString("en-US")} × ${row.accelerator}`,
        sort: (row) => row.parameters ?? 0,
      },
      ...(rows.some((row) => row.extrapolated.length > 0)
        ? [{ label: "Extrapolated", text: (row: StepRow) => row.extrapolated.join("; ") }]
        : []),
    ],
  });
}

function refused(steps: Steps): Child {
  const reasons = new Map<string, StepRow[]>();
  for (const row of steps.rows) {
    if (row.refused) reasons.set(row.refused, [...(reasons.get(row.refused) ?? []), row]);
  }
  if (reasons.size === 0) return undefined;
  return table<[string, StepRow[]]>({
    caption: "Refused rows: no forecast is made of them, and each counts as an error of 100 %",
    rows: [...reasons],
    columns: [
      { label: "Why", text: ([reason]) => reason, sort: ([reason]) => reason },
      {
        label: "Rows",
        numeric: true,
        text: ([, rows]) => String(rows.length),
        sort: ([, rows]) => rows.length,
      },
      { label: "Which", text: ([, rows]) => rows.map((row) => row.id).join(", ") },
    ],
  });
}

function memoryAndOrder(steps: Steps): Section | undefined {
  const all = [steps.all, ...steps.sets];
  const memory = all.filter((set) => set.memory);
  const order = all.filter((set) => set.order);
  if (memory.length === 0 && order.length === 0) return undefined;
  const name: Column<StepSet> = { label: "Set", text: (set) => set.set, sort: (set) => set.set };
  return {
    id: "order",
    title: "Order of layouts, and memory",
    intro:
      "Is the layout that is forecast to be fastest the fastest? Regret: how much longer it took than the fastest that was measured.",
    body: [
      order.length > 0 &&
        table<StepSet>({
          caption: "Layouts of one model on one cluster; pairs were measured more than 3 % apart",
          rows: order,
          marked: (set) => set === steps.all,
          columns: [
            name,
            figures("Clusters", (set) => set.order!.clusters, String),
            figures("Pairs", (set) => set.order!.pairs, grouped),
            figures("Ordered", (set) => set.order!.share_ordered, percent),
            figures("Regret", (set) => set.order!.regret, percent),
            figures("Worst regret", (set) => set.order!.worst_regret, percent),
          ],
        }),
      memory.length > 0 &&
        table<StepSet>({
          caption:
            "Peak memory of the first rank; above 85 % of the accelerator's only forecasts that are too low count",
          rows: memory,
          marked: (set) => set === steps.all,
          columns: [
            name,
            figures("n", (set) => set.memory!.n, String),
            figures("Mean error", (set) => set.memory!.mape, percent),
            figures("Median", (set) => set.memory!.median, percent),
            figures("Max", (set) => set.memory!.max, percent),
            figures("Bias", (set) => set.memory!.bias, signed),
          ],
        }),
    ],
  };
}

export function stepsSections(steps: Steps): Section[] {
  const worst = [...steps.predicted].sort((a, b) => Math.abs(b.error) - Math.abs(a.error));
  const extrapolated = steps.predicted.filter((row) => row.extrapolated.length > 0).length;
  const sections: (Section | undefined)[] = [
    {
      id: "steps",
      title: "Predicted against measured",
      body: [
        scatterOf(steps),
        remarks(
          "note",
          "Outside of what was fitted",
          extrapolated > 0
            ? [
                `${extrapolated} of ${steps.predicted.length} rows are extrapolated: something of them lies outside of what the calibration was fitted on.`,
              ]
            : [],
        ),
      ],
    },
    {
      id: "errors",
      title: "Where errors are",
      intro: "Errors are predicted / measured − 1; the shaded band is ±10 %.",
      body: [
        bars(
          steps,
          "Errors by set",
          "Set",
          groupsBy(steps.predicted, (row) => row.set).sort((a, b) => a.name.localeCompare(b.name, "en")),
        ),
        setTable(steps),
        ...byWhatWasRun(steps),
      ],
    },
    {
      id: "worst",
      title: "Worst rows",
      body: [rowTable("Rows by the size of their error", worst, 12), refused(steps)],
    },
    memoryAndOrder(steps),
  ];
  return sections.filter((section): section is Section => section !== undefined);
}
