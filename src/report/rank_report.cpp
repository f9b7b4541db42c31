#include "src/report/rank_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/report/human.h"
#include "src/report/phases_text.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using Json = nlohmann::ordered_json;
using validate::LayoutRank;

std::string summary_table(const validate::LayoutRanks& ranks, TextStyle style) {
  TextTable table({kLeft, kRight, kRight, kRight, kRight});
  table.row({style.bold("published layouts"), style.bold("n"), style.bold("median faster"),
             style.bold("most faster"), style.bold("in the top 5 %")});
  for (const validate::RankSummary& group : ranks.groups) {
    table.row({group.group, fmt::format("{}", group.n), percent(group.median), percent(group.worst),
               fmt::format("{} of {}", group.in_top, group.n)});
  }
  return table.render();
}

StepInputs with_best(const LayoutRank& row) {
  StepInputs inputs = row.inputs;
  inputs.layout = row.best.layout;
  return inputs;
}

std::string outside_lines(const validate::LayoutRanks& ranks, TextStyle style) {
  std::vector<const LayoutRank*> outside;
  for (const LayoutRank& row : ranks.rows) {
    if (row.share_faster() > validate::kTopShare) outside.push_back(&row);
  }
  if (outside.empty()) return "";
  std::stable_sort(outside.begin(), outside.end(), [](const auto* a, const auto* b) {
    return a->share_faster() > b->share_faster();
  });
  std::string text = "\n" + style.bold("outside the top 5 %") + "\n";
  for (const LayoutRank* row : outside) {
    text += wrapped(fmt::format("{}: {} of {} layouts are faster, the best by {}", row->id,
                                grouped(row->faster), grouped(row->fit), percent(row->regret())));
    text += wrapped("published " + human(row->time) + ": " + layout_text(row->inputs), 4);
    text += wrapped("best " + human(row->best.time) + ": " + layout_text(with_best(*row)), 4);
  }
  return text;
}

}  // namespace

std::string rank_text(const validate::LayoutRanks& ranks, TextStyle style) {
  if (ranks.rows.empty()) return "no run has a layout that its authors tuned\n";
  std::string text =
      wrapped(
          "Share of all layouts that fit in memory, by the forecast, and are forecast to be "
          "faster than the one that was chosen and published, on the same cluster.") +
      summary_table(ranks, style) + outside_lines(ranks, style);
  if (ranks.left_out > 0) {
    text += "\n" + wrapped(style.dim(fmt::format(
                       "{} runs are not searched: their layouts are a sweep's, or a default",
                       ranks.left_out)));
  }
  return text;
}

Json rank_json(const validate::LayoutRanks& ranks) {
  Json document = {{"schema", "sextant.validate_search/1"}, {"left_out", ranks.left_out}};
  document["groups"] = Json::array();
  for (const validate::RankSummary& group : ranks.groups) {
    document["groups"].push_back({{"group", group.group},
                                  {"n", group.n},
                                  {"median_share_faster", group.median},
                                  {"worst_share_faster", group.worst},
                                  {"in_top", group.in_top}});
  }
  document["rows"] = Json::array();
  for (const LayoutRank& row : ranks.rows) {
    document["rows"].push_back({{"id", row.id},
                                {"group", row.group},
                                {"layout", layout_text(row.inputs)},
                                {"time_s", row.time.si()},
                                {"peak_memory_bytes", row.peak_memory.si()},
                                {"fit", row.fit},
                                {"faster", row.faster},
                                {"share_faster", row.share_faster()},
                                {"best_layout", layout_text(with_best(row))},
                                {"best_time_s", row.best.time.si()}});
  }
  return document;
}

}  // namespace sextant::report
