#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "src/validate/published_runs.h"

namespace sextant::validate {

/// A measured layout beside its forecast.
struct LayoutCase {
  std::string cluster;  ///< what layouts are compared on: see cluster_of
  std::string layout;   ///< repeats of one are one case, at their geometric mean
  Seconds measured;
  std::optional<Seconds> predicted;  ///< absent: refused, so slower than all
};

/// How well forecasts order the layouts of one model on one cluster.
struct LayoutOrder {
  int clusters = 0;         ///< with two layouts or more
  int pairs = 0;            ///< of layouts measured more than 3 % apart
  int ordered = 0;          ///< of them, those in which the faster one is forecast to be faster
  double regret = 0.0;      ///< mean over clusters: time of the best by forecast / best − 1
  double worst_regret = 0;  ///< the greatest of them

  /// Nothing where all layouts took the same time.
  std::optional<double> share_ordered() const {
    if (pairs == 0) return std::nullopt;
    return static_cast<double>(ordered) / pairs;
  }
};

/// Nothing if no cluster has two layouts.
std::optional<LayoutOrder> order_of_layouts(const std::vector<LayoutCase>& cases);

/// Who measured, model, cluster, sequence, global batch, precision and framework, as text: runs in
/// which they are equal differ in their layouts only.
std::string cluster_of(const PublishedRun& run);
std::string layout_of(const PublishedRun& run);

}  // namespace sextant::validate
