#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sextant/network/flow_folding.h"

namespace sextant {

/// Transfers and links sorted into classes: those of one class have the same colour. A transfer
/// begins with its set and its bytes, a link with its capacity; each round adds the colours of what
/// it crosses, or is crossed by, with the numbers of flows. Sums of mixed words, so that the order
/// does not matter; two of a million colours coincide by chance in one of 10^7 cases.
class ColourRefinement {
 public:
  /// @param counts by link: others are left out
  ColourRefinement(std::span<const double> capacities, const std::vector<bool>& counts,
                   std::span<const AlikeTransfers> alike);

  /// Rounds until no class falls apart any more, or transfers of one set are of different colours.
  void run();

  /// By set, and by instance in it.
  const std::vector<std::vector<std::uint64_t>>& transfers() const { return transfers_; }
  const std::vector<std::uint64_t>& links() const { return links_; }
  /// The links' before the last round: what made the transfers differ.
  const std::vector<std::uint64_t>& links_before() const { return links_before_; }
  /// A set whose transfers differ; -1: none.
  int torn_set() const { return torn_set_; }

 private:
  void round();
  std::size_t classes() const;
  void look_for_torn_set();

  const std::vector<bool>& counts_;
  std::span<const AlikeTransfers> alike_;
  std::vector<std::vector<std::uint64_t>> transfers_;
  std::vector<std::uint64_t> links_, links_before_;
  int torn_set_ = -1;
};

}  // namespace sextant
