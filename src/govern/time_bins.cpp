#include "src/govern/time_bins.h"

#include <algorithm>
#include <array>

#include "sextant/kernel/assert.h"

namespace sextant::govern {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMillisecond;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::array kWidths{1 * kMillisecond,
                             5 * kMillisecond,
                             10 * kMillisecond,
                             50 * kMillisecond,
                             100 * kMillisecond,
                             500 * kMillisecond,
                             kSecond,
                             5 * kSecond,
                             10 * kSecond,
                             30 * kSecond,
                             kMinute,
                             5 * kMinute,
                             10 * kMinute,
                             30 * kMinute,
                             kHour,
                             2 * kHour,
                             4 * kHour,
                             12 * kHour,
                             kDay};

/// The next one: beyond a day, twice as wide.
std::int64_t wider(std::int64_t width_ns) {
  const auto next = std::upper_bound(kWidths.begin(), kWidths.end(), width_ns);
  return next == kWidths.end() ? 2 * width_ns : *next;
}

/// How long a repeated interval of `length_ns` has lasted `since_ns` after it first began.
std::int64_t time_spent(std::int64_t since_ns, std::int64_t length_ns, std::int64_t period_ns,
                        std::int64_t times) {
  if (since_ns <= 0) return 0;
  const std::int64_t whole = since_ns / period_ns;
  if (whole >= times) return times * length_ns;
  return whole * length_ns + std::min(length_ns, since_ns - whole * period_ns);
}

}  // namespace

void TimeBins::add(std::int64_t from_ns, std::int64_t to_ns, double amount) {
  add_repeated(from_ns, to_ns, amount, std::max(to_ns - from_ns, std::int64_t{1}), 1);
}

void TimeBins::add_repeated(std::int64_t from_ns, std::int64_t to_ns, double amount,
                            std::int64_t period_ns, std::int64_t times) {
  const std::int64_t length_ns = to_ns - from_ns;
  if (length_ns <= 0 || times <= 0) return;
  SEXTANT_ASSERT(from_ns >= 0 && length_ns <= period_ns, "{} ns every {} ns from {} ns", length_ns,
                 period_ns, from_ns);
  const std::int64_t last_ns = from_ns + (times - 1) * period_ns + length_ns - 1;
  cover(last_ns);
  const std::size_t end = bin_of(last_ns) + 1;
  if (integrals_.size() < end) integrals_.resize(end);
  std::int64_t before = 0;
  for (std::size_t bin = bin_of(from_ns); bin < end; ++bin) {
    const std::int64_t bin_end_ns = static_cast<std::int64_t>(bin + 1) * width_ns_;
    const std::int64_t spent = time_spent(bin_end_ns - from_ns, length_ns, period_ns, times);
    integrals_[bin] += amount * static_cast<double>(spent - before);
    before = spent;
  }
}

void TimeBins::widen_to(std::int64_t width_ns) {
  while (width_ns_ < width_ns) widen();
}

void TimeBins::cover(std::int64_t time_ns) {
  while (bin_of(time_ns) >= kMost) widen();
}

void TimeBins::widen() {
  const std::int64_t width = wider(width_ns_);
  const auto merged = static_cast<std::size_t>(width / width_ns_);
  std::vector<double> sums((integrals_.size() + merged - 1) / merged);
  for (std::size_t i = 0; i < integrals_.size(); ++i) sums[i / merged] += integrals_[i];
  integrals_ = std::move(sums);
  width_ns_ = width;
}

}  // namespace sextant::govern
