// Elements, made so that text is always text: nothing of a scenario is ever read as HTML.

export type Child = Node | string | number | null | undefined | false | Child[];

type Props = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;

function append(parent: Node, child: Child): void {
  if (child === null || child === undefined || child === false) return;
  if (Array.isArray(child)) {
    for (const each of child) append(parent, each);
  } else {
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

function set(element: Element, name: string, value: Props[string]): void {
  if (value === undefined || value === false) return;
  if (typeof value === "function") {
    element.addEventListener(name.slice(2), value); // onclick: click
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** An element of HTML: h("p", { class: "note" }, "text", h("b", {}, "bold")). */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  append(element, children);
  return element;
}

/** An element of SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  append(element, children);
  return element;
}

/** A long name of parts, as "calibration.software.nemo": lines break between them. */
export function breakable(name: string): Child[] {
  return name.split(/(?<=[._/-])/).flatMap((part, i) => (i === 0 ? [part] : [h("wbr"), part]));
}

let used = 0;

/** An id that no other element of the page has. */
export function freshId(prefix: string): string {
  used += 1;
  return `${prefix}-${used}`;
}
