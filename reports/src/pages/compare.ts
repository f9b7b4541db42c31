// The page of `sextant compare`.
import type { ReportDocument } from "../document";
import type { Page } from "../page";

export function comparePage(_document: ReportDocument): Page {
  return { answer: [], sections: [] };
}
