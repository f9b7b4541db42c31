// The page of `sextant plan`: the answer first, then why.
import type { ReportDocument } from "../document";
import type { Page, Section } from "../page";
import { answer } from "./plan/answer";
import { costSection } from "./plan/cost";
import { dataSection } from "./plan/data";
import { fabricSection } from "./plan/fabric";
import { infeasiblePage } from "./plan/infeasible";
import { memorySection } from "./plan/memory";
import { runSection } from "./plan/run";
import { sourcesSection } from "./plan/sources";
import { sureSection } from "./plan/sure";
import { timelineSection } from "./plan/timeline";
import { whySection } from "./plan/why";

/** In the order of the page; each leaves itself out where there is nothing to say. */
const SECTIONS: ((document: ReportDocument) => Section | undefined)[] = [
  whySection,
  timelineSection,
  memorySection,
  fabricSection,
  runSection,
  sureSection,
  costSection,
  dataSection,
  sourcesSection,
];

export function planPage(document: ReportDocument): Page {
  if (!document.result.feasible) return infeasiblePage(document);
  return {
    answer: answer(document),
    sections: SECTIONS.map((section) => section(document)).filter((section) => section !== undefined),
  };
}
