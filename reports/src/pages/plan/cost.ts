// What is paid for, and what the energy goes to.
import type { ReportDocument } from "../../document";
import { h, type Child } from "../../dom";
import { human, percent, significant } from "../../format";
import type { Section } from "../../page";
import { table } from "../../table";
import { bars, gathered, largestFirst, part, range, withShare } from "./figures";
import { stateName, States } from "./states";

interface Item {
  item: string;
  quantity: number;
  unit: string;
  unit_price_usd: number;
  usd: number;
}

/** Bars of less than this share are drawn as one. */
const LEAST = 0.0005;

/** What a price is per, in words. */
export function unitName(unit: string): string {
  return unit.replace("k-request", "1,000 requests").replaceAll("-", " ");
}

/** As many digits as the price has: 55.04, 0.023, 0.0004. */
export function price(usd: number): string {
  return usd >= 100 ? significant(usd, 4) : String(Number(usd.toPrecision(4)));
}

/** The state that an item "nodes, training lost" pays for. */
function stateOf({ item }: Item): string | undefined {
  const found = /^nodes, (.+)$/.exec(item);
  return found ? found[1]!.replaceAll(" ", "_") : undefined;
}

function bill(ledger: Item[], states: States): Child {
  const items = ledger.filter(({ usd }) => usd !== 0).sort((a, b) => b.usd - a.usd);
  if (items.length === 0) return undefined;
  const whole = items.reduce((sum, { usd }) => sum + usd, 0);
  const training = items.find((item) => stateOf(item) === "training");
  const useful = training
    ? `${percent(training.usd / whole)} of the money is for training that counts`
    : `The largest item: ${items[0]!.item}`;
  return bars({
    title: useful,
    summary: `The bill, in the mean of all runs: ${human("usd", whole)}. ${second(items, whole)}`,
    bars: gathered(
      items.map((item) => ({
        name: item.item,
        value: item.usd,
        label: withShare("usd", item.usd, whole),
        color: (colors: any) => {
          const state = stateOf(item);
          return state ? states.color(state, colors) : colors.series[9]!;
        },
        lines: [
          { label: "quantity", value: `${significant(item.quantity)} ${unitName(item.unit)}` },
          { label: "price", value: `${price(item.unit_price_usd)} USD` },
          { label: "in the bill", value: human("usd", item.usd) },
        ],
      })),
      LEAST,
      (sum) => withShare("usd", sum, whole),
    ),
  });
}

/** The largest item besides training. */
function second(items: Item[], whole: number): string {
  const next = items.find((item) => stateOf(item) !== "training");
  return next ? `Besides training, most is paid for ${next.item}: ${percent(next.usd / whole)}.` : "";
}

function billTable(ledger: Item[]): HTMLElement {
  const rows = ledger.filter(({ usd }) => usd !== 0).sort((a, b) => b.usd - a.usd);
  const whole = rows.reduce((sum, { usd }) => sum + usd, 0);
  return table<Item>({
    caption: "The bill, in the mean",
    rows,
    columns: [
      { label: "Item", text: ({ item }) => item, sort: ({ item }) => item },
      { label: "Paid", numeric: true, text: ({ usd }) => human("usd", usd), sort: ({ usd }) => usd },
      { label: "Share", numeric: true, text: ({ usd }) => part(usd / whole), sort: ({ usd }) => usd },
      {
        label: "Quantity",
        numeric: true,
        text: ({ quantity }) => significant(quantity),
        sort: ({ quantity }) => quantity,
      },
      { label: "Unit", text: ({ unit }) => unitName(unit) },
      {
        label: "Price, USD",
        numeric: true,
        text: ({ unit_price_usd }) => price(unit_price_usd),
        sort: ({ unit_price_usd }) => unit_price_usd,
      },
    ],
  });
}

function energy(forecast: any, states: States): Child {
  if (!forecast.energy_j) return undefined;
  const found = largestFirst(forecast.energy_by_state_j);
  if (found.length === 0) return undefined;
  const whole = found.reduce((sum, [, { mean }]) => sum + mean, 0);
  const [, training] = found.find(([name]) => name === "training") ?? [];
  return bars({
    title: training
      ? `${percent(training.mean / whole)} of the energy goes into training that counts`
      : "What the energy goes to",
    summary: `${human("joules", whole)} in the mean, by what the nodes were doing; at the meter of the building.`,
    bars: gathered(
      found.map(([name, joules]) => ({
        name: stateName(name),
        value: joules.mean,
        label: withShare("joules", joules.mean, whole),
        color: (colors) => states.color(name, colors),
        lines: [
          { label: "mean", value: human("joules", joules.mean) },
          { label: "p10 to p90", value: range("joules", joules) },
        ],
      })),
      LEAST,
      (sum) => withShare("joules", sum, whole),
    ),
  });
}

function booked(forecast: any): Child {
  if (!forecast.booked) return undefined;
  const { days, overrun } = forecast.booked;
  return h(
    "p",
    {},
    `${days} whole ${days === 1 ? "day is" : "days are"} paid for, used or not; ` +
      `${percent(overrun)} of the runs outlast them.`,
  );
}

export function costSection({ result }: ReportDocument): Section | undefined {
  const { forecast, ledger } = result;
  const states = new States(forecast.goodput_s);
  const paid: Item[] = ledger ?? [];
  const used = energy(forecast, states);
  const items = bill(paid, states);
  if (!items && !used) return undefined;
  return {
    id: "cost",
    title: items ? "Cost and energy" : "Energy",
    intro:
      "What is paid for and what the energy goes to, in the mean of all runs, by what the nodes were doing.",
    body: [h("div", { class: "pair" }, items, used), booked(forecast), items && billTable(paid)],
  };
}
