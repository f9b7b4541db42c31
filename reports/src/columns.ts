// Tables that travel by columns (src/pages/columns.h); one whose values are all the same is that
// value alone.
export type Cell = number | string | boolean | null;

export interface ColumnTable {
  rows: number;
  columns: Record<string, Cell[] | Cell>;
}

export class Columns {
  readonly rows: number;

  constructor(private readonly table: ColumnTable) {
    this.rows = table.rows;
  }

  has(name: string): boolean {
    return name in this.table.columns;
  }

  at(name: string, row: number): Cell {
    const column = this.table.columns[name];
    if (column === undefined) return null;
    return Array.isArray(column) ? (column[row] ?? null) : column;
  }

  /** A number; absent where there is none. */
  number(name: string, row: number): number | undefined {
    const cell = this.at(name, row);
    return typeof cell === "number" ? cell : undefined;
  }

  all(name: string): Cell[] {
    return Array.from({ length: this.rows }, (_, row) => this.at(name, row));
  }

  /** Its values, each once, numbers ascending. */
  distinct(name: string): Cell[] {
    const found = [...new Set(this.all(name))].filter((cell) => cell !== null);
    return found.sort((a, b) =>
      typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en"),
    );
  }
}
