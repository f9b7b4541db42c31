#include "sim/storage/waiting_retries.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace sextant {
namespace {

constexpr std::size_t kBins = 128;  ///< of the time in which requests are refused
constexpr double kMany = 10;        ///< requests whose number says more than what is expected
constexpr double kNobody = 1e-4;    ///< requests that are too few to matter

using Bins = std::array<double, kBins>;

/// Requests that arrive in each bin, evenly spread over times that begin in other bins.
class Arrivals {
 public:
  explicit Arrivals(double bin_width) : width_(bin_width) {}

  /// `number` requests arrive evenly over `duration` from time `from` on.
  void add(double number, double from, double duration) {
    const double per_bin = number / duration * width_;
    change_rate(from, per_bin);
    change_rate(from + duration, -per_bin);
  }

  Bins by_bin() const {
    Bins arrivals{};
    double rate = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const double before = rate;
      rate += changes_[bin];
      arrivals[bin] = (before + rate) / 2;
    }
    return arrivals;
  }

 private:
  void change_rate(double time, double change) {
    const double position = time / width_;
    if (position >= static_cast<double>(kBins)) return;
    const auto bin = static_cast<std::size_t>(position);
    const double within = position - static_cast<double>(bin);
    changes_[bin] += change * (1 - within);
    changes_[bin + 1] += change * within;
  }

  double width_;
  std::array<double, kBins + 1> changes_{};
};

}  // namespace

/// What a sample says about the refusals of its partition, by time.
class WaitingRetries::Refusals {
 public:
  Refusals(const SampledRequests& sample, double share)
      : end(sample.last_refusal),
        width((end + 1e-9) / static_cast<double>(kBins)),
        share_(share),
        refused_times_(sample.refused_times),
        retried_times_(sample.retried_times) {
    Bins refused{};
    Bins accepted{};
    for (const double time : sample.refusals) refused[bin_of(time)] += 1;
    for (const double time : sample.accepts) {
      if (time <= end) accepted[bin_of(time)] += 1;
    }
    for (const double time : sample.first_refusals) first[bin_of(time)] += share;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      if (refused[bin] > 0) share_refused[bin] = refused[bin] / (refused[bin] + accepted[bin]);
    }
  }

  /// Share of the requests that the client tries again after this refusal; of refusals that were
  /// never seen, `before`.
  double retried(std::size_t refusals, double before) const {
    if (refusals > refused_times_.size()) return before;
    if (refusals > retried_times_.size()) return 0;
    return retried_times_[refusals - 1] / refused_times_[refusals - 1];
  }

  /// Number of the requests that were refused so often, relative to the expected one; 1 where the
  /// sample has seen too few.
  double seen_to_expected(std::size_t refusals, const Bins& expected) const {
    const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
    const bool seen = refusals <= refused_times_.size() && refused_times_[refusals - 1] >= kMany;
    return seen && sum > 0 ? share_ * refused_times_[refusals - 1] / sum : 1;
  }

  double end;  ///< of the last refusal
  double width;
  Bins first{};  ///< refused first attempts
  Bins share_refused{};

 private:
  std::size_t bin_of(double time) const {
    return std::min(kBins - 1, static_cast<std::size_t>(time / width));
  }

  double share_;
  const std::vector<double>& refused_times_;
  const std::vector<double>& retried_times_;
};

WaitingRetries::WaitingRetries(const SampledRequests& sample, double share, const RequestLoad& load,
                               const RequestTimes& times)
    : times_(times) {
  if (sample.refused > 0) spread(Refusals(sample, share), load);
}

void WaitingRetries::spread(const Refusals& refusals, const RequestLoad& load) {
  Bins refused = refusals.first;
  double retried = 1;
  for (int times = 1; times < load.retry.max_attempts; ++times) {
    retried = refusals.retried(static_cast<std::size_t>(times), retried);
    const double backoff = longest_backoff(load.retry, times).si();
    Arrivals arrivals(refusals.width);
    double total = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const double number = refused[bin] * retried;
      if (number <= 0) continue;
      total += number;
      const double from = (static_cast<double>(bin) + 0.5) * refusals.width + times_.refusal;
      if (from + backoff > refusals.end) waits_.push_back({from, backoff, number});
      arrivals.add(number, from, backoff);
    }
    if (total < kNobody) return;
    refused = arrivals.by_bin();
    for (std::size_t bin = 0; bin < kBins; ++bin) refused[bin] *= refusals.share_refused[bin];
    const double correction =
        refusals.seen_to_expected(static_cast<std::size_t>(times) + 1, refused);
    for (double& number : refused) number *= correction;
  }
}

LastRequest WaitingRetries::end_of(const Wait& wait) const {
  return {wait.from + times_.first_byte + times_.transfer, wait.backoff, times_.first_byte_spread};
}

double WaitingRetries::open_at(double time) const {
  double open = 0;
  for (const Wait& wait : waits_) {
    const LastRequest end = end_of(wait);
    if (end.latest() > time) open += wait.number * end.open_at(time);
  }
  return open;
}

double WaitingRetries::latest() const {
  double latest = 0;
  for (const Wait& wait : waits_) latest = std::max(latest, end_of(wait).latest());
  return latest;
}

}  // namespace sextant
