// A plan that cannot work: what is wrong, and what would make it work.
import type { ReportDocument } from "../../document";
import { h } from "../../dom";
import { grouped } from "../../format";
import { keyFigure, keyFigures, type Page } from "../../page";
import { tooMuchMemory, type Memory } from "./memory";

export interface Obstacle {
  reason: string;
  details: string[];
  remedies: string[];
  memory_bytes?: Memory;
}

/** "pipeline stage 0 needs 1670.4 GiB": "Pipeline stage 0 needs 1,670.4 GiB". */
function sentence(text: string): string {
  const said = text.replaceAll(/(?<![\w.])\d{4,}(?=\.\d+ GiB)/g, (digits) => grouped(Number(digits)));
  return said.replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** One reason, with what it is made of and what would help. */
export function obstacle({ reason, details, remedies }: Obstacle): HTMLElement {
  return h(
    "article",
    { class: "obstacle" },
    h("h3", {}, sentence(reason)),
    details.length > 0 &&
      h(
        "ul",
        { class: "details" },
        details.map((text) => h("li", {}, sentence(text))),
      ),
    remedies.length > 0 && [
      h(
        "p",
        {},
        remedies.length > 1 ? "Each of these alone would make it work:" : "What would make it work:",
      ),
      h(
        "ul",
        { class: "remedies" },
        remedies.map((text) => h("li", {}, sentence(text))),
      ),
    ],
  );
}

export function infeasiblePage({ result }: ReportDocument): Page {
  const obstacles: Obstacle[] = result.obstacles;
  const number = obstacles.length;
  return {
    answer: [
      h(
        "div",
        { class: "bad-plan" },
        keyFigures(
          keyFigure(
            "This plan",
            "cannot work",
            undefined,
            number > 1 ? `for ${number} reasons` : "for one reason",
          ),
        ),
      ),
      obstacles.map(obstacle),
    ],
    sections: tooMuchMemory(obstacles.flatMap(({ memory_bytes }) => memory_bytes ?? [])),
  };
}
