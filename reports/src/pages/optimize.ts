// The page of `sextant optimize`.
import type { ReportDocument } from "../document";
import type { Page, Section } from "../page";
import { settings } from "../settings";
import { answer, bestSection } from "./optimize/best";
import { choices } from "./optimize/choices";
import { layouts } from "./optimize/layouts";
import { limits } from "./optimize/limits";
import { objectiveWord } from "./optimize/names";
import { search } from "./optimize/search";

export function optimizePage({ result, pictures }: ReportDocument): Page {
  const sections: (Section | undefined | false)[] = [
    result.best.length > 0 && {
      id: "best",
      title: result.best.length > 1 ? `The best ${result.best.length}` : "The only one",
      body: bestSection(result, pictures.choices),
    },
    pictures.choices.rows > 1 && {
      id: "choices",
      title: "What was simulated",
      intro: "Every way to rent, to buy and to lay out that was worth a simulation.",
      body: choices(pictures.choices, pictures.objective),
    },
    pictures.layouts && {
      id: "layouts",
      title: "Layouts of the best cluster",
      intro: "How the model and the batch can be cut over its accelerators.",
      body: layouts(pictures.layouts),
    },
    result.relaxations.length > 0 && {
      id: "limits",
      title: "What binds",
      intro: "Which limit keeps the best from being better, and what relaxing it would buy.",
      body: limits(result.relaxations, objectiveWord(pictures.objective), result.feasible),
    },
    {
      id: "search",
      title: "How the search went",
      body: search(result, pictures.choices.simulated),
    },
    pictures.settings && {
      id: "launch",
      title: "Launch it",
      intro: "The best one's model, batch and layout in the words of what starts it.",
      body: [settings(pictures.settings)],
    },
  ];
  return {
    answer: answer(result, pictures),
    sections: sections.filter((section): section is Section => Boolean(section)),
  };
}
