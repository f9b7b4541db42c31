// Some of all layouts that fit in memory: how fast each steps, and how much memory it takes.
import { Columns } from "../../columns";
import { grouped, human } from "../../format";
import { parallel } from "../../parallel";
import { front, pareto } from "../../pareto";
import type { Column } from "../../table";
import { LAYOUT } from "./choices";

function columns(table: Columns): Column<number>[] {
  return [
    {
      label: "Layout",
      text: (row) => String(table.at("layout", row)),
      sort: (row) => String(table.at("layout", row)),
    },
    {
      label: "Step",
      numeric: true,
      text: (row) => human("seconds", table.number("step_time_s", row)!),
      sort: (row) => table.number("step_time_s", row)!,
    },
    {
      label: "Peak memory",
      numeric: true,
      text: (row) => human("bytes", table.number("peak_memory_bytes", row)!),
      sort: (row) => table.number("peak_memory_bytes", row)!,
    },
  ];
}

/** Slower than so many times the fastest: they would press all others against the edge. */
const SLOW = 3;

/** How many of the times, ascending, are drawn. */
function nearOf(times: number[]): number {
  return times.filter((time) => time <= SLOW * times[0]!).length;
}

/** The fastest tenth is drawn apart. `rows`: the fastest first. */
function fastest(rows: number[]): Set<number> {
  return new Set(rows.slice(0, Math.max(1, Math.ceil(rows.length / 10))));
}

export function layouts({
  cluster,
  fit,
  rows,
  columns: data,
  memory_bytes,
}: any): (HTMLElement | undefined)[] {
  const all = new Columns({ rows, columns: data });
  const list = Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => all.number("step_time_s", a)! - all.number("step_time_s", b)!,
  );
  const quick = fastest(list);
  const estimate = (key: string, row: number) => ({ mean: all.number(key, row)! });
  const sampled =
    rows === fit
      ? `All ${grouped(fit)} layouts of ${cluster} that fit in memory are drawn`
      : `${grouped(rows)} of the ${grouped(fit)} layouts of ${cluster} that fit in memory are drawn, spread evenly over the search`;
  const near = nearOf(list.map((row) => all.number("step_time_s", row)!));
  const drawn = list.slice(0, near);
  const cut =
    near < rows
      ? ` The ${grouped(rows - near)} that take more than ${SLOW} times as long as the fastest are left out.`
      : "";
  const best = front(
    drawn.map((row) => ({ x: estimate("step_time_s", row), y: estimate("peak_memory_bytes", row), row })),
  );
  const corner = new Set([best[0]?.row, best[best.length - 1]?.row]);
  return [
    pareto({
      measures: [
        { key: "step_time_s", label: "step time", kind: "seconds" },
        { key: "peak_memory_bytes", label: "peak memory", kind: "bytes" },
      ],
      x: "step_time_s",
      y: "peak_memory_bytes",
      groups: [
        { name: "fastest tenth", color: (colors) => colors.series[0]!, size: 8 },
        { name: "slower", color: (colors) => colors.series[9]!, size: 6 },
      ],
      points: drawn.map((row) => ({
        name: String(all.at("layout", row)),
        ...(corner.has(row) && { label: String(all.at("layout", row)) }),
        group: quick.has(row) ? "fastest tenth" : "slower",
        values: {
          step_time_s: estimate("step_time_s", row),
          peak_memory_bytes: estimate("peak_memory_bytes", row),
        },
      })),
      note:
        `${sampled}; each is timed in closed form, and an accelerator has ` +
        `${human("bytes", memory_bytes)}. The best ones, replayed, stand in the list above.${cut}`,
      data: { caption: `Layouts of ${cluster}`, columns: columns(all), rows: list },
    }),
    parallel({
      title: "Which degrees make a layout fast",
      summary: `Each line is a layout. ${sampled}.${cut} Dimensions in which all are the same are left out.`,
      what: "layouts",
      rows: drawn,
      name: (row) => String(all.at("layout", row)),
      group: (row) => (quick.has(row) ? 1 : 0),
      groups: [
        { name: "slower", color: (colors) => colors.series[9]!, width: 1, opacity: 0.18 },
        { name: "fastest tenth", color: (colors) => colors.series[0]!, width: 1.4, opacity: 0.65 },
      ],
      dimensions: [
        ...LAYOUT.map(({ key, label }) => ({
          label,
          kind: "count" as const,
          of: (row: number) => (all.at(key, row) ?? undefined) as number | string | undefined,
        })),
        { label: "memory", kind: "bytes", of: (row) => all.number("peak_memory_bytes", row) },
        { label: "step time", kind: "seconds", of: (row) => all.number("step_time_s", row) },
      ],
      columns: columns(all),
    }),
  ];
}
