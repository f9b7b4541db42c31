// What a reader chooses with: native elements, labelled, so that keys and screen readers work.
import { freshId, h } from "./dom";

export interface Choice {
  value: string;
  label: string;
}

export interface Select {
  element: HTMLElement;
  value(): string;
  set(value: string): void;
}

/** A labelled list of choices. */
export function select(label: string, choices: Choice[], chosen: string, changed: () => void): Select {
  const id = freshId("select");
  const list = h(
    "select",
    { id, onchange: changed },
    choices.map(({ value, label }) => h("option", { value, selected: value === chosen }, label)),
  );
  return {
    element: h("div", { class: "control" }, h("label", { for: id }, label), list),
    value: () => list.value,
    set: (value) => {
      list.value = value;
    },
  };
}

/** Controls side by side. */
export function controls(...elements: (HTMLElement | undefined)[]): HTMLElement {
  return h("div", { class: "controls" }, elements);
}
