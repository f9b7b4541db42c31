// The page of `sextant endpoints`.
import type { ReportDocument } from "../document";
import type { Page } from "../page";

export function endpointsPage(_document: ReportDocument): Page {
  return { answer: [], sections: [] };
}
