#include <algorithm>
#include <deque>
#include <vector>

#include "sextant/kernel/delay.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/simulation.h"
#include "sextant/storage/request_load.h"
#include "sim/storage/request_times.h"
#include "sim/storage/retry_quota.h"
#include "sim/storage/sending_rate.h"
#include "sim/storage/store_partition.h"

namespace sextant {
namespace {

/// One client: its list of requests, and what its connections share.
struct Client {
  Client(const RequestLoad& load, StorePartition& of, RandomStream draws)
      : partition(of), left(load.requests), quota(load.retry), random(draws) {}

  StorePartition& partition;
  std::int64_t left;
  RetryQuota quota;
  SendingRate rate;
  std::deque<Event*> line;  ///< of requests that wait for the client's own limit
  Event moved;              ///< the line or the limit has
  RandomStream random;
};

class RequestSimulation {
 public:
  RequestSimulation(const ObjectStore& store, const RequestLoad& load, std::uint64_t seed)
      : load_(load), times_(store, load) {
    const std::int64_t partitions = std::min(load.partitions, load.clients);
    for (std::int64_t i = 0; i < partitions; ++i) {
      partitions_.emplace_back(times_.rate, times_.depth, store.split_after.value.si());
    }
    const RandomStream random(seed, "storage.requests");
    for (std::int64_t i = 0; i < load.clients; ++i) {
      clients_.emplace_back(load, partitions_[static_cast<std::size_t>(i % partitions)],
                            random.of_entity(static_cast<std::uint32_t>(i)));
    }
  }

  RequestOutcome run() {
    // The first requests of all clients come before the second ones of any.
    for (std::int64_t i = 0; i < std::min(load_.connections, load_.requests); ++i) {
      for (Client& client : clients_) sim_.start(connection(client));
    }
    if (load_.retry.rate_limited) {
      for (Client& client : clients_) sim_.start(limiter(client));
    }
    sim_.run();
    outcome_.failure = outcome_.failed > 0 ? 1 : 0;
    for (const StorePartition& partition : partitions_) {
      outcome_.overloaded = std::max(outcome_.overloaded, Seconds(partition.overloaded()));
    }
    return outcome_;
  }

 private:
  double now() const { return sim_.now().seconds().si(); }

  Process connection(Client& client) {
    while (client.left > 0) {
      --client.left;
      for (int refusals = 0;;) {
        if (client.rate.wait(now()) > 0 || !client.line.empty()) {
          Event turn;
          client.line.push_back(&turn);
          client.moved.pulse();
          (void)co_await turn;
        } else {
          client.rate.sent();
        }
        if (client.partition.takes(now())) {
          (void)co_await delay(answer_time(client));
          succeed(client, refusals > 0);
          break;
        }
        (void)co_await delay(refusal_time(client));
        ++refusals;
        if (!retries(client, refusals)) break;
        (void)co_await delay(backoff(client, refusals));
      }
      outcome_.time = sim_.now().seconds();
    }
  }

  /// Lets requests go in the order in which they came, when the client's own limit allows.
  Process limiter(Client& client) {
    for (;;) {
      const double wait = client.line.empty() ? -1 : client.rate.wait(now());
      if (client.line.empty()) {
        (void)co_await client.moved;
      } else if (wait > 0) {
        const SimDuration until_then = SimDuration::rounded(Seconds(wait));
        (void)co_await any_of(delay(until_then), client.moved);
      } else {
        client.rate.sent();
        client.line.front()->trigger();
        client.line.pop_front();
      }
    }
  }

  SimDuration answer_time(Client& client) const {
    const double draw = draw_uniform(client.random);
    return SimDuration::rounded(
        Seconds(times_.first_byte + draw * times_.first_byte_spread + times_.transfer));
  }

  SimDuration refusal_time(Client& client) const {
    return SimDuration::rounded(Seconds((0.5 + draw_uniform(client.random)) * times_.refusal));
  }

  SimDuration backoff(Client& client, int refusals) const {
    return SimDuration::rounded(draw_uniform(client.random) *
                                longest_backoff(load_.retry, refusals));
  }

  void succeed(Client& client, bool retried) {
    outcome_.accepted += 1;
    client.quota.succeeded(retried);
    answered(client, false);
  }

  bool retries(Client& client, int refusals) {
    outcome_.refused += 1;
    answered(client, true);
    if (refusals < load_.retry.max_attempts && client.quota.take()) return true;
    outcome_.failed += 1;
    return false;
  }

  void answered(Client& client, bool throttled) {
    if (!load_.retry.rate_limited) return;
    client.rate.answered(now(), throttled);
    client.moved.pulse();
  }

  const RequestLoad& load_;
  RequestTimes times_;
  std::deque<StorePartition> partitions_;
  std::deque<Client> clients_;
  Simulation sim_;
  RequestOutcome outcome_;
};

}  // namespace

RequestOutcome simulate_requests(const ObjectStore& store, const RequestLoad& load,
                                 std::uint64_t seed) {
  return RequestSimulation(store, load, seed).run();
}

}  // namespace sextant
