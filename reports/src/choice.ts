// One of several views: a labelled list to choose from, and what is chosen below it.
import { freshId, h } from "./dom";

export interface Option {
  name: string;
  view(): Node | Node[];
}

/** Views are made when they are chosen. One view needs no list. */
export function choice(label: string, options: Option[], first = 0): HTMLElement {
  const body = h("div", { class: "chosen" });
  const show = (index: number) => {
    const view = options[index]!.view();
    body.replaceChildren(...(Array.isArray(view) ? view : [view]));
  };
  show(first);
  if (options.length === 1) return body;
  const id = freshId("choice");
  const list = h(
    "select",
    { id },
    options.map(({ name }, i) => h("option", { value: i, selected: i === first }, name)),
  );
  list.addEventListener("change", () => show(Number(list.value)));
  return h(
    "div",
    { class: "choice" },
    h("p", { class: "choice-label" }, h("label", { for: id }, label), list),
    body,
  );
}
