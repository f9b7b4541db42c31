#include "calibrate/fit/collective_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>

#include "calibrate/fit/least_squares.h"
#include "calibrate/fit/rounding.h"
#include "sextant/network/measured_collectives.h"

namespace sextant::fit {
namespace {

using ingest::Operation;

constexpr const char* kStartDate = "2026-11";  // of what is assumed before anything is measured
constexpr double kSmooth = 0.25;           // expected change of log(curve / prior) over an octave
constexpr double kPriorSpread = 0.7;       // of log(curve / prior) as a whole
constexpr double kEqualSpread = 0.15;      // of log(a / b) where a tuner changes from a to b
constexpr double kFasterThanLinks = 0.95;  // of the least time: below, ranks or bytes are wrong
constexpr double kJudgedBytes = 1e6;       // smaller buffers are fitted, but not judged

/// A latency and a bandwidth, at every power of two from `from` to `to` bytes.
TransferCurve straight(Seconds latency, BytesPerSecond bandwidth, double from, double to) {
  TransferCurve curve;
  for (double bytes = from; bytes <= to; bytes *= 2.0) {
    curve.points.push_back({Bytes(bytes), latency + Bytes(bytes) / bandwidth});
  }
  curve.source = "latency and bandwidth that the fit starts from";
  curve.date = kStartDate;
  return curve;
}

template <class T>
Coefficient<T> start_of_fit(T value) {
  Coefficient<T> coefficient;
  coefficient.value = value;
  coefficient.source = "where the fit starts";
  coefficient.date = kStartDate;
  return coefficient;
}

TreeCoefficients tree(Seconds hop, Bytes in_flight, BytesPerSecond bandwidth) {
  return {start_of_fit(hop), start_of_fit(in_flight), start_of_fit(bandwidth)};
}

constexpr double kKiB = 1024.0, kMiB = 1024.0 * kKiB, kGiB = 1024.0 * kMiB;

/// Latencies and shares of the line rate that NCCL reaches on EFA and InfiniBand alike, within the
/// spreads above: rings 0.85 of the cards, all-to-all 0.83, trees a quarter of the buffer per card.
CollectiveCoefficients prior_coefficients(const CollectivePrior& prior) {
  const double ranks = prior.ranks_per_node;
  const BytesPerSecond link = prior.link * 0.8;
  // A rank's links bound what it passes on, however many cards its domain has.
  const BytesPerSecond cards = std::min(prior.network, prior.link) * (prior.reached / 0.85);
  const BytesPerSecond network = cards * 0.85;
  const BytesPerSecond own = prior.network / ranks * (prior.reached / 0.85);
  // What crosses while a chunk waits grows with the cards; measured on 400 GB/s.
  const double width = cards.si() / 400e9;
  CollectiveCoefficients c;
  c.ranks_per_node = prior.ranks_per_node;
  c.regions = prior.regions;
  c.node_ring = straight(Seconds(4e-6), link, 16 * kKiB, 256 * kMiB);
  c.node_all_reduce =
      prior.nvls ? straight(Seconds(14e-6), prior.link * (1.05 / 1.75), kKiB, 16 * kGiB)
                 : straight(Seconds(30e-6), link * (0.5 * ranks / std::max(1.0, ranks - 1.0)), kKiB,
                            16 * kGiB);
  c.node_all_reduce_ranks = prior.nvls ? prior.ranks_per_node / 2 + 1 : prior.ranks_per_node;
  c.node_all_to_all = straight(Seconds(3e-6), link, 16 * kKiB, 256 * kMiB);
  c.ring = straight(Seconds(12e-6), network, 16 * kKiB, 256 * kMiB);
  c.all_reduce_ring = straight(Seconds(10e-6), network, 16 * kKiB, 256 * kMiB);
  c.two_nodes = straight(Seconds(60e-6), network * (prior.nvls ? 0.72 : 0.55), kKiB, 16 * kGiB);
  c.tree = tree(Seconds(20e-6), Bytes(6e6 * width), cards * 0.27);
  if (prior.nvls) {
    c.nvls_tree = tree(Seconds(60e-6), Bytes(40e6 * width), cards * 0.45);
  }
  c.all_to_all = straight(Seconds(5e-6), own * 0.83, 16 * kKiB, 256 * kMiB);
  c.all_to_all_congestion = start_of_fit(0.05);
  c.message = straight(Seconds(25e-6), own * 0.8, kKiB, 256 * kMiB);
  c.log_spread = start_of_fit(0.3);
  return c;
}

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

template <class T>
void fitted(Coefficient<T>& coefficient, const CollectiveFitOptions& options) {
  coefficient.source = options.source;
  coefficient.date = options.date;
  coefficient.method = Method::kFitted;
}

/// Some unknowns of the fit: logarithms, 0 where the fit starts.
class Block {
 public:
  virtual ~Block() = default;
  virtual Eigen::Index size() const = 0;
  virtual void set(const Eigen::VectorXd& x) = 0;
  virtual Eigen::VectorXd prior(const Eigen::VectorXd& x) const = 0;
  virtual void record(int samples, double error, const CollectiveFitOptions& options) = 0;
};

class CurveBlock : public Block {
 public:
  explicit CurveBlock(TransferCurve& curve) : curve_(curve), start_(curve.points) {}

  Eigen::Index size() const override { return static_cast<Eigen::Index>(start_.size()); }

  void set(const Eigen::VectorXd& x) override {
    for (std::size_t k = 0; k < start_.size(); ++k) {
      curve_.points[k].time = start_[k].time * std::exp(x(static_cast<Eigen::Index>(k)));
    }
  }

  Eigen::VectorXd prior(const Eigen::VectorXd& x) const override {
    Eigen::VectorXd rows(size());
    for (Eigen::Index k = 0; k + 1 < size(); ++k) rows(k) = (x(k + 1) - x(k)) / kSmooth;
    rows(size() - 1) = x.mean() / kPriorSpread;
    return rows;
  }

  void record(int samples, double error, const CollectiveFitOptions& options) override {
    if (samples == 0) return;
    curve_.samples = samples;
    curve_.error = error;
    curve_.source = options.source;
    curve_.date = options.date;
    curve_.method = Method::kFitted;
  }

 private:
  TransferCurve& curve_;
  std::vector<CurvePoint> start_;
};

class TreeBlock : public Block {
 public:
  explicit TreeBlock(TreeCoefficients& tree) : tree_(tree), start_(tree) {}

  Eigen::Index size() const override { return 3; }

  void set(const Eigen::VectorXd& x) override {
    tree_.hop.value = start_.hop.value * std::exp(x(0));
    tree_.in_flight.value = start_.in_flight.value * std::exp(x(1));
    tree_.bandwidth.value = start_.bandwidth.value * std::exp(x(2));
  }

  Eigen::VectorXd prior(const Eigen::VectorXd& x) const override {
    return Eigen::Vector3d(x(0) / 0.5, x(1) / 1.0, x(2) / 0.3);
  }

  void record(int samples, double, const CollectiveFitOptions& options) override {
    if (samples == 0) return;
    fitted(tree_.hop, options);
    fitted(tree_.in_flight, options);
    fitted(tree_.bandwidth, options);
  }

 private:
  TreeCoefficients& tree_;
  TreeCoefficients start_;
};

class CongestionBlock : public Block {
 public:
  explicit CongestionBlock(Coefficient<double>& congestion)
      : congestion_(congestion), start_(congestion.value) {}

  Eigen::Index size() const override { return 1; }
  void set(const Eigen::VectorXd& x) override { congestion_.value = start_ * std::exp(x(0)); }
  Eigen::VectorXd prior(const Eigen::VectorXd& x) const override { return x / 1.5; }

  void record(int samples, double, const CollectiveFitOptions& options) override {
    if (samples > 0) fitted(congestion_, options);
  }

 private:
  Coefficient<double>& congestion_;
  double start_;
};

std::vector<std::unique_ptr<Block>> blocks_of(CollectiveCoefficients& c, Part part) {
  std::vector<std::unique_ptr<Block>> blocks;
  const auto curve = [&](TransferCurve& free) {
    blocks.push_back(std::make_unique<CurveBlock>(free));
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
      blocks.push_back(std::make_unique<TreeBlock>(c.tree));
      if (c.nvls_tree) blocks.push_back(std::make_unique<TreeBlock>(*c.nvls_tree));
      break;
    case Part::kAllToAll:
      curve(c.all_to_all);
      blocks.push_back(std::make_unique<CongestionBlock>(c.all_to_all_congestion));
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
    for (double bytes = kMiB; bytes <= 16 * kGiB; bytes *= 1.0905077326652577) {  // 1/8 octave
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
  if (values.empty()) return 0.0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
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
  for (const auto& block : blocks) {
    block->record(static_cast<int>(points.size()), median(errors), options);
  }
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

std::vector<CollectivePoint> usable_points(const CollectivePrior& prior,
                                           const std::vector<CollectivePoint>& points) {
  std::vector<CollectivePoint> kept;
  for (const CollectivePoint& point : points) {
    if (!why_left_out(prior, point)) kept.push_back(point);
  }
  return kept;
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
                                       const std::vector<CollectivePoint>& all,
                                       const CollectiveFitOptions& options) {
  const std::vector<CollectivePoint> points = usable_points(prior, all);
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
  fitted(c.log_spread, options);
  return c;
}

CollectiveErrors leave_one_node_count_out(const CollectivePrior& prior,
                                          const std::vector<CollectivePoint>& all,
                                          const CollectiveFitOptions& options) {
  const std::vector<CollectivePoint> points = usable_points(prior, all);
  const CollectiveCoefficients full = fit_collectives(prior, points, options);
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
