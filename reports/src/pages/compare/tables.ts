// All members side by side, one run a row: each table can be sorted by every column.
import type { Child } from "../../dom";
import { grouped, human, humanRange, percent, significant, words, type Quantity } from "../../format";
import { h } from "../../dom";
import { short } from "../../measure";
import { table, type Column } from "../../table";
import { able, degrees, estimateOf, type Run } from "./runs";

const name: Column<Run> = {
  label: "Run",
  text: ({ label }) => h("span", { dir: "auto", title: label }, short(label, 60)),
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

function side(caption: string, columns: Column<Run>[], runs: Run[]): HTMLElement {
  const element = table({ caption, columns: said([name, ...columns], runs), rows: runs });
  element.classList.add("held");
  return element;
}

function forecasts(runs: Run[]): HTMLElement {
  return side(
    "Forecast: the median of the runs, and p10 to p90",
    [
      text("Cluster", ({ nodes, instance }) => `${grouped(nodes)} × ${instance}`),
      number("Accelerators", ({ accelerators }) => accelerators, grouped),
      estimate("Done in", "wall_time_s", "seconds"),
      estimate("Cost", "cost_usd", "usd"),
      estimate("Energy", "energy_j", "joules"),
      estimate("CO₂e, local grid", "co2e_kg", "kilograms"),
      text("Pareto set", ({ pareto, dominated_by }) =>
        pareto ? "in it" : `behind ${short(dominated_by[0] ?? "", 40)}`,
      ),
    ],
    runs,
  );
}

function steps(runs: Run[]): HTMLElement {
  const layout = (run: Run) => run.plan.layout;
  return side(
    "Step and layout: tensor × pipeline × data-parallel ranks",
    [
      number(
        "Step",
        ({ plan }) => plan.step.time_s,
        (value) => human("seconds", value),
      ),
      number("MFU", ({ plan }) => plan.step.mfu, percent),
      number("ETTR", ({ plan }) => plan.forecast.ettr.p50, percent),
      text("Layout", ({ plan }) => degrees(plan)),
      number("ZeRO", (run) => layout(run).zero, String),
      text(
        "Microbatches",
        (run) =>
          layout(run).microbatches && `${grouped(layout(run).microbatches)} of ${layout(run).micro_batch}`,
      ),
      number(
        "Virtual stages",
        (run) => (layout(run).virtual_stages > 1 ? layout(run).virtual_stages : null),
        String,
      ),
      text("Recompute", (run) => (layout(run).recompute === "none" ? undefined : layout(run).recompute)),
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
        "Checkpoint every",
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
      text("Price list", ({ price }) => price?.list),
      text("Prices of", ({ price }) => price?.date),
      text("Source", ({ price }) => price?.source),
    ],
    runs,
  );
}

/** Notes and how much was searched, run by run. */
export function notes(runs: Run[]): HTMLElement | undefined {
  const texts = able(runs).flatMap(({ label, searched, notes, plan }) => {
    const sum = (key: "considered" | "valid" | "fit") => (searched ?? []).reduce((a, b) => a + b[key], 0);
    const found = searched
      ? [
          `the best of ${grouped(sum("fit"))} layouts that fit in memory; ${grouped(sum("valid"))} of ` +
            `${grouped(sum("considered"))} combinations divide the run`,
        ]
      : [];
    return [...found, ...notes, ...(plan.notes ?? [])].map((note: string) => `${label}: ${note}`);
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
