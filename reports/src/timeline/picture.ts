// The picture itself: overview, axis, names of lanes, canvas; what is seen, chosen and pointed at.
import type { TimelineSpec } from "../timeline";
import { h } from "../dom";
import { onTheme, palette } from "../palette";
import { Camera } from "./camera";
import { firstAfter } from "./columns";
import { gestures } from "./gestures";
import { Names } from "./names";
import { Overview } from "./overview";
import { Painter, type Chosen } from "./painter";
import { howTo, intervalAt, notes, reading, tip } from "./reading";
import { Rows } from "./rows";
import { Shades } from "./shades";
import { ticks } from "./ticks";

type Point = { x: number; y: number };

/** What a sheet of paper has room for, in CSS pixels. */
const PAPER = { width: 680, height: 880 };

const KEYS =
  "Arrow keys move the view, plus and minus zoom, Home shows the whole. Shift with an arrow goes from one " +
  "interval to the next, Escape lets go.";

export class Picture {
  readonly element: HTMLElement;
  readonly camera: Camera;
  readonly rows: Rows;
  /** Called whenever what is seen has changed. */
  onChange: () => void = () => {};
  highlighted: number | undefined;

  private readonly painter: Painter;
  private readonly overview: Overview;
  private readonly names: Names;
  private readonly axis = h("div", { class: "timeline-axis", "aria-hidden": "true" });
  private readonly still = h("div", { class: "timeline-still" });
  private readonly scroller: HTMLElement;
  private readonly tall: HTMLElement;
  private readonly note = h("p", { class: "timeline-note" });
  private readonly detail = h("div", { class: "timeline-detail", "aria-live": "polite" });
  private readonly bubble = h("div", { class: "timeline-bubble", "aria-hidden": "true" });
  private shades: Shades | undefined;
  private chosen: Chosen | undefined;
  private asked = false;
  private started = false;
  private paper = false;

  constructor(private readonly spec: TimelineSpec) {
    this.camera = new Camera({ from: spec.from, to: spec.to }, () => this.changed());
    this.rows = new Rows(spec.lanes);
    this.painter = new Painter(spec);
    this.overview = new Overview(spec, this.camera);
    const canvas = this.painter.canvas;
    for (const [name, value] of Object.entries({
      tabindex: "0",
      role: "application",
      "aria-label": `${spec.title}. ${spec.summary} ${KEYS}`,
      class: "timeline-canvas",
    })) {
      canvas.setAttribute(name, value);
    }
    this.names = new Names(this.rows, (index) => {
      this.rows.toggle(index);
      this.regrouped();
    });
    this.still.append(this.names.element, canvas);
    this.tall = h("div", {}, this.still);
    this.scroller = h("div", { class: "timeline-scroll" }, this.tall);
    this.scroller.addEventListener("scroll", () => this.schedule());
    this.element = h(
      "div",
      { class: "timeline" },
      this.overview.element,
      this.axis,
      this.scroller,
      this.bubble,
      this.note,
      this.detail,
    );
    this.detail.replaceChildren(...howTo());
    gestures(canvas, {
      camera: this.camera,
      scroll: (pixels) => (this.scroller.scrollTop += pixels),
      step: (along, down) => this.step(along, down),
      hover: (at) => this.hover(at),
      choose: (at) => this.choose(at),
      clear: () => this.clear(),
    });
  }

  /** Draws for the first time, and from then on whenever something changes. */
  start(): void {
    if (this.started) return;
    this.started = true;
    onTheme(() => this.recolour());
    // Its height changes with what is said below it.
    let width = this.element.clientWidth;
    new ResizeObserver(() => {
      if (width === this.element.clientWidth) return;
      width = this.element.clientWidth;
      this.resize();
    }).observe(this.element);
    window.addEventListener("beforeprint", () => this.setPaper(true));
    window.addEventListener("afterprint", () => this.setPaper(false));
    this.resize();
  }

  highlight(kind: number | undefined): void {
    this.highlighted = kind;
    this.recolour();
  }

  /** Groups have opened or closed. */
  regrouped(): void {
    this.painter.forget();
    this.resize();
  }

  private get rowHeight(): number {
    const count = this.spec.lanes.length;
    return count <= 16 ? 24 : count <= 64 ? 20 : 16;
  }

  private get width(): number {
    return Number.parseFloat(this.painter.canvas.style.width);
  }

  private get narrow(): boolean {
    return this.element.clientWidth < 560;
  }

  private resize(): void {
    if (!this.started) return;
    const all = this.rows.list.length * this.rowHeight;
    const most = this.paper ? PAPER.height : (this.spec.height ?? 420);
    const height = Math.min(most, all);
    const side = this.narrow ? 104 : 168;
    this.element.style.setProperty("--side", `${side}px`);
    this.scroller.style.height = `${height}px`;
    this.tall.style.height = `${all}px`;
    this.still.style.height = `${height}px`;
    const width = this.scroller.clientWidth - side;
    this.overview.element.style.width = `${width}px`;
    this.painter.resize(width, height);
    this.recolour();
  }

  private recolour(): void {
    if (!this.started) return;
    const colors = palette();
    this.shades = new Shades(this.spec.kinds, colors, this.highlighted);
    this.painter.forget();
    this.overview.paint(this.shades, colors);
    this.draw();
  }

  private changed(): void {
    this.bubble.hidden = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.asked || !this.started) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }

  private draw(): void {
    if (!this.shades) return;
    const { view } = this.camera;
    const marks = ticks(view, this.spec.from, this.width, this.narrow ? 90 : 110);
    const scrollTop = this.scroller.scrollTop;
    this.painter.draw({
      view,
      rows: this.rows.list,
      rowHeight: this.rowHeight,
      scrollTop,
      ticks: marks,
      shades: this.shades,
      colors: palette(),
      highlighted: this.highlighted,
      chosen: this.chosen,
    });
    this.axis.replaceChildren(
      ...marks.map(({ time, label }) => {
        const share = (time - view.from) / (view.to - view.from);
        const edge = share < 0.04 ? " first" : share > 0.96 ? " last" : "";
        return h("span", { class: `tick${edge}`, style: `left:${(share * this.width).toFixed(1)}px` }, label);
      }),
    );
    const seen = Number.parseFloat(this.still.style.height);
    this.names.draw(this.rowHeight, scrollTop, seen);
    const all = Math.max(1, this.rows.list.length * this.rowHeight);
    this.overview.place(scrollTop / all, Math.min(1, (scrollTop + seen) / all));
    const hidden = this.paper ? Math.max(0, this.rows.list.length - Math.floor(seen / this.rowHeight)) : 0;
    const text = notes(this.painter.crowd, this.rows, hidden);
    if (this.note.textContent !== text) this.note.textContent = text;
    this.onChange();
  }

  private at({ x, y }: Point): { chosen: Chosen; others: number } | undefined {
    const row = this.rows.list[Math.floor((y + this.scroller.scrollTop) / this.rowHeight)];
    if (row?.lanes.length !== 1) return undefined;
    return intervalAt(this.spec, row.lanes[0]!, x, this.camera.view, this.width);
  }

  private hover(at: Point | undefined): void {
    const found = at && this.at(at);
    this.bubble.hidden = !found;
    if (!found) return;
    this.bubble.replaceChildren(tip(this.spec, found.chosen, found.others));
    const canvas = this.painter.canvas.getBoundingClientRect();
    const frame = this.element.getBoundingClientRect();
    const x = canvas.left - frame.left + at.x;
    const y = canvas.top - frame.top + at.y;
    const left = x + 16 + this.bubble.offsetWidth > frame.width ? x - 12 - this.bubble.offsetWidth : x + 16;
    this.bubble.style.left = `${Math.max(0, left)}px`;
    this.bubble.style.top = `${y + 16}px`;
  }

  private choose(at: Point): void {
    const found = this.at(at);
    if (found) this.take(found.chosen);
    else this.clear();
  }

  private take(chosen: Chosen): void {
    this.chosen = chosen;
    const { begin, end } = this.spec.lanes[chosen.lane]!;
    this.camera.reveal(begin[chosen.index]!, end[chosen.index]!);
    const top = this.rows.rowOf(chosen.lane) * this.rowHeight;
    const height = Number.parseFloat(this.still.style.height);
    if (top < this.scroller.scrollTop) this.scroller.scrollTop = top;
    const below = top + this.rowHeight - height;
    if (below > this.scroller.scrollTop) this.scroller.scrollTop = below;
    this.detail.replaceChildren(...reading(this.spec, chosen));
    this.schedule();
  }

  /** From the chosen interval, or from the first that is seen, to another one. */
  private step(along: number, down: number): void {
    const lane = this.chosen?.lane ?? this.rows.list.find(({ lanes }) => lanes.length === 1)?.lanes[0];
    if (lane === undefined) return;
    if (!this.chosen) return this.takeNear(lane, this.camera.view.from);
    if (down === 0) {
      const index = this.chosen.index + along;
      if (index >= 0 && index < this.spec.lanes[lane]!.begin.length) this.take({ lane, index });
      return;
    }
    const { begin, end } = this.spec.lanes[lane]!;
    const middle = (begin[this.chosen.index]! + end[this.chosen.index]!) / 2;
    for (let row = this.rows.rowOf(lane) + down; row >= 0 && row < this.rows.list.length; row += down) {
      const { lanes } = this.rows.list[row]!;
      if (lanes.length === 1 && this.spec.lanes[lanes[0]!]!.begin.length > 0) {
        return this.takeNear(lanes[0]!, middle);
      }
    }
  }

  private takeNear(lane: number, time: number): void {
    const last = this.spec.lanes[lane]!.begin.length - 1;
    if (last >= 0) this.take({ lane, index: Math.min(last, firstAfter(this.spec.lanes[lane]!, time)) });
  }

  private clear(): void {
    this.chosen = undefined;
    this.bubble.hidden = true;
    this.detail.replaceChildren(...howTo());
    this.schedule();
  }

  private setPaper(paper: boolean): void {
    this.paper = paper;
    const { style } = this.element;
    style.width = paper ? `${Math.min(PAPER.width, this.element.clientWidth)}px` : "";
    if (paper) this.start();
    this.resize();
  }
}
