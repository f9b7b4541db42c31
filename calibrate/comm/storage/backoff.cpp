#include "calibrate/comm/storage/backoff.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/distributions.h"

namespace sextant::comm {

Backoff::Backoff(int rank) : stream_(0, "storage.backoff", 0, static_cast<std::uint32_t>(rank)) {}

double Backoff::longest_s(int retry) {
  return std::min(std::ldexp(kBaseS, std::min(retry, 30)), kLongestS);
}

std::chrono::duration<double> Backoff::draw(int retry) {
  return std::chrono::duration<double>(draw_uniform(stream_) * longest_s(retry));
}

}  // namespace sextant::comm
