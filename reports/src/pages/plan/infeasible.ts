// A plan that cannot work: what is wrong, and what would make it work.
import type { ReportDocument } from "../../document";
import { h } from "../../dom";
import { keyFigure, keyFigures, type Page } from "../../page";

interface Obstacle {
  reason: string;
  details: string[];
  remedies: string[];
}

function obstacle({ reason, details, remedies }: Obstacle): HTMLElement {
  return h(
    "article",
    { class: "obstacle" },
    h("h3", {}, reason),
    details.length > 0 &&
      h(
        "ul",
        { class: "details" },
        details.map((text) => h("li", {}, text)),
      ),
    remedies.length > 0 && [
      h(
        "p",
        {},
        remedies.length > 1 ? "Each of these alone would make it work:" : "This would make it work:",
      ),
      h(
        "ul",
        { class: "remedies" },
        remedies.map((text) => h("li", {}, text)),
      ),
    ],
  );
}

export function infeasiblePage({ result }: ReportDocument): Page {
  const obstacles: Obstacle[] = result.obstacles;
  const number = obstacles.length;
  return {
    answer: [
      keyFigures(
        keyFigure(
          "This plan",
          "cannot work",
          undefined,
          number > 1 ? `for ${number} reasons` : "for one reason",
        ),
      ),
      obstacles.map(obstacle),
    ],
    sections: [],
  };
}
