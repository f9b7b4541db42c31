#include "sextant/cluster/network_cards.h"

#include <algorithm>
#include <limits>

namespace sextant {

NetworkCards::NetworkCards(const Instance& instance)
    : ip_limit_(std::numeric_limits<double>::infinity()), shared_(0) {
  if (!instance.ip_bandwidth) return;
  ip_limit_ = instance.ip_bandwidth->value;
  if (instance.ip_apart) return;
  const int cards = instance.network_cards;
  const int ip_cards = std::min(instance.ip_cards ? instance.ip_cards->value : 1, cards);
  shared_ = instance.network_bandwidth.value * (static_cast<double>(ip_cards) / cards);
  ip_limit_ = std::min(ip_limit_, shared_);
}

double NetworkCards::fabric_left(BytesPerSecond ip) const {
  if (shared_ <= BytesPerSecond(0)) return 1.0;
  const double taken = std::min(ip, ip_limit_) / shared_;
  return std::max(kLeastFabricShare, 1.0 - taken);
}

}  // namespace sextant
