// Tables: sorted by a click or by Enter on a column's head, numbers aligned, in a frame that scrolls
// by itself where the screen is narrow.
import { h, type Child } from "./dom";

export interface Column<Row> {
  label: string;
  /** What a cell shows. */
  text(row: Row): Child;
  /** What the column is sorted by; absent: it is not sorted. */
  sort?(row: Row): number | string;
  /** Right-aligned. */
  numeric?: boolean;
}

/** A column of numbers, sorted by them; null is written as a dash and comes first. */
export function figures<Row>(
  label: string,
  of: (row: Row) => number | null | undefined,
  write: (value: number) => Child,
): Column<Row> {
  const text = (value: number | null | undefined) => (value == null ? "–" : write(value));
  return { label, numeric: true, text: (row) => text(of(row)), sort: (row) => of(row) ?? -1 };
}

export interface TableOptions<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  /** Rows that are there at once; a button brings the others. */
  limit?: number;
  /** The row is said to be this: the chosen one, say. */
  marked?(row: Row): boolean;
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

export function table<Row>(options: TableOptions<Row>): HTMLElement {
  const { columns } = options;
  let rows = [...options.rows];
  let shown = Math.min(rows.length, options.limit ?? rows.length);
  const body = h("tbody");
  const heads = columns.map((column) =>
    h("th", { scope: "col", class: column.numeric ? "number" : undefined }),
  );

  const cell = (column: Column<Row>, row: Row, first: boolean) =>
    h(
      first ? "th" : "td",
      { class: column.numeric ? "number" : undefined, scope: first ? "row" : undefined },
      column.text(row),
    );
  const fill = () => {
    body.replaceChildren(
      ...rows.slice(0, shown).map((row) =>
        h(
          "tr",
          { class: options.marked?.(row) ? "marked" : undefined },
          columns.map((column, i) => cell(column, row, i === 0)),
        ),
      ),
    );
  };
  const sortBy = (index: number) => {
    const key = columns[index]!.sort!;
    const ascending = heads[index]!.getAttribute("aria-sort") !== "ascending";
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[index]!.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    rows = [...rows].sort((a, b) => (ascending ? 1 : -1) * compare(key(a), key(b)));
    fill();
  };
  columns.forEach((column, i) => {
    heads[i]!.append(
      column.sort
        ? h("button", { type: "button", class: "sort", onclick: () => sortBy(i) }, column.label)
        : column.label,
    );
  });
  fill();

  const frame = h(
    "div",
    { class: "table-frame", role: "region", tabindex: 0, "aria-label": options.caption },
    h(
      "table",
      {},
      h("caption", {}, h("span", {}, options.caption)),
      h("thead", {}, h("tr", {}, heads)),
      body,
    ),
  );
  if (shown === rows.length) return frame;
  const more = h(
    "button",
    { type: "button", class: "more" },
    `show all ${rows.length.toLocaleString("en-US")}`,
  );
  more.addEventListener("click", () => {
    shown = rows.length;
    fill();
    more.remove();
  });
  return h("div", {}, frame, more);
}
