// Whether a cluster does what is normal for its kind: what to look at first comes first.
import { axis, chart, tooltip } from "../../chart";
import { h, type Child } from "../../dom";
import { human, percent } from "../../format";
import { tick } from "../../logaxis";
import { keyFigure, keyFigures, type Page, type Section } from "../../page";
import type { Palette } from "../../palette";
import { table } from "../../table";
import { nodesName, operationName } from "./model";

interface Finding {
  id: string;
  about: string;
  severity: "critical" | "warning" | "advice";
  title: string;
  seen: string;
  file: string;
  line: number;
  normal: string;
  source: string;
  remedy: string;
}

interface Compared {
  file: string;
  operation: string;
  nodes: number;
  bytes: number;
  bus_bandwidth_bytes_per_s: number;
  normal_bytes_per_s: number;
  least_bytes_per_s: number;
}

const isAdvice = (finding: Finding) => finding.severity === "advice";
const isHealthy = (row: Compared) => row.bus_bandwidth_bytes_per_s >= row.least_bytes_per_s;
const ofNormal = (row: Compared) => row.bus_bandwidth_bytes_per_s / row.normal_bytes_per_s;

function place({ file, line }: Finding): string {
  if (file === "") return "";
  return line > 0 ? ` (${file}, line ${line})` : ` (${file})`;
}

function findingItem(finding: Finding): HTMLElement {
  const part = (label: string, text: string) => [h("dt", {}, label), h("dd", {}, text)];
  return h(
    "li",
    { class: `finding ${finding.severity}` },
    h("h3", {}, h("span", { class: "severity" }, finding.severity), " ", finding.title),
    h(
      "dl",
      {},
      part("Seen", finding.seen + place(finding)),
      part("Normal", `${finding.normal}${finding.source ? ` [${finding.source}]` : ""}`),
      part("Do", finding.remedy),
    ),
  );
}

function compareName(row: Compared): string {
  return `${operationName(row.operation)}, ${nodesName(row.nodes)}, ${tick("bytes", row.bytes)}`;
}

function bars(rows: Compared[]): HTMLElement {
  const below = rows.filter((row) => !isHealthy(row));
  const worst = [...rows].sort((a, b) => ofNormal(a) - ofNormal(b))[0]!;
  const colour = (row: Compared, colors: Palette) => (isHealthy(row) ? colors.series[2]! : colors.bad);
  return chart({
    title: "Bus bandwidth, measured against what is normal",
    summary:
      (below.length === 0
        ? rows.length === 1
          ? "What was measured passes for healthy."
          : `All ${rows.length} measurements pass for healthy.`
        : `${below.length} of ${rows.length} measurements ${below.length === 1 ? "falls" : "fall"} short of what passes for healthy.`) +
      ` Lowest: ${compareName(worst)}, at ${percent(ofNormal(worst), 0)} of what is normal. Upright marks: the least that is healthy.`,
    height: 50 + 30 * rows.length,
    option: (colors, width) => {
      const letters = width < 560 ? 26 : 48;
      const interval = width < 560 ? 0.5 : 0.2;
      const most = Math.max(1.2, ...rows.map(ofNormal));
      return {
        grid: { left: 8, right: 64, top: 4, bottom: 4, containLabel: true },
        tooltip: {
          trigger: "item",
          formatter: ({ dataIndex }: any) => {
            const row = rows[dataIndex]!;
            return tooltip(compareName(row), [
              {
                label: "measured",
                value: human("bytesPerSecond", row.bus_bandwidth_bytes_per_s),
                color: colour(row, colors),
              },
              { label: "normal", value: human("bytesPerSecond", row.normal_bytes_per_s) },
              { label: "least that is healthy", value: human("bytesPerSecond", row.least_bytes_per_s) },
              { label: row.file, value: "" },
            ]);
          },
        },
        xAxis: axis(colors, {
          type: "value",
          min: 0,
          max: interval * Math.ceil(most / interval - 1e-9),
          interval,
          axisLabel: {
            color: colors.muted,
            hideOverlap: true,
            formatter: (value: number) => (width < 560 && value % 1 !== 0 ? "" : percent(value, 0)),
          },
        }),
        yAxis: axis(colors, {
          type: "category",
          inverse: true,
          data: rows.map((_, i) => i),
          axisLabel: {
            color: colors.text,
            interval: 0,
            formatter: (i: string) => {
              const name = compareName(rows[Number(i)]!);
              return name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
            },
          },
        }),
        series: [
          {
            type: "bar",
            barMaxWidth: 16,
            data: rows.map((row) => ({ value: ofNormal(row), itemStyle: { color: colour(row, colors) } })),
            label: {
              show: true,
              position: "right",
              color: colors.text,
              formatter: ({ dataIndex }: any) =>
                tick("bytesPerSecond", rows[dataIndex]!.bus_bandwidth_bytes_per_s),
            },
          },
          {
            type: "custom",
            silent: true,
            z: 5,
            data: rows.map((row, i) => [row.least_bytes_per_s / row.normal_bytes_per_s, i]),
            renderItem: (_: any, api: any) => {
              const [x, y] = api.coord([api.value(0), api.value(1)]);
              return {
                type: "line",
                shape: { x1: x, x2: x, y1: y - 11, y2: y + 11 },
                style: { stroke: colors.text, lineWidth: 2 },
              };
            },
          },
        ],
      };
    },
    data: {
      caption: "Compared with norms",
      rows,
      columns: [
        { label: "Measured", text: compareName, sort: compareName },
        {
          label: "Bus bandwidth",
          numeric: true,
          text: (row: Compared) => human("bytesPerSecond", row.bus_bandwidth_bytes_per_s),
          sort: (row: Compared) => row.bus_bandwidth_bytes_per_s,
        },
        {
          label: "Normal",
          numeric: true,
          text: (row: Compared) => human("bytesPerSecond", row.normal_bytes_per_s),
        },
        {
          label: "Least",
          numeric: true,
          text: (row: Compared) => human("bytesPerSecond", row.least_bytes_per_s),
        },
        {
          label: "of normal",
          numeric: true,
          text: (row: Compared) => percent(ofNormal(row), 0),
          sort: ofNormal,
        },
        {
          label: "Healthy",
          text: (row: Compared) => (isHealthy(row) ? "yes" : h("span", { class: "bad" }, "no")),
        },
        { label: "Log", text: (row: Compared) => row.file },
      ],
    },
  });
}

function verdict(result: any): string {
  const ill: Finding[] = result.findings.filter((finding: Finding) => !isAdvice(finding));
  if (ill.length > 0)
    return `${ill.length} finding${ill.length === 1 ? "" : "s"}. Look first at: ${ill[0]!.title}.`;
  if (result.compared.length === 0 && result.unchecked.length > 0)
    return "Nothing wrong found, but not everything could be checked.";
  return "Healthy.";
}

function norms({ instances, guesses }: any): string {
  const taken = instances.length > 0 ? `Norms of ${instances.join(", ")}. ` : "";
  if (guesses.length > 0)
    return `${taken}Taken for ${guesses.join(" or ")} by accelerator and network; --instance NAME checks more.`;
  return (
    taken ||
    "The instance is not known: what holds for every cluster was checked; --instance NAME checks more."
  );
}

function answer(result: any): Child[] {
  const findings: Finding[] = result.findings;
  const compared: Compared[] = result.compared;
  const advice = findings.filter(isAdvice).length;
  return [
    h("p", { class: `verdict ${result.healthy ? "good" : "bad"}` }, verdict(result)),
    keyFigures(
      keyFigure(
        "Findings",
        String(findings.length - advice),
        advice > 0 ? `and ${advice} piece${advice === 1 ? "" : "s"} of advice` : undefined,
      ),
      compared.length > 0
        ? keyFigure(
            "Bandwidths as they should be",
            `${compared.filter(isHealthy).length} of ${compared.length}`,
          )
        : undefined,
      result.unchecked.length > 0
        ? keyFigure("Not checked", String(result.unchecked.length), undefined, "with how to, below")
        : undefined,
    ),
    h("p", {}, norms(result)),
  ];
}

export function healthPage(result: any): Page {
  const findings: Finding[] = result.findings;
  const compared: Compared[] = result.compared;
  const sections: (Section | undefined | false)[] = [
    findings.length > 0 && {
      id: "findings",
      title: "Findings",
      intro: "What causes others comes first.",
      body: [h("ol", { class: "findings" }, findings.map(findingItem))],
    },
    compared.length > 0 && {
      id: "bandwidth",
      title: "Measured against normal",
      body: [bars(compared)],
    },
    result.unchecked.length > 0 && {
      id: "unchecked",
      title: "Not checked",
      body: [
        table<any>({
          caption: "What could not be checked, and what it takes",
          rows: result.unchecked,
          columns: [
            { label: "Not checked", text: (row) => row.what },
            { label: "To check", text: (row) => row.remedy },
          ],
        }),
      ],
    },
  ];
  return {
    answer: answer(result),
    sections: sections.filter((section): section is Section => Boolean(section)),
  };
}
