// A step's timeline, unpacked from its columns (src/pages/step_picture.h).
import type { TooltipLine } from "../../chart";
import { grouped, human, percent, words } from "../../format";
import type { TimelineLane } from "../../timeline";

/** [kind, chunk, layer, last layer, nanoseconds, [part, nanoseconds, …]] */
type Shape = [number, number, number, number, number, number[]];

interface PackedLane {
  stage: number;
  stream: string;
  gap: number[];
  shape?: number[];
  microbatch?: number[];
  duration?: number[];
  kind?: number[];
  busy?: number[];
}

export interface StepPicture {
  time_s: number;
  together: number;
  kinds: string[];
  parts: string[];
  shapes: Shape[];
  lanes: PackedLane[];
  stages: { parts: number[]; waiting: [number, number] }[];
}

export interface StepLane {
  stage: number;
  stream: string;
  begin: Float64Array;
  end: Float64Array;
  kind: Uint8Array;
  packed: PackedLane;
}

export function unpacked({ lanes, shapes }: StepPicture): StepLane[] {
  return lanes.map((packed) => {
    const count = packed.gap.length;
    const begin = new Float64Array(count);
    const end = new Float64Array(count);
    const kind = new Uint8Array(count);
    let clock = 0;
    for (let i = 0; i < count; i += 1) {
      const shape = packed.shape && shapes[packed.shape[i]!]!;
      begin[i] = (clock += packed.gap[i]!) * 1e-9;
      end[i] = (clock += shape ? shape[4] : packed.duration![i]!) * 1e-9;
      kind[i] = shape ? shape[0] : packed.kind![i]!;
    }
    return { stage: packed.stage, stream: packed.stream, begin, end, kind, packed };
  });
}

/** Under the name of its stream, or of its stage. */
export function laneOf(lane: StepLane, by: "stream" | "stage"): TimelineLane {
  const stage = `stage ${lane.stage}`;
  const { begin, end, kind } = lane;
  return by === "stream"
    ? { name: stage, group: lane.stream, begin, end, kind }
    : { name: lane.stream, group: stage, begin, end, kind };
}

const EMBEDDING = -2;
const HEAD = -3;

function layerName(layer: number): string {
  if (layer === EMBEDDING) return "embedding";
  return layer === HEAD ? "head" : `layer ${layer}`;
}

/** What operation `index` of a lane is, and what it is made of. */
export function describe(
  picture: StepPicture,
  { packed, begin, end, kind }: StepLane,
  index: number,
): { heading: string; lines: TooltipLine[] } {
  const name = picture.kinds[kind[index]!]!;
  const takes = end[index]! - begin[index]!;
  const line = (label: string, value: string) => ({ label, value });
  if (!packed.shape) {
    const busy = packed.busy![index]! * 1e-9;
    return {
      heading: `${grouped(picture.together)} operations, mostly ${name}`,
      lines: [line("takes", human("seconds", takes)), line("busy", percent(busy / takes))],
    };
  }
  const [, chunk, layer, to, , parts] = picture.shapes[packed.shape[index]!]!;
  const lines = [];
  if (chunk >= 0) lines.push(line("chunk", String(chunk)));
  if (layer !== -1) lines.push(line("of", layerName(layer) + (to === -1 ? "" : ` to ${layerName(to)}`)));
  lines.push(line("takes", human("seconds", takes)));
  if (parts.length > 2) {
    for (let i = 0; i < parts.length; i += 2) {
      lines.push(line(words(picture.parts[parts[i]!]!), human("seconds", parts[i + 1]! * 1e-9)));
    }
  }
  const microbatch = packed.microbatch![index]!;
  return { heading: microbatch >= 0 ? `${name}, microbatch ${microbatch}` : name, lines };
}
