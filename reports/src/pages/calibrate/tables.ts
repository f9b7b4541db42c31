// Coefficients, curves and errors of a fit, and what was not fitted.
import { h, type Child } from "../../dom";
import { human, percent } from "../../format";
import { tick } from "../../logaxis";
import { table } from "../../table";
import { nodesName, operationName, type Coefficient } from "./model";

function method(name: string): Child {
  return name === "assumed" ? h("span", { class: "estimate" }, name) : name;
}

export function coefficientTable(caption: string, rows: Coefficient[]): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  return table<Coefficient>({
    caption,
    rows,
    limit: 30,
    columns: [
      { label: "Coefficient", text: (row) => row.key, sort: (row) => row.key },
      { label: "Value", numeric: true, text: (row) => row.value },
      { label: "80 % range", numeric: true, text: (row) => row.range ?? "–" },
      { label: "Method", text: (row) => method(row.method), sort: (row) => row.method },
      { label: "What it is", text: (row) => row.doc },
      { label: "Source", text: (row) => row.source, sort: (row) => row.source },
      { label: "Date", text: (row) => h("span", { class: "nowrap" }, row.date), sort: (row) => row.date },
    ],
  });
}

/** Latency and rate of a curve are those at its ends. */
export function curveTable(rows: any[]): HTMLElement {
  return table<any>({
    caption:
      "Curves: time against bytes, through so many measured points; the time of the smallest message and the rate of the largest",
    rows,
    columns: [
      {
        label: "Curve",
        text: (row) =>
          h("span", { class: "long" }, h("b", {}, row.key.replaceAll("_", " ")), h("br"), row.doc),
        sort: (row) => row.key,
      },
      { label: "Method", text: (row) => method(row.method), sort: (row) => row.method },
      {
        label: "Points",
        numeric: true,
        text: (row) => row.samples.toLocaleString("en-US"),
        sort: (row) => row.samples,
      },
      {
        label: "Median error",
        numeric: true,
        text: (row) => (row.median_error === null ? "–" : percent(row.median_error)),
        sort: (row) => row.median_error ?? -1,
      },
      {
        label: "Smallest",
        numeric: true,
        text: ({ smallest }) => `${human("seconds", smallest.time_s)} for ${tick("bytes", smallest.bytes)}`,
      },
      {
        label: "Largest",
        numeric: true,
        text: ({ largest }) => human("bytesPerSecond", largest.bytes / largest.time_s),
      },
      { label: "Source", text: (row) => row.source },
    ],
  });
}

export function errorTable(rows: any[]): HTMLElement {
  const optional = (value: number | null) => (value === null ? "–" : percent(value));
  return table<any>({
    caption:
      "Errors by operation and number of nodes, of buffers of 1 MB and more; left out: of a fit without that number of nodes",
    rows,
    columns: [
      { label: "Operation", text: (row) => operationName(row.operation), sort: (row) => row.operation },
      { label: "On", text: (row) => nodesName(row.nodes), sort: (row) => row.nodes },
      { label: "Points", numeric: true, text: (row) => String(row.points), sort: (row) => row.points },
      {
        label: "Measured from",
        numeric: true,
        text: (row) => tick("bytes", row.smallest_bytes),
        sort: (row) => row.smallest_bytes,
      },
      {
        label: "to",
        numeric: true,
        text: (row) => tick("bytes", row.largest_bytes),
        sort: (row) => row.largest_bytes,
      },
      {
        label: "Fitted, median",
        numeric: true,
        text: (row) => (row.points > 0 ? percent(row.fitted_median) : "–"),
        sort: (row) => row.fitted_median,
      },
      {
        label: "Left out, median",
        numeric: true,
        text: (row) => optional(row.left_out_median),
        sort: (row) => row.left_out_median ?? -1,
      },
      {
        label: "p90",
        numeric: true,
        text: (row) => optional(row.left_out_p90),
        sort: (row) => row.left_out_p90 ?? -1,
      },
    ],
  });
}

export function leftOutTable(rows: { reason: string; n: number }[]): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  return table<{ reason: string; n: number }>({
    caption: "Samples that were not fitted",
    rows: [...rows].sort((a, b) => b.n - a.n),
    columns: [
      { label: "Why", text: (row) => row.reason, sort: (row) => row.reason },
      { label: "Samples", numeric: true, text: (row) => row.n.toLocaleString("en-US"), sort: (row) => row.n },
    ],
  });
}
