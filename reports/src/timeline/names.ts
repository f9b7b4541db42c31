// The column of names beside the picture; a group's name opens and closes it.
import { h } from "../dom";
import { grouped } from "../format";
import type { Row, Rows } from "./rows";

export class Names {
  readonly element = h("div", { class: "timeline-names" });
  private readonly shown = new Map<string, HTMLElement>();

  constructor(
    private readonly rows: Rows,
    private readonly toggle: (group: number) => void,
  ) {}

  /** Only names that are seen are there: there can be thousands. */
  draw(rowHeight: number, scrollTop: number, height: number): void {
    const first = Math.floor(scrollTop / rowHeight);
    const last = Math.min(this.rows.list.length, Math.ceil((scrollTop + height) / rowHeight));
    const seen = new Set<string>();
    for (let i = first; i < last; i += 1) {
      const row = this.rows.list[i]!;
      const key = keyOf(row, row.group?.open);
      seen.add(key);
      const name = this.shown.get(key) ?? this.made(row, key);
      name.style.height = name.style.lineHeight = `${rowHeight}px`;
      name.style.transform = `translateY(${i * rowHeight - scrollTop}px)`;
    }
    for (const [key, element] of this.shown) {
      if (seen.has(key)) continue;
      element.remove();
      this.shown.delete(key);
    }
  }

  private made(row: Row, key: string): HTMLElement {
    const name = row.group ? this.groupName(row, row.group) : this.laneName(row);
    this.shown.set(key, name);
    this.element.append(name);
    return name;
  }

  private laneName({ name }: Row): HTMLElement {
    const inside = this.rows.hasGroups ? " inside" : "";
    return h("div", { class: `timeline-name${inside}`, title: name }, h("bdi", {}, name));
  }

  private groupName(row: Row, { index, open, size }: NonNullable<Row["group"]>): HTMLElement {
    const button = h(
      "button",
      { type: "button", class: "timeline-name", "aria-expanded": String(open), title: row.name },
      h("bdi", {}, row.name),
      !open && h("small", {}, ` ${grouped(size)}`),
    );
    button.addEventListener("click", () => {
      this.toggle(index);
      this.shown.get(keyOf(row, !open))?.focus();
    });
    return button;
  }
}

/** An open group's name is another element than that of the closed one. */
function keyOf(row: Row, open: boolean | undefined): string {
  return row.group ? `${row.key}${open}` : row.key;
}
