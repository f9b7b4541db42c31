#include "calibrate/comm/shares.h"

#include <cmath>
#include <numeric>

namespace sextant::comm {
namespace {

/// Elements for the first `distances` peers, counted from the sender: the sum of
/// (1 + skew · (2p/(n − 1) − 1)) / n over p < distances, in closed form, rounded. Shares are
/// differences of it, so that they add up.
std::size_t elements_before(int distances, int ranks, std::size_t elements, double skew) {
  const double n = ranks;
  const double p = distances;
  const double tilt = ranks > 1 ? p * (p - 1) / (n - 1) - p : 0.0;
  const double share = static_cast<double>(elements) * (p + skew * tilt) / n;
  return static_cast<std::size_t>(std::round(share));
}

std::size_t share_at(int distance, int ranks, std::size_t elements, double skew) {
  return elements_before(distance + 1, ranks, elements, skew) -
         elements_before(distance, ranks, elements, skew);
}

}  // namespace

std::vector<std::size_t> elements_sent(int rank, int ranks, std::size_t elements, double skew) {
  std::vector<std::size_t> result;
  for (int peer = 0; peer < ranks; ++peer) {
    result.push_back(share_at((peer - rank + ranks) % ranks, ranks, elements, skew));
  }
  return result;
}

std::vector<std::size_t> elements_received(int rank, int ranks, std::size_t elements, double skew) {
  std::vector<std::size_t> result;
  for (int sender = 0; sender < ranks; ++sender) {
    result.push_back(share_at((rank - sender + ranks) % ranks, ranks, elements, skew));
  }
  return result;
}

std::vector<std::size_t> offsets_of(const std::vector<std::size_t>& elements) {
  std::vector<std::size_t> result(elements.size());
  std::exclusive_scan(elements.begin(), elements.end(), result.begin(), std::size_t{0});
  return result;
}

}  // namespace sextant::comm
