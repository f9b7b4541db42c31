#pragma once

#include <string>
#include <vector>

#include "sextant/training/calibration.h"
#include "src/run/parallel_for.h"
#include "src/search/layout_search.h"
#include "src/validate/published_runs.h"

namespace sextant::validate {

/// Where a layout that somebody chose and published stands among all that could have been chosen.
struct LayoutRank {
  std::string id;
  std::string group;     ///< whose table it is from: a line of the summary
  StepInputs inputs;     ///< as published
  Seconds time;          ///< forecast, by the closed tier
  Bytes peak_memory;     ///< likewise
  std::int64_t fit = 0;  ///< layouts that could be chosen and fit in memory
  std::int64_t faster = 0;
  search::FoundLayout best;

  double share_faster() const { return static_cast<double>(faster) / static_cast<double>(fit); }
  /// How much longer it takes than the best.
  double regret() const { return time / best.time - 1.0; }
};

struct RankSummary {
  std::string group;
  int n = 0;
  double median = 0, worst = 0;  ///< of the shares that are faster
  int in_top = 0;                ///< rows with at most kTopShare faster
};

inline constexpr double kTopShare = 0.05;

struct LayoutRanks {
  std::vector<LayoutRank> rows;
  std::vector<RankSummary> groups;  ///< by name, then "all"
  int left_out = 0;                 ///< runs whose layout is not told to be a good one
};

/// Whether the run is from a table of layouts that its authors tuned: MLPerf's submissions, the
/// recipes and performance tables of NVIDIA's Megatron-Bridge, NeMo and DGX Cloud, the tables of
/// Megatron-LM's papers, BLOOM's final configuration. Left out are sweeps that try good and bad
/// layouts alike (vTrain, nanotron, InternEvo, BigScience's trials), tables of one framework's
/// default at many sizes (LLM Foundry, torchtitan, BERT on trn1, AXLearn), and of those tables the
/// rows that nobody chose for their speed: ZeRO-3 beside 3D parallelism, full beside selective
/// recomputation, and models cut to a few layers that keep the layout of the whole one.
bool is_tuned(const PublishedRun& run);

/// Searches the layouts of every tuned run at its own cluster, model, batch, precision and
/// software, among those that the software of its time could run: no selective recomputation before
/// 2022-05; before 2023-07 the run's own context ranks and ZeRO stage; ZeRO-2 and 3 from 2025 on,
/// when Megatron-Core had them. Rows that are equal but for the release of the software are
/// searched once, as the first of them.
LayoutRanks rank_layouts(const std::vector<PublishedRun>& runs, const Calibration& calibration,
                         const run::ParallelOptions& parallel);

}  // namespace sextant::validate
