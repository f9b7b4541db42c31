// What sextant serve shows: the list of scenarios, and the page of one with its inputs above.
import type { ReportDocument } from "./document";
import { h } from "./dom";
import { grouped } from "./format";
import { content, header, skipLink, themeButton, type Page } from "./page";
import { ask, NoAnswer } from "./serve/ask";
import { listPage } from "./serve/list";
import { announcement, warnings, whatChanged, whatIsWrong, whyNot } from "./serve/outcome";
import { panel, type Panel } from "./serve/panel";
import type { ListView, Outcome, ScenarioView, Served } from "./serve/protocol";
import { queryOf, stateOf, type State } from "./serve/state";

type Pages = Record<string, (document: ReportDocument) => Page>;

function backLink(): HTMLElement {
  return h("nav", { class: "way-back", "aria-label": "Scenarios" }, h("a", { href: "/" }, "All scenarios"));
}

function ready(): void {
  document.documentElement.dataset["ready"] = "true";
}

class ScenarioPage {
  private readonly shown: ReportDocument;
  private readonly state: State;
  private readonly panel: Panel | undefined;
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly beside = h("div", { class: "beside" });
  private readonly holder = h("div", { class: "forecast" });

  constructor(
    private readonly root: HTMLElement,
    shell: ReportDocument,
    private readonly view: ScenarioView,
    private readonly pages: Pages,
  ) {
    this.shown = { ...shell, kind: view.view };
    this.state = stateOf(location.search, view.scenario);
    if (view.panel?.length) this.panel = panel(view.panel, this.state, () => this.update());
  }

  show(): void {
    document.title = `${this.shown.title} · sextant ${this.view.view}`;
    this.root.replaceChildren(
      skipLink(),
      backLink(),
      header(this.shown),
      ...(this.panel ? [this.panel.element] : []),
      this.status,
      this.beside,
      this.holder,
    );
    void this.ask();
  }

  private update(): void {
    this.panel?.read(this.state);
    history.replaceState(null, "", `?${queryOf(this.state)}`);
    void this.ask();
  }

  private async ask(): Promise<void> {
    const slow = window.setTimeout(() => this.wait(), 150);
    try {
      const answer = await ask(`/api/${this.view.view}`, queryOf(this.state));
      if (answer) this.take(answer);
    } catch (error) {
      this.fail(error instanceof NoAnswer ? error.message : `This page could not be shown: ${error}`);
      if (!(error instanceof NoAnswer)) throw error;
    } finally {
      window.clearTimeout(slow);
    }
  }

  private wait(): void {
    this.holder.classList.add("stale");
    this.status.replaceChildren(this.view.view === "plan" ? "Forecasting…" : "Simulating…");
  }

  private fail(message: string): void {
    const again = h("button", { type: "button", class: "tool", onclick: () => void this.ask() }, "Try again");
    this.status.replaceChildren(h("strong", { class: "failure" }, message), " ", again);
  }

  private take(answer: Served): void {
    const { serve } = answer;
    const elsewhere = this.panel?.complain(serve.mistakes ?? []) ?? serve.mistakes ?? [];
    const forecast = serve.outcome === "forecast";
    this.beside.replaceChildren(
      ...[
        serve.obstacles && whyNot(serve.obstacles),
        whatIsWrong(elsewhere),
        serve.difference && whatChanged(serve.difference),
        warnings(serve),
      ].filter((each): each is HTMLElement => !!each),
    );
    this.holder.classList.toggle("stale", !forecast);
    if (forecast) {
      Object.assign(this.shown, answer);
      this.holder.replaceChildren(...content(this.shown, this.pages[answer.kind]!(this.shown)));
    }
    this.status.replaceChildren(announcement(serve, answer.result), " ", ...this.precision(serve));
    ready();
  }

  /** How many runs it was from, and what brings the others. */
  private precision({ outcome, replicas, own_replicas: own, full }: Outcome): (Node | string)[] {
    const below = this.holder.childElementCount > 0 && outcome !== "forecast";
    if (below) return ["Below is the last forecast that worked."];
    if (outcome !== "forecast" || !replicas || !own) return [];
    if (!full && own <= replicas) return [`From ${grouped(replicas)} simulated runs.`];
    const button = h(
      "button",
      {
        type: "button",
        class: "tool",
        onclick: () => {
          this.state.full = !full;
          this.update();
        },
      },
      full ? "Answer quickly again" : `Run all ${grouped(own)}`,
    );
    return [
      full
        ? `From all ${grouped(replicas)} simulated runs. `
        : `From ${grouped(replicas)} of ${grouped(own)} simulated runs. `,
      button,
    ];
  }
}

function showList(root: HTMLElement, shell: ReportDocument, view: ListView): void {
  document.title = "Scenarios · sextant serve";
  root.replaceChildren(
    skipLink("the scenarios"),
    h(
      "header",
      {},
      h(
        "div",
        { class: "tools" },
        h("span", { class: "kind" }, "sextant serve"),
        h("span", { class: "spring" }),
        themeButton(),
      ),
      h("h1", {}, shell.title),
    ),
    h("main", { id: "answer", tabindex: -1 }, listPage(view)),
  );
  ready();
}

export function serve(root: HTMLElement, shell: ReportDocument, pages: Pages): void {
  const { serve: view } = shell as ReportDocument & { serve: ListView | ScenarioView };
  if (view.view === "list") showList(root, shell, view);
  else new ScenarioPage(root, shell, view, pages).show();
}
