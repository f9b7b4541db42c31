// The page of `sextant plan`.
import type { ReportDocument, Summary } from "../document";
import { human, humanRange, type Quantity } from "../format";
import { keyFigure, keyFigures, remarks, type Page } from "../page";

function estimate(label: string, quantity: Quantity, summary: Summary, note?: string): HTMLElement {
  return keyFigure(label, human(quantity, summary.p50), humanRange(quantity, summary.p10, summary.p90), note);
}

export function planPage({ result }: ReportDocument): Page {
  const { forecast } = result;
  return {
    answer: [
      keyFigures(
        estimate("Done in", "seconds", forecast.wall_time_s),
        forecast.cost_usd && estimate("Cost", "usd", forecast.cost_usd),
        forecast.energy_j && estimate("Energy", "joules", forecast.energy_j),
        forecast.co2e_kg && estimate("Emissions", "kilograms", forecast.co2e_kg.location),
      ),
      remarks("warning", "Extrapolated", result.step.extrapolated),
    ],
    sections: [],
  };
}
