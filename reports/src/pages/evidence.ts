// What a forecast rests on: figures that nobody has measured, and the documents that others come from.
import { folded } from "../page";
import { table } from "../table";

export interface Assumed {
  figure: string;
  value: string;
  range: string | null;
  why: string;
}

export interface Source {
  source: string;
  date: string;
  method: string;
  figures: string[];
}

export function assumedTable(rows: Assumed[] | undefined): HTMLElement | undefined {
  if (!rows || rows.length === 0) return undefined;
  return table<Assumed>({
    caption: "Assumed: nobody has measured or published these; doubt them first",
    rows,
    limit: 12,
    columns: [
      { label: "What", text: (row) => row.figure, sort: (row) => row.figure },
      { label: "Value", numeric: true, text: (row) => row.value },
      { label: "Because", text: (row) => row.why, sort: (row) => row.why },
    ],
  });
}

export function sourcesTable(rows: Source[] | undefined): HTMLElement | undefined {
  if (!rows || rows.length === 0) return undefined;
  return folded(
    `Sources of all figures (${rows.length})`,
    table<Source>({
      caption: "Sources",
      rows,
      columns: [
        { label: "Source", text: (row) => row.source, sort: (row) => row.source },
        { label: "Date", text: (row) => row.date, sort: (row) => row.date },
        { label: "Method", text: (row) => row.method, sort: (row) => row.method },
        { label: "Figures", text: (row) => row.figures.join(", ") },
      ],
    }),
  );
}
