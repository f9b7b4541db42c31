// Coefficients, curves and errors of a fit, and what was not fitted.
import { h, type Child } from "../../dom";
import { human, percent } from "../../format";
import { tick } from "../../logaxis";
import { table, type Column } from "../../table";
import { nodesName, operationName, type Coefficient } from "./model";

function method(name: string): Child {
  return name === "assumed" ? h("span", { class: "estimate" }, name) : name;
}

/** "4.236 us", not "4.2360000000000001 us". */
const rounded = (text: string): string =>
  text.replace(/\d+\.\d{6,}/g, (number) => String(Number(Number(number).toPrecision(4))));

/** What it is called, and below it what that is. */
const explained = (key: string, doc: string): HTMLElement =>
  h("span", { class: "long" }, h("b", {}, key), h("br"), doc);

export function coefficientTable(caption: string, rows: Coefficient[]): HTMLElement | undefined {
  if (rows.length === 0) return undefined;
  const same = (of: (row: Coefficient) => string) => rows.every((row) => of(row) === of(rows[0]!));
  const alike = [
    same((row) => row.method) && `all ${rows[0]!.method}`,
    same((row) => row.date) && `of ${rows[0]!.date}`,
  ].filter(Boolean);
  const columns: (Column<Coefficient> | false)[] = [
    { label: "Coefficient", text: (row) => explained(row.key, row.doc), sort: (row) => row.key },
    { label: "Value", numeric: true, text: (row) => rounded(row.value) },
    rows.some((row) => row.range) && {
      label: "80 % range",
      numeric: true,
      text: (row) => (row.range ? rounded(row.range) : "–"),
    },
    !same((row) => row.method) && {
      label: "Method",
      text: (row) => method(row.method),
      sort: (row) => row.method,
    },
    { label: "Source", text: (row) => h("span", { class: "long" }, row.source), sort: (row) => row.source },
    !same((row) => row.date) && {
      label: "Date",
      text: (row) => h("span", { class: "nowrap" }, row.date),
      sort: (row) => row.date,
    },
  ];
  return table<Coefficient>({
    caption: [caption, ...alike].join(", "),
    rows,
    limit: 20,
    columns: columns.filter((column): column is Column<Coefficient> => column !== false),
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
        text: (row) => explained(row.key.replaceAll("_", " "), row.doc),
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
