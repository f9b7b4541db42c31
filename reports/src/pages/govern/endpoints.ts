// Endpoints that scale among the jobs.
import { count, percent, significant } from "../../format";
import { table } from "../../table";
import { counted, mean, time, type Cluster, type Estimate } from "./model";

type Endpoint = { name: string } & Record<string, Estimate>;

export function endpointsTable(cluster: Cluster): HTMLElement {
  const rows = cluster.result.endpoints as Endpoint[];
  const wall = Math.max(1, mean(cluster.result.wall_time_s));
  const of = (row: Endpoint, key: string) => mean(row[key]!);
  const unserved = (row: Endpoint) =>
    of(row, "requests") > 0 ? of(row, "unserved") / of(row, "requests") : 0;
  return table<Endpoint>({
    caption: `Endpoints that share the cluster with the jobs; ${cluster.over}`,
    rows,
    limit: 25,
    columns: [
      { label: "Endpoint", text: (row) => row.name, sort: (row) => row.name },
      {
        label: "Requests",
        numeric: true,
        text: (row) => count(of(row, "requests")),
        sort: (row) => of(row, "requests"),
      },
      { label: "Unserved", numeric: true, text: (row) => percent(unserved(row)), sort: unserved },
      {
        label: "Replicas, mean",
        numeric: true,
        text: (row) => significant(of(row, "replica_s") / wall),
        sort: (row) => of(row, "replica_s"),
      },
      {
        label: "at most",
        numeric: true,
        text: (row) => counted(of(row, "most_replicas")),
        sort: (row) => of(row, "most_replicas"),
      },
      {
        label: "Too few for",
        numeric: true,
        text: (row) => time(of(row, "short_s")),
        sort: (row) => of(row, "short_s"),
      },
      {
        label: "Scaled out, in",
        numeric: true,
        text: (row) => `${counted(of(row, "scale_outs"))}, ${counted(of(row, "scale_ins"))}`,
      },
    ],
  });
}
