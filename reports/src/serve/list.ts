// The scenarios of the folder.
import { freshId, h } from "../dom";
import { remarks } from "../page";
import { table } from "../table";
import type { Listed, ListView } from "./protocol";

const KINDS: Record<string, string> = {
  plan: "one training run",
  govern: "a shared cluster",
  endpoints: "inference endpoints",
};

function link({ kind, name }: Listed): HTMLElement {
  return h(
    "a",
    { href: `/${kind}?scenario=${encodeURIComponent(name).replaceAll("%2F", "/")}`, dir: "auto" },
    name,
  );
}

function rowsOf(scenarios: Listed[]): HTMLElement {
  return table({
    caption: scenarios.length === 1 ? "1 scenario" : `${scenarios.length} scenarios`,
    columns: [
      { label: "Scenario", text: link, sort: ({ name }) => name },
      {
        label: "What it is",
        text: ({ kind }) => KINDS[kind] ?? kind,
        sort: ({ kind }) => KINDS[kind] ?? kind,
      },
      {
        label: "Question",
        text: ({ question, error }) =>
          error ? h("span", { class: "problem", dir: "auto" }, error) : h("span", { dir: "auto" }, question),
        sort: ({ question }) => question,
      },
    ],
    rows: scenarios,
  });
}

export function listPage({ scenarios, problem, complete }: ListView): HTMLElement[] {
  const holder = h("div", { class: "scenarios" }, rowsOf(scenarios));
  const id = freshId("search");
  const search = h("input", { id, type: "search", autocomplete: "off" });
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = scenarios.filter((each) => {
      const text = `${each.name} ${KINDS[each.kind]} ${each.title} ${each.question}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    holder.replaceChildren(found.length > 0 ? rowsOf(found) : h("p", {}, "No scenario has these words."));
  });
  return [
    remarks("warning", "Not found", problem ? [problem] : []),
    remarks("note", "Not all", complete ? [] : ["The folder has more files than are looked at."]),
    h("div", { class: "control search" }, h("label", { for: id }, "Search"), search),
    holder,
  ].filter((each): each is HTMLElement => each !== undefined);
}
