// Coefficients fitted to measured steps, and how well they forecast steps that they have not seen.
import { Colors } from "../../palette";
import type { Page } from "../../page";
import { setsOf, stepsOf } from "../validate/model";
import { stepsAnswer, stepsSections } from "../validate/steps";
import type { Coefficient } from "./model";
import { coefficientTable } from "./tables";

export function stepFitPage(result: any, pictures: any): Page {
  const names = setsOf<any>(result.validation, "published_runs").sets.map((set) => set.set);
  const steps = stepsOf(result.validation, pictures.steps, new Colors(names))!;
  const fitted: Coefficient[] = result.coefficients.filter((row: Coefficient) => row.method === "fitted");
  const others: Coefficient[] = result.coefficients.filter((row: Coefficient) => row.method !== "fitted");
  return {
    answer: [stepsAnswer(steps)],
    sections: [
      ...stepsSections(steps),
      {
        id: "coefficients",
        title: "Coefficients",
        intro: `${result.parameters} coefficients that some row depends on were fitted, from the ranges of ${result.prior}; spreads follow from the errors that are left.`,
        body: [
          coefficientTable(`${fitted.length} coefficients`, fitted),
          coefficientTable(
            `${others.length} others: no row depends on them, or their value is known`,
            others,
          ),
        ],
      },
    ],
  };
}
