// The frame of every page: what it answers, where to find what, and what it was made of.
import type { ReportDocument } from "./document";
import { freshId, h, type Child } from "./dom";
import { setTheme, theme } from "./palette";

export interface Section {
  id: string;
  title: string;
  /** One sentence: what this section is for. */
  intro?: string;
  body: Child[];
}

export interface Page {
  /** The answer, first on the page. */
  answer: Child[];
  sections: Section[];
}

/** A figure of the answer: large, with its range and what it means. */
export function keyFigure(label: string, value: string, range?: string, note?: string): HTMLElement {
  return h(
    "div",
    { class: "key" },
    h("dt", {}, label),
    h(
      "dd",
      {},
      h("strong", {}, value),
      range && h("span", { class: "range" }, range),
      note && h("small", {}, note),
    ),
  );
}

export function keyFigures(...figures: (HTMLElement | undefined)[]): HTMLElement {
  return h("dl", { class: "keys" }, figures);
}

export type Severity = "note" | "warning";

/** What a reader must know before the figures. */
export function remarks(severity: Severity, title: string, texts: string[]): HTMLElement | undefined {
  if (texts.length === 0) return undefined;
  return h(
    "aside",
    { class: `remarks ${severity}`, "aria-label": title },
    h("h3", {}, title),
    h(
      "ul",
      {},
      texts.map((text) => h("li", {}, text)),
    ),
  );
}

/** Open or closed by the reader; for what few want to see. */
export function folded(title: string, ...body: Child[]): HTMLElement {
  return h("details", { class: "folded" }, h("summary", {}, title), body);
}

export function themeButton(): HTMLElement {
  const button = h("button", { type: "button", class: "tool" });
  const label = () => {
    button.textContent = theme() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to ${theme() === "dark" ? "light" : "dark"} colours`);
  };
  button.addEventListener("click", () => {
    setTheme(theme() === "dark" ? "light" : "dark");
    label();
  });
  label();
  return button;
}

function saveButton(document_: ReportDocument): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      class: "tool",
      "aria-label": "Save the numbers of this page as JSON",
      onclick: () => {
        const text = JSON.stringify(document_.result, null, 2);
        const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
        h("a", { href: url, download: `sextant-${document_.kind}.json` }).click();
        setTimeout(() => URL.revokeObjectURL(url), 1000);
      },
    },
    "JSON",
  );
}

export function header(document_: ReportDocument): HTMLElement {
  return h(
    "header",
    {},
    h(
      "div",
      { class: "tools" },
      h("span", { class: "kind" }, `sextant ${document_.kind}`),
      h("span", { class: "spring" }),
      themeButton(),
      saveButton(document_),
      h("button", { type: "button", class: "tool", onclick: () => window.print() }, "Print"),
    ),
    h("h1", { dir: "auto" }, document_.title),
    document_.question && h("p", { class: "question", dir: "auto" }, document_.question),
  );
}

function contents(sections: Section[]): HTMLElement {
  return h(
    "nav",
    { class: "contents", "aria-label": "Contents" },
    h(
      "ul",
      {},
      sections.map(({ id, title }) => h("li", {}, h("a", { href: `#${id}` }, title))),
    ),
  );
}

function sectionElement(section: Section): HTMLElement {
  const heading = freshId("heading");
  return h(
    "section",
    { id: section.id, "aria-labelledby": heading },
    h("h2", { id: heading }, section.title),
    section.intro && h("p", { class: "intro" }, section.intro),
    section.body,
  );
}

function footer({ result, made }: ReportDocument): HTMLElement {
  const provenance = result?.provenance;
  const facts = [`Made on ${made}`];
  if (provenance) {
    facts.push(`sextant ${provenance.version}`);
    facts.push(`commit ${provenance.commit}${provenance.modified ? " with changes" : ""}`);
    facts.push(String(provenance.compiler));
  }
  if (result?.seed !== undefined && result.seed !== null) facts.push(`seed ${result.seed}`);
  if (result?.digest) facts.push(`digest ${result.digest}`);
  return h("footer", {}, h("p", {}, facts.join(" · ")));
}

/** What stands below the header. */
export function content(document_: ReportDocument, page: Page): HTMLElement[] {
  return [
    h(
      "div",
      { class: "columns" },
      contents(page.sections),
      h(
        "main",
        {},
        h(
          "section",
          { id: "answer", tabindex: -1, "aria-labelledby": "answer-heading" },
          h("h2", { id: "answer-heading", class: "unseen" }, "The answer"),
          page.answer,
        ),
        page.sections.map(sectionElement),
      ),
    ),
    footer(document_),
  ];
}

export function skipLink(to = "the answer"): HTMLElement {
  return h("a", { class: "skip", href: "#answer" }, `Skip to ${to}`);
}

/** Puts the page into `root`. */
export function render(root: HTMLElement, document_: ReportDocument, page: Page): void {
  document.title = `${document_.title} · sextant ${document_.kind}`;
  root.replaceChildren(skipLink(), header(document_), ...content(document_, page));
}
