#include "calibrate/comm/compute/arena.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <span>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/compute/host.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kBoundary = 64;  // bytes: a cache line, and the widest vector

/// Random values, in blocks that repeat.
void fill(std::span<float> values) {
  constexpr std::size_t kBlock = 1 << 16;
  const std::span<float> first = values.first(std::min(values.size(), kBlock));
  std::minstd_rand random;
  const float largest = static_cast<float>(std::minstd_rand::max());
  for (float& value : first) {
    const float magnitude = 0.5F + 0.5F * static_cast<float>(random()) / largest;
    value = random() % 2 == 0 ? magnitude : -magnitude;
  }
  for (std::size_t begin = first.size(); begin < values.size(); begin += first.size()) {
    const std::span<float> next = values.subspan(begin);
    std::copy_n(first.begin(), std::min(next.size(), first.size()), next.begin());
  }
}

[[noreturn]] void no_memory(std::size_t bytes, std::size_t available) {
  throw CommError(fmt::format(
      "no room for {:.2f} GiB of operands: this node has {:.2f} GiB left; measure smaller shapes, "
      "or start fewer ranks on a node",
      static_cast<double>(bytes) / (1 << 30), static_cast<double>(available) / (1 << 30)));
}

}  // namespace

void Arena::Free::operator()(float* values) const { std::free(values); }

Arena::Arena(std::size_t bytes) { reserve(padded(bytes / sizeof(float))); }

float* Arena::next(std::size_t elements) {
  const std::size_t taken = padded(elements);
  if (taken > elements_) reserve(taken);
  if (used_ + taken > elements_) used_ = 0;
  float* const piece = values_.get() + used_;
  used_ += taken;
  return piece;
}

void Arena::reserve(std::size_t elements) {
  const std::size_t bytes = elements * sizeof(float);
  const std::size_t available = available_memory_bytes();
  if (available > 0 && bytes > available) no_memory(bytes, available);
  values_.reset();
  elements_ = used_ = 0;
  values_.reset(static_cast<float*>(std::aligned_alloc(kBoundary, bytes)));
  if (!values_) no_memory(bytes, available);
  elements_ = elements;
  fill({values_.get(), elements});
}

}  // namespace sextant::comm
