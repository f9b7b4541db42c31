// Colours, from the style sheet: charts change with the theme.

export interface Palette {
  text: string;
  muted: string;
  line: string;
  background: string;
  raised: string;
  accent: string;
  good: string;
  bad: string;
  /** For things that lie side by side; told apart also by those who do not see red and green. */
  series: string[];
}

function color(style: CSSStyleDeclaration, name: string): string {
  return style.getPropertyValue(`--${name}`).trim();
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => color(style, name);
  return {
    text: of("text"),
    muted: of("muted"),
    line: of("line"),
    background: of("background"),
    raised: of("raised"),
    accent: of("accent"),
    good: of("good"),
    bad: of("bad"),
    series: Array.from({ length: 10 }, (_, i) => of(`series-${i}`)),
  };
}

/** "#rrggbb" between two colours. */
export function blend(below: string, above: string, part: number): string {
  const parts = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const [a, b] = [parts(below), parts(above)];
  return `#${a
    .map((value, i) =>
      Math.round(value + (b[i]! - value) * part)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** Colours of named things that stay the same over all charts of a page. */
export class Colors {
  private readonly order = new Map<string, number>();

  constructor(names: string[] = []) {
    for (const name of names) this.index(name);
  }

  private index(name: string): number {
    const known = this.order.get(name);
    if (known !== undefined) return known;
    this.order.set(name, this.order.size);
    return this.order.size - 1;
  }

  of(name: string, colors: Palette): string {
    return colors.series[this.index(name) % colors.series.length]!;
  }
}

const watchers = new Set<() => void>();

/** Calls it whenever colours have changed. */
export function onTheme(watcher: () => void): void {
  watchers.add(watcher);
}

export type Theme = "light" | "dark";

const system = window.matchMedia("(prefers-color-scheme: dark)");

export function theme(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

export function setTheme(chosen: Theme | undefined): void {
  if (chosen) document.documentElement.dataset["theme"] = chosen;
  else delete document.documentElement.dataset["theme"];
  for (const watcher of watchers) watcher();
}

system.addEventListener("change", () => {
  for (const watcher of watchers) watcher();
});

// Paper is white.
let before: string | undefined;
window.addEventListener("beforeprint", () => {
  before = document.documentElement.dataset["theme"];
  setTheme("light");
});
window.addEventListener("afterprint", () => setTheme(before as Theme | undefined));
