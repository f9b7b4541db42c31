// One input: a label, what may be written there, what the file has, and what is wrong with it.
import { freshId, h } from "../dom";
import { words } from "../format";
import type { Field } from "./protocol";

export interface FieldView {
  element: HTMLElement;
  pointer: string;
  /** What stands there, if it is not what the file has. */
  changed(): string | undefined;
  set(value: string): void;
  /** Says what is wrong; without a text: nothing is. */
  complain(message?: string): void;
  disable(disabled: boolean): void;
}

type Input = HTMLInputElement | HTMLSelectElement;

function inputOf(field: Field, id: string, described: string): { input: Input; list?: HTMLElement } {
  if (field.choices) {
    const options = field.choices.map((name) => h("option", { value: name }, words(name)));
    if (field.value === "") options.unshift(h("option", { value: "" }, "not given"));
    return { input: h("select", { id, "aria-describedby": described }, options) };
  }
  const list =
    field.words &&
    h(
      "datalist",
      { id: freshId("words") },
      field.words.map((value) => h("option", { value })),
    );
  const input = h("input", {
    id,
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    inputmode: field.numeric ? "numeric" : undefined,
    placeholder: field.value === "" ? "not given" : undefined,
    list: list?.id,
    "aria-describedby": described,
  });
  return list ? { input, list } : { input };
}

export function fieldView(field: Field, value: string | undefined, onchange: () => void): FieldView {
  const id = freshId("field");
  const hint = h("span", { id: freshId("hint") });
  const problem = h("p", { id: freshId("problem"), class: "problem", hidden: true });
  const { input, list } = inputOf(field, id, `${hint.id} ${problem.id}`);
  const back = h("button", { type: "button", class: "back", hidden: true }, "undo");
  const element = h(
    "div",
    { class: "field", title: field.doc && `${field.doc}: ${field.expects}` },
    h("label", { for: id }, field.label),
    input,
    list,
    h("p", { class: "hint" }, hint, back),
    problem,
  );

  const changed = () => {
    const text = input.value.trim();
    return text === field.value || text === "" ? undefined : text;
  };
  const shown = field.choices ? words(field.value) : field.value;
  const mark = () => {
    const differs = changed() !== undefined;
    element.classList.toggle("changed", differs);
    back.hidden = !differs;
    back.setAttribute("aria-label", `${field.label}: undo, back to ${shown || "nothing"}`);
    hint.textContent = differs ? `was ${shown || "not given"} ` : "";
  };
  const set = (text: string) => {
    input.value = text;
    mark();
  };
  // A value that no choice has stands in the address: it must not be lost without a word.
  if (value !== undefined && field.choices && !field.choices.includes(value)) {
    input.append(h("option", { value }, value));
  }
  set(value ?? field.value);
  let waiting = 0;
  const soon = (milliseconds: number) => {
    window.clearTimeout(waiting);
    mark();
    waiting = window.setTimeout(onchange, milliseconds);
  };
  input.addEventListener("input", () => soon(field.choices ? 0 : 250));
  input.addEventListener("change", () => {
    if (input.value.trim() === "") set(field.value);
    soon(0);
  });
  back.addEventListener("click", () => {
    set(field.value);
    input.focus();
    onchange();
  });

  return {
    element,
    pointer: field.pointer,
    changed,
    set,
    complain: (message) => {
      problem.hidden = message === undefined;
      problem.textContent = message ?? "";
      if (message === undefined) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    },
    disable: (disabled) => {
      input.disabled = disabled;
    },
  };
}
