// Checkpoints: each tier, and what moves between the nodes and the store.
import { h, type Child } from "../../dom";
import { count, grouped, human, significant, words } from "../../format";
import { table, type Column } from "../../table";
import { part } from "./figures";

interface Tier {
  name: string;
  figures: any;
}

export function tiersTable(checkpoint: any): HTMLElement {
  const rows: Tier[] = [
    ...checkpoint.faster.map((figures: any) => ({
      name: words(figures.medium) + (figures.copies > 1 ? `, ${figures.copies} copies` : ""),
      figures,
    })),
    { name: checkpoint.storage?.store ?? "the store", figures: checkpoint },
  ];
  const time =
    (key: string) =>
    ({ figures }: Tier) =>
      human("seconds", figures[key]);
  const stall: Column<Tier> = {
    label: "Stall",
    numeric: true,
    text: (tier) => (tier.figures.mode === "blocking" ? "" : time("stall_s")(tier)),
  };
  return table<Tier>({
    caption: `Checkpoints of ${human("bytes", checkpoint.size_bytes)}`,
    rows,
    columns: [
      { label: "In", text: ({ name }) => name },
      { label: "Every", numeric: true, text: time("interval_s") },
      { label: "Chosen by", text: ({ figures }) => figures.chosen_by },
      { label: "How", text: ({ figures }) => figures.mode },
      ...(rows.some(({ figures }) => figures.mode !== "blocking") ? [stall] : []),
      { label: "Write", numeric: true, text: time("write_s") },
      { label: "Restore", numeric: true, text: time("restore_s") },
    ],
  });
}

interface Move {
  name: string;
  move: any;
}

/** A column of what is counted, where there is any. */
function counted(label: string, key: string, rows: Move[]): Column<Move>[] {
  if (rows.every(({ move }) => move[key] === 0)) return [];
  return [{ label, numeric: true, text: ({ move }) => grouped(move[key]) }];
}

export function storageTable({ storage, traffic }: any): Child {
  if (!storage) return undefined;
  const rows: Move[] = [
    { name: "a save", move: storage.save },
    { name: "a restore", move: storage.restore },
    ...(storage.first_save ? [{ name: "the first save", move: storage.first_save }] : []),
  ];
  const split = storage.splits === 1 ? "once" : `${storage.splits} times`;
  return [
    table<Move>({
      caption: `What goes to and from ${storage.store}`,
      rows,
      columns: [
        { label: "", text: ({ name }) => name },
        { label: "Moves", numeric: true, text: ({ move }) => human("bytes", move.bytes) },
        { label: "Takes", numeric: true, text: ({ move }) => human("seconds", move.time_s) },
        ...counted("PUTs", "puts", rows),
        ...counted("GETs", "gets", rows),
        ...counted("503 Slow Down", "refused", rows),
        ...(rows.some(({ move }) => move.failure > 0)
          ? [{ label: "Fails", numeric: true, text: ({ move }: Move) => part(move.failure) }]
          : []),
      ],
    }),
    storage.splits > 0 && h("p", {}, `The store throttles until its partitions have split ${split}.`),
    traffic && h("p", {}, overTheRun(traffic)),
    storage.usd_per_month !== null &&
      h("p", {}, `${significant(storage.usd_per_month)} USD a month for what lies there and its requests.`),
  ];
}

function overTheRun(traffic: any): string {
  const said = [
    `${human("bytes", traffic.written_bytes.mean)} written`,
    `${human("bytes", traffic.read_bytes.mean)} read back`,
  ];
  if (traffic.refused.mean >= 1) said.push(`${count(traffic.refused.mean)} times 503 Slow Down`);
  if (traffic.failed_writes.mean >= 1)
    said.push(`${significant(traffic.failed_writes.mean)} checkpoints that failed`);
  return `Over the run, in the mean: ${said.join(", ")}.`;
}
