// How clusters and layouts are named: what is the same of all is said once.
import { significant, SPACE } from "../../format";

/** What its letters mean, for whoever has not met them. */
export const LETTERS =
  "In short, T, P, D, C and E are tensor, pipeline, data, context and expert ranks (P8x16: 16 virtual stages " +
  "on each), Z the ZeRO stage (Z1/32: over groups of 32), b the microbatch; then what is computed again.";

/** "p5.48xlarge x 4, on demand, us-east-1" without what all of them have in common. */
export class Names {
  /** "on demand, us-east-1". */
  readonly common: string;
  private readonly same: Set<string>;

  constructor(labels: string[]) {
    const [first = [], ...others] = [...new Set(labels)].map((label) => label.split(", ").slice(1));
    const common = first.filter((part) => others.every((parts) => parts.includes(part)));
    this.same = new Set(common);
    this.common = common.join(", ");
  }

  of(label: string): string {
    const [cluster, ...parts] = label.split(", ");
    return [cluster, ...parts.filter((part) => !this.same.has(part))].join(", ");
  }
}

/** "tensor 8 × pipeline 8 × data 128 × context 2, 16 virtual stages, ZeRO-1 over groups of 32, …" */
export function layoutInWords({ layout, data }: any): string {
  const { tensor, pipeline, context, expert, virtual_stages, zero, shard_group } = layout;
  const degrees = [
    `tensor ${tensor}`,
    `pipeline ${pipeline}`,
    `data ${data}`,
    ...(context > 1 ? [`context ${context}`] : []),
    ...(expert > 1 ? [`expert ${expert}`] : []),
  ];
  const again = layout.recompute === "none" ? "nothing" : `${layout.recompute} recomputation`;
  const every = layout.recompute_every > 1 ? ` of every ${layout.recompute_every}th layer` : "";
  return [
    degrees.join(" × "),
    ...(virtual_stages > 1 ? [`${virtual_stages} virtual stages`] : []),
    `ZeRO-${zero}${shard_group ? ` over groups of ${shard_group}` : ""}`,
    `microbatches of ${layout.micro_batch}`,
    ...(again === "nothing" ? [] : [again + every]),
    ...(layout.offload && layout.offload !== "none" ? [`offload of ${layout.offload}`] : []),
  ].join(", ");
}

/** "+0.2 %", "-0.019 %": two digits, however small. */
export function signedShare(share: number): string {
  const percent = Math.abs(100 * share);
  if (percent < 1e-9) return `0${SPACE}%`;
  return `${share < 0 ? "−" : "+"}${significant(percent, 2)}${SPACE}%`;
}

/** "cost" of "least cost". */
export function objectiveWord(objective: string): string {
  return objective.replace(/^least /, "");
}
