// Where every figure comes from.
import type { ReportDocument } from "../../document";
import { breakable, h, type Child } from "../../dom";
import { grouped } from "../../format";
import { folded, type Section } from "../../page";
import { table } from "../../table";
import type { Assumed, Source } from "../evidence";
import { price, unitName } from "./cost";

/** How the time of a step was found. */
const TIERS: Record<string, string> = {
  replay: "The step is the replay of its operations, each transfer as if it had the network for itself. ",
  flow: "The step is the replay of its operations, whose transfers share the network. ",
};

function assumed(rows: Assumed[]): Child {
  if (rows.length === 0) return h("p", {}, "No figure is assumed: all are measured, fitted or published.");
  return table<Assumed>({
    caption: `${rows.length} figures are assumed, not measured: doubt these first`,
    rows,
    limit: 12,
    columns: [
      { label: "Figure", text: ({ figure }) => breakable(figure), sort: ({ figure }) => figure },
      {
        label: "Value",
        text: ({ value, range }) => [
          h("span", { class: "nowrap" }, value),
          range && h("small", { class: "could-be" }, `could be ${range}`),
        ],
      },
      { label: "Because", text: ({ why }) => why, sort: ({ why }) => why },
    ],
  });
}

function sources(rows: Source[]): Child {
  return folded(
    `Sources of all other figures (${rows.length})`,
    table<Source>({
      caption: "Which document or measurement each figure is from",
      rows,
      columns: [
        { label: "Source", text: ({ source }) => source, sort: ({ source }) => source },
        { label: "Date", text: ({ date }) => date, sort: ({ date }) => date },
        { label: "Method", text: ({ method }) => method, sort: ({ method }) => method },
        {
          label: "Figures",
          text: ({ figures }) => breakable(figures.join(", ")),
          sort: ({ figures }) => figures.length,
        },
      ],
    }),
  );
}

interface Price {
  item: string;
  unit: string;
  usd: number;
}

/** Nodes have one price, whatever they do. */
function prices(ledger: any[]): Child {
  const found = new Map<string, Price>();
  for (const { item, unit, unit_price_usd } of ledger) {
    const name = item.startsWith("nodes, ") ? "a node" : item;
    const key = `${name} ${unit} ${unit_price_usd}`;
    if (unit_price_usd > 0) found.set(key, { item: name, unit, usd: unit_price_usd });
  }
  if (found.size === 0) return undefined;
  return folded(
    `Prices (${found.size})`,
    table<Price>({
      caption: "What was multiplied with what was used",
      rows: [...found.values()],
      columns: [
        { label: "Of", text: ({ item }) => item, sort: ({ item }) => item },
        { label: "USD", numeric: true, text: ({ usd }) => price(usd), sort: ({ usd }) => usd },
        { label: "Per", text: ({ unit }) => unitName(unit) },
      ],
    }),
  );
}

function files(rows: { path: string; xxh64: string }[]): Child {
  return folded(
    `Files that were read (${rows.length})`,
    table<{ path: string; xxh64: string }>({
      caption: "A file that has changed has another fingerprint",
      rows,
      columns: [
        { label: "File", text: ({ path }) => breakable(path), sort: ({ path }) => path },
        { label: "XXH64", text: ({ xxh64 }) => xxh64 },
      ],
    }),
  );
}

export function sourcesSection({ result }: ReportDocument): Section {
  const prepared = result.preparation ?? { sources: [], assumed: [] };
  return {
    id: "sources",
    title: "Where the figures come from",
    intro:
      `Seed ${result.seed}, ${grouped(result.replicas)} simulated runs. ${TIERS[result.tier] ?? ""}` +
      "The same seed and the same commit give the same answer.",
    body: [
      assumed([...result.assumed, ...(prepared.assumed ?? [])]),
      sources([...result.sources, ...(prepared.sources ?? [])]),
      prices(result.ledger ?? []),
      files(result.provenance.files),
    ],
  };
}
