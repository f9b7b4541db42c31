// The page of `sextant calibrate`.
import type { ReportDocument } from "../document";
import type { Page } from "../page";

export function calibratePage(_document: ReportDocument): Page {
  return { answer: [], sections: [] };
}
