// The page of `sextant sweep`.
import type { ReportDocument } from "../document";
import type { Page } from "../page";

export function sweepPage(_document: ReportDocument): Page {
  return { answer: [], sections: [] };
}
