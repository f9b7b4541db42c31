// The document of endpoints, as far as the page reads it.
import type { Colors } from "../../palette";

export interface Account {
  requests_per_year: number;
  instance_hours_per_year: number;
  instance_usd_per_h: number | null;
  cost: Record<string, number> | null;
  energy: Record<string, number> | null;
  co2e_location: Record<string, number> | null;
  co2e_market: Record<string, number> | null;
  embodied: Record<string, number> | null;
}

export interface Series {
  bin_s: number;
  rate_per_s: number[];
  refused_per_s: number[];
  working: number[];
  starting: number[];
  warm: number[];
  utilisation: number[];
  p50_s: (number | null)[];
  p99_s: (number | null)[];
  target_s: (number | null)[];
  late: number[];
}

export interface Drawn {
  instance?: string;
  accelerator?: string;
  mig?: string;
  scaled: boolean;
  estimate?: {
    model: string;
    precision: string;
    input_tokens: number;
    output_tokens: number;
    tensor: number;
  };
  latency?: { share: number[]; response_s: number[] };
  series?: Series;
}

export interface Alternative {
  name: string;
  meets_target: boolean;
  misses?: string;
  fleet?: any;
  account: Account;
  against_first: { cost: number | null; energy: number | null };
  stated?: any;
  /** What is drawn of it. */
  drawn: Drawn;
}

export interface Endpoints {
  result: any;
  alternatives: Alternative[];
  colors: Colors;
}

/** Instances paid for on average: those that follow their load are fewer than at the peak. */
export function meanInstances(alternative: Alternative): number | undefined {
  const hours = alternative.account.instance_hours_per_year;
  return alternative.fleet && hours > 0 ? hours / (365 * 24) : undefined;
}

/** The alternative that meets the target for the least money; undefined: none has a price. */
export function cheapest(alternatives: Alternative[]): Alternative | undefined {
  return alternatives
    .filter((one) => one.meets_target && one.account.cost)
    .sort((a, b) => a.account.cost!["per_year_usd"]! - b.account.cost!["per_year_usd"]!)[0];
}

/** "99.9 %" of the requests. */
export function share(value: number): string {
  return `${Number((100 * value).toPrecision(5))} %`;
}
