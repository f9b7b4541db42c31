#include "calibrate/comm/compute/rank_spread.h"

#include <fmt/format.h>

#include <algorithm>

namespace sextant::comm {
namespace {

constexpr double kTolerance = 0.05;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::optional<SlowRank> slowest_rank(const std::vector<std::vector<double>>& times,
                                     const std::vector<int>& ranks, double tolerance) {
  std::optional<SlowRank> slowest;
  if (times.empty()) return slowest;
  for (const int rank : ranks) {
    std::vector<double> ratios;
    for (const std::vector<double>& point : times) {
      ratios.push_back(point[static_cast<std::size_t>(rank)] / median(point));
    }
    const double excess = median(ratios) - 1.0;
    if (excess > (slowest ? slowest->excess : tolerance)) slowest = {rank, excess};
  }
  return slowest;
}

std::vector<std::string> RankSpread::sentences(const World& world) const {
  const auto size = static_cast<std::size_t>(world.size());
  std::vector<double> all(own_.size() * size, 0.0);
  for (std::size_t point = 0; point < own_.size(); ++point) {
    all[point * size + static_cast<std::size_t>(world.rank())] = own_[point];
  }
  world.largest(all);

  std::vector<std::vector<double>> times;
  for (std::size_t point = 0; point < own_.size(); ++point) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(point * size);
    times.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
  }
  std::vector<std::vector<int>> ranks_of(static_cast<std::size_t>(world.nodes()));
  for (int rank = 0; rank < world.size(); ++rank) {
    ranks_of[static_cast<std::size_t>(world.node_of(rank))].push_back(rank);
  }
  std::vector<std::string> sentences;
  for (int node = 0; node < world.nodes(); ++node) {
    const auto slow = slowest_rank(times, ranks_of[static_cast<std::size_t>(node)], kTolerance);
    if (!slow) continue;
    sentences.push_back(fmt::format("{}: rank {} on {} takes {:.0f} % longer than the median rank",
                                    work_, slow->rank, world.host(node), 100.0 * slow->excess));
  }
  return sentences;
}

}  // namespace sextant::comm
