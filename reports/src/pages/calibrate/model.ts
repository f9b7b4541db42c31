// The document of `calibrate fit` on measurements, as far as the page reads it.

export interface Series {
  operation: string;
  nodes: number;
  ranks: number;
  bus_factor: number;
  bytes: number[];
  time_s: number[];
  fitted_s: number[];
  p50_s?: (number | null)[];
  p99_s?: (number | null)[];
  line: { bytes: number[]; time_s: number[] };
}

export interface LeftOutPoint {
  operation: string;
  nodes: number;
  ranks: number;
  bus_factor: number;
  bytes: number;
  time_s: number;
  reason: string;
}

export interface Coefficient {
  key: string;
  value: string;
  range: string | null;
  method: string;
  source: string;
  date: string;
  doc: string;
}

/** "all-reduce". */
export function operationName(operation: string): string {
  return operation.replaceAll("_", "-");
}

export function nodesName(nodes: number): string {
  return nodes === 1 ? "1 node" : `${nodes} nodes`;
}

/** "16 ranks on 2 nodes": what lies on one curve. */
export function spanName({ nodes, ranks }: { nodes: number; ranks: number }): string {
  return `${ranks} ranks on ${nodesName(nodes)}`;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
