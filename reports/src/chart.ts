// A chart is a figure: a heading, one sentence that says what it shows, the drawing, and the numbers
// behind it as a table. The sentence is what a screen reader reads for the drawing.
import { BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from "echarts/charts";
import {
  AxisPointerComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  ParallelComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsCoreOption } from "echarts/core";
import { h, type Child } from "./dom";
import { belowLegend } from "./legend";
import { onTheme, palette, type Palette } from "./palette";
import { table, type TableOptions } from "./table";

echarts.use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ParallelChart,
  ScatterChart,
  AxisPointerComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  ParallelComponent,
  TooltipComponent,
  VisualMapComponent,
  LabelLayout,
  SVGRenderer,
]);

export { legend } from "./legend";

export interface ChartSpec {
  title: string;
  /** What the chart shows, in one or two sentences, with the figures that matter. */
  summary: string;
  /** In pixels, of the width; 320 unless said. */
  height?: number | ((width: number) => number);
  /** Between the sentence and the drawing: what changes it. */
  controls?: Child;
  /** Made anew when the theme or the width changes. */
  option(colors: Palette, width: number): EChartsCoreOption;
  /** The numbers behind it. */
  data?: TableOptions<any>;
  /** Called after every drawing: to listen to it, or to mark something in it. */
  drawn?(instance: echarts.ECharts, first: boolean): void;
}

/** A chart that changes with what the reader chooses. */
export interface LiveChart {
  figure: HTMLElement;
  update(changes: Partial<ChartSpec>): void;
}

const pending: (() => void)[] = [];
const drawn = new Set<() => void>();

onTheme(() => {
  for (const draw of drawn) draw();
});

// What is far below is drawn when it comes near; on paper, everything is near.
window.addEventListener("beforeprint", () => {
  for (const start of pending.splice(0)) start();
});

/** Text and lines in the page's colours; a chart's option comes on top. */
function base(colors: Palette): EChartsCoreOption {
  return {
    animation: false,
    color: colors.series,
    // By name: the width of "inherit" cannot be measured, and labels would overlap.
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: colors.text },
    tooltip: {
      confine: true,
      backgroundColor: colors.raised,
      borderColor: colors.line,
      textStyle: { color: colors.text, fontSize: 13 },
      // A tooltip is HTML; what we put into it is made by tooltip() below, from text.
      renderMode: "html",
    },
    grid: { left: 8, right: 16, top: 28, bottom: 8, containLabel: true },
    aria: { enabled: false }, // the figure itself is labelled
  };
}

export interface TooltipLine {
  label: string;
  value: string;
  color?: string;
}

/** What a tooltip shows; give it to `tooltip.formatter`. */
export function tooltip(heading: string, lines: TooltipLine[]): HTMLElement {
  return h(
    "div",
    { class: "tip" },
    h("b", {}, heading),
    lines.map(({ label, value, color }) =>
      h(
        "div",
        {},
        color && h("i", { class: "dot", style: `background:${color}` }),
        h("span", {}, label),
        h("span", { class: "value" }, value),
      ),
    ),
  );
}

/** An axis in the page's colours. */
export function axis(colors: Palette, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    axisLine: { lineStyle: { color: colors.line } },
    axisTick: { show: false },
    axisLabel: { color: colors.muted, hideOverlap: true },
    splitLine: { lineStyle: { color: colors.line, opacity: 0.6 } },
    nameTextStyle: { color: colors.muted },
    ...more,
  };
}

/** A line where there is no error, and bands around it; for one of the series. */
export function zeroBands(colors: Palette, at: "xAxis" | "yAxis", bands: number[]): Record<string, unknown> {
  return {
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: colors.muted, type: "solid", width: 1 },
      data: [{ [at]: 0 }],
    },
    markArea: {
      silent: true,
      itemStyle: { color: colors.accent, opacity: 0.08 },
      data: bands.map((band) => [{ [at]: -band }, { [at]: band }]),
    },
  };
}

/** The figure. It is drawn when it comes near to the screen. */
export function chart(spec: ChartSpec): HTMLElement {
  return liveChart(spec).figure;
}

/** The same; `update` draws it anew with another title, sentence, option or table. */
export function liveChart(given: ChartSpec): LiveChart {
  const spec = { ...given };
  const title = h("h3");
  const summary = h("p");
  const canvas = h("div", { class: "canvas", role: "img" });
  const below = h("div");
  const heightAt = (width: number) =>
    typeof spec.height === "function" ? spec.height(width) : (spec.height ?? 320);
  const say = () => {
    title.textContent = spec.title;
    summary.textContent = spec.summary;
    canvas.setAttribute("aria-label", `${spec.title}. ${spec.summary}`);
    const open = below.querySelector("details")?.open;
    below.replaceChildren(...(spec.data ? [numbers(spec.data, open)] : []));
  };
  say();
  canvas.style.height = `${heightAt(window.innerWidth)}px`;
  const figure = h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, title, summary),
    spec.controls,
    canvas,
    below,
  );

  let instance: echarts.ECharts | undefined;
  const draw = (first = false) => {
    if (!instance) return;
    const colors = palette();
    const below = base(colors);
    const whole = { ...below, ...merged(below, spec.option(colors, canvas.clientWidth)) };
    const { option, more } = belowLegend(whole, canvas.clientWidth);
    fit(more);
    instance.resize();
    instance.setOption(option, true);
    spec.drawn?.(instance, first);
  };
  const fit = (more = 0) => {
    canvas.style.height = `${heightAt(canvas.clientWidth) + more}px`;
  };
  const start = () => {
    if (instance) return;
    fit();
    instance = echarts.init(canvas, null, { renderer: "svg" });
    const redraw = () => draw();
    drawn.add(redraw);
    draw(true);
    let width = canvas.clientWidth;
    new ResizeObserver((_, observer) => {
      if (!canvas.isConnected) {
        observer.disconnect();
        drawn.delete(redraw);
        instance!.dispose();
        return;
      }
      if (width === canvas.clientWidth) return;
      width = canvas.clientWidth;
      draw();
    }).observe(canvas);
  };
  pending.push(start);
  new IntersectionObserver(
    (entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      start();
    },
    { rootMargin: "600px" },
  ).observe(canvas);
  return {
    figure,
    update(changes) {
      Object.assign(spec, changes);
      say();
      draw();
    },
  };
}

/** Members that both have and that are objects are merged, one level deep. */
function merged(below: any, above: any): EChartsCoreOption {
  const result = { ...above };
  for (const key of Object.keys(above)) {
    const plain = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
    if (plain(below[key]) && plain(above[key])) result[key] = { ...below[key], ...above[key] };
  }
  return result;
}

/** The numbers behind a drawing, made when they are asked for. */
export function numbers(data: TableOptions<any>, open = false): HTMLElement {
  const details = h("details", { class: "numbers", open }, h("summary", {}, "The numbers"));
  details.addEventListener("toggle", () => details.append(table({ limit: 200, ...data })), { once: true });
  return details;
}
