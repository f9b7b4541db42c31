// The inputs above a plan's page.
import { h } from "../dom";
import { fieldView, type FieldView } from "./field";
import { otherInput } from "./other";
import type { Group, Mistake } from "./protocol";
import type { State } from "./state";

export interface Panel {
  element: HTMLElement;
  /** What stands in the fields, into the state. */
  read(state: State): void;
  /** Shows each mistake at its field; returns those that have none. */
  complain(mistakes: Mistake[]): Mistake[];
}

const LAYOUT = "Layout";

function layoutChoice(fastest: boolean, onchange: (fastest: boolean) => void): HTMLElement {
  const box = h("input", { type: "checkbox", id: "fastest", checked: fastest });
  box.addEventListener("change", () => onchange(box.checked));
  return h(
    "div",
    { class: "field wide check" },
    box,
    h("label", { for: "fastest" }, "Choose the fastest layout that fits"),
  );
}

/** The field that a mistake is about: its own, or one that its pointer leads into. */
function fieldOf(views: FieldView[], { pointer }: Mistake): FieldView | undefined {
  return views.find((view) => pointer === view.pointer || pointer.startsWith(`${view.pointer}/`));
}

export function panel(groups: Group[], state: State, changed: () => void): Panel {
  const views: FieldView[] = [];
  let fastest = state.fastest;
  const named = new Set(groups.flatMap(({ fields }) => fields.map(({ pointer }) => pointer)));
  const layoutFields: FieldView[] = [];
  const chooseLayout = (chosen: boolean) => {
    fastest = chosen;
    for (const view of layoutFields) view.disable(chosen);
  };

  const fieldset = ({ title, fields }: Group) => {
    const own = fields.map((field) => fieldView(field, state.changes.get(field.pointer), changed));
    views.push(...own);
    if (title === LAYOUT) layoutFields.push(...own);
    const choose =
      title === LAYOUT &&
      layoutChoice(fastest, (chosen) => {
        chooseLayout(chosen);
        changed();
      });
    return h(
      "fieldset",
      {},
      h("legend", {}, title),
      choose,
      h(
        "div",
        { class: "fields" },
        own.map(({ element }) => element),
      ),
    );
  };

  const others = h("div", { class: "fields" });
  const other = otherInput(state.scenario, (pointer, value) => {
    const there = views.find((view) => view.pointer === pointer);
    if (there) there.set(value);
    else addOther(pointer, value);
    changed();
  });
  const addOther = (pointer: string, value: string) => {
    const info = other.info(pointer);
    const view = fieldView(
      { pointer, label: pointer, value: "", doc: info?.doc ?? "", expects: info?.expects ?? "" },
      value,
      () => {
        if (view.changed() === undefined) {
          views.splice(views.indexOf(view), 1);
          view.element.remove();
        }
        changed();
      },
    );
    views.push(view);
    others.append(view.element);
  };

  const sets = groups.map(fieldset);
  chooseLayout(fastest);
  for (const [pointer, value] of state.changes) if (!named.has(pointer)) addOther(pointer, value);
  const element = h(
    "details",
    { class: "panel", open: window.innerWidth > 800 || state.changes.size > 0 },
    h("summary", {}, h("h2", {}, "Inputs")),
    h("div", { class: "groups" }, sets),
    h(
      "details",
      { class: "others", open: others.childElementCount > 0 },
      h("summary", {}, "Other inputs"),
      others,
      other.element,
    ),
  );
  return {
    element,
    read: (into) => {
      into.fastest = fastest;
      into.changes = new Map(
        views.flatMap((view): [string, string][] => {
          const value = view.changed();
          return value === undefined ? [] : [[view.pointer, value]];
        }),
      );
    },
    complain: (mistakes) => {
      for (const view of views) view.complain();
      const elsewhere: Mistake[] = [];
      for (const mistake of mistakes) {
        const view = fieldOf(views, mistake);
        if (view) view.complain([mistake.message, mistake.help].filter(Boolean).join("; "));
        else elsewhere.push(mistake);
      }
      return elsewhere;
    },
  };
}
