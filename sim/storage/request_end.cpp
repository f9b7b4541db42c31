#include "sim/storage/request_end.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "sextant/kernel/portable_math.h"
#include "sim/storage/request_times.h"
#include "sim/storage/waiting_retries.h"

namespace sextant {
namespace {

constexpr int kPoints = 48;                 ///< of an integral over time
constexpr std::size_t kGrid = 192;          ///< likewise
constexpr std::size_t kMostPatterns = 256;  ///< connections that are looked at one by one
constexpr std::int64_t kManyDraws = 12;     ///< whose sum is as good as normal
constexpr std::int64_t kManyRounds = 4;     ///< of requests behind one another
constexpr std::size_t kFewClients = 8;      ///< that do not show how far others may lie
constexpr double kImpossible = 1e-250;      ///< probability

/// Expected largest of `number` of these values, drawn without repetition; sorted, largest first.
double expected_largest(const std::vector<double>& values, double number) {
  const auto all = static_cast<double>(values.size());
  double probability = number / all;  // that this value is the largest one drawn
  double expected = 0;
  for (std::size_t i = 0; i < values.size() && probability > 0; ++i) {
    expected += probability * values[i];
    const double behind = all - static_cast<double>(i) - 1;
    probability *= (behind - number + 1) / std::max(1.0, behind);
  }
  return expected;
}

/// How much later the last of all clients begins its last request than the last of the sample: what
/// twice as many clients add, which shrinks with each doubling as it does within the sample.
double beyond(const SampledRequests& sample, double share, std::size_t connections,
              bool with_retries) {
  const std::size_t clients = sample.last.size() / connections;
  if (share <= 1 || clients < kFewClients) return 0;
  std::vector<double> begins;
  for (std::size_t i = 0; i < clients; ++i) {
    double begin = 0;
    for (std::size_t j = i * connections; j < (i + 1) * connections; ++j) {
      if (with_retries || sample.last[j].backoff == 0) {
        begin = std::max(begin, sample.last[j].begin);
      }
    }
    begins.push_back(begin);
  }
  std::sort(begins.begin(), begins.end(), std::greater<>());
  const auto all = static_cast<double>(clients);
  const double doubling = begins.front() - expected_largest(begins, all / 2);
  const double before = expected_largest(begins, all / 2) - expected_largest(begins, all / 4);
  if (doubling <= 0 || before <= 0) return 0;
  const double ratio = std::clamp(doubling / before, 0.5, 0.9);
  double later = 0;
  double step = (doubling + ratio * before) / 2 * ratio;
  double doublings = portable_log(share) / portable_log(2);
  for (; doublings > 0; doublings -= 1, step *= ratio) later += step * std::min(1.0, doublings);
  return later;
}

/// What is open of one sample at the end.
class OpenSample {
 public:
  OpenSample(const SampledRequests& sample, double share, const RequestLoad& load,
             const RequestTimes& times)
      : share_(share),
        earliest_(sample.last_refusal),
        beyond_(beyond(sample, share,
                       static_cast<std::size_t>(std::min(load.connections, load.requests)),
                       !expected_retries(load))),
        retries_(expected_retries(load) ? sample : SampledRequests{}, share, load, times),
        latest_(retries_.latest()) {
    for (const LastRequest& last : sample.last) {
      earliest_ = std::max(earliest_, last.begin);
      if (expected_retries(load) && last.backoff > 0) continue;
      last_.push_back(last);
      last_.back().begin += beyond_;
      latest_ = std::max(latest_, last_.back().latest());
    }
  }

  double earliest() const { return earliest_; }
  double latest() const { return latest_; }

  /// Probability that all have ended by `time`.
  double done_by(double time) const {
    if (time < earliest_) return 0;
    double done = 1;
    for (const LastRequest& last : last_) {
      if (last.latest() > time) done *= 1 - last.open_at(time);
      if (done < kImpossible) return 0;
    }
    const double of_all = share_ == 1 ? done : portable_pow(done, share_);
    return of_all * portable_exp(-std::min(700.0, retries_.open_at(time)));
  }

 private:
  /// Retries that wait for the client's own limit are not as WaitingRetries has them.
  static bool expected_retries(const RequestLoad& load) { return !load.retry.rate_limited; }

  double share_;
  double earliest_;  ///< nothing has ended before
  double beyond_;    ///< by which the sample's last requests come too early
  WaitingRetries retries_;
  double latest_;
  std::vector<LastRequest> last_;  ///< those that are not in retries_
};

/// What is open of one kind of partitions.
class OpenRequests {
 public:
  OpenRequests(const SampledPartitions& kind, const RequestLoad& load, const RequestTimes& times)
      : partitions_(kind.partitions) {
    for (const SampledRequests& sample : kind.samples) {
      samples_.emplace_back(sample, kind.share, load, times);
    }
  }

  double earliest() const {
    const auto first = [](const auto& a, const auto& b) { return a.earliest() < b.earliest(); };
    return std::min_element(samples_.begin(), samples_.end(), first)->earliest();
  }
  double latest() const {
    const auto last = [](const auto& a, const auto& b) { return a.latest() < b.latest(); };
    return std::max_element(samples_.begin(), samples_.end(), last)->latest();
  }

  /// As many samples as there are partitions make one case, or all of them, each for several; the
  /// mean over cases.
  double done_by(double time) const {
    const auto samples = static_cast<double>(samples_.size());
    const auto cases = static_cast<std::size_t>(std::max(1.0, samples / partitions_));
    double done = 0;
    for (std::size_t i = 0; i < cases; ++i) done += case_done_by(time, i, cases);
    return done / static_cast<double>(cases);
  }

 private:
  /// Of samples `first`, `first` + `step`, ...
  double case_done_by(double time, std::size_t first, std::size_t step) const {
    double done = 1;
    double samples = 0;
    for (std::size_t i = first; i < samples_.size(); i += step, ++samples) {
      done *= samples_[i].done_by(time);
    }
    return portable_pow(done, partitions_ / samples);
  }

  double partitions_;
  std::vector<OpenSample> samples_;
};

double end_of(const std::vector<OpenRequests>& kinds) {
  double from = std::numeric_limits<double>::infinity();
  double to = 0;
  for (const OpenRequests& kind : kinds) {
    from = std::min(from, kind.earliest());
    to = std::max(to, kind.latest());
  }
  const double width = std::max(0.0, to - from) / kPoints;
  double open = 0;
  for (int i = 0; i < kPoints; ++i) {
    double done = 1;
    for (const OpenRequests& kind : kinds) done *= kind.done_by(from + (i + 0.5) * width);
    open += 1 - done;
  }
  return from + width * open;
}

using Curve = std::array<double, kGrid>;

/// The mean of a curve over `side` points around each; it is `before` ahead of the first and zero
/// behind the last.
void blur(Curve& curve, double side, double before) {
  if (side <= 0) return;
  std::array<double, kGrid + 1> sums{};
  for (std::size_t i = 0; i < kGrid; ++i) sums[i + 1] = sums[i] + curve[i];
  const Curve old = curve;
  const auto integral = [&](double to) {
    if (to <= 0) return to * before;
    if (to >= static_cast<double>(kGrid)) return sums[kGrid];
    const auto i = static_cast<std::size_t>(to);
    return sums[i] + (to - static_cast<double>(i)) * old[i];
  };
  for (std::size_t i = 0; i < kGrid; ++i) {
    const double middle = static_cast<double>(i) + 0.5;
    curve[i] = (integral(middle + side / 2) - integral(middle - side / 2)) / side;
  }
}

/// Clients that meet no refusals and so know nothing of each other.
class IndependentClients {
 public:
  IndependentClients(const RequestLoad& load, const std::vector<SampledPartitions>& kinds)
      : load_(load),
        connections_(static_cast<std::size_t>(std::min(load.connections, load.requests))) {
    for (const SampledPartitions& kind : kinds) {
      for (const SampledRequests& sample : kind.samples) {
        for (std::size_t i = 0; i < sample.last.size(); i += connections_) add(&sample.last[i]);
      }
    }
    mean_ /= clients_;
    const double variance = std::max(0.0, squares_ / clients_ - mean_ * mean_);
    spread_ = std::sqrt(variance * clients_ / std::max(1.0, clients_ - 1));
  }

  double end() const {
    double from = -std::numeric_limits<double>::infinity();
    double to = from;
    for (const LastRequest& last : patterns_) {
      from = std::max(from, last.begin);
      to = std::max(to, last.latest());
    }
    from += mean_ - 5 * spread_;
    to += mean_ + 6 * spread_;
    const double width = (to - from) / static_cast<double>(kGrid);
    if (width <= 0) return to;
    Curve open = open_of_mean_client(from, width);
    // Lists end as much apart as sums of so many draws do.
    const std::int64_t draws =
        std::clamp<std::int64_t>(load_.requests - load_.connections, 1, kManyDraws);
    const double side = spread_ * std::sqrt(12.0 / static_cast<double>(draws)) / width;
    const double all = static_cast<double>(load_.clients) * static_cast<double>(connections_);
    for (std::int64_t i = 0; i < draws; ++i) blur(open, side, all);
    double end = from;
    for (const double number : open) end += width * (1 - portable_exp(-std::min(700.0, number)));
    return end;
  }

 private:
  /// Adds a client by its first connection's last request.
  void add(const LastRequest* last) {
    double begin = 0;
    for (std::size_t i = 0; i < connections_; ++i) begin += last[i].begin;
    begin /= static_cast<double>(connections_);
    mean_ += begin;
    squares_ += begin * begin;
    clients_ += 1;
    if (patterns_.size() >= kMostPatterns) return;
    for (std::size_t i = 0; i < connections_; ++i) {
      patterns_.push_back(last[i]);
      patterns_.back().begin -= begin;
    }
  }

  /// Requests of all clients that are open at each time, if all lists were as long as the mean.
  Curve open_of_mean_client(double from, double width) const {
    const double number = static_cast<double>(load_.clients) * static_cast<double>(connections_) /
                          static_cast<double>(patterns_.size());
    Curve open{};
    for (std::size_t i = 0; i < kGrid; ++i) {
      const double time = from + (static_cast<double>(i) + 0.5) * width - mean_;
      for (const LastRequest& last : patterns_) open[i] += number * last.open_at(time);
    }
    return open;
  }

  const RequestLoad& load_;
  std::size_t connections_;
  double clients_ = 0;
  double mean_ = 0;     ///< of a client: begin of the last requests of its connections
  double squares_ = 0;  ///< of the same
  double spread_ = 0;   ///< likewise, standard deviation among clients
  std::vector<LastRequest> patterns_;  ///< begin: after their client's mean
};

/// Whether sums of draws say more than the sample about the clients that it does not have.
bool independent(const RequestLoad& load, const std::vector<SampledPartitions>& kinds) {
  double refused = 0;
  double clients = 0;
  for (const SampledPartitions& kind : kinds) {
    for (const SampledRequests& sample : kind.samples) {
      refused += sample.refused;
      clients += static_cast<double>(kind.clients);
    }
  }
  return refused == 0 && load.requests > kManyRounds * load.connections && clients >= 8 &&
         static_cast<double>(load.clients) > 2 * clients;
}

}  // namespace

double expected_end(const ObjectStore& store, const RequestLoad& load,
                    const std::vector<SampledPartitions>& kinds) {
  if (independent(load, kinds)) return IndependentClients(load, kinds).end();
  const RequestTimes times(store, load);
  std::vector<OpenRequests> open;
  for (const SampledPartitions& kind : kinds) open.emplace_back(kind, load, times);
  return end_of(open);
}

}  // namespace sextant
