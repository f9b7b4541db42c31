#include "src/validate/layout_rank.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "sextant/training/closed_step.h"
#include "sextant/training/stage_cut.h"
#include "src/search/layout_space.h"
#include "src/validate/layout_order.h"

namespace sextant::validate {
namespace {

struct Table {
  std::string_view prefix;  ///< of ids
  std::string_view group;
};
constexpr std::array kTuned{
    Table{"mlperf-", "MLPerf"},
    Table{"mbridge-", "Megatron-Bridge"},
    Table{"nemo", "NeMo"},
    Table{"dgxc-", "DGX Cloud"},
    Table{"sc21-t1-", "Megatron-LM"},
    Table{"korth-", "Megatron-LM"},
    Table{"bloom-176b-final", "BLOOM"},
};
constexpr double kAbsentRelease = 2025;      ///< that for which most coefficients stand
constexpr double kSelective = 2022.3;        ///< selective recomputation: arXiv 2205.05198
constexpr double kContextParallel = 2023.5;  ///< Megatron-Core's, and its shards of the optimizer
constexpr double kMegatronFsdp = 2025.4;     ///< ZeRO-2 and 3 in Megatron-Core
constexpr std::int64_t kLayersOfGrok = 64;

/// Rows of the same tables that nobody chose for their speed.
bool is_baseline(const PublishedRun& run) {
  const bool cut_grok =
      run.id.find("grok1") != std::string::npos && run.inputs.model.layers < kLayersOfGrok;
  return run.id.ends_with("-full") || run.id.find("-L") != std::string::npos || cut_grok;
}

const Table* table_of(const PublishedRun& run) {
  const auto found = std::find_if(kTuned.begin(), kTuned.end(), [&](const Table& table) {
    return run.id.starts_with(table.prefix);
  });
  return is_baseline(run) || found == kTuned.end() ? nullptr : &*found;
}

/// Of what could be chosen when it was: with what the software of that time had.
search::LayoutSpace space_of(const StepInputs& inputs) {
  search::LayoutSpace space = search::every_layout(inputs);
  const Layout& own = inputs.layout;
  const double release = inputs.software.release.value_or(kAbsentRelease);
  const auto without = [](auto& values, const auto& is_left_out) {
    std::erase_if(values, is_left_out);
  };
  if (release < kMegatronFsdp) {
    without(space.zero, [&](int zero) { return zero > 1 && zero != own.zero; });
  }
  if (release < kContextParallel) {
    space.context = {own.context};
    space.zero = {own.zero};
    space.shard_group = {own.shard_group.value_or(0)};
  }
  if (release < kSelective) {
    without(space.recompute, [&](Recompute recompute) {
      return recompute == Recompute::kSelective && recompute != own.recompute;
    });
    space.recompute_every = {own.recompute_every};
  }
  return space;
}

LayoutRank rank_of(const PublishedRun& run, const Calibration& calibration,
                   const run::ParallelOptions& parallel) {
  LayoutRank rank;
  rank.id = run.id;
  rank.group = table_of(run)->group;
  rank.inputs = run.inputs;
  const ClosedStep step =
      forecast_closed(cut_as_asked(run.inputs, calibration), calibration).value();
  rank.time = step.time;
  rank.peak_memory = step.peak_memory;
  search::SearchOptions options{.keep = 1};
  options.faster_than = step.time;
  options.parallel.threads = parallel.threads;
  const search::SearchResult found =
      search_layouts(run.inputs, space_of(run.inputs), calibration, options);
  rank.fit = found.fit;
  rank.faster = found.faster;
  if (!found.best.empty()) rank.best = found.best.front();
  return rank;
}

RankSummary summary_of(const std::string& group, const std::vector<const LayoutRank*>& rows) {
  std::vector<double> shares;
  RankSummary summary{.group = group, .n = static_cast<int>(rows.size())};
  for (const LayoutRank* row : rows) {
    shares.push_back(row->share_faster());
    if (row->share_faster() <= kTopShare) ++summary.in_top;
  }
  std::sort(shares.begin(), shares.end());
  const std::size_t half = shares.size() / 2;
  summary.median = shares.size() % 2 == 1 ? shares[half] : 0.5 * (shares[half - 1] + shares[half]);
  summary.worst = shares.back();
  return summary;
}

void add_summaries(LayoutRanks& ranks) {
  if (ranks.rows.empty()) return;
  std::map<std::string, std::vector<const LayoutRank*>> groups;
  std::vector<const LayoutRank*> all;
  for (const LayoutRank& row : ranks.rows) {
    groups[row.group].push_back(&row);
    all.push_back(&row);
  }
  for (const auto& [group, rows] : groups) ranks.groups.push_back(summary_of(group, rows));
  ranks.groups.push_back(summary_of("all", all));
}

}  // namespace

bool is_tuned(const PublishedRun& run) { return table_of(run) != nullptr; }

LayoutRanks rank_layouts(const std::vector<PublishedRun>& runs, const Calibration& calibration,
                         const run::ParallelOptions& parallel) {
  LayoutRanks ranks;
  std::set<std::string> seen;
  std::int64_t done = 0;
  for (const PublishedRun& run : runs) {
    if (parallel.progress) parallel.progress(++done);
    if (!is_tuned(run) || !run.refused.empty()) {
      ++ranks.left_out;
    } else if (seen.insert(cluster_of(run) + layout_of(run)).second) {
      ranks.rows.push_back(rank_of(run, calibration, parallel));
    }
  }
  // Where nothing fits by the forecast there is nothing to compare with.
  ranks.left_out += static_cast<int>(
      std::erase_if(ranks.rows, [](const LayoutRank& row) { return row.fit == 0; }));
  add_summaries(ranks);
  return ranks;
}

}  // namespace sextant::validate
