// Colours as the canvas stores them: one 32-bit number a pixel, and every kind in every strength.
import type { TimelineKind } from "../timeline";
import type { Palette } from "../palette";
import { LEVELS, type Columns } from "./columns";

type Rgb = [number, number, number];

function rgb(color: string): Rgb {
  const value = Number.parseInt(color.slice(1, 7), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function mixed(below: Rgb, above: Rgb, share: number): Rgb {
  return below.map((value, i) => Math.round(value + (above[i]! - value) * share)) as Rgb;
}

export function packed([red, green, blue]: Rgb): number {
  return (255 << 24) | (blue << 16) | (green << 8) | red;
}

/** Relative luminance. @source WCAG 2.2 */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export class Shades {
  /** Of the page, and of a lane in which nothing happens. */
  readonly background: number;
  readonly track: number;
  /** By kind × (LEVELS + 1) + level, as Columns counts. */
  readonly table: Uint32Array;
  /** By kind: what text on it is written in. */
  readonly ink: string[];

  constructor(kinds: TimelineKind[], colors: Palette, highlighted: number | undefined) {
    const track = rgb(colors.raised);
    this.background = packed(rgb(colors.background));
    this.track = packed(track);
    this.table = new Uint32Array(kinds.length * (LEVELS + 1));
    this.ink = kinds.map((_, kind) => {
      const own = rgb(kindColor(kinds, kind, colors));
      const shown = highlighted === undefined || highlighted === kind ? own : mixed(track, own, 0.22);
      for (let level = 0; level <= LEVELS; level += 1) {
        this.table[kind * (LEVELS + 1) + level] = packed(mixed(track, shown, level / LEVELS));
      }
      return luminance(shown) > 0.18 ? "#000000" : "#ffffff";
    });
  }
}

export function kindColor(kinds: TimelineKind[], kind: number, colors: Palette): string {
  return colors.series[(kinds[kind]!.series ?? kind) % colors.series.length]!;
}

/** The mean of many rows of columns. */
export class Blend {
  private readonly sums: Float64Array;
  private rows = 0;

  constructor(
    private readonly width: number,
    private readonly shades: Shades,
  ) {
    this.sums = new Float64Array(3 * width);
  }

  add({ shade }: Columns): void {
    const { sums, width } = this;
    const { table, track } = this.shades;
    for (let x = 0, i = 0; x < width; x += 1, i += 3) {
      const pixel = shade[x] === 0 ? track : table[shade[x]!]!;
      sums[i]! += pixel & 255;
      sums[i + 1]! += (pixel >> 8) & 255;
      sums[i + 2]! += (pixel >> 16) & 255;
    }
    this.rows += 1;
  }

  result(): Uint32Array {
    const line = new Uint32Array(this.width);
    const mean = (i: number) => Math.round(this.sums[i]! / Math.max(1, this.rows));
    for (let x = 0; x < this.width; x += 1) line[x] = packed([mean(3 * x), mean(3 * x + 1), mean(3 * x + 2)]);
    return line;
  }
}
