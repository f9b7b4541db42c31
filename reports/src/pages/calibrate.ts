// The page of `sextant calibrate`: a fit to measurements, a fit to measured steps, or a cluster's health.
import type { ReportDocument } from "../document";
import type { Page } from "../page";
import { measurementFitPage } from "./calibrate/fit";
import { healthPage } from "./calibrate/health";
import { stepFitPage } from "./calibrate/stepfit";

export function calibratePage({ result, pictures }: ReportDocument): Page {
  if (result.schema === "sextant.health/1") return healthPage(result);
  return result.kind === "steps" ? stepFitPage(result, pictures) : measurementFitPage(result, pictures);
}
