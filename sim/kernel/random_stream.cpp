#include "sextant/kernel/random_stream.h"

#include <Random123/philox.h>
#include <xxhash.h>

namespace sextant {
namespace {

constexpr std::uint32_t low(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
constexpr std::uint32_t high(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }
constexpr std::uint64_t join(std::uint32_t low_half, std::uint32_t high_half) {
  return std::uint64_t{high_half} << 32 | low_half;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view name, std::uint32_t replica,
                           std::uint32_t entity)
    : RandomStream(XXH64(name.data(), name.size(), seed), replica, entity) {}

RandomStream RandomStream::of_entity(std::uint32_t entity) const {
  return RandomStream(key_, replica_, entity);
}

void RandomStream::refill() {
  const std::uint64_t block = draws_ / 2;
  const r123::Philox4x32::key_type key{{low(key_), high(key_)}};
  const r123::Philox4x32::ctr_type counter{{low(block), high(block), entity_, replica_}};
  const r123::Philox4x32::ctr_type bits = r123::Philox4x32()(counter, key);
  block_ = {join(bits[0], bits[1]), join(bits[2], bits[3])};
}

}  // namespace sextant
