// Many lanes of intervals over time: a step by stage and stream, a cluster by node and job. Drawn on
// a canvas, because there can be a million of them; zoomed by wheel, drag and keys.
import { numbers, type TooltipLine } from "./chart";
import { h, type Child } from "./dom";
import { human, percent } from "./format";
import { onTheme, palette } from "./palette";
import { Picture } from "./timeline/picture";
import { kindColor } from "./timeline/shades";
import { totals, totalsTable, type Totals } from "./timeline/totals";

export interface TimelineKind {
  name: string;
  /** Of the palette's series; by its place unless said. */
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
  /** Written into intervals that have room for it: a few characters. */
  label?(lane: number, index: number): string;
  /** What a lane does between its intervals; "nothing" unless said. */
  idle?: string;
  /** Kinds are named with their share of all lanes' time; true unless said. */
  shares?: boolean;
  /** Groups are closed at first. */
  closed?: boolean;
  /** Beside the buttons that zoom. */
  controls?: Child;
  /** In pixels; what does not fit is scrolled. 420 unless said. */
  height?: number;
}

function toolButton(label: string, text: string, act: () => void): HTMLElement {
  const props = { type: "button", class: "tool", "aria-label": label, title: label, onclick: act };
  return h("button", props, text);
}

/** Kinds that happen, with their shares; a click on one pales the others. */
function kindButtons(spec: TimelineSpec, picture: Picture, { byKind, whole }: Totals): HTMLElement {
  const buttons = new Map<number, HTMLElement>();
  const dots = new Map<number, HTMLElement>();
  const share = (value: number) =>
    spec.shares === false ? undefined : h("span", { class: "share" }, percent(value));
  const colour = () => {
    const colors = palette();
    for (const [kind, dot] of dots) dot.style.background = kindColor(spec.kinds, kind, colors);
  };
  const press = (kind: number) => {
    picture.highlight(picture.highlighted === kind ? undefined : kind);
    for (const [of, button] of buttons) {
      button.setAttribute("aria-pressed", String(picture.highlighted === of));
    }
  };
  spec.kinds.forEach(({ name }, kind) => {
    if (byKind[kind] === 0) return;
    const dot = h("i", { class: "dot" });
    dots.set(kind, dot);
    const props = { type: "button", "aria-pressed": "false", onclick: () => press(kind) };
    buttons.set(kind, h("button", props, dot, h("bdi", {}, name), share(byKind[kind]! / whole)));
  });
  colour();
  onTheme(colour);
  const busy = byKind.reduce((sum, time) => sum + time, 0);
  const idle = Math.max(0, 1 - busy / whole);
  return h(
    "div",
    { class: "timeline-kinds", role: "group", "aria-label": "Kinds, with their share of all lanes' time" },
    [...buttons.values()],
    idle > 0.0005 && h("span", {}, h("i", { class: "dot idle" }), spec.idle ?? "nothing", share(idle)),
  );
}

function zoomButtons(picture: Picture, controls: Child): HTMLElement {
  const { camera, rows } = picture;
  const closing = toolButton("Close all groups", "", () => {
    rows.closeAll(!rows.allClosed);
    picture.regrouped();
  });
  const seen = h("span", { class: "timeline-seen" });
  picture.onChange = () => {
    const { from, to } = camera.view;
    const span = human("seconds", to - from);
    const text = camera.fits ? `all: ${span}` : `${span} are shown`;
    if (seen.textContent !== text) seen.textContent = text;
    const action = rows.allClosed ? "Open groups" : "Close groups";
    if (closing.textContent === action) return;
    closing.textContent = action;
    closing.setAttribute("aria-label", `${action}, all of them`);
  };
  return h(
    "div",
    { class: "timeline-zoom" },
    toolButton("Zoom in", "+", () => camera.zoom(0.5)),
    toolButton("Zoom out", "−", () => camera.zoom(2)),
    toolButton("Fit: show the whole", "Fit", () => camera.fit()),
    rows.hasGroups && closing,
    controls,
    seen,
  );
}

export function timeline(spec: TimelineSpec): HTMLElement {
  const picture = new Picture(spec);
  if (spec.closed) picture.rows.closeAll(true);
  const sums = totals(spec);
  const figure = h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, h("h3", {}, spec.title), h("p", {}, spec.summary)),
    h(
      "div",
      { class: "timeline-tools" },
      kindButtons(spec, picture, sums),
      zoomButtons(picture, spec.controls),
    ),
    picture.element,
    numbers(totalsTable(spec, sums)),
  );
  // What is far below is drawn when it comes near; on paper, everything is near.
  window.addEventListener("beforeprint", () => picture.start());
  new IntersectionObserver(
    (entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      picture.start();
    },
    { rootMargin: "600px" },
  ).observe(picture.element);
  return figure;
}
