// All members side by side, one run a row: each table can be sorted by every column.
import type { Child } from "../../dom";
import { grouped, human, humanRange, percent, significant, words, type Quantity } from "../../format";
import { h } from "../../dom";
import { short } from "../../measure";
import { table, type Column } from "../../table";
import { able, degrees, estimateOf, together, type Run } from "./runs";

const name: Column<Run> = {
  label: "Run",
  text: ({ label }) => h("span", { dir: "auto", title: label }, short(label, 60)),
  sort: ({ label }) => label,
};

/** What follows, small, on a line of its own. */
function below(...lines: Child[]): Child[] {
  return lines.filter(Boolean).map((line) => [h("br"), h("small", {}, line)]);
}

/** The run above what it runs on. */
const cluster: Column<Run> = {
  label: "Run",
  text: ({ label, nodes, instance, accelerators }) => [
    h("span", { dir: "auto", title: label }, short(label, 60)),
    ...below(`${grouped(nodes)} × ${instance}`, `${grouped(accelerators)} accelerators`),
  ],
  sort: ({ label }) => label,
};

function number(
  label: string,
  of: (run: Run) => number | null | undefined,
  say: (value: number) => Child,
): Column<Run> {
  return {
    label,
    numeric: true,
    text: (run) => {
      const value = of(run);
      return value === null || value === undefined ? "–" : say(value);
    },
    sort: (run) => of(run) ?? Infinity,
  };
}

function text(label: string, of: (run: Run) => string | undefined): Column<Run> {
  const say = (run: Run) => {
    const said = of(run) || "–";
    return said.length < 30 ? h("span", { class: "whole" }, said) : said;
  };
  return { label, text: say, sort: (run) => of(run) ?? "" };
}

/** The median above its range. */
function estimate(label: string, key: string, kind: Quantity): Column<Run> {
  return {
    label,
    numeric: true,
    text: (run) => {
      const value = estimateOf(run, key);
      if (!value) return "–";
      const range = humanRange(kind, value.p10, value.p90);
      return [h("b", {}, human(kind, value.p50)), h("br"), h("small", {}, range)];
    },
    sort: (run) => estimateOf(run, key)?.p50 ?? Infinity,
  };
}

/** Columns in which no run has anything to say are left out. */
function said(columns: Column<Run>[], runs: Run[]): Column<Run>[] {
  return columns.filter(({ sort }) => runs.some((run) => !["", Infinity].includes(sort!(run))));
}

function side(caption: string, columns: Column<Run>[], runs: Run[], first = name): HTMLElement {
  const element = table({ caption, columns: said([first, ...columns], runs), rows: runs });
  element.classList.add("held");
  return element;
}

function forecasts(runs: Run[]): HTMLElement {
  return side(
    "Forecast: the median of the runs, and p10 to p90",
    [
      estimate("Done in", "wall_time_s", "seconds"),
      estimate("Cost", "cost_usd", "usd"),
      estimate("Energy", "energy_j", "joules"),
      estimate("CO₂e, local grid", "co2e_kg", "kilograms"),
      text("Pareto set", ({ pareto, dominated_by }) =>
        pareto ? "in it" : `behind ${short(dominated_by[0] ?? "", 40)}`,
      ),
    ],
    runs,
    cluster,
  );
}

/** "ZeRO 1, 16 microbatches of 1, 16 virtual stages, recompute full". */
function rest({ plan }: Run): string {
  const { zero, microbatches, micro_batch, virtual_stages, recompute } = plan.layout;
  const parts = [
    typeof zero === "number" && `ZeRO ${zero}`,
    microbatches && `${grouped(microbatches)} microbatches of ${micro_batch}`,
    virtual_stages > 1 && `${virtual_stages} virtual stages`,
    recompute && recompute !== "none" && `recompute ${words(recompute)}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function steps(runs: Run[]): HTMLElement {
  return side(
    "Step and layout: tensor × pipeline × data-parallel ranks. MFU: share of the accelerators' peak that goes into the " +
      "model's arithmetic. Training time ratio (ETTR): share of the wall time in which training goes forward",
    [
      number(
        "Step",
        ({ plan }) => plan.step.time_s,
        (value) => human("seconds", value),
      ),
      number("MFU", ({ plan }) => plan.step.mfu, percent),
      number("ETTR", ({ plan }) => plan.forecast.ettr.p50, percent),
      {
        label: "Layout",
        text: (run) => h("span", { class: "long" }, degrees(run.plan), below(rest(run))),
        sort: (run) => degrees(run.plan),
      },
      number(
        "Peak memory",
        ({ plan }) => plan.step.memory_bytes?.peak,
        (value) => human("bytes", value),
      ),
      number(
        "Node power",
        ({ mean_node_power_w }) => mean_node_power_w,
        (value) => `${significant(value / 1e3)} kW`,
      ),
      number(
        "Saves every",
        ({ plan }) => plan.checkpoint?.interval_s,
        (value) => human("seconds", value),
      ),
    ],
    runs,
  );
}

function purchases(runs: Run[]): HTMLElement {
  return side(
    "What is rented, and whose prices these are",
    [
      number("Spares", ({ spares }) => spares, grouped),
      text("Quota needed", ({ quota }) => quota.words),
      number(
        "A node hour",
        ({ price }) => price?.usd_per_node_hour,
        (value) => `${value.toFixed(2)} USD`,
      ),
      text("Bought", ({ price }) => (price ? words(price.mode) : undefined)),
      {
        label: "Prices",
        text: ({ price }) =>
          price ? h("span", { class: "long" }, `${price.list}, of ${price.date}`, below(price.source)) : "–",
        sort: ({ price }) => price?.list ?? "",
      },
    ],
    runs,
  );
}

/** Notes and how much was searched, run by run. */
export function notes(runs: Run[]): HTMLElement | undefined {
  const texts = together(able(runs), ({ searched, notes, plan }) => {
    const sum = (key: "considered" | "valid" | "fit") => (searched ?? []).reduce((a, b) => a + b[key], 0);
    const found = searched
      ? [
          `the best of ${grouped(sum("fit"))} layouts that fit in memory; ${grouped(sum("valid"))} of ` +
            `${grouped(sum("considered"))} combinations divide the run`,
        ]
      : [];
    return [...found, ...notes, ...(plan.notes ?? [])];
  });
  return texts.length > 0
    ? h(
        "ul",
        {},
        texts.map((note) => h("li", {}, note)),
      )
    : undefined;
}

export function tables(runs: Run[]): HTMLElement[] {
  const good = able(runs);
  return [forecasts(good), steps(good), purchases(good)];
}
