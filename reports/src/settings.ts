// A text to be copied, in several formats. Works without any network, and in a file.
import { h } from "./dom";

const NAMES: Record<string, string> = {
  megatron: "Megatron-LM",
  nemo: "NVIDIA NeMo",
  hyperpod: "SageMaker HyperPod",
};

/** The clipboard where the page may use it; else the text is selected and copied as of old. */
async function copy(text: string, block: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const selection = getSelection()!;
    selection.selectAllChildren(block);
    const done = document.execCommand("copy");
    if (done) selection.removeAllRanges();
    return done;
  }
}

export function settings(formats: Record<string, string>): HTMLElement {
  const names = Object.keys(formats);
  const block = h("pre", { tabindex: 0, "aria-label": "Launch settings" });
  const status = h("span", { class: "matching", role: "status" });
  let shown = names[0]!;
  const buttons = names.map((name) =>
    h("button", { type: "button", class: "tool", onclick: () => show(name) }, NAMES[name] ?? name),
  );
  const show = (name: string) => {
    shown = name;
    block.textContent = formats[name]!;
    status.textContent = "";
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(names[i] === name)));
  };
  const copying = async () => {
    const done = await copy(formats[shown]!, block);
    status.textContent = done ? "copied" : "selected: press Ctrl+C";
  };
  show(shown);
  return h(
    "div",
    { class: "settings" },
    h(
      "div",
      { class: "tabs", role: "group", "aria-label": "Format" },
      buttons,
      h("span", { class: "spring" }),
      status,
      h("button", { type: "button", class: "tool", onclick: () => void copying() }, "Copy"),
    ),
    block,
  );
}
