#pragma once

#include "sextant/cluster/instance.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// What a card that IP keeps busy still gives to the fabric: it serves both in turn. No measurement
/// seen; EC2 says no more than that what one takes the other lacks.
inline constexpr double kLeastFabricShare = 0.5;

/// The network cards of one node: the fabric's traffic uses all of them evenly, that over IP only
/// those with an IP interface, which most types have on cards of the fabric.
/// Source: AWS, EC2 user guide, maximize network bandwidth on instances with several network cards.
class NetworkCards {
 public:
  explicit NetworkCards(const Instance& instance);

  /// What IP traffic can reach: no more than the instance's IP bandwidth, and than the cards with
  /// an IP interface carry. Infinite where no IP bandwidth is known.
  BytesPerSecond ip_limit() const { return ip_limit_; }
  /// Share of the fabric's bandwidth, kLeastFabricShare to 1, that is left to collectives while IP
  /// traffic takes `ip`, which counts up to ip_limit(): collectives go at the pace of the busiest
  /// card. 1 where the two share no card.
  double fabric_left(BytesPerSecond ip) const;

 private:
  BytesPerSecond ip_limit_;
  BytesPerSecond shared_;  ///< bandwidth of the cards that carry both; 0: none does
};

}  // namespace sextant
