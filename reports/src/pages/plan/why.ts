// Why the run takes so long.
import type { ReportDocument } from "../../document";
import type { Section } from "../../page";
import { against, explained } from "./explain";
import { phasesTable } from "./phases";
import { States } from "./states";
import { waterfall } from "./waterfall";

export function whySection({ result, pictures }: ReportDocument): Section {
  const states = new States(result.forecast.goodput_s);
  return {
    id: "why",
    title: "Why it takes this long",
    intro:
      "From the time in which the hardware would do the arithmetic at its peak to the time on the wall. " +
      "Solid blue is arithmetic, light blue what the steps take besides; the other colours are what the run loses.",
    body: [
      waterfall(pictures.waterfall, result.ideal, states),
      phasesTable(result.phases),
      explained(result),
      against(result),
    ],
  };
}
