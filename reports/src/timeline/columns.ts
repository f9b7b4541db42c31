// What a lane shows in each column of pixels: where many intervals share a column, the kind that takes
// most of its time, and how much of its time is taken at all.
import type { TimelineLane } from "../timeline";

export interface View {
  from: number;
  to: number;
}

/** Shades of a colour, by the share of a column's time that is taken. */
export const LEVELS = 16;
/** What takes little of a column's time is still seen. */
const FAINTEST = LEVELS / 4;
/** Intervals of as many columns keep a column's distance to the next one. */
const WIDE = 4;

/** First interval of the lane that ends after `time`. */
export function firstAfter(lane: TimelineLane, time: number): number {
  let low = 0;
  let high = lane.end.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane.end[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Number of intervals that the view shows of the lane, from `first` on. */
export function visibleFrom(lane: TimelineLane, first: number, view: View): number {
  let low = first;
  let high = lane.begin.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane.begin[middle]! < view.to) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

/** One lane at a time; the arrays are used again for the next one. */
export class Columns {
  /** By column: kind × (LEVELS + 1) + level; level 0: nothing. */
  readonly shade: Uint16Array;
  /** Most intervals that share a column. */
  crowd = 0;

  private readonly taken: Float64Array;
  private touched: number[] = [];
  private column = -1;
  private sharing = 0;

  constructor(
    readonly width: number,
    kinds: number,
  ) {
    this.shade = new Uint16Array(width);
    this.taken = new Float64Array(kinds);
  }

  fill(lane: TimelineLane, view: View): void {
    const { width, shade } = this;
    const scale = width / (view.to - view.from);
    shade.fill(0);
    this.crowd = 0;
    const first = firstAfter(lane, view.from);
    for (let i = first; i < lane.begin.length && lane.begin[i]! < view.to; i += 1) {
      const kind = lane.kind[i]!;
      const x0 = Math.max(0, (lane.begin[i]! - view.from) * scale);
      let x1 = Math.min(width, (lane.end[i]! - view.from) * scale);
      if (x1 - x0 >= WIDE && x1 < width) x1 -= 1;
      const c0 = Math.floor(x0);
      const c1 = Math.floor(x1);
      if (c0 === c1) {
        this.add(c0, kind, x1 - x0);
        continue;
      }
      this.add(c0, kind, c0 + 1 - x0);
      if (c1 > c0 + 1) shade.fill(kind * (LEVELS + 1) + LEVELS, c0 + 1, c1);
      if (x1 > c1) this.add(c1, kind, x1 - c1);
    }
    this.flush();
    this.column = -1;
  }

  private add(column: number, kind: number, amount: number): void {
    if (column >= this.width) return;
    if (column !== this.column) {
      this.flush();
      this.column = column;
    }
    if (this.taken[kind] === 0) this.touched.push(kind);
    this.taken[kind]! += Math.max(amount, 1e-12);
    this.sharing += 1;
  }

  private flush(): void {
    if (this.sharing === 0) return;
    let most = this.touched[0]!;
    let all = 0;
    for (const kind of this.touched) {
      if (this.taken[kind]! > this.taken[most]!) most = kind;
      all += this.taken[kind]!;
      this.taken[kind] = 0;
    }
    const level = Math.min(LEVELS, Math.max(FAINTEST, Math.round(all * LEVELS)));
    this.shade[this.column] = most * (LEVELS + 1) + level;
    this.crowd = Math.max(this.crowd, this.sharing);
    this.touched.length = 0;
    this.sharing = 0;
  }
}
