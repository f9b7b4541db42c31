#include "src/sweep/sensitivity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/sample.h"

namespace sextant::sweep {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t kResamples = 1000;

/// Elementary effects of one input.
struct Effects {
  RunningMoments all, abs;

  void add(double effect) {
    all.add(effect);
    abs.add(std::abs(effect));
  }
  MorrisEffect effect() const {
    if (all.count() == 0) return {kNone, kNone, kNone};
    return {all.mean(), abs.mean(), all.standard_deviation()};
  }
};

/// What the design's rows of outputs say of every input, for any choice of rows.
class SobolRows {
 public:
  SobolRows(const SobolDesign& design, std::span<const double> outputs)
      : inputs_(static_cast<std::size_t>(design.inputs)) {
    const std::size_t width = inputs_ + 2;
    for (; outputs.size() >= width; outputs = outputs.subspan(width)) {
      const auto row = outputs.first(width);
      if (std::none_of(row.begin(), row.end(), [](double y) { return std::isnan(y); })) {
        values_.insert(values_.end(), row.begin(), row.end());
      }
    }
    center();
  }

  std::size_t count() const { return values_.size() / (inputs_ + 2); }

  /// With first and total only.
  std::vector<SobolIndex> indices(std::span<const std::size_t> rows) const {
    RunningMoments outputs;
    std::vector<SobolIndex> sums(inputs_);
    for (const std::size_t row : rows) {
      const double* y = &values_[row * (inputs_ + 2)];
      outputs.add(y[0]);
      outputs.add(y[1]);
      for (std::size_t i = 0; i < inputs_; ++i) {
        const double change = y[i + 2] - y[0];
        sums[i].first += y[1] * change;
        sums[i].total += 0.5 * change * change;
      }
    }
    const double scale = outputs.variance() * static_cast<double>(rows.size());
    for (SobolIndex& index : sums) {
      index.first = scale > 0 ? index.first / scale : 0;
      index.total = scale > 0 ? index.total / scale : 0;
    }
    return sums;
  }

 private:
  /// A constant that all outputs have in common adds nothing but noise to a product of two.
  void center() {
    RunningMoments moments;
    for (std::size_t row = 0; row < values_.size(); row += inputs_ + 2) {
      moments.add(values_[row]);
      moments.add(values_[row + 1]);
    }
    for (double& y : values_) y -= moments.mean();
  }

  std::size_t inputs_;
  std::vector<double> values_;  ///< row by row, without those that lack one
};

Interval percentiles(const Sample& sample) {
  const std::vector<double> ends = sample.quantiles(std::array{0.025, 0.975});
  return {ends[0], ends[1]};
}

/// Percentile intervals from rows drawn with replacement (Archer, Saltelli, Sobol 1997).
void add_intervals(const SobolRows& rows, std::uint64_t seed, std::vector<SobolIndex>& indices) {
  std::vector<Sample> first(indices.size()), total(indices.size());
  std::vector<std::size_t> drawn(rows.count());
  for (std::uint32_t resample = 0; resample < kResamples; ++resample) {
    RandomStream stream(seed, "sweep.sobol.bootstrap", resample);
    for (std::size_t& row : drawn) row = draw_index(stream, rows.count());
    const std::vector<SobolIndex> again = rows.indices(drawn);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      first[i].add(again[i].first);
      total[i].add(again[i].total);
    }
  }
  for (std::size_t i = 0; i < indices.size(); ++i) {
    indices[i].first_ci95 = percentiles(first[i]);
    indices[i].total_ci95 = percentiles(total[i]);
  }
}

}  // namespace

std::vector<MorrisEffect> morris_effects(const MorrisDesign& design,
                                         std::span<const double> outputs) {
  SEXTANT_ASSERT(std::ssize(outputs) == design.count(), "{} outputs of {}", outputs.size(),
                 design.count());
  const auto inputs = static_cast<std::size_t>(design.inputs);
  std::vector<Effects> effects(inputs);
  UnitPoint before;
  for (std::int64_t i = 0; i < design.count(); ++i) {
    const UnitPoint point = design.point(i);
    if (i % (design.inputs + 1) > 0) {
      const auto at = static_cast<std::size_t>(i);
      for (std::size_t input = 0; input < inputs; ++input) {
        const double step = point[input] - before[input];
        const double effect = (outputs[at] - outputs[at - 1]) / step;
        if (step != 0 && !std::isnan(effect)) effects[input].add(effect);
      }
    }
    before = point;
  }
  std::vector<MorrisEffect> all;
  for (const Effects& of_input : effects) all.push_back(of_input.effect());
  return all;
}

std::vector<SobolIndex> sobol_indices(const SobolDesign& design, std::span<const double> outputs) {
  SEXTANT_ASSERT(std::ssize(outputs) == design.count(), "{} outputs of {}", outputs.size(),
                 design.count());
  const SobolRows rows(design, outputs);
  if (rows.count() == 0) {
    return std::vector<SobolIndex>(static_cast<std::size_t>(design.inputs),
                                   {kNone, kNone, {kNone, kNone}, {kNone, kNone}});
  }
  std::vector<std::size_t> every(rows.count());
  std::iota(every.begin(), every.end(), 0);
  std::vector<SobolIndex> indices = rows.indices(every);
  add_intervals(rows, design.seed, indices);
  return indices;
}

}  // namespace sextant::sweep
