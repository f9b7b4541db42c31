#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sextant {

/// Random bits that depend on nothing but what is asked for: Philox4x32-10 (Salmon et al., SC11),
/// keyed by (seed, stream name) and counted by (replica, entity, draw). The same answer in whatever
/// order, thread or process streams are used, and adding an entity or a stream shifts no other:
/// two scenarios with the same seed meet the same luck (common random numbers).
///
///     RandomStream life(seed, "node.life", replica, node);
///     const Seconds first = scale * draw_weibull(life, shape);
///
/// A small value: make it where it is needed, or keep it beside its entity. A copy repeats the
/// draws of the original.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name, std::uint32_t replica = 0,
               std::uint32_t entity = 0);

  /// The stream of the same name for another entity, from its first draw. Saves hashing the name.
  RandomStream of_entity(std::uint32_t entity) const;

  /// 64 uniformly distributed bits.
  std::uint64_t next() {
    const std::uint32_t half = static_cast<std::uint32_t>(draws_ & 1);
    if (half == 0) refill();
    ++draws_;
    return block_[half];
  }

  /// How often next() was called.
  std::uint64_t draws() const { return draws_; }

 private:
  RandomStream(std::uint64_t key, std::uint32_t replica, std::uint32_t entity)
      : key_(key), replica_(replica), entity_(entity) {}
  void refill();

  std::uint64_t key_;
  std::uint32_t replica_;
  std::uint32_t entity_;
  std::uint64_t draws_ = 0;
  std::array<std::uint64_t, 2> block_{};
};

}  // namespace sextant
