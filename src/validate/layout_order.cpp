#include "src/validate/layout_order.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "src/io/json_text.h"
#include "src/io/writer.h"

namespace sextant::validate {
namespace {

constexpr double kApart = 1.03;  ///< pairs measured closer together are not told apart

struct Timed {
  double measured = 0.0;
  double predicted = 0.0;
};

/// Layouts of each cluster; repeats at their geometric mean.
std::map<std::string, std::vector<Timed>> by_cluster(const std::vector<LayoutCase>& cases) {
  struct Repeats {
    double log_measured = 0.0;
    double predicted = 0.0;
    int n = 0;
  };
  std::map<std::string, std::map<std::string, Repeats>> grouped;
  for (const LayoutCase& item : cases) {
    Repeats& repeats = grouped[item.cluster][item.layout];
    repeats.log_measured += std::log(item.measured.si());
    repeats.predicted =
        item.predicted ? item.predicted->si() : std::numeric_limits<double>::infinity();
    ++repeats.n;
  }
  std::map<std::string, std::vector<Timed>> clusters;
  for (const auto& [cluster, layouts] : grouped) {
    if (layouts.size() < 2) continue;
    for (const auto& [layout, repeats] : layouts) {
      clusters[cluster].push_back({std::exp(repeats.log_measured / repeats.n), repeats.predicted});
    }
  }
  return clusters;
}

void count_pairs(std::vector<Timed> layouts, LayoutOrder& order) {
  std::sort(layouts.begin(), layouts.end(),
            [](const Timed& a, const Timed& b) { return a.measured < b.measured; });
  for (std::size_t slow = 1; slow < layouts.size(); ++slow) {
    for (std::size_t fast = 0; fast < slow; ++fast) {
      if (layouts[slow].measured <= kApart * layouts[fast].measured) break;
      ++order.pairs;
      if (layouts[fast].predicted < layouts[slow].predicted) ++order.ordered;
    }
  }
}

/// How much slower the layout that is forecast to be fastest was than the fastest.
double regret_of(const std::vector<Timed>& layouts) {
  const auto chosen =
      std::min_element(layouts.begin(), layouts.end(),
                       [](const Timed& a, const Timed& b) { return a.predicted < b.predicted; });
  const auto best =
      std::min_element(layouts.begin(), layouts.end(),
                       [](const Timed& a, const Timed& b) { return a.measured < b.measured; });
  return chosen->measured / best->measured - 1.0;
}

template <class T>
std::string text(const T& value) {
  return io::to_compact_text(io::write_value(value));
}

}  // namespace

std::optional<LayoutOrder> order_of_layouts(const std::vector<LayoutCase>& cases) {
  const auto clusters = by_cluster(cases);
  if (clusters.empty()) return std::nullopt;
  LayoutOrder order;
  for (const auto& [cluster, layouts] : clusters) {
    ++order.clusters;
    count_pairs(layouts, order);
    const double regret = regret_of(layouts);
    order.regret += regret;
    order.worst_regret = std::max(order.worst_regret, regret);
  }
  order.regret /= order.clusters;
  return order;
}

std::string cluster_of(const PublishedRun& run) {
  const StepInputs& inputs = run.inputs;
  return fmt::format("{} {} {} x {} of {} at {} {} {} {} {} {}", run.origin, text(inputs.model),
                     inputs.accelerators, inputs.node.accelerator.name, inputs.node.accelerators,
                     inputs.node.network_bandwidth.si(), inputs.node.fabric, inputs.sequence_length,
                     inputs.global_batch, enum_name(inputs.precision), inputs.software.framework);
}

std::string layout_of(const PublishedRun& run) { return text(run.inputs.layout); }

}  // namespace sextant::validate
