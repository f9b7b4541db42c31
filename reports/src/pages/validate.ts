// The page of `sextant validate`: how far forecasts are from what was measured.
import type { ReportDocument } from "../document";
import { percent } from "../format";
import { keyFigure, keyFigures, type Page, type Section } from "../page";
import { Colors } from "../palette";
import { admissionSection } from "./validate/admission";
import { collectivesAnswer, collectivesSection } from "./validate/collectives";
import { expectationSections } from "./validate/expectations";
import { failedSection } from "./validate/failed";
import { setsOf, stepsOf } from "./validate/model";
import { searchPage } from "./validate/search";
import { stepsAnswer, stepsSections } from "./validate/steps";

/** Sets that are either right or wrong. */
function counts(result: any): HTMLElement | undefined {
  const failed = setsOf<any>(result, "failed_layouts").all;
  const admission = setsOf<any>(result, "admission").sets;
  const sum = (key: string) => admission.reduce((total: number, set: any) => total + set[key], 0);
  const { verification, validation } = result.expectations ?? {};
  const figures = [
    validation?.n > 0 &&
      keyFigure(
        "Measured outcomes",
        `${validation.hold} of ${validation.n} hold`,
        validation.with_interval > 0
          ? `${validation.inside_p10_p90} of ${validation.with_interval} inside p10 to p90`
          : undefined,
      ),
    verification?.n > 0 &&
      keyFigure(
        "Verified",
        `${verification.hold} of ${verification.n} hold`,
        undefined,
        "follow from the inputs; not accuracy",
      ),
    failed &&
      keyFigure(
        "Layouts that failed",
        percent(failed.share_infeasible, 0),
        `of ${failed.n}`,
        "are forecast to be infeasible",
      ),
    admission.length > 0 &&
      keyFigure(
        "Admission decisions",
        `${sum("passed").toLocaleString("en-US")} of ${sum("n").toLocaleString("en-US")}`,
        undefined,
        "equal Kueue's",
      ),
  ].filter((figure): figure is HTMLElement => Boolean(figure));
  return figures.length > 0 ? keyFigures(...figures) : undefined;
}

export function validatePage({ result, pictures }: ReportDocument): Page {
  if (result.schema === "sextant.validate_search/1") return searchPage(result);
  const names = setsOf<any>(result, "published_runs").sets.map((set) => set.set);
  const steps = stepsOf(result, pictures.steps, new Colors(names));
  const sections: (Section | undefined)[] = [
    ...(steps ? stepsSections(steps) : []),
    collectivesSection(result, pictures.collectives),
    ...expectationSections(result),
    failedSection(result),
    admissionSection(result),
  ];
  return {
    answer: [steps && stepsAnswer(steps), collectivesAnswer(result), counts(result)],
    sections: sections.filter((section): section is Section => section !== undefined),
  };
}
