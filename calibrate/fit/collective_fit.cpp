#include "calibrate/fit/collective_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>

#include "calibrate/fit/collective_blocks.h"
#include "calibrate/fit/collective_prior.h"
#include "calibrate/fit/least_squares.h"
#include "calibrate/fit/mark_fitted.h"
#include "calibrate/fit/rounding.h"
#include "sextant/kernel/sample.h"
#include "sextant/network/measured_collectives.h"

namespace sextant::fit {
namespace {

using ingest::Operation;

constexpr double kEqualSpread = 0.15;      // of log(a / b) where a tuner changes from a to b
constexpr double kFasterThanLinks = 0.95;  // of the least time: below, ranks or bytes are wrong
constexpr double kJudgedBytes = 1e6;       // smaller buffers are fitted, but not judged

/// Which curve a point bears on.
enum class Part {
  kNodeRing,
  kNodeAllReduce,
  kNodeAllToAll,
  kRing,
  kTwoNodes,
  kAllReduce,
  kAllToAll,
  kMessage,
  kNone
};
constexpr std::array kParts{Part::kNodeRing, Part::kNodeAllReduce, Part::kNodeAllToAll,
                            Part::kRing,     Part::kTwoNodes,      Part::kAllReduce,
                            Part::kAllToAll, Part::kMessage};

Part part_of(const CollectivePoint& point) {
  const int nodes = point.nodes();
  const Operation operation = point.operation;
  if (operation == Operation::kAllGather || operation == Operation::kReduceScatter) {
    return nodes == 1 ? Part::kNodeRing : Part::kRing;
  }
  if (operation == Operation::kAllReduce) {
    if (nodes == 1) return Part::kNodeAllReduce;
    return nodes == 2 ? Part::kTwoNodes : Part::kAllReduce;
  }
  if (operation == Operation::kAllToAll) return nodes == 1 ? Part::kNodeAllToAll : Part::kAllToAll;
  if (operation == Operation::kPointToPoint && nodes == 2) return Part::kMessage;
  return Part::kNone;
}

std::vector<std::unique_ptr<Block>> blocks_of(CollectiveCoefficients& c, Part part) {
  std::vector<std::unique_ptr<Block>> blocks;
  const auto curve = [&](TransferCurve& free) {
    blocks.push_back(std::make_unique<CurveBlock>(free));
  };
  const auto coefficient = [&]<class T>(Coefficient<T>& free, double spread) {
    blocks.push_back(std::make_unique<CoefficientBlock<T>>(free, spread));
  };
  const auto tree = [&](TreeCoefficients& free) {
    coefficient(free.hop, 0.5);
    coefficient(free.in_flight, 1.0);
    coefficient(free.bandwidth, 0.3);
  };
  switch (part) {
    case Part::kNodeRing:
      curve(c.node_ring);
      break;
    case Part::kNodeAllReduce:
      curve(c.node_all_reduce);
      break;
    case Part::kNodeAllToAll:
      curve(c.node_all_to_all);
      break;
    case Part::kRing:
      curve(c.ring);
      break;
    case Part::kTwoNodes:
      curve(c.two_nodes);
      break;
    case Part::kAllReduce:
      curve(c.all_reduce_ring);
      tree(c.tree);
      if (c.nvls_tree) tree(*c.nvls_tree);
      break;
    case Part::kAllToAll:
      curve(c.all_to_all);
      coefficient(c.all_to_all_congestion, 1.5);
      break;
    case Part::kMessage:
      curve(c.message);
      break;
    case Part::kNone:
      break;
  }
  return blocks;
}

/// A buffer at which the tuner changes from one algorithm to another.
struct Equality {
  Bytes bytes;
  GroupPlacement group;
  CollectiveAlgorithm below, above;
};

std::vector<Equality> equalities(const CollectiveCoefficients& c) {
  std::vector<Equality> found;
  const auto taken = [&](Bytes bytes, int ranks) -> const TunerRegion* {
    for (const TunerRegion& region : c.regions) {
      if (region.ranks_per_node == c.ranks_per_node && region.holds(bytes, ranks)) return &region;
    }
    return nullptr;
  };
  for (const int nodes : {4, 8, 16, 32, 64}) {
    const GroupPlacement group{nodes * c.ranks_per_node, c.ranks_per_node};
    const TunerRegion* before = nullptr;
    for (double bytes = 1 << 20; bytes <= 1.8e10; bytes *= 1.0905077326652577) {  // 1/8 octave
      const TunerRegion* region = taken(Bytes(bytes), group.ranks);
      if (before && region && region->algorithm != before->algorithm) {
        found.push_back({Bytes(bytes), group, before->algorithm, region->algorithm});
      }
      if (region) before = region;
    }
  }
  return found;
}

double log_ratio(Seconds a, Seconds b) { return std::log(a / b); }

double median(std::vector<double> values) {
  return values.empty() ? 0.0 : Sample(std::move(values)).quantile(0.5);
}

double quantile90(std::vector<double> values) {
  if (values.empty()) return 0.0;
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(std::lround(0.9 * last))];
}

/// Fits one part of the coefficients to its points.
void fit_part(CollectiveCoefficients& c, Part part, const std::vector<CollectivePoint>& all,
              const CollectiveFitOptions& options) {
  std::vector<CollectivePoint> points;
  for (const CollectivePoint& point : all) {
    if (part_of(point) == part) points.push_back(point);
  }
  if (points.empty()) return;
  const std::vector<std::unique_ptr<Block>> blocks = blocks_of(c, part);
  const std::vector<Equality> equal =
      part == Part::kAllReduce ? equalities(c) : std::vector<Equality>{};
  Eigen::Index unknowns = 0;
  for (const auto& block : blocks) unknowns += block->size();

  const auto residuals = [&](const Eigen::VectorXd& x) {
    const auto rows = static_cast<Eigen::Index>(points.size() + equal.size());
    Eigen::VectorXd result(rows + unknowns);
    Eigen::Index at = 0;
    for (const auto& block : blocks) {
      const Eigen::VectorXd own = x.segment(at, block->size());
      block->set(own);
      result.segment(rows + at, block->size()) = block->prior(own);
      at += block->size();
    }
    Eigen::Index row = 0;
    for (const CollectivePoint& point : points) {
      result(row++) =
          huber(log_ratio(forecast(c, point), point.time) / options.noise, options.outlier);
    }
    const MeasuredCollectives model(c);
    for (const Equality& e : equal) {
      result(row++) = huber(log_ratio(model.all_reduce(e.bytes, e.group, e.below),
                                      model.all_reduce(e.bytes, e.group, e.above)) /
                                kEqualSpread,
                            options.outlier);
    }
    return result;
  };
  const Eigen::VectorXd x = least_squares(residuals, Eigen::VectorXd::Zero(unknowns));
  residuals(x);  // leaves the coefficients at x
  std::vector<double> errors;
  for (const CollectivePoint& point : points) {
    errors.push_back(std::abs(log_ratio(forecast(c, point), point.time)));
  }
  const FitEvidence evidence{.samples = static_cast<int>(points.size()),
                             .error = median(errors),
                             .source = options.source,
                             .date = options.date};
  for (const auto& block : blocks) block->record(evidence);
}

/// What was not measured, but can be read off what was: a ring that gathers is half of one that
/// reduces and gathers, and the other way round.
void derive(CollectiveCoefficients& c) {
  const auto copy = [](const TransferCurve& from, TransferCurve& to, const char* what) {
    if (from.samples == 0 || to.samples > 0) return;
    to = from;
    to.samples = 0;
    to.method = Method::kDerived;
    to.source = what + from.source;
  };
  copy(c.ring, c.all_reduce_ring, "as of an all-gather: ");
  copy(c.all_reduce_ring, c.ring, "as of an all-reduce: ");
}

void round(CollectiveCoefficients& c) {
  for (TransferCurve* curve : {&c.node_ring, &c.node_all_reduce, &c.node_all_to_all, &c.ring,
                               &c.all_reduce_ring, &c.two_nodes, &c.all_to_all, &c.message}) {
    for (CurvePoint& point : curve->points) point.time = Seconds(rounded(point.time.si()));
    curve->error = rounded(curve->error);
  }
  const auto round_tree = [](TreeCoefficients& t) {
    t.hop.value = Seconds(rounded(t.hop.value.si()));
    t.in_flight.value = Bytes(rounded(t.in_flight.value.si()));
    t.bandwidth.value = BytesPerSecond(rounded(t.bandwidth.value.si()));
  };
  round_tree(c.tree);
  if (c.nvls_tree) round_tree(*c.nvls_tree);
  c.all_to_all_congestion.value = rounded(c.all_to_all_congestion.value);
}

}  // namespace

Seconds least_time(const CollectivePrior& prior, const CollectivePoint& point) {
  const double ranks = point.ranks;
  const double nodes = point.nodes();
  const bool gathers = point.operation == Operation::kAllGather ||
                       point.operation == Operation::kReduceScatter ||
                       point.operation == Operation::kAllToAll;
  if (nodes == 1) return point.bytes * (gathers ? (ranks - 1.0) / ranks : 1.0) / prior.link;
  // The group's share of the node's cards.
  const double share = static_cast<double>(point.per_node) / prior.ranks_per_node;
  const BytesPerSecond cards = prior.network * std::min(share, 1.0);
  if (point.operation == Operation::kPointToPoint) return point.bytes / prior.network;
  if (point.operation == Operation::kAllToAll) {
    return point.bytes * (point.per_node * (ranks - point.per_node) / ranks) / cards;
  }
  return point.bytes * (gathers ? (nodes - 1.0) / nodes : 1.0) / cards;
}

const char* why_left_out(const CollectivePrior& prior, const CollectivePoint& point) {
  if (part_of(point) == Part::kNone) return "no coefficient describes the operation";
  if (point.time < least_time(prior, point) * kFasterThanLinks) {
    return "faster than the links of the instance allow: wrong ranks, bytes or instance";
  }
  if (point.operation == Operation::kPointToPoint) return nullptr;
  if (point.per_node > prior.ranks_per_node) return "more ranks on a node than it has";
  // With most of a node's ranks missing, other cards and channels are at work.
  const bool most = 2 * point.per_node > prior.ranks_per_node;
  return most ? nullptr : "half of a node's ranks or fewer took part";
}

Seconds forecast(const CollectiveCoefficients& fitted, const CollectivePoint& point) {
  const MeasuredCollectives model(fitted);
  const GroupPlacement group{point.ranks, point.per_node};
  const Operation operation = point.operation;
  if (operation == Operation::kAllReduce) return model.all_reduce(point.bytes, group);
  if (operation == Operation::kAllToAll) return model.all_to_all(point.bytes, group);
  if (operation == Operation::kAllGather || operation == Operation::kReduceScatter) {
    return model.half_all_reduce(point.bytes, group);
  }
  if (operation == Operation::kPointToPoint) {
    return model.point_to_point(point.bytes, point.nodes() == 1);
  }
  return Seconds(0);
}

bool scales_with_nodes(const CollectivePoint& point) {
  const Part part = part_of(point);
  return part == Part::kRing || part == Part::kAllReduce || part == Part::kAllToAll;
}

CollectiveCoefficients fit_collectives(const CollectivePrior& prior,
                                       const std::vector<CollectivePoint>& points,
                                       const CollectiveFitOptions& options) {
  CollectiveCoefficients c = prior_coefficients(prior);
  for (const Part part : kParts) fit_part(c, part, points, options);
  derive(c);
  double squares = 0.0;
  for (const CollectivePoint& point : points) {
    const double error = log_ratio(forecast(c, point), point.time);
    squares += std::min(error * error, 0.25);  // an outlier says little of the others
  }
  round(c);
  if (points.empty()) return c;
  c.log_spread.value = rounded(std::sqrt(squares / static_cast<double>(points.size())));
  mark_fitted(c.log_spread, options.source, options.date);
  return c;
}

CollectiveErrors leave_one_node_count_out(const CollectivePrior& prior,
                                          const std::vector<CollectivePoint>& points,
                                          const CollectiveFitOptions& options,
                                          const CollectiveCoefficients& full) {
  std::set<std::pair<Operation, int>> counts;
  for (const CollectivePoint& point : points) counts.insert({point.operation, point.nodes()});

  CollectiveErrors errors;
  std::vector<double> everywhere;
  for (const auto& [operation, nodes] : counts) {
    std::vector<CollectivePoint> others, judged;
    FitErrors row;
    row.operation = enum_name(operation);
    row.nodes = nodes;
    row.smallest = Bytes(std::numeric_limits<double>::infinity());
    for (const CollectivePoint& point : points) {
      if (point.operation != operation || point.nodes() != nodes) {
        others.push_back(point);
        continue;
      }
      row.smallest = std::min(row.smallest, point.bytes);
      row.largest = std::max(row.largest, point.bytes);
      if (point.bytes.si() >= kJudgedBytes) judged.push_back(point);
    }
    row.points = static_cast<int>(judged.size());
    if (judged.empty()) {
      errors.by_count.push_back(row);
      continue;
    }
    const auto error = [](const CollectiveCoefficients& by, const CollectivePoint& point) {
      return std::abs(forecast(by, point) / point.time - 1.0);
    };
    std::vector<double> fitted, left_out;
    for (const CollectivePoint& point : judged) fitted.push_back(error(full, point));
    row.fitted_median = rounded(median(fitted));
    const auto same_part = [&](const CollectivePoint& point) {
      return part_of(point) == part_of(judged.front());
    };
    if (scales_with_nodes(judged.front()) && std::any_of(others.begin(), others.end(), same_part)) {
      const CollectiveCoefficients without = fit_collectives(prior, others, options);
      for (const CollectivePoint& point : judged) left_out.push_back(error(without, point));
      row.left_out_median = rounded(median(left_out));
      row.left_out_p90 = rounded(quantile90(left_out));
      everywhere.insert(everywhere.end(), left_out.begin(), left_out.end());
    }
    errors.by_count.push_back(row);
  }
  errors.points = static_cast<int>(everywhere.size());
  errors.left_out_median = median(everywhere);
  errors.left_out_p90 = quantile90(everywhere);
  return errors;
}

}  // namespace sextant::fit
