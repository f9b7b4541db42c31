// What the program writes into a page: src/pages/html_page.h.

export interface ReportDocument<Result = any, Pictures = any> {
  /** Which page: "plan", "compare", "optimize", … */
  kind: string;
  title: string;
  question?: string;
  /** The day on which it was made: 2026-11-22. */
  made: string;
  /** What `--json` prints. */
  result: Result;
  /** What is only drawn: distributions, timelines. */
  pictures: Pictures;
}

/** p10, p50 and p90 of an estimate, its mean, and the Monte Carlo error of that. */
export interface Summary {
  p10: number;
  p50: number;
  p90: number;
  mean: number;
  ci95: [number, number];
}

/** What this page shows, from the element that carries it. */
export function readDocument(): ReportDocument {
  const element = document.getElementById("document");
  if (!element?.textContent) throw new Error("this page carries no document");
  return JSON.parse(element.textContent) as ReportDocument;
}
