// Layouts that their authors tuned, ranked among all that could run.
import { axis, chart, tooltip } from "../../chart";
import { growth, human, percent } from "../../format";
import { keyFigure, keyFigures, type Page } from "../../page";
import { Colors } from "../../palette";
import { table } from "../../table";

interface Row {
  id: string;
  group: string;
  layout: string;
  time_s: number;
  fit: number;
  faster: number;
  share_faster: number;
  best_layout: string;
  best_time_s: number;
}

const TOP = 0.05;

function strip(rows: Row[], groups: string[], named: Colors): HTMLElement {
  const top = rows.filter((row) => row.share_faster <= TOP).length;
  return chart({
    title: "Share of layouts that are forecast to be faster than the published one",
    summary: `${top} of ${rows.length} published layouts are among the best 5 % (left of the line) of those that fit.`,
    height: 60 + 36 * groups.length,
    option: (colors, width) => ({
      grid: { left: 8, right: 20, top: 8, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "item",
        formatter: ({ data }: any) => {
          const row: Row = data.row;
          return tooltip(row.id, [
            {
              label: "faster",
              value: `${row.faster.toLocaleString("en-US")} of ${row.fit.toLocaleString("en-US")}`,
            },
            { label: "published", value: human("seconds", row.time_s) },
            { label: "best", value: human("seconds", row.best_time_s) },
          ]);
        },
      },
      xAxis: axis(colors, {
        type: "value",
        min: 0,
        axisLabel: {
          color: colors.muted,
          hideOverlap: true,
          formatter: (value: number) => percent(value, 0),
        },
      }),
      yAxis: axis(colors, {
        type: "category",
        inverse: true,
        data: groups,
        axisLabel: { color: colors.text, width: width < 560 ? 110 : 260, overflow: "truncate" },
      }),
      series: [
        {
          type: "scatter",
          symbolSize: 9,
          data: rows.map((row) => ({
            row,
            value: [row.share_faster, groups.indexOf(row.group)],
            itemStyle: { color: named.of(row.group, colors), opacity: 0.7 },
          })),
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: colors.muted, type: "dashed" },
            data: [{ xAxis: TOP }],
          },
        },
      ],
    }),
  });
}

export function searchPage(result: any): Page {
  const rows: Row[] = result.rows;
  const groups: any[] = result.groups;
  const all = groups.find((group) => group.group === "all");
  const names = groups.filter((group) => group !== all).map((group) => group.group);
  if (!all || rows.length === 0)
    return { answer: ["No run has a layout that its authors tuned."], sections: [] };
  return {
    answer: [
      keyFigures(
        keyFigure(
          "In the best 5 %",
          `${all.in_top} of ${all.n}`,
          undefined,
          "published layouts, among all that fit",
        ),
        keyFigure(
          "Faster than the published one",
          percent(all.median_share_faster),
          `at most ${percent(all.worst_share_faster)}`,
          "of the layouts, in the median",
        ),
        keyFigure(
          "Not searched",
          String(result.left_out),
          undefined,
          "their layouts are a sweep's, or a default",
        ),
      ),
    ],
    sections: [
      { id: "ranks", title: "Where published layouts stand", body: [strip(rows, names, new Colors(names))] },
      {
        id: "rows",
        title: "Every layout",
        body: [
          table<Row>({
            caption:
              "Published layouts beside the best by forecast; faster: the share of all layouts that fit which are forecast to take less time than the published one",
            rows: [...rows].sort((a, b) => b.share_faster - a.share_faster),
            limit: 20,
            columns: [
              { label: "Row", text: (row) => row.id, sort: (row) => row.id },
              {
                label: "Faster",
                numeric: true,
                text: (row) => percent(row.share_faster),
                sort: (row) => row.share_faster,
              },
              {
                label: "of all",
                numeric: true,
                text: (row) => row.fit.toLocaleString("en-US"),
                sort: (row) => row.fit,
              },
              {
                label: "Published",
                numeric: true,
                text: (row) => human("seconds", row.time_s),
                sort: (row) => row.time_s,
              },
              {
                label: "Best",
                numeric: true,
                text: (row) => human("seconds", row.best_time_s),
                sort: (row) => row.best_time_s,
              },
              {
                label: "Best takes",
                numeric: true,
                text: (row) => growth(row.best_time_s / row.time_s - 1),
                sort: (row) => row.best_time_s / row.time_s,
              },
              { label: "Published layout", text: (row) => row.layout },
              { label: "Best layout", text: (row) => row.best_layout },
            ],
          }),
        ],
      },
    ],
  };
}
