#include "sextant/kernel/digest.h"

#include <xxhash.h>

namespace sextant {

std::uint64_t Digest::value() const {
  return XXH3_64bits_withSeed(words_.data(), filled_ * sizeof(std::uint64_t), folded_);
}

void Digest::fold() {
  folded_ = value();
  filled_ = 0;
}

}  // namespace sextant
