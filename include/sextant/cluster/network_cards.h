#pragma once

#include "sextant/cluster/instance.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// The network cards of one node: the fabric's traffic uses all of them evenly, that over IP only
/// those with an IP interface, which some types have on cards of the fabric.
class NetworkCards {
 public:
  explicit NetworkCards(const Instance& instance);

  /// What IP traffic can reach: no more than the instance's IP bandwidth, and than the cards with
  /// an IP interface carry. Infinite where nothing is known.
  BytesPerSecond ip_limit() const { return ip_limit_; }
  /// Share of the fabric's bandwidth, 0 to 1, that is left to collectives while IP traffic takes
  /// `ip`, at most ip_limit(): collectives go at the pace of the busiest card. 1 where the two
  /// share no card.
  double fabric_left(BytesPerSecond ip) const;

 private:
  BytesPerSecond ip_limit_;
  BytesPerSecond shared_card_;  ///< bandwidth of one card that carries both; 0: none does
  int ip_cards_ = 1;
};

}  // namespace sextant
