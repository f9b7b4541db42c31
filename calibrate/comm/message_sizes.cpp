#include <cmath>

#include "calibrate/comm/communication_plan.h"

namespace sextant::comm {

std::vector<std::size_t> message_sizes(const CommunicationOptions& options, std::size_t granule) {
  std::vector<std::size_t> sizes;
  const auto largest = static_cast<double>(options.largest);
  for (double size = static_cast<double>(options.smallest); size <= largest; size *= options.step) {
    const auto bytes = static_cast<std::size_t>(std::llround(size));
    const std::size_t rounded = (bytes + granule - 1) / granule * granule;
    if (sizes.empty() || sizes.back() != rounded) sizes.push_back(rounded);
  }
  return sizes;
}

}  // namespace sextant::comm
