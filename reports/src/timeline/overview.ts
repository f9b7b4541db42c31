// The whole from begin to end, small: a frame on it shows which part is seen, and is dragged and pulled.
import type { TimelineSpec } from "../timeline";
import { h } from "../dom";
import type { Palette } from "../palette";
import type { Camera } from "./camera";
import { Columns } from "./columns";
import { Blend, type Shades } from "./shades";

const OVERVIEW_HEIGHT = 40;
/** How near to an edge of the frame the pointer pulls it, in pixels. */
const GRIP = 7;

type Drag = { part: "begin" | "end" | "frame"; at: number };

export class Overview {
  readonly element: HTMLElement;
  private readonly canvas = h("canvas", { height: OVERVIEW_HEIGHT });
  private readonly frame = h("div", { class: "timeline-brush" });
  private drag: Drag | undefined;

  constructor(
    private readonly spec: TimelineSpec,
    private readonly camera: Camera,
  ) {
    // All that it does, the picture's own keys do: it is for pointers.
    this.element = h("div", { class: "timeline-overview", "aria-hidden": "true" }, this.canvas, this.frame);
    this.element.addEventListener("pointerdown", (event) => this.begin(event));
    this.element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      this.element.addEventListener(end, () => (this.drag = undefined));
    }
  }

  private get width(): number {
    return this.element.clientWidth || 1;
  }

  /** Draws the whole; the frame alone moves far more often. */
  paint(shades: Shades, colors: Palette): void {
    const { lanes, from, to, kinds } = this.spec;
    const width = this.width;
    this.canvas.width = width;
    const columns = new Columns(width, kinds.length);
    const rows = Math.min(lanes.length, OVERVIEW_HEIGHT);
    const context = this.canvas.getContext("2d", { alpha: false })!;
    const image = context.createImageData(width, OVERVIEW_HEIGHT);
    const pixels = new Uint32Array(image.data.buffer);
    for (let row = 0; row < rows; row += 1) {
      const blend = new Blend(width, shades);
      const last = Math.ceil(((row + 1) * lanes.length) / rows);
      for (let lane = Math.floor((row * lanes.length) / rows); lane < last; lane += 1) {
        columns.fill(lanes[lane]!, { from, to });
        blend.add(columns);
      }
      const line = blend.result();
      const bottom = Math.round(((row + 1) * OVERVIEW_HEIGHT) / rows);
      const top = Math.round((row * OVERVIEW_HEIGHT) / rows);
      for (let y = top; y < bottom; y += 1) pixels.set(line, y * width);
    }
    context.putImageData(image, 0, 0);
    this.frame.style.borderColor = colors.text;
  }

  /** `top` and `bottom`: which share of the rows is seen. */
  place(top: number, bottom: number): void {
    const { from, to } = this.spec;
    const share = (time: number) => (time - from) / (to - from);
    const { view } = this.camera;
    Object.assign(this.frame.style, {
      left: `${100 * share(view.from)}%`,
      width: `max(6px, ${100 * (share(view.to) - share(view.from))}%)`,
      top: `${100 * top}%`,
      height: `${100 * (bottom - top)}%`,
    });
  }

  private time(event: PointerEvent): number {
    const { left } = this.element.getBoundingClientRect();
    return this.spec.from + ((event.clientX - left) / this.width) * (this.spec.to - this.spec.from);
  }

  private partAt(event: PointerEvent): "begin" | "end" | "frame" | undefined {
    const { left, right } = this.frame.getBoundingClientRect();
    const wide = right - left > 4 * GRIP;
    if (wide && Math.abs(event.clientX - left) < GRIP) return "begin";
    if (wide && Math.abs(event.clientX - right) < GRIP) return "end";
    return event.clientX >= left && event.clientX <= right ? "frame" : undefined;
  }

  private begin(event: PointerEvent): void {
    const part = this.partAt(event);
    const at = this.time(event);
    if (!part) this.camera.pan(at - (this.camera.view.from + this.camera.view.to) / 2);
    this.drag = { part: part ?? "frame", at };
    this.element.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  private move(event: PointerEvent): void {
    const part = this.partAt(event);
    this.element.style.cursor = part === "begin" || part === "end" ? "ew-resize" : "grab";
    if (!this.drag) return;
    const at = this.time(event);
    const { view } = this.camera;
    const least = (this.spec.to - this.spec.from) * 1e-4;
    if (this.drag.part === "begin") this.camera.show(Math.min(at, view.to - least), view.to);
    else if (this.drag.part === "end") this.camera.show(view.from, Math.max(at, view.from + least));
    else this.camera.pan(at - this.drag.at);
    this.drag.at = at;
  }
}
