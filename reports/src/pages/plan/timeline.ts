// One step, in time: what each pipeline stage does when, and what share of the step that is.
import { axis, chart, legend, tooltip } from "../../chart";
import type { ReportDocument } from "../../document";
import { h } from "../../dom";
import { grouped, human, percent, words } from "../../format";
import type { Section } from "../../page";
import type { Palette } from "../../palette";
import { timeline } from "../../timeline";
import { describe, laneOf, unpacked, type StepLane, type StepPicture } from "./steplanes";

/** A colour for each kind of operation, by its place among the kinds. */
const SERIES: Record<string, number> = {
  forward: 0,
  backward: 1,
  "weight gradients": 8,
  "gather parameters": 5,
  "reduce gradients": 3,
  "send activations": 2,
  "send gradients": 7,
  "reduce tied embeddings": 6,
  "gradient norm": 9,
  optimizer: 4,
};

/** Of the palette's series: the colour of operations of this kind on the whole page. */
export function operationSeries(kind: string): number {
  return SERIES[kind] ?? 9;
}

/** In words: how much of the step is drawn, and what for. */
function drawnSentence(picture: StepPicture, lanes: StepLane[], peers: number): string {
  const drawn = new Set(lanes.map(({ stage }) => stage)).size;
  const all = picture.stages.length;
  const operations = lanes.reduce((sum, { begin }) => sum + begin.length, 0);
  const which = all === 1 ? "which" : "each of which";
  const each = peers > 1 ? `, ${which} stands for ${grouped(peers)} ranks that do the same` : "";
  const stages = all === 1 ? "One stage" : drawn < all ? `${drawn} of ${all} stages` : `All ${all} stages`;
  const what = `${stages}${each}: ${grouped(operations)} `;
  if (picture.together === 1) return `${what}operations.`;
  return `${what}bars of ${grouped(picture.together)} operations that follow one another.`;
}

function busyShare({ parts }: StepPicture["stages"][number], time: number): number {
  return parts.reduce((sum, seconds) => sum + seconds, 0) / time;
}

/** How long the pipeline takes to fill, or the step. */
function title({ time_s, stages }: StepPicture, lanes: StepLane[]): string {
  const compute = lanes.filter(({ stream, begin }) => stream === "compute" && begin.length > 0);
  const last = Math.max(...compute.map(({ begin }) => begin[0]!));
  const all = human("seconds", time_s);
  if (stages.length === 1 || last <= 0) return `What fills the ${all} of a step`;
  return `After ${human("seconds", last)} every stage works, after ${all} the step is done`;
}

function summary(picture: StepPicture, lanes: StepLane[], peers: number): string {
  const shares = picture.stages.map((stage) => busyShare(stage, picture.time_s));
  const least = percent(Math.min(...shares), 0);
  const most = percent(Math.max(...shares), 0);
  const busy = least === most ? `${most} of it` : `${least} to ${most} of it, by stage`;
  const span = human("seconds", picture.time_s);
  return `The step takes ${span}; compute streams are busy for ${busy}. ${drawnSentence(picture, lanes, peers)}`;
}

function picture(
  step: StepPicture,
  lanes: StepLane[],
  peers: number,
  by: "stream" | "stage",
  controls?: HTMLElement,
): HTMLElement {
  return timeline({
    controls,
    title: title(step, lanes),
    summary: summary(step, lanes, peers),
    kinds: step.kinds.map((name) => ({ name, series: operationSeries(name) })),
    lanes: lanes.map((lane) => laneOf(lane, by)),
    from: 0,
    to: Math.max(step.time_s, ...lanes.map(({ end }) => end[end.length - 1] ?? 0)),
    idle: "waiting",
    shares: false,
    describe: (lane, index) => describe(step, lanes[lane]!, index),
    label: (lane, index) => {
      const microbatch = lanes[lane]!.packed.microbatch?.[index] ?? -1;
      return microbatch >= 0 ? String(microbatch) : "";
    },
    height: 460,
  });
}

/** The timeline, whose lanes the reader orders by stream or by stage. */
function ordered(step: StepPicture, peers: number): HTMLElement {
  const byStream = unpacked(step);
  const streams = [...new Set(byStream.map(({ stream }) => stream))];
  const byStage = [...byStream].sort(
    (a, b) => a.stage - b.stage || streams.indexOf(a.stream) - streams.indexOf(b.stream),
  );
  if (step.stages.length === 1 || streams.length === 1) return picture(step, byStream, peers, "stream");
  const button = h("button", { type: "button", class: "tool" }, "Order by stage");
  const place = h("div", {}, picture(step, byStream, peers, "stream", button));
  let by: "stream" | "stage" = "stream";
  button.addEventListener("click", () => {
    by = by === "stream" ? "stage" : "stream";
    button.textContent = `Order by ${by === "stream" ? "stage" : "stream"}`;
    place.replaceChildren(picture(step, by === "stream" ? byStream : byStage, peers, by, button));
    button.focus();
  });
  return place;
}

interface Share {
  name: string;
  seconds: number[];
  color(colors: Palette): string;
}

/** By part, what the compute streams do and wait for. Parts that no stage has are left out. */
function sharesOf({ parts, stages }: StepPicture): Share[] {
  const series = [0, 8, 5, 9, 2, 3, 7, 6, 4, 1, 8];
  const shares: Share[] = parts.map((part, i) => ({
    name: words(part),
    seconds: stages.map((stage) => stage.parts[i]!),
    color: (colors) => colors.series[series[i]! % colors.series.length]!,
  }));
  shares.push(
    {
      name: "waits, own collectives under way",
      seconds: stages.map(({ waiting }) => waiting[0]),
      color: (colors) => colors.muted,
    },
    {
      name: "waits for other stages",
      seconds: stages.map(({ waiting }) => waiting[1]),
      color: (colors) => colors.line,
    },
  );
  return shares.filter(({ seconds }) => seconds.some((time) => time > 0));
}

function stageShares(step: StepPicture): HTMLElement {
  const shares = sharesOf(step);
  const time = step.time_s;
  const busy = step.stages.map((stage) => busyShare(stage, time));
  const [least, most] = [Math.min(...busy), Math.max(...busy)];
  const alike = percent(least, 0) === percent(most, 0);
  return chart({
    title: `Compute streams are busy for ${alike ? "" : `${percent(least, 0)} to `}${percent(most, 0)} of the step`,
    summary:
      "What the compute stream of each stage does in a step; communication that nothing hides is part of it." +
      (alike
        ? ""
        : ` Stage ${busy.indexOf(most)} is busy for ${percent(most)}, stage ${busy.indexOf(least)} for ${percent(least)}.`),
    height: Math.max(48, step.stages.length * 22) + 34,
    option: (colors) => ({
      legend: legend(colors, { type: "plain", data: shares.map(({ name }) => name) }),
      grid: { left: 8, right: 20, top: 4, bottom: 26, containLabel: true },
      xAxis: axis(colors, {
        type: "value",
        max: 100,
        axisLabel: { color: colors.muted, hideOverlap: true, formatter: "{value} %" },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: step.stages.map((_, stage) => `stage ${stage}`),
        splitLine: { show: false },
      }),
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (points: { dataIndex: number }[]) => {
          const stage = points[0]!.dataIndex;
          return tooltip(
            `stage ${stage}`,
            shares
              .filter(({ seconds }) => seconds[stage]! > 0)
              .map(({ name, seconds, color }) => ({
                label: name,
                value: `${human("seconds", seconds[stage]!)}, ${percent(seconds[stage]! / time)}`,
                color: color(colors),
              })),
          );
        },
      },
      series: shares.map(({ name, seconds, color }) => ({
        name,
        type: "bar",
        stack: "time",
        barWidth: "70%",
        barMaxWidth: 24,
        itemStyle: { color: color(colors) },
        data: seconds.map((value) => (100 * value) / time),
      })),
    }),
    data: {
      caption: "Seconds of a step by stage",
      rows: step.stages.map((_, stage) => stage),
      columns: [
        { label: "Stage", text: (stage) => `stage ${stage}`, sort: (stage) => stage },
        ...shares.map(({ name, seconds }) => ({
          label: name,
          numeric: true,
          text: (stage: number) => human("seconds", seconds[stage]!),
          sort: (stage: number) => seconds[stage]!,
        })),
      ],
    },
  });
}

export function timelineSection({ result, pictures }: ReportDocument): Section | undefined {
  const step: StepPicture | undefined = pictures.step;
  if (!step || step.lanes.length === 0) return undefined;
  const { tensor, context, data } = result.layout;
  const flow = result.tier === "flow" ? " It is drawn as if each transfer had the network for itself." : "";
  const phase = result.phases.length > 1 ? " Of the phase that takes longest." : "";
  return {
    id: "step",
    title: "One step, in time",
    intro: `Forward and backward passes as they go through the pipeline, and the transfers between them.${phase}${flow}`,
    body: [ordered(step, tensor * context * data), stageShares(step)],
  };
}
