// The fabric as it is joined: nodes below, switches above, links coloured by how full they are.
import { h, svg } from "../../dom";
import { grouped, human, percent } from "../../format";

export interface FabricPicture {
  tiers: { role: string; members: number; shapes: number[]; job?: number[] }[];
  links: { tier: string; from: [number, number]; to: [number, number]; links: number; capacity: number }[];
}

/**
 * How full the links of a tier are, in the direction that is fuller: the busiest over the step, and while
 * those transfers are under way that fill it most.
 */
export type Load = { busiest: number; most: number; during: string };

const BOX = 24;
const ROW = 84;
const TEXT = 34;

/** Grey for an idle link, red for a full one. */
function loadColor(share: number): string {
  return `color-mix(in srgb, var(--bad) ${Math.round(100 * Math.min(1, share))}%, var(--line))`;
}

function many(count: number, role: string): string {
  const plural = role === "leaf" ? "leaves" : role.endsWith("ch") ? `${role}es` : `${role}s`;
  return `${grouped(count)} ${count === 1 ? role : plural}`;
}

/** The store stands beside the nodes, all others in rows above them. */
function rowsOf(picture: FabricPicture): number[] {
  let next = 0;
  return picture.tiers.map(({ role }) => (role === "storage" ? 0 : next++));
}

interface Layout {
  width: number;
  height: number;
  x(tier: number, shape: number): number;
  y(tier: number): number;
  box(tier: number): number;
}

function layoutOf(picture: FabricPicture, width: number): Layout {
  const rows = rowsOf(picture);
  const height = (Math.max(...rows) + 1) * ROW;
  const store = picture.tiers.findIndex(({ role }) => role === "storage");
  const used = store >= 0 && picture.links.some(({ from, to }) => from[0] === store || to[0] === store);
  const room = (tier: number) => (rows[tier] === 0 && used ? width - 70 : width);
  const count = (tier: number) => picture.tiers[tier]!.shapes.length;
  return {
    width,
    height,
    x: (tier, shape) => (tier === store ? width - 28 : ((shape + 0.5) * room(tier)) / count(tier)),
    y: (tier) => height - (rows[tier]! + 1) * ROW + TEXT,
    box: (tier) => Math.min(56, (room(tier) / count(tier)) * 0.8),
  };
}

function lines(picture: FabricPicture, loads: Map<string, Load>, at: Layout): SVGElement[] {
  const most = new Map<string, number>();
  for (const { tier, capacity } of picture.links) most.set(tier, Math.max(most.get(tier) ?? 0, capacity));
  return picture.links.map(({ tier, from, to, links, capacity }) => {
    const load = loads.get(tier)?.most ?? 0;
    return svg(
      "line",
      {
        x1: at.x(...from).toFixed(1),
        y1: at.y(from[0]),
        x2: at.x(...to).toFixed(1),
        y2: at.y(to[0]) + BOX,
        "stroke-width": (0.6 + capacity / most.get(tier)! + load).toFixed(1),
        style: `stroke:${loadColor(load)}`,
      },
      svg(
        "title",
        {},
        `${tier}: ${grouped(links)} links, together ${human("bytesPerSecond", capacity)} each way` +
          (loads.has(tier) ? `; the busiest at most ${percent(load)} full` : ""),
      ),
    );
  });
}

function boxes(picture: FabricPicture, at: Layout): SVGElement[] {
  return picture.tiers.flatMap(({ role, shapes, job }, tier) =>
    shapes.map((count, shape) => {
      const width = at.box(tier);
      const left = at.x(tier, shape) - width / 2;
      const share = job ? job[shape]! / count : 0;
      const has = job ? `, ${grouped(job[shape]!)} of them with the job` : "";
      return svg(
        "g",
        {},
        svg("rect", { class: "fabric-box", x: left, y: at.y(tier), width, height: BOX, rx: 4 }),
        share > 0 &&
          svg("rect", {
            class: "fabric-job",
            x: left,
            y: at.y(tier) + BOX - 6,
            width: width * share,
            height: 6,
            rx: 2,
          }),
        count > 1 &&
          width > 20 &&
          svg(
            "text",
            { x: at.x(tier, shape), y: at.y(tier) + (job ? 13 : 16), "text-anchor": "middle" },
            grouped(count),
          ),
        svg("title", {}, `${many(count, role)}${has}`),
      );
    }),
  );
}

function names(picture: FabricPicture, loads: Map<string, Load>, at: Layout): SVGElement[] {
  return picture.tiers.map(({ role, members }, tier) => {
    const beside = role === "storage";
    const above = [...loads].filter(([name]) => name.startsWith(`${role === "node" ? "card" : role} to `));
    const load = above
      .map(([name, { busiest, most, during }]) =>
        at.width < 560
          ? `up to ${percent(most, 0)} full`
          : `${name}: ${percent(most, 0)} full${during ? ` while ranks ${during}` : ""}, ${percent(busiest, 0)} over the step`,
      )
      .join(", ");
    return svg(
      "text",
      {
        x: beside ? at.width : 0,
        y: at.y(tier) - 8,
        "text-anchor": beside ? "end" : "start",
        class: "fabric-name",
      },
      beside ? "store" : many(members, role),
      !beside && load && svg("tspan", { class: "fabric-load", dx: 10 }, load),
    );
  });
}

/** Tiers without links are not drawn. */
function joined(picture: FabricPicture): FabricPicture {
  const ends = new Set(picture.links.flatMap(({ from, to }) => [from[0], to[0]]));
  const kept = picture.tiers.map((_, tier) => tier).filter((tier) => tier === 0 || ends.has(tier));
  const moved = ([tier, shape]: [number, number]): [number, number] => [kept.indexOf(tier), shape];
  return {
    tiers: kept.map((tier) => picture.tiers[tier]!),
    links: picture.links.map((link) => ({ ...link, from: moved(link.from), to: moved(link.to) })),
  };
}

export function fabricDrawing(
  title: string,
  summary: string,
  given: FabricPicture,
  loads: Map<string, Load>,
): HTMLElement {
  const picture = joined(given);
  const place = h("div", { class: "canvas fabric", role: "img", "aria-label": `${title}. ${summary}` });
  const draw = () => {
    const at = layoutOf(picture, Math.max(280, place.clientWidth));
    place.replaceChildren(
      svg(
        "svg",
        { width: at.width, height: at.height, viewBox: `0 0 ${at.width} ${at.height}` },
        lines(picture, loads, at),
        boxes(picture, at),
        names(picture, loads, at),
      ),
    );
  };
  let width = 0;
  new ResizeObserver(() => {
    if (width === place.clientWidth) return;
    width = place.clientWidth;
    draw();
  }).observe(place);
  const folded = picture.tiers.some(({ shapes }) => shapes.some((count) => count > 1));
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, h("h3", {}, title), h("p", {}, summary)),
    place,
    h(
      "p",
      { class: "fabric-key" },
      loads.size > 0 && [
        "Links: ",
        h("i", { class: "fabric-scale" }),
        " idle to full, the busiest of a tier while those transfers are under way that fill it most. ",
      ],
      "Blue below a node: it has the job.",
      folded && " A number says how many neighbours a shape stands for.",
    ),
  );
}
