#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sextant/network/flow_problem.h"

namespace sextant {

/// Loads closer than this, relative to either, are the same: sums of shares differ in their last
/// bits by the order in which they were added.
inline constexpr double kSameLoad = 1e-9;

/// A number without its last twelve bits, rounded: the same for loads that are the same, but for
/// those near the middle between two such numbers, which no sum of simple fractions is.
inline std::uint64_t rounded_bits(double number) {
  return (std::bit_cast<std::uint64_t>(number) + 0x800U) >> 12U;
}

/// Mixes two words into one, far apart for all that are not the same (the finisher of splitmix64).
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t word = a * 0x9e3779b97f4a7c15U ^ (b + 0x2545f4914f6cdd1dU);
  word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31U);
}

/// Loads by link: what each pattern puts on it.
class LinkColumns {
 public:
  struct Entry {
    std::int32_t pattern = 0;
    double flows = 0.0;
  };

  /// @param used by pattern: false, its loads do not count
  LinkColumns(std::size_t links, std::span<const std::vector<FlowLoad>> patterns,
              const std::vector<bool>& used);

  std::size_t links() const { return first_.size() - 1; }
  /// By ascending pattern.
  std::span<const Entry> of(std::size_t link) const {
    return std::span(entries_).subspan(first_[link], first_[link + 1] - first_[link]);
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<Entry> entries_;
};

/// Of links that the same patterns load in the same proportion the narrowest stays in `kept`, the
/// first of equally narrow ones; links without loads leave it.
void keep_narrowest(const LinkColumns& columns, std::span<const double> capacities,
                    std::vector<bool>& kept);

/// Numbers the links that are kept, in their order, and gives each its old number; loads on others
/// go.
std::vector<std::int32_t> renumber_links(const std::vector<bool>& kept,
                                         std::vector<double>& capacities,
                                         std::vector<std::vector<FlowLoad>>& patterns);

}  // namespace sextant
