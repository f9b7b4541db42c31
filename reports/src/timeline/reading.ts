// What is read of a timeline in words: the interval under the pointer, the chosen one, what is drawn
// together, and how it is used.
import type { TimelineSpec } from "../timeline";
import { tooltip } from "../chart";
import { h } from "../dom";
import { grouped, human } from "../format";
import { palette } from "../palette";
import { firstAfter, type View } from "./columns";
import type { Chosen } from "./painter";
import type { Rows } from "./rows";
import { kindColor } from "./shades";

/** The longest of the intervals within a pixel of `x`, and how many others are. */
export function intervalAt(
  spec: TimelineSpec,
  lane: number,
  x: number,
  view: View,
  width: number,
): { chosen: Chosen; others: number } | undefined {
  const intervals = spec.lanes[lane]!;
  const { begin, end } = intervals;
  const pixel = (view.to - view.from) / width;
  const from = view.from + (Math.floor(x) - 0.5) * pixel;
  let longest = -1;
  let others = -1;
  for (let i = firstAfter(intervals, from); i < begin.length && begin[i]! < from + 2 * pixel; i += 1) {
    others += 1;
    if (longest < 0 || end[i]! - begin[i]! > end[longest]! - begin[longest]!) longest = i;
  }
  return longest < 0 ? undefined : { chosen: { lane, index: longest }, others };
}

/** What the pointer shows. */
export function tip(spec: TimelineSpec, { lane, index }: Chosen, others: number): HTMLElement {
  const { heading, lines } = spec.describe(lane, index);
  const kind = spec.lanes[lane]!.kind[index]!;
  const what = { label: spec.kinds[kind]!.name, value: "", color: kindColor(spec.kinds, kind, palette()) };
  const more = others > 0 ? [{ label: "others under the pointer", value: grouped(others) }] : [];
  return tooltip(heading, [what, ...lines, ...more]);
}

/** What is said below the picture of the chosen interval. */
export function reading(spec: TimelineSpec, { lane, index }: Chosen): HTMLElement[] {
  const { heading, lines } = spec.describe(lane, index);
  const { name, group, begin } = spec.lanes[lane]!;
  const from = human("seconds", begin[index]! - spec.from);
  return [
    h("b", {}, heading),
    h("span", {}, `${group ? `${group}, ` : ""}${name}, from ${from}`),
    ...lines.map(({ label, value }) => h("span", {}, `${label} `, h("strong", {}, value))),
  ];
}

/** What is said there while nothing is chosen. */
export function howTo(): HTMLElement[] {
  if (window.matchMedia("(pointer: coarse)").matches) {
    return [h("span", {}, "Tap an interval to read it; drag to move, pinch to zoom.")];
  }
  const key = (name: string) => h("kbd", {}, name);
  return [
    h("span", {}, "Click an interval to read it. Then the wheel zooms and dragging moves."),
    h("span", {}, key("←"), key("→"), " move, ", key("+"), key("−"), " zoom, ", key("Home"), " shows all,"),
    h("span", {}, key("Shift"), " with an arrow goes to the next interval."),
  ];
}

/** How honest the picture is: what is drawn together, and what is left out. */
export function notes(crowd: number, rows: Rows, hidden: number): string {
  const texts = [];
  if (crowd > 1) {
    texts.push(
      `Up to ${grouped(crowd)} intervals a pixel: each column of pixels shows what takes most of its ` +
        "time, paler where nothing happens for part of it. Zoom in to see them one by one.",
    );
  }
  if (rows.list.some(({ group, lanes }) => group && !group.open && lanes.length > 1)) {
    texts.push("A closed group shows the mean colour of its lanes.");
  }
  if (hidden > 0) texts.push(`${grouped(hidden)} more rows do not fit on the paper.`);
  return texts.join(" ");
}
