// The page of `sextant govern`.
import type { ReportDocument } from "../document";
import type { Page } from "../page";

export function governPage(_document: ReportDocument): Page {
  return { answer: [], sections: [] };
}
