// What becomes of the inputs that a chart does not draw: all of their values averaged, or one held.
import { select, type Select } from "../../controls";
import type { Input } from "./points";

const ALL = "all";

export class Held {
  private readonly lists = new Map<Input, Select>();

  constructor(inputs: Input[], changed: () => void) {
    for (const input of inputs) {
      const choices = [
        { value: ALL, label: "all, averaged" },
        ...input.levels.map(({ label }, i) => ({ value: String(i), label })),
      ];
      this.lists.set(input, select(input.label, choices, ALL, changed));
    }
  }

  elements(): HTMLElement[] {
    return [...this.lists.values()].map(({ element }) => element);
  }

  /** Shows the lists of those that are not drawn. */
  hide(drawn: Input[]): void {
    for (const [input, { element }] of this.lists) element.hidden = drawn.includes(input);
  }

  rows(rows: number[], drawn: Input[]): number[] {
    const fixed = [...this.lists].filter(([input, { value }]) => !drawn.includes(input) && value() !== ALL);
    return rows.filter((row) => fixed.every(([input, { value }]) => input.of[row] === Number(value())));
  }

  /** "nodes at 128; averaged over interval": what holds for the others. */
  words(drawn: Input[]): string {
    const others = [...this.lists].filter(([input]) => !drawn.includes(input));
    if (others.length === 0) return "";
    const fixed = others.filter(([, { value }]) => value() !== ALL);
    const averaged = others.filter(([, { value }]) => value() === ALL).map(([{ label }]) => label);
    const parts = fixed.map(
      ([{ label, levels }, { value }]) => `${label} at ${levels[Number(value())]!.label}`,
    );
    if (averaged.length > 0) parts.push(`averaged over ${averaged.join(", ")}`);
    return ` ${parts.join("; ").replace(/^./, (letter) => letter.toUpperCase())}.`;
  }
}
