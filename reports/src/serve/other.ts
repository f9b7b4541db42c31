// Any member of the scenario, by its JSON pointer; the server knows which there are.
import { freshId, h } from "../dom";
import type { PointerInfo } from "./protocol";

export interface OtherInput {
  element: HTMLElement;
  /** Of a pointer, as far as the server has said it. */
  info(pointer: string): PointerInfo | undefined;
}

/** `add` gets the pointer and its value. */
export function otherInput(scenario: string, add: (pointer: string, value: string) => void): OtherInput {
  const known = new Map<string, PointerInfo>();
  const names = h("datalist", { id: freshId("pointers") });
  const hint = h("p", { id: freshId("hint"), class: "hint" }, "Begins with /, as /recovery/restart.");
  const ids = { pointer: freshId("pointer"), value: freshId("value") };
  const text = { type: "text", autocomplete: "off", spellcheck: "false" };
  const pointer = h("input", { ...text, id: ids.pointer, list: names.id, "aria-describedby": hint.id });
  const value = h("input", { ...text, id: ids.value });

  let asked = false;
  const complete = async () => {
    if (asked) return;
    asked = true;
    const response = await fetch(`/api/pointers?scenario=${encodeURIComponent(scenario)}`).catch(
      () => undefined,
    );
    if (!response?.ok) {
      asked = false;
      return;
    }
    for (const each of (await response.json()) as PointerInfo[]) known.set(each.pointer, each);
    names.replaceChildren(
      ...[...known.values()].map((each) => h("option", { value: each.pointer }, each.doc)),
    );
  };
  pointer.addEventListener("focus", () => void complete());
  pointer.addEventListener("input", () => {
    const info = known.get(pointer.value.trim());
    hint.textContent = info ? `${info.doc}: ${info.expects}` : "Begins with /, as /recovery/restart.";
  });

  const form = h(
    "form",
    { class: "other", "aria-label": "Another input" },
    h(
      "div",
      { class: "field wide" },
      h("label", { for: ids.pointer }, "Any other input"),
      pointer,
      names,
      hint,
    ),
    h("div", { class: "field" }, h("label", { for: ids.value }, "Value"), value),
    h("button", { type: "submit", class: "tool" }, "Set"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (pointer.value.trim() === "" || value.value.trim() === "") return;
    add(pointer.value.trim(), value.value.trim());
    pointer.value = value.value = "";
  });
  return { element: form, info: (name) => known.get(name) };
}
