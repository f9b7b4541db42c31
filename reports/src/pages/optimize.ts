// The page of `sextant optimize`.
import type { ReportDocument } from "../document";
import type { Page } from "../page";

export function optimizePage(_document: ReportDocument): Page {
  return { answer: [], sections: [] };
}
