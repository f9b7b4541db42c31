// Draws the rows that are seen. Pixels are written as numbers, row by row, and what lies over them
// (marks, names of wide intervals, the chosen one) is drawn by the canvas.
import type { TimelineSpec } from "../timeline";
import type { Palette } from "../palette";
import { Columns, firstAfter, visibleFrom, type View } from "./columns";
import type { Row } from "./rows";
import { Blend, type Shades } from "./shades";
import type { Tick } from "./ticks";

export interface Chosen {
  lane: number;
  index: number;
}

export interface Scene {
  view: View;
  rows: Row[];
  rowHeight: number;
  scrollTop: number;
  ticks: Tick[];
  shades: Shades;
  colors: Palette;
  highlighted: number | undefined;
  chosen: Chosen | undefined;
}

const FONT = "11px system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
/** Between rows, in CSS pixels. */
const GAP = 2;

export class Painter {
  readonly canvas = document.createElement("canvas");
  /** Most intervals that share a column of pixels in what was drawn last. */
  crowd = 0;

  private readonly context = this.canvas.getContext("2d", { alpha: false })!;
  private image: ImageData | undefined;
  private columns: Columns;
  /** Rows of pixels that the same view has shown before: scrolling draws only what is new. */
  private readonly drawn = new Map<string, { pixels: Uint32Array; crowd: number }>();
  private drawnFor = "";

  constructor(private readonly spec: TimelineSpec) {
    this.columns = new Columns(1, spec.kinds.length);
  }

  /** In CSS pixels. */
  resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio || 1;
    const [across, down] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (this.image && this.canvas.width === across && this.canvas.height === down) return;
    this.canvas.width = across;
    this.canvas.height = down;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.image = this.context.createImageData(across, down);
    this.columns = new Columns(across, this.spec.kinds.length);
    this.forget();
  }

  /** Colours have changed. */
  forget(): void {
    this.drawn.clear();
  }

  draw(scene: Scene): void {
    if (!this.image) return;
    const key = `${scene.view.from}:${scene.view.to}`;
    if (key !== this.drawnFor) this.forget();
    this.drawnFor = key;
    const pixels = new Uint32Array(this.image.data.buffer);
    pixels.fill(scene.shades.background);
    this.crowd = 0;
    this.eachRow(scene, (row, top) => this.writeRow(pixels, row, top, scene));
    this.context.putImageData(this.image, 0, 0);

    const ratio = this.canvas.width / Number.parseFloat(this.canvas.style.width);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawMarks(scene);
    this.eachRow(scene, (row, top) => this.drawNames(row, top, scene));
    this.drawChosen(scene);
    this.context.setTransform(1, 0, 0, 1, 0, 0);
  }

  private eachRow(scene: Scene, draw: (row: Row, top: number) => void): void {
    const height = Number.parseFloat(this.canvas.style.height);
    const first = Math.floor(scene.scrollTop / scene.rowHeight);
    const last = Math.min(scene.rows.length, Math.ceil((scene.scrollTop + height) / scene.rowHeight));
    for (let i = first; i < last; i += 1) draw(scene.rows[i]!, i * scene.rowHeight - scene.scrollTop);
  }

  private writeRow(pixels: Uint32Array, row: Row, top: number, scene: Scene): void {
    if (row.lanes.length === 0) return;
    const { width, height } = this.canvas;
    const ratio = width / Number.parseFloat(this.canvas.style.width);
    const { pixels: line, crowd } = this.rowOfPixels(row, scene.view, scene.shades);
    this.crowd = Math.max(this.crowd, crowd);
    const first = Math.max(0, Math.round((top + GAP / 2) * ratio));
    const last = Math.min(height, Math.round((top + scene.rowHeight - GAP / 2) * ratio));
    for (let y = first; y < last; y += 1) pixels.set(line, y * width);
  }

  private rowOfPixels(row: Row, view: View, shades: Shades): { pixels: Uint32Array; crowd: number } {
    const known = this.drawn.get(row.key);
    if (known) return known;
    let crowd = 0;
    const blend = row.lanes.length > 1 ? new Blend(this.columns.width, shades) : undefined;
    for (const lane of row.lanes) {
      this.columns.fill(this.spec.lanes[lane]!, view);
      crowd = Math.max(crowd, this.columns.crowd);
      blend?.add(this.columns);
    }
    const result = { pixels: blend?.result() ?? coloured(this.columns, shades), crowd };
    this.drawn.set(row.key, result);
    return result;
  }

  private drawMarks({ ticks, view, colors }: Scene): void {
    const height = Number.parseFloat(this.canvas.style.height);
    this.context.globalAlpha = 0.4;
    this.context.fillStyle = colors.line;
    for (const { time } of ticks) this.context.fillRect(Math.round(this.x(time, view)), 0, 1, height);
    this.context.globalAlpha = 1;
  }

  /** Of a lane whose intervals have room for it. */
  private drawNames(row: Row, top: number, scene: Scene): void {
    const { label, lanes } = this.spec;
    const { view } = scene;
    if (!label || row.lanes.length !== 1) return;
    const lane = row.lanes[0]!;
    const { begin, end, kind } = lanes[lane]!;
    const width = Number.parseFloat(this.canvas.style.width);
    const first = firstAfter(lanes[lane]!, view.from);
    const shown = visibleFrom(lanes[lane]!, first, view);
    if (shown > width / 2) return;
    this.context.font = FONT;
    this.context.textAlign = "center";
    this.context.textBaseline = "middle";
    for (let i = first; i < first + shown; i += 1) {
      if (scene.highlighted !== undefined && kind[i] !== scene.highlighted) continue;
      const from = Math.max(0, this.x(begin[i]!, view));
      const to = Math.min(width, this.x(end[i]!, view));
      if (to - from < 12) continue;
      const text = label(lane, i);
      if (this.context.measureText(text).width > to - from - 4) continue;
      this.context.fillStyle = scene.shades.ink[kind[i]!]!;
      this.context.fillText(text, (from + to) / 2, top + scene.rowHeight / 2 + 0.5);
    }
  }

  private drawChosen({ chosen, rows, rowHeight, scrollTop, view, colors }: Scene): void {
    if (!chosen) return;
    const row = rows.findIndex(({ lanes }) => lanes.length === 1 && lanes[0] === chosen.lane);
    if (row < 0) return;
    const lane = this.spec.lanes[chosen.lane]!;
    const from = this.x(lane.begin[chosen.index]!, view);
    const to = Math.max(from + 2, this.x(lane.end[chosen.index]!, view));
    this.context.lineWidth = 2;
    this.context.strokeStyle = colors.text;
    this.context.strokeRect(from - 1, row * rowHeight - scrollTop, to - from + 2, rowHeight);
  }

  private x(time: number, view: View): number {
    return ((time - view.from) / (view.to - view.from)) * Number.parseFloat(this.canvas.style.width);
  }
}

function coloured(columns: Columns, { table, track }: Shades): Uint32Array {
  const line = new Uint32Array(columns.width);
  for (let x = 0; x < line.length; x += 1) {
    const shade = columns.shade[x]!;
    line[x] = shade === 0 ? track : table[shade]!;
  }
  return line;
}
