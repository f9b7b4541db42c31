// What was asked, in figures: use, waits, money, and what the policy made of it.
import { h } from "../../dom";
import { human, percent, significant, words } from "../../format";
import { short } from "../../measure";
import { keyFigure, keyFigures, remarks } from "../../page";
import { counted, mean, plural, share, spread, spreadOf, time, type Cluster, type Team } from "./model";
import { whoWaits } from "./waits";

const figureHours = (value: number, unit: string) => `${value < 0.05 ? "0" : significant(value)} ${unit}`;

export function keys(cluster: Cluster): HTMLElement {
  const { result } = cluster;
  const all = result.cluster;
  const idleCost = mean(result.nobody.cost_usd ?? 0);
  return keyFigures(
    keyFigure(
      "Held by teams",
      percent(mean(all.utilisation)),
      spread(all.utilisation, (low, high) => `${percent(low)} to ${percent(high)}`),
      `of ${cluster.unit} that were there; ${percent(mean(all.used_share))} used`,
    ),
    keyFigure(
      "Wait, mean",
      time(mean(all.wait_s.mean)),
      spreadOf("seconds", all.wait_s.mean),
      `p50 ${time(mean(all.wait_s.p50))}, p95 ${time(mean(all.wait_s.p95))}, longest ${time(mean(all.wait_s.max))}`,
    ),
    all.total_cost_usd !== null
      ? keyFigure(
          "Cost",
          human("usd", mean(all.total_cost_usd)),
          spreadOf("usd", all.total_cost_usd),
          `${share(idleCost, mean(all.total_cost_usd))} of it for nodes that nobody held`,
        )
      : undefined,
    all.total_energy_j !== null
      ? keyFigure(
          "Energy",
          human("joules", mean(all.total_energy_j)),
          spreadOf("joules", all.total_energy_j),
          "at the meter",
        )
      : undefined,
    keyFigure(
      "Preemptions",
      counted(mean(all.preemptions)),
      spread(all.preemptions, (low, high) => `${counted(low)} to ${counted(high)}`),
      `${figureHours(mean(all.gpu_hours.lost), cluster.hours)} of work were done again`,
    ),
  );
}

const top = (teams: Team[], of: (team: Team) => number): Team | undefined =>
  [...teams].sort((a, b) => of(b) - of(a)).find((team) => of(team) > 0);

/** Sentences on what the policy decided; each says its figures. */
function decisions(cluster: Cluster): string[] {
  const { result, teams, hours } = cluster;
  const all = result.cluster;
  const list: string[] = [];
  const held = mean(all.gpu_hours.reserved);
  const borrowed = mean(all.gpu_hours.borrowed);
  list.push(
    `${words(result.scheduler)} placed ${plural(mean(result.jobs), "job")} of ${plural(teams.length, "team")} in ` +
      `${human("seconds", mean(result.wall_time_s))}` +
      (result.scheduler === "kueue" && cluster.pictures.policy.fair_sharing ? ", with fair sharing" : "") +
      ".",
    `Waits: ${whoWaits(cluster)}.`,
  );
  if (borrowed > 0) {
    const borrower = top(teams, (team) => mean(team.gpu_hours["borrowed"]!));
    const lender = top(teams, (team) => mean(team.gpu_hours["lent"]!));
    list.push(
      `Teams borrowed ${figureHours(borrowed, hours)}, ${share(borrowed, held)} of all that they held` +
        (borrower
          ? `; most of it ${short(borrower.name)}, ${figureHours(mean(borrower.gpu_hours["borrowed"]!), hours)}`
          : "") +
        (lender
          ? `; ${short(lender.name)} lent most, ${figureHours(mean(lender.gpu_hours["lent"]!), hours)}`
          : "") +
        ".",
    );
  } else {
    list.push("No team had more than its quota: nothing was borrowed.");
  }
  const idle = mean(all.idle_while_waiting_gpu_hours);
  const nodes =
    mean(result.nobody.idle_gpu_hours) + mean(result.nobody.broken_gpu_hours) + mean(all.gpu_hours.allocated);
  if (idle > 0) {
    list.push(
      `${figureHours(idle, hours)}, ${share(idle, nodes)} of the time of all ${cluster.unit}, stood idle although jobs asked for them.`,
    );
  }
  const missed = mean(all.missed_deadlines);
  if (missed > 0)
    list.push(
      `${plural(missed, "deadline was", "deadlines were")} missed${cluster.several ? " in the mean" : ""}.`,
    );
  const failures = mean(all.node_failures);
  if (failures > 0) {
    list.push(
      `Nodes failed under jobs ${plural(failures, "time")}${cluster.several ? " in the mean" : ""}; ${share(mean(result.nobody.broken_gpu_hours), nodes)} of the time was lost to repairs.`,
    );
  }
  return list;
}

export function answer(cluster: Cluster): (HTMLElement | undefined)[] {
  const { result } = cluster;
  const obstacles: { reason: string; remedies: string[] }[] = result.obstacles ?? [];
  return [
    keys(cluster),
    h(
      "ul",
      { class: "verdicts" },
      decisions(cluster).map((text) => h("li", {}, text)),
    ),
    remarks(
      "warning",
      "Jobs that can never be admitted",
      obstacles.map(({ reason, remedies }) => `${reason}: ${remedies.join("; or ")}`),
    ),
    remarks("note", "What to know", result.notes ?? []),
  ];
}
