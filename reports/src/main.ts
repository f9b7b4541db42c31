import { readDocument, type ReportDocument } from "./document";
import { h } from "./dom";
import { render, type Page } from "./page";
import { calibratePage } from "./pages/calibrate";
import { comparePage } from "./pages/compare";
import { endpointsPage } from "./pages/endpoints";
import { governPage } from "./pages/govern";
import { optimizePage } from "./pages/optimize";
import { planPage } from "./pages/plan";
import { sweepPage } from "./pages/sweep";
import { validatePage } from "./pages/validate";
import { serve } from "./serve";

const PAGES: Record<string, (document: ReportDocument) => Page> = {
  plan: planPage,
  compare: comparePage,
  optimize: optimizePage,
  sweep: sweepPage,
  govern: governPage,
  endpoints: endpointsPage,
  calibrate: calibratePage,
  validate: validatePage,
};

const root = document.getElementById("report")!;
try {
  const report = readDocument();
  if (report.kind === "serve") {
    serve(root, report, PAGES);
  } else {
    const make = PAGES[report.kind];
    if (!make) throw new Error(`there is no page for "${report.kind}"`);
    render(root, report, make(report));
    document.documentElement.dataset["ready"] = "true";
  }
} catch (error) {
  root.replaceChildren(h("p", { class: "failure", role: "alert" }, `This page could not be shown: ${error}`));
  throw error;
}
