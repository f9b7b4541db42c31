#include "calibrate/ingest/table_decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include "calibrate/ingest/plausible.h"

namespace sextant::ingest {
namespace {

using Reduction = CollectiveRow::Reduction;
using Root = CollectiveRow::Root;
using Operations = std::vector<Operation>;

bool contains(const Operations& operations, Operation wanted) {
  return std::find(operations.begin(), operations.end(), wanted) != operations.end();
}

bool holds(const Interval& interval, double value) {
  return interval.low <= value && value <= interval.high;
}

/// What the columns redop and root leave possible. Before 2022 some collectives lacked one or both.
Operations by_columns(const CollectiveRow& row) {
  using enum Operation;
  if (row.reduction == Reduction::kSome) {
    if (row.root == Root::kSome) return {kReduce};
    return {kAllReduce, kReduceScatter};
  }
  if (row.root == Root::kSome) return {kBroadcast, kGather, kScatter};
  return {kAllGather, kAllToAll, kSendRecv};
}

/// Tables that people retype, and forks, leave the columns out for other collectives as well.
Operations without_columns(const CollectiveRow& row) {
  using enum Operation;
  if (row.reduction != Reduction::kUnknown || row.root == Root::kSome) return {};
  return {kAllReduce, kReduceScatter, kBroadcast, kReduce, kGather, kScatter};
}

/// The rows' evidence, gathered once.
class Figures {
 public:
  explicit Figures(std::span<const CollectiveRow> rows) {
    for (const CollectiveRow& row : rows) {
      if (row.bytes <= 0) continue;
      add_ratio(row);
      if (row.out_of_place) add(row, *row.out_of_place);
      if (row.in_place) add(row, *row.in_place);
      const auto unchecked = [](const auto& f) { return f && f->wrong == "N/A"; };
      only_in_place_unchecked_ |= unchecked(row.in_place) && row.out_of_place &&
                                  !row.out_of_place->wrong.empty() && !unchecked(row.out_of_place);
    }
  }

  /// Whether most figures are those of a single rank: busbw is 0 while algbw is not.
  bool is_one_rank() const {
    return most(telling_, [](const Interval& f) { return f.high < kOneRank; }) && !telling_.empty();
  }

  /// Ranks that most figures agree on for an operation; nothing if most of them exclude it.
  std::optional<Interval> ranks(Operation operation) const {
    const auto allows = [&](const Interval& f) {
      return ranks_of_factor(operation, f).has_value();
    };
    if (!most(telling_, allows)) return std::nullopt;
    std::vector<Interval> found;
    for (const Interval& factor : factors_) {
      if (const auto ranks = ranks_of_factor(operation, factor)) found.push_back(*ranks);
    }
    const Interval any{2, std::numeric_limits<double>::infinity()};
    return most_common(found).value_or(any);
  }

  /// Whether most of the figures that tell anything allow this number.
  bool allow(Operation operation, double ranks) const {
    const double factor = bus_factor(operation, ranks);
    return most(telling_, [&](const Interval& f) { return holds(f, factor); });
  }

  /// Size over elements: 1, or the number of ranks if the size is that of all; 0: not known.
  double ratio() const { return ratios_differ_ || ratio_ > kMostRanks ? 0 : ratio_; }
  bool only_in_place_unchecked() const { return only_in_place_unchecked_; }
  /// The narrowest factor, for messages.
  double factor() const {
    const auto width = [](const Interval& f) { return f.high - f.low; };
    const auto narrowest =
        std::min_element(factors_.begin(), factors_.end(),
                         [&](const Interval& a, const Interval& b) { return width(a) < width(b); });
    return narrowest == factors_.end() ? 0 : (narrowest->low + narrowest->high) / 2;
  }

 private:
  static constexpr double kMostRanks = 1e7;
  static constexpr double kOneRank = 0.45;  // two ranks have at least 0.5
  static constexpr double kTelling = 1.2;   // an interval wider than that tells nothing

  /// True where there are none.
  template <class Holds>
  static bool most(const std::vector<Interval>& factors, Holds holds) {
    const auto agreeing = std::count_if(factors.begin(), factors.end(), holds);
    return factors.empty() || 2 * static_cast<std::size_t>(agreeing) > factors.size();
  }

  void add_ratio(const CollectiveRow& row) {
    const auto element = element_bytes(row.type);
    if (!element || !row.count || *row.count <= 0) return;
    const double ratio = row.bytes / (*row.count * *element);
    if (ratio != std::round(ratio) || (ratio_ != 0 && ratio != ratio_)) ratios_differ_ = true;
    ratio_ = ratio;
  }

  void add(const CollectiveRow& row, const RowFigures& figures) {
    if (figures.time_us.value <= 0 || !is_consistent(row.bytes, figures)) return;
    const Interval factor = factor_of(row.bytes, figures);
    factors_.push_back(factor);
    if (factor.high <= kTelling * factor.low || factor.high < kOneRank) telling_.push_back(factor);
  }

  std::vector<Interval> factors_;
  std::vector<Interval> telling_;  ///< those narrow enough
  double ratio_ = 0;
  bool ratios_differ_ = false;
  bool only_in_place_unchecked_ = false;
};

/// The operations that the figures leave possible.
Operations possible(const Operations& candidates, const Figures& figures) {
  Operations kept;
  for (const Operation operation : candidates) {
    const double ratio = figures.ratio();
    if (ratio == 1 && size_is_of_all_ranks(operation)) continue;
    if (ratio > 1 && (!size_is_of_all_ranks(operation) || !figures.allow(operation, ratio))) {
      continue;
    }
    if (figures.ranks(operation)) kept.push_back(operation);
  }
  return kept;
}

/// With a known number of ranks, those whose factor fits it, if any does.
Operations fitting(const Operations& operations, const Figures& figures, int ranks) {
  Operations kept;
  for (const Operation operation : operations) {
    if (ranks > 1 && figures.allow(operation, ranks)) kept.push_back(operation);
  }
  return kept.empty() ? operations : kept;
}

std::string names(const Operations& operations) {
  std::string text;
  for (const Operation operation : operations) {
    if (!text.empty()) text += " or ";
    text += enum_name(operation);
  }
  return text;
}

class Decider {
 public:
  Decider(std::span<const CollectiveRow> rows, const RunFacts& facts, const LogHints& hints)
      : rows_(rows), facts_(facts), hints_(hints), figures_(rows) {}

  TableDecision decide() {
    if (!facts_.unusable.empty()) return refused(facts_.unusable);
    if (figures_.is_one_rank() || is_listed_as_one_rank()) return one_rank();
    if (!facts_.unsupported.empty() && !hints_.operation) {
      return refused(fmt::format("{} is no operation that Sextant knows", facts_.unsupported));
    }
    choose_operation();
    if (decision_.operation) {
      choose_ranks();
      choose_nodes();
    }
    return decision_;
  }

 private:
  static TableDecision refused(std::string why) {
    TableDecision decision;
    decision.refusal = std::move(why);
    return decision;
  }

  void warn(std::string words) { decision_.warnings.push_back(std::move(words)); }

  static TableDecision one_rank() {
    TableDecision decision = refused(
        "a run of one rank (busbw is 0): nothing was sent; nccl-tests needs `make MPI=1` to run as "
        "one job of many processes");
    decision.one_rank = true;
    return decision;
  }

  bool is_listed_as_one_rank() const {
    return facts_.ranks == 1 && !figures_.ranks(Operation::kAllReduce) &&
           !figures_.ranks(Operation::kAllGather);
  }

  void choose_operation() {
    const Operations strong = by_columns(rows_.front());
    Operations all = strong;
    for (const Operation operation : without_columns(rows_.front())) all.push_back(operation);
    if (hints_.operation) return take(possible({*hints_.operation}, figures_), all);
    const Operations left = possible(all, figures_);
    if (facts_.operation && contains(left, *facts_.operation)) {
      decision_.operation = facts_.operation;
      return;
    }
    // Without the columns there is nothing to set against the tool's word.
    const bool has_columns = rows_.front().reduction != Reduction::kUnknown;
    if (facts_.operation && !has_columns) return take({}, all);
    if (facts_.operation) warn_contradiction(left);
    const Operations expected = possible(strong, figures_);
    take(fitting(expected.empty() ? left : expected, figures_, facts_.ranks), all);
  }

  void warn_contradiction(const Operations& left) {
    if (left.empty()) return;
    warn(fmt::format("the log names {}, but the table at line {} is that of {}",
                     enum_name(*facts_.operation), rows_.front().line, names(left)));
  }

  /// Settles on one of the operations that are left.
  void take(const Operations& left, const Operations& all) {
    if (left.empty()) {
      const Operations meant = hints_.operation   ? Operations{*hints_.operation}
                               : facts_.operation ? Operations{*facts_.operation}
                                                  : of_ratio(all);
      decision_ =
          refused(fmt::format("busbw/algbw is {:.4g}, which no number of ranks gives for {}",
                              figures_.factor(), names(meant)));
    } else if (left.size() == 1) {
      decision_.operation = left.front();
    } else if (figures_.only_in_place_unchecked() && contains(left, Operation::kAllToAll)) {
      decision_.operation = Operation::kAllToAll;  // its in-place results are never checked
    } else {
      take_by_file_name(left);
    }
  }

  /// Those that the size's ratio to the elements leaves possible.
  Operations of_ratio(const Operations& operations) const {
    Operations kept;
    for (const Operation operation : operations) {
      const double ratio = figures_.ratio();
      if (ratio == 0 || (ratio > 1) == size_is_of_all_ranks(operation)) kept.push_back(operation);
    }
    return kept.empty() ? operations : kept;
  }

  void take_by_file_name(const Operations& left) {
    const std::string file = std::filesystem::path(hints_.file).filename().string();
    const auto named = collective_within(file);
    if (named && contains(left, *named)) {
      decision_.operation = named;
      warn(fmt::format("{} is taken from the file's name", enum_name(*named)));
      return;
    }
    decision_ = refused(fmt::format("could be {}: say which with --operation {}", names(left),
                                    enum_name(left.front())));
  }

  /// Ranks by the user's word; 0 if they did not give both.
  int told_ranks() const { return ranks_on(hints_.nodes, hints_.ranks_per_node); }

  void choose_ranks() {
    const Operation operation = *decision_.operation;
    if (figures_.ratio() > 1) {
      decision_.ranks = static_cast<int>(figures_.ratio());
    } else if (facts_.ranks > 1 && figures_.allow(operation, facts_.ranks)) {
      decision_.ranks = facts_.ranks;
    } else if (told_ranks() > 1 && figures_.allow(operation, told_ranks())) {
      decision_.ranks = told_ranks();
    } else {
      decision_.ranks = implied_ranks(*figures_.ranks(operation));
    }
    warn_of_other("the rank list has", facts_.ranks);
    warn_of_other("--nodes and --ranks-per-node give", told_ranks());
  }

  void warn_of_other(std::string_view who, int ranks) {
    if (ranks == 0 || decision_.ranks == 0 || ranks == decision_.ranks) return;
    warn(fmt::format("{} {} ranks, but busbw/algbw at line {} is that of {}", who, ranks,
                     rows_.front().line, decision_.ranks));
  }

  /// The one number in the interval that agrees with what is known of nodes; 0 if there are more.
  int implied_ranks(const Interval& ranks) {
    const double first = std::ceil(ranks.low), last = std::floor(ranks.high);
    if (first == last && first < 1e7) return static_cast<int>(first);
    for (const int step : {rows_.front().nodes, hints_.ranks_per_node, hints_.nodes}) {
      if (step < 2) continue;
      const double multiple = std::ceil(first / step) * step;
      const bool only = multiple <= last && multiple + step > last;
      if (only && multiple < 1e7) return static_cast<int>(multiple);
    }
    const bool bounded = factor_tells_ranks(*decision_.operation) && last < 1e6;
    const std::string how_many = bounded ? fmt::format(" ({:.0f} to {:.0f})", first, last) : "";
    warn(
        fmt::format("the number of ranks{} is not known for the table at line {}: give "
                    "--nodes and --ranks-per-node",
                    how_many, rows_.front().line));
    return 0;
  }

  void choose_nodes() {
    const int ranks = decision_.ranks;
    const int row_nodes = rows_.front().nodes;
    const auto divides = [ranks](int part) { return part > 0 && ranks > 0 && ranks % part == 0; };
    if (facts_.nodes > 0 && ranks == facts_.ranks) {
      decision_.nodes = facts_.nodes;
    } else if (facts_.ranks_per_process > 1 && facts_.ranks_per_process == ranks) {
      decision_.nodes = 1;  // one process
    } else if (divides(facts_.launched_nodes) && ranks == facts_.launched_ranks) {
      decision_.nodes = facts_.launched_nodes;
    } else if (divides(row_nodes)) {
      decision_.nodes = row_nodes;
    } else if (told_ranks() > 0 && told_ranks() != ranks) {
      return;
    } else if (divides(hints_.nodes)) {
      decision_.nodes = hints_.nodes;
    } else if (divides(hints_.ranks_per_node)) {
      decision_.nodes = ranks / hints_.ranks_per_node;
    }
    if (divides(decision_.nodes)) decision_.ranks_per_node = ranks / decision_.nodes;
  }

  std::span<const CollectiveRow> rows_;
  const RunFacts& facts_;
  const LogHints& hints_;
  Figures figures_;
  TableDecision decision_;
};

}  // namespace

TableDecision decide_table(std::span<const CollectiveRow> rows, const RunFacts& facts,
                           const LogHints& hints) {
  return Decider(rows, facts, hints).decide();
}

Evidence evidence_of(const CollectiveRow& row, const TableDecision& decision) {
  constexpr double kNarrow = 1.2;
  if (!decision.operation || decision.ranks == 0 || row.bytes <= 0) return Evidence::kNone;
  Evidence evidence = Evidence::kNone;
  for (const auto* figures : {&row.out_of_place, &row.in_place}) {
    if (!*figures || (*figures)->time_us.value <= 0 || !is_consistent(row.bytes, **figures))
      continue;
    const Interval factor = factor_of(row.bytes, **figures);
    if (!holds(factor, bus_factor(*decision.operation, decision.ranks))) {
      return Evidence::kContradicts;
    }
    if (factor.high <= kNarrow * factor.low) evidence = Evidence::kConfirms;
  }
  return evidence;
}

}  // namespace sextant::ingest
