#include "src/sweep/summary.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace sextant::sweep {
namespace {

constexpr std::size_t kReasonsShown = 5;
constexpr std::int64_t kShortList = 20;
/// Beyond it, inputs and outputs are not held in memory for rank correlations.
constexpr std::int64_t kMostRanked = 1'000'000;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

constexpr std::array kBestOf{"wall_time_s_mean", "cost_usd_mean", "energy_j_mean"};
constexpr std::array kSensitive{"wall_time_s_mean", "cost_usd_mean"};

/// A message without its numbers.
std::string shape_of(const std::string& message) {
  std::string shape;
  for (const char c : message) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!digit) {
      shape += c;
    } else if (shape.empty() || shape.back() != '#') {
      shape += '#';
    }
  }
  return shape;
}

double number_of(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(&cell);
  return real ? *real : kNone;
}

/// Goes over the rows once and keeps what the summary needs of them.
class Summariser {
 public:
  Summariser(const OpenStudy& study, std::int64_t points) : study_(study) {
    summary_.points = points;
    const DesignKind kind = study.points.design().kind;
    const bool all = points == study.points.count();
    ranked_ =
        (kind == DesignKind::kGrid || kind == DesignKind::kLatinHypercube) && points <= kMostRanked;
    is_short_list_ = kind == DesignKind::kList && points <= kShortList;
    if (all && (kind != DesignKind::kList)) outputs_.resize(kSensitive.size());
    for (auto& output : outputs_) output.assign(static_cast<std::size_t>(points), kNone);
    if (ranked_ && !outputs_.empty()) inputs_.resize(study.points.inputs().size());
    for (auto& input : inputs_) input.assign(static_cast<std::size_t>(points), kNone);
  }

  void take(const StoredPoint& row) {
    count(row);
    if (row.status == PointStatus::kOk) consider(row);
    if (is_short_list_) summary_.listed.push_back(row);
    const auto i = static_cast<std::size_t>(row.point);
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      if (row.status == PointStatus::kOk) {
        outputs_[k][i] = row.figures[figure_index(kSensitive[k])].value_or(kNone);
      }
    }
    for (std::size_t k = 0; k < inputs_.size(); ++k) inputs_[k][i] = number_of(row.inputs[k]);
  }

  SweepSummary take_summary() {
    for (auto& [shape, reason] : reasons_) summary_.reasons.push_back(std::move(reason));
    std::stable_sort(summary_.reasons.begin(), summary_.reasons.end(),
                     [](const auto& a, const auto& b) { return a.points > b.points; });
    if (summary_.reasons.size() > kReasonsShown) summary_.reasons.resize(kReasonsShown);
    if (summary_.done() == summary_.points) {
      for (std::size_t k = 0; k < outputs_.size(); ++k) add_sensitivity(k);
    }
    return std::move(summary_);
  }

 private:
  void count(const StoredPoint& row) {
    if (row.status == PointStatus::kOk) {
      ++summary_.ok;
      return;
    }
    ++(row.status == PointStatus::kInfeasible ? summary_.infeasible : summary_.error);
    CommonReason& reason = reasons_[shape_of(row.message)];
    if (reason.points++ == 0) {
      reason.status = row.status;
      reason.example = row.message;
    }
  }

  void consider(const StoredPoint& row) {
    for (const char* output : kBestOf) {
      const std::size_t column = figure_index(output);
      if (!row.figures[column]) continue;
      const auto best = std::find_if(summary_.best.begin(), summary_.best.end(),
                                     [&](const BestPoint& b) { return b.output == output; });
      if (best == summary_.best.end()) {
        summary_.best.push_back({output, row});
      } else if (*row.figures[column] < *best->point.figures[column]) {
        best->point = row;
      }
    }
  }

  void add_sensitivity(std::size_t k) {
    const std::vector<double>& output = outputs_[k];
    if (std::all_of(output.begin(), output.end(), [](double x) { return std::isnan(x); })) return;
    Sensitivity sensitivity{
        .output = kSensitive[k], .morris = {}, .sobol = {}, .rank_correlation = {}};
    const DesignPlan& design = study_.points.design();
    const int inputs = static_cast<int>(study_.points.inputs().size());
    const std::uint64_t seed = study_.points.seed();
    if (design.kind == DesignKind::kMorris) {
      sensitivity.morris =
          morris_effects({inputs, design.trajectories, design.levels, seed}, output);
    } else if (design.kind == DesignKind::kSobol) {
      sensitivity.sobol = sobol_indices({inputs, design.base, seed}, output);
    } else if (ranked_) {
      for (const std::vector<double>& input : inputs_) {
        sensitivity.rank_correlation.push_back(rank_correlation(input, output));
      }
    } else {
      return;
    }
    summary_.sensitivities.push_back(std::move(sensitivity));
  }

  const OpenStudy& study_;
  SweepSummary summary_;
  std::map<std::string, CommonReason> reasons_;
  bool is_short_list_ = false;
  bool ranked_ = false;
  std::vector<std::vector<double>> outputs_;  ///< one for each of kSensitive, by point
  std::vector<std::vector<double>> inputs_;   ///< where they are ranked
};

/// Rank of each number, from 0; equal ones share the mean of theirs.
std::vector<double> ranks_of(const std::vector<double>& numbers) {
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
  std::vector<double> ranks(numbers.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && numbers[order[last + 1]] == numbers[order[first]]) ++last;
    for (std::size_t i = first; i <= last; ++i) {
      ranks[order[i]] = 0.5 * static_cast<double>(first + last);
    }
    first = last + 1;
  }
  return ranks;
}

}  // namespace

SweepSummary summarise(const OpenStudy& study, Store& store, std::int64_t points) {
  Summariser summariser(study, points);
  store.for_each([&](const StoredPoint& row) { summariser.take(row); });
  return summariser.take_summary();
}

std::optional<double> rank_correlation(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<double> known_x, known_y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    known_x.push_back(x[i]);
    known_y.push_back(y[i]);
  }
  const std::vector<double> a = ranks_of(known_x), b = ranks_of(known_y);
  const double mean = 0.5 * (static_cast<double>(a.size()) - 1);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean) * (b[i] - mean);
    aa += (a[i] - mean) * (a[i] - mean);
    bb += (b[i] - mean) * (b[i] - mean);
  }
  if (!(aa > 0) || !(bb > 0)) return std::nullopt;
  return ab / std::sqrt(aa * bb);
}

}  // namespace sextant::sweep
