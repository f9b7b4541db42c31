#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "sextant/kernel/portable_math.h"
#include "sextant/storage/request_load.h"
#include "sim/storage/request_end.h"

namespace sextant {
namespace {

/// Requests in the first sample and, at most, in the last; each has twice those of the one before.
constexpr double kFirstSample = 700;
constexpr double kLastSample = 90'000;
/// The same of clients that limit their rate: each of their requests costs more to follow.
constexpr double kLastLimitedSample = 23'000;
/// Where requests are refused, partitions with no more than so many are not worth a smaller sample.
constexpr double kCompleteSample = 16'000;
constexpr double kMostRepeats = 64;
/// Three samples in a row that differ by no more than this are good enough. Of 503s: of their
/// number, and a little of that of the requests.
constexpr double kTolerance = 0.015;
constexpr double kFewRefusals = 1e-4;
/// Where a load is so many times its sample, chance does not matter in it, draws are stratified
/// accordingly, and two samples do that differ by no more than three times the tolerance.
constexpr double kMany = 128;
/// In loads of more requests two samples do that differ by no more than twice the tolerance: what
/// is uncertain then is the last of thousands of backoffs.
constexpr double kLargeLoad = 100'000;

/// Partitions that have the same number of clients.
struct AlikePartitions {
  double partitions = 1;
  double clients = 1;
};

/// Clients are spread evenly: where partitions have few, some have one more than others.
std::vector<AlikePartitions> kinds_of_partitions(const RequestLoad& load, double most_clients) {
  const std::int64_t partitions = std::min(load.partitions, load.clients);
  const std::int64_t each = load.clients / partitions;
  const auto with_one_more = static_cast<double>(load.clients % partitions);
  const auto all = static_cast<double>(partitions);
  if (static_cast<double>(each) > most_clients || with_one_more == 0) {
    return {{all, static_cast<double>(load.clients) / all}};
  }
  return {{with_one_more, static_cast<double>(each + 1)},
          {all - with_one_more, static_cast<double>(each)}};
}

/// Follows samples of a load, larger and larger ones, until they agree.
class Aggregation {
 public:
  Aggregation(const ObjectStore& store, const RequestLoad& load) : store_(store), load_(load) {}

  RequestOutcome run() {
    std::array<RequestOutcome, 3> last;
    const double most = load_.retry.rate_limited ? kLastLimitedSample : kLastSample;
    int samples = 0;
    for (double size = kFirstSample; size <= most; size *= 2) {
      std::rotate(last.begin(), last.begin() + 1, last.end());
      last.back() = complete(size) ? mean_with_earlier(estimate(size), size) : estimate(size);
      ++samples;
      const bool many = size * kMany < requests() && !load_.retry.rate_limited;
      if (last.back().refused > 0 && !many && complete_size() > size &&
          complete_size() <= kCompleteSample) {
        size = complete_size() / 2;  // the next one has all clients
        samples = 0;
        continue;
      }
      const bool large = requests() > kLargeLoad && !load_.retry.rate_limited;
      if (samples >= 2 && many && agree(last[1], last[2], 3 * kTolerance)) break;
      if (samples >= 2 && large && agree(last[1], last[2], 2 * kTolerance)) break;
      if (samples >= 3 && agree(last[0], last[1], kTolerance) &&
          agree(last[0], last[2], kTolerance) && agree(last[1], last[2], kTolerance)) {
        break;
      }
    }
    return last.back();
  }

 private:
  double requests() const {
    return static_cast<double>(load_.clients) * static_cast<double>(load_.requests);
  }

  /// Whether samples of this size have all clients of a partition: they differ from what happens by
  /// chance only.
  bool complete(double size) const { return size >= complete_size(); }

  double complete_size() const {
    const std::int64_t partitions = std::min(load_.partitions, load_.clients);
    const std::int64_t most = (load_.clients + partitions - 1) / partitions;
    return static_cast<double>(most) * static_cast<double>(load_.requests);
  }

  /// The mean of this and all earlier complete samples.
  RequestOutcome mean_with_earlier(const RequestOutcome& present, double size) {
    mean_size_ += size;
    const double weight = size / mean_size_;
    const auto mean = [weight](auto before, auto now) { return before + weight * (now - before); };
    mean_.time = mean(mean_.time, present.time);
    mean_.accepted = mean(mean_.accepted, present.accepted);
    mean_.refused = mean(mean_.refused, present.refused);
    mean_.failed = mean(mean_.failed, present.failed);
    mean_.failure = mean(mean_.failure, present.failure);
    mean_.overloaded = mean(mean_.overloaded, present.overloaded);
    return mean_;
  }

  bool agree(const RequestOutcome& a, const RequestOutcome& b, double tolerance) const {
    return std::fabs(a.time.si() - b.time.si()) <= tolerance * b.time.si() &&
           std::fabs(a.refused - b.refused) <= tolerance * b.refused + kFewRefusals * requests();
  }

  /// What samples of `size` requests say.
  RequestOutcome estimate(double size) {
    const auto per_client = static_cast<double>(load_.requests);
    const double most_clients = std::max(1.0, std::floor(size / per_client));
    const std::vector<AlikePartitions> kinds = kinds_of_partitions(load_, most_clients);
    std::vector<SampledPartitions> sampled;
    for (const AlikePartitions& kind : kinds) {
      const double clients = std::min(std::floor(kind.clients), most_clients);
      const double repeats =
          std::floor(size / (clients * per_client * static_cast<double>(kinds.size())));
      sampled.push_back(sample(kind, clients, std::clamp(repeats, 1.0, kMostRepeats)));
    }
    RequestOutcome outcome = sum(sampled);
    outcome.time = Seconds(expected_end(store_, load_, sampled));
    return outcome;
  }

  SampledPartitions sample(const AlikePartitions& kind, double clients, double repeats) {
    SampledPartitions sampled{.partitions = kind.partitions,
                              .share = kind.clients / clients,
                              .clients = static_cast<std::int64_t>(clients)};
    const ClientSample of{sampled.clients, kind.clients};
    for (int i = 0; i < static_cast<int>(repeats); ++i) {
      sampled.samples.push_back(sample_requests(store_, load_, of, random_.of_entity(samples_++)));
    }
    return sampled;
  }

  /// All but the time.
  RequestOutcome sum(const std::vector<SampledPartitions>& sampled) const {
    RequestOutcome outcome;
    double failing_clients = 0;
    for (const SampledPartitions& kind : sampled) {
      const auto repeats = static_cast<double>(kind.samples.size());
      const double weight = kind.partitions * kind.share / repeats;
      Seconds overloaded;
      for (const SampledRequests& sample : kind.samples) {
        outcome.accepted += weight * sample.accepted;
        outcome.refused += weight * sample.refused;
        outcome.failed += weight * sample.failed;
        failing_clients += weight * sample.failing_clients;
        overloaded += Seconds(sample.overloaded / repeats);
      }
      outcome.overloaded = std::max(outcome.overloaded, overloaded);
    }
    const auto clients = static_cast<double>(load_.clients);
    const double none = std::max(0.0, 1 - failing_clients / clients);
    outcome.failure = none > 0 ? 1 - portable_pow(none, clients) : 1;
    return outcome;
  }

  const ObjectStore& store_;
  const RequestLoad& load_;
  RandomStream random_ = RandomStream(1, "storage.aggregate_requests");
  std::uint32_t samples_ = 0;
  RequestOutcome mean_;   ///< of complete samples
  double mean_size_ = 0;  ///< requests in them
};

/// Requests of a client after which it goes on as it did in the second half of them.
std::int64_t settling_requests(const RequestLoad& load) {
  return std::max<std::int64_t>(256, 8 * load.connections);
}

/// What `times` more of what makes `more` differ from `less` come to.
RequestOutcome extended(const RequestOutcome& less, const RequestOutcome& more, double times) {
  const auto further = [times](auto from, auto to) { return to + times * (to - from); };
  RequestOutcome outcome;
  outcome.time = further(less.time, more.time);
  outcome.accepted = further(less.accepted, more.accepted);
  outcome.refused = std::max(more.refused, further(less.refused, more.refused));
  outcome.failed = further(less.failed, more.failed);
  outcome.overloaded = std::max(more.overloaded, further(less.overloaded, more.overloaded));
  const double none_fails = (1 - more.failure) / std::max(1e-300, 1 - less.failure);
  outcome.failure = more.failure >= 1
                        ? 1
                        : 1 - (1 - more.failure) * portable_pow(std::min(1.0, none_fails), times);
  return outcome;
}

ObjectStore split(ObjectStore store) {
  store.put_rate.value *= 2;
  store.get_rate.value *= 2;
  return store;
}

RequestOutcome one_after_the_other(const RequestOutcome& first, const RequestOutcome& second) {
  return {.time = first.time + second.time,
          .accepted = first.accepted + second.accepted,
          .refused = first.refused + second.refused,
          .failed = first.failed + second.failed,
          .failure = 1 - (1 - first.failure) * (1 - second.failure),
          .overloaded = first.overloaded + second.overloaded};
}

/// Long lists: their beginning is followed, and goes on until its partition is split.
RequestOutcome aggregate_long(const ObjectStore& store, RequestLoad load, std::int64_t followed) {
  const std::int64_t requests = load.requests;
  load.requests = followed;
  const RequestOutcome half = Aggregation(store, load).run();
  load.requests = 2 * followed;
  const RequestOutcome all = Aggregation(store, load).run();
  const auto times_until = [&](std::int64_t end) {
    return static_cast<double>(end - 2 * followed) / static_cast<double>(followed);
  };
  const RequestOutcome outcome = extended(half, all, times_until(requests));
  const Seconds overload = (all.overloaded - half.overloaded) / static_cast<double>(followed);
  const Seconds until_split = store.split_after.value - all.overloaded;
  if (overload <= Seconds() || outcome.overloaded <= store.split_after.value ||
      until_split <= Seconds()) {
    return outcome;
  }
  const std::int64_t until = 2 * followed + static_cast<std::int64_t>(until_split / overload);
  if (until >= requests) return outcome;
  load.requests = requests - until;
  return one_after_the_other(extended(half, all, times_until(until)),
                             aggregate_requests(split(store), load));
}

}  // namespace

RequestOutcome aggregate_requests(const ObjectStore& store, const RequestLoad& load) {
  const std::int64_t followed = settling_requests(load);
  if (load.requests <= 2 * followed) return Aggregation(store, load).run();
  return aggregate_long(store, load, followed);
}

}  // namespace sextant
