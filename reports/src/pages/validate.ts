// The page of `sextant validate`.
import type { ReportDocument } from "../document";
import type { Page } from "../page";

export function validatePage(_document: ReportDocument): Page {
  return { answer: [], sections: [] };
}
