// Tables and bars by team: what each had, what it cost, what the policy grants it.
import { axis, chart, tooltip } from "../../chart";
import { h } from "../../dom";
import { human, scales, significant, words } from "../../format";
import { short } from "../../measure";
import { folded } from "../../page";
import { table, type Column } from "../../table";
import {
  counted,
  mean,
  share,
  spreadOf,
  time,
  type Cluster,
  type Estimate,
  type Group,
  type Team,
} from "./model";

const hours = (value: Estimate): string => {
  const size = mean(value);
  return size < 0.05 ? "0" : significant(size);
};

function waitColumns<Row extends Group>(): Column<Row>[] {
  const number = (label: string, of: (row: Row) => Estimate): Column<Row> => ({
    label,
    numeric: true,
    text: (row) => counted(mean(of(row))),
    sort: (row) => mean(of(row)),
  });
  const wait = (label: string, of: (row: Row) => Estimate): Column<Row> => ({
    label,
    numeric: true,
    text: (row) => time(mean(of(row))),
    sort: (row) => mean(of(row)),
  });
  return [
    number("Jobs", (row) => row.jobs),
    wait("Wait, mean", (row) => row.wait_s.mean),
    wait("p50", (row) => row.wait_s.p50),
    wait("p95", (row) => row.wait_s.p95),
    wait("longest", (row) => row.wait_s.max),
    number("Preempted", (row) => row.preemptions),
  ];
}

function hourColumn<Row extends Group>(key: string, label: string): Column<Row> {
  return {
    label,
    numeric: true,
    text: (row) => hours(row.gpu_hours[key]!),
    sort: (row) => mean(row.gpu_hours[key]!),
  };
}

const hourColumns = <Row extends Group>(): Column<Row>[] => [
  hourColumn("allocated", "Held"),
  hourColumn("used", "used"),
  hourColumn("lost", "lost"),
];

/** Of a row; it is not broken where it is short. */
const name = (text: string): HTMLElement => h("span", { class: text.length <= 36 ? "unbroken" : "" }, text);

/** Two tables: one of both is wider than most screens. */
export function teamTables(cluster: Cluster): HTMLElement[] {
  const wall = mean(cluster.result.wall_time_s);
  const team: Column<Team> = { label: "Team", text: (row) => name(row.name), sort: (row) => row.name };
  const quota: Column<Team> = {
    label: "Of its quota",
    numeric: true,
    text: (row) => (row.quota > 0 ? share(mean(row.gpu_hours["allocated"]!), (row.quota * wall) / 3600) : ""),
    sort: (row) => (row.quota > 0 ? mean(row.gpu_hours["allocated"]!) / row.quota : -1),
  };
  return [
    table<Team>({
      caption: `How long the jobs of each team waited: in the mean, half of them at most, 95 % of them at most, all; ${cluster.over}`,
      rows: cluster.teams,
      limit: 25,
      columns: [team, ...waitColumns<Team>()],
    }),
    table<Team>({
      caption: `What each team had, in ${cluster.hours}; ${cluster.over}`,
      rows: cluster.teams,
      limit: 25,
      columns: [
        team,
        ...hourColumns<Team>(),
        hourColumn("borrowed", "borrowed"),
        hourColumn("lent", "lent"),
        quota,
      ],
    }),
  ];
}

/** By priority class, and by kind of work; where there is more than one. */
export function otherTables(cluster: Cluster): HTMLElement | undefined {
  const { classes, kinds } = cluster.result as { classes: (Group & { priority?: number })[]; kinds: Group[] };
  const parts = [
    classes.length > 1 &&
      table<Group & { priority?: number }>({
        caption: `Priority classes: waits, and ${cluster.hours}`,
        rows: [...classes].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0)),
        limit: 20,
        columns: [
          {
            label: "Class",
            text: (row) => (row.priority === undefined ? row.name : `${row.name} (${row.priority})`),
            sort: (row) => row.priority ?? 0,
          },
          ...waitColumns<Group & { priority?: number }>(),
          ...hourColumns<Group & { priority?: number }>(),
        ],
      }),
    kinds.length > 1 &&
      table<Group>({
        caption: `Kinds of work: waits, and ${cluster.hours}`,
        rows: kinds,
        columns: [
          { label: "Kind", text: (row) => words(row.name), sort: (row) => row.name },
          ...waitColumns<Group>(),
          ...hourColumns<Group>(),
        ],
      }),
  ].filter((part): part is HTMLElement => part !== false);
  return parts.length > 0 ? folded("By priority class and by kind of work", ...parts) : undefined;
}

interface Bill {
  name: string;
  team?: number;
  cost: Estimate;
  energy: Estimate | null;
}

const MOST_BARS = 15;

function bills(cluster: Cluster): Bill[] {
  const { nobody } = cluster.result;
  const teams: Bill[] = cluster.byHours.map((team) => {
    const { name, cost_usd, energy_j } = cluster.teams[team]!;
    return { name, team, cost: cost_usd ?? 0, energy: energy_j };
  });
  return [...teams, { name: "nobody: idle, broken", cost: nobody.cost_usd ?? 0, energy: nobody.energy_j }];
}

export function costChart(cluster: Cluster): HTMLElement | undefined {
  const { result } = cluster;
  if (result.cluster.total_cost_usd === null) return undefined;
  const all = bills(cluster)
    .filter((bill) => mean(bill.cost) > 0)
    .sort((a, b) => mean(b.cost) - mean(a.cost));
  const total = mean(result.cluster.total_cost_usd);
  const shown = all.slice(0, MOST_BARS);
  const rest = all.slice(MOST_BARS).reduce((sum, bill) => sum + mean(bill.cost), 0);
  if (rest > 0) shown.push({ name: `${all.length - MOST_BARS} others`, cost: rest, energy: null });
  const nobody = mean(result.nobody.cost_usd);
  const scale = scales.usd(mean(shown[0]!.cost));
  return chart({
    title: "What each team's nodes cost",
    summary:
      `${human("usd", total)} in all; ${human("usd", nobody)}, ${share(nobody, total)}, is of nodes that nobody held. ` +
      `Nodes are charged to whoever holds them; ${cluster.over}.`,
    height: 24 + shown.length * 28,
    option: (colors, w) => ({
      grid: { left: 8, right: w < 560 ? 84 : 110, top: 4, bottom: 4, containLabel: true },
      tooltip: {
        formatter: (point: any) => {
          const bill = shown[point.dataIndex]!;
          const lines = [
            { label: "cost", value: human("usd", mean(bill.cost)) },
            { label: "of all", value: share(mean(bill.cost), total) },
          ];
          const range = spreadOf("usd", bill.cost);
          if (range) lines.push({ label: "p10 to p90", value: range });
          if (bill.energy !== null)
            lines.push({ label: "energy", value: human("joules", mean(bill.energy)) });
          return tooltip(short(bill.name, 60), lines);
        },
      },
      xAxis: axis(colors, {
        type: "value",
        axisLabel: { show: false },
        splitLine: { show: false },
        name: "",
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: shown.map((bill) => short(bill.name, w < 560 ? 13 : 24)),
        axisLabel: { color: colors.text, interval: 0 },
        axisLine: { show: false },
      }),
      series: [
        {
          type: "bar",
          barWidth: 16,
          data: shown.map((bill) => ({
            value: mean(bill.cost) / scale.factor,
            itemStyle: {
              color:
                bill.team === undefined
                  ? colors.muted
                  : cluster.coloured.includes(bill.team)
                    ? cluster.colors.of(String(bill.team), colors)
                    : colors.series[9],
            },
          })),
          label: {
            show: true,
            position: "right",
            color: colors.text,
            formatter: ({ dataIndex }: any) => human("usd", mean(shown[dataIndex]!.cost)),
          },
        },
      ],
    }),
    data: {
      caption: "Shown back to each team",
      rows: bills(cluster),
      limit: 50,
      columns: [
        { label: "Team", text: (bill: Bill) => bill.name, sort: (bill: Bill) => bill.name },
        {
          label: "Cost",
          numeric: true,
          text: (bill: Bill) => human("usd", mean(bill.cost)),
          sort: (bill: Bill) => mean(bill.cost),
        },
        { label: "p10 to p90", numeric: true, text: (bill: Bill) => spreadOf("usd", bill.cost) ?? "" },
        {
          label: "Of all",
          numeric: true,
          text: (bill: Bill) => share(mean(bill.cost), total),
          sort: (bill: Bill) => mean(bill.cost),
        },
        {
          label: "Energy",
          numeric: true,
          text: (bill: Bill) => (bill.energy === null ? "" : human("joules", mean(bill.energy))),
          sort: (bill: Bill) => (bill.energy === null ? 0 : mean(bill.energy)),
        },
      ],
    },
  });
}

interface Queue {
  name: string;
  cohort: string;
  nominal: number;
  may_borrow: number | null;
  may_lend: number;
  weight: number;
  within_queue: string;
  reclaim: string;
}

const PREEMPTS: Record<string, string> = {
  Never: "never",
  LowerPriority: "lower priority",
  LowerOrNewerEqualPriority: "lower, or newer of equal priority",
  Any: "any borrower",
};

/** "Every queue is in cohort "all" …": what all of them have alike needs no column. */
function alike(rows: Queue[], kueue: boolean): string[] {
  const all = (of: (row: Queue) => unknown) =>
    rows.length > 1 && rows.every((row) => of(row) === of(rows[0]!));
  const [first] = rows;
  if (!first) return [];
  return [
    all((row) => row.cohort) && (first.cohort ? `all in cohort ${short(first.cohort)}` : "none in a cohort"),
    all((row) => row.weight) && `all of weight ${counted(first.weight)}`,
    kueue &&
      all((row) => row.within_queue) &&
      `in its own queue each preempts: ${preempts(first.within_queue)}`,
    kueue && all((row) => row.reclaim) && `its quota each takes back from: ${preempts(first.reclaim)}`,
  ].filter((text): text is string => typeof text === "string");
}

const preempts = (rule: string): string => PREEMPTS[rule] ?? rule;

export function policyTable(cluster: Cluster): HTMLElement {
  const rows: Queue[] = cluster.pictures.policy.queues;
  const kueue = cluster.result.scheduler === "kueue";
  const amount = (value: number | null) => (value === null ? "no limit" : counted(value));
  const differs = (of: (row: Queue) => unknown) =>
    rows.length < 2 || rows.some((row) => of(row) !== of(rows[0]!));
  const number = (label: string, of: (row: Queue) => number | null): Column<Queue> => ({
    label,
    numeric: true,
    text: (row) => amount(of(row)),
    sort: (row) => of(row) ?? Infinity,
  });
  const columns: (Column<Queue> | false)[] = [
    { label: "Queue", text: (row) => name(row.name), sort: (row) => row.name },
    differs((row) => row.cohort) && {
      label: "Cohort",
      text: (row) => row.cohort || "none",
      sort: (row) => row.cohort,
    },
    number("Nominal quota", (row) => row.nominal),
    number("May borrow", (row) => row.may_borrow),
    number("May lend", (row) => row.may_lend),
    differs((row) => row.weight) && number("Weight", (row) => row.weight),
    kueue &&
      differs((row) => row.within_queue) && {
        label: "Preempts in its queue",
        text: (row) => preempts(row.within_queue),
      },
    kueue &&
      differs((row) => row.reclaim) && { label: "Takes back from", text: (row) => preempts(row.reclaim) },
  ];
  return table<Queue>({
    caption: [`What the policy grants each queue, ${cluster.unit}`, ...alike(rows, kueue)].join("; "),
    rows,
    limit: 12,
    columns: columns.filter((column): column is Column<Queue> => column !== false),
  });
}
