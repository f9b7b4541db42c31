#include "sim/storage/request_sample.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sextant/kernel/distributions.h"
#include "sextant/kernel/event_queue.h"
#include "sim/storage/request_times.h"
#include "sim/storage/retry_quota.h"
#include "sim/storage/sending_rate.h"
#include "sim/storage/store_partition.h"
#include "sim/storage/stratified_draws.h"

namespace sextant {
namespace {

/// Probability that U · a + V · b > x.
double above(double x, double a, double b) {
  if (x < 0) return 1;
  if (x >= a + b) return 0;
  const double narrow = std::min(a, b);
  const double wide = std::max(a, b);
  if (narrow <= 0) return 1 - x / wide;
  if (x < narrow) return 1 - x * x / (2 * a * b);
  if (x < wide) return 1 - (x - narrow / 2) / wide;
  const double rest = a + b - x;
  return rest * rest / (2 * a * b);
}

void count(std::vector<double>& counts, int which) {
  const auto index = static_cast<std::size_t>(which);
  if (counts.size() <= index) counts.resize(index + 1);
  counts[index] += 1;
}

struct Connection {
  enum class Next { kStart, kSend, kSucceed, kRefuse };

  Next next = Next::kStart;
  int refusals = 0;
  double answer = 0;   ///< when its last refusal comes back
  double decided = 0;  ///< when its present attempt was decided on
  double backoff = 0;  ///< at most, since then
};

struct Client {
  explicit Client(const RequestLoad& load) : left(load.requests), quota(load.retry) {}

  std::int64_t left;
  RetryQuota quota;
  SendingRate rate;
  bool failing = false;
  std::vector<std::uint32_t> line;  ///< connections that wait for the client's own limit
  std::size_t served = 0;           ///< of the line
  double gate = -1;                 ///< when the next of them may send; negative: not known
};

class RequestSample {
 public:
  RequestSample(const ObjectStore& store, const RequestLoad& load, const ClientSample& sample,
                RandomStream random)
      : load_(load),
        times_(store, load),
        partition_(
            times_.rate * static_cast<double>(sample.clients) / sample.of_clients,
            std::max(1.0, times_.depth * static_cast<double>(sample.clients) / sample.of_clients),
            store.split_after.value.si()),
        random_(random),
        first_byte_draws_(sample.of_clients / static_cast<double>(sample.clients)),
        backoff_draws_(4, first_byte_draws_),
        per_client_(static_cast<std::uint32_t>(std::min(load.connections, load.requests))),
        connections_(per_client_ * static_cast<std::size_t>(sample.clients)),
        clients_(static_cast<std::size_t>(sample.clients), Client(load)) {
    outcome_.last.resize(connections_.size());
  }

  SampledRequests run();

 private:
  void start(std::uint32_t connection);
  void send(std::uint32_t connection);
  void attempt(std::uint32_t connection);
  void refused(std::uint32_t connection);
  void answered(std::uint32_t connection, bool throttled);
  void open_gate(std::uint32_t client);
  void watch_gate(std::uint32_t client);
  void schedule(double time, std::uint32_t what);

  const RequestLoad& load_;
  RequestTimes times_;
  StorePartition partition_;
  RandomStream random_;
  StratifiedDraws first_byte_draws_;
  std::vector<StratifiedDraws> backoff_draws_;  ///< by refusals
  EventQueue queue_;
  std::uint64_t scheduled_ = 0;
  double now_ = 0;
  std::uint32_t per_client_;  ///< connections
  std::vector<Connection> connections_;
  std::vector<Client> clients_;
  SampledRequests outcome_;
};

SampledRequests RequestSample::run() {
  const std::size_t clients = clients_.size();
  const auto connections = static_cast<std::uint32_t>(connections_.size());
  // The first requests of all clients come before the second ones of any.
  for (std::size_t i = 0; i < per_client_; ++i) {
    for (std::size_t client = 0; client < clients; ++client) {
      start(static_cast<std::uint32_t>(client * per_client_ + i));
    }
  }
  while (!queue_.empty()) {
    const QueueEntry entry = queue_.top();
    queue_.pop();
    now_ = static_cast<double>(entry.time_ns) * 1e-9;
    const auto what = static_cast<std::uint32_t>(entry.order & 0xffffffff);
    if (what >= connections) {
      if (clients_[what - connections].gate == now_) open_gate(what - connections);
      continue;
    }
    Connection& connection = connections_[what];
    switch (connection.next) {
      case Connection::Next::kStart:
        start(what);
        break;
      case Connection::Next::kSend:
        send(what);
        break;
      case Connection::Next::kSucceed:
        clients_[what / per_client_].quota.succeeded(connection.refusals > 0);
        answered(what, false);
        start(what);
        break;
      case Connection::Next::kRefuse:
        refused(what);
        break;
    }
  }
  outcome_.overloaded = partition_.overloaded();
  return std::move(outcome_);
}

void RequestSample::start(std::uint32_t connection) {
  Client& client = clients_[connection / per_client_];
  if (client.left == 0) return;
  --client.left;
  Connection& own = connections_[connection];
  own.refusals = 0;
  own.decided = now_;
  own.backoff = 0;
  send(connection);
}

void RequestSample::send(std::uint32_t connection) {
  const std::uint32_t of = connection / per_client_;
  Client& client = clients_[of];
  if (client.served < client.line.size() || client.rate.wait(now_) > 0) {
    client.line.push_back(connection);
    watch_gate(of);
    return;
  }
  client.rate.sent();
  attempt(connection);
}

void RequestSample::attempt(std::uint32_t connection) {
  Connection& own = connections_[connection];
  if (partition_.takes(now_)) {
    outcome_.accepted += 1;
    outcome_.accepts.push_back(now_);
    outcome_.last[connection] = {own.decided + times_.first_byte + times_.transfer, own.backoff,
                                 times_.first_byte_spread};
    own.next = Connection::Next::kSucceed;
    schedule(now_ + times_.first_byte + first_byte_draws_.next(random_) * times_.first_byte_spread +
                 times_.transfer,
             connection);
    return;
  }
  outcome_.refused += 1;
  outcome_.refusals.push_back(now_);
  outcome_.last_refusal = now_;
  own.answer = now_ + (0.5 + draw_uniform(random_)) * times_.refusal;
  if (own.refusals == 0) outcome_.first_refusals.push_back(own.answer);
  count(outcome_.refused_times, own.refusals);
  ++own.refusals;
  if (load_.retry.rate_limited) {
    own.next = Connection::Next::kRefuse;
    schedule(own.answer, connection);
  } else {
    refused(connection);  // nobody else has to know before the backoff ends
  }
}

void RequestSample::refused(std::uint32_t connection) {
  Client& client = clients_[connection / per_client_];
  Connection& own = connections_[connection];
  answered(connection, true);
  if (own.refusals < load_.retry.max_attempts && client.quota.take()) {
    count(outcome_.retried_times, own.refusals - 1);
    own.next = Connection::Next::kSend;
    own.decided = own.answer;
    own.backoff = longest_backoff(load_.retry, own.refusals).si();
    schedule(
        own.answer +
            backoff_draws_[std::min<std::size_t>(static_cast<std::size_t>(own.refusals) - 1, 3)]
                    .next(random_) *
                own.backoff,
        connection);
    return;
  }
  outcome_.failed += 1;
  if (!client.failing) outcome_.failing_clients += 1;
  client.failing = true;
  outcome_.last[connection] = {own.answer, 0, 0};
  own.next = Connection::Next::kStart;
  schedule(own.answer, connection);
}

void RequestSample::answered(std::uint32_t connection, bool throttled) {
  if (!load_.retry.rate_limited) return;
  const std::uint32_t of = connection / per_client_;
  clients_[of].rate.answered(now_, throttled);
  watch_gate(of);
}

void RequestSample::open_gate(std::uint32_t client) {
  Client& own = clients_[client];
  own.gate = -1;
  if (own.served == own.line.size()) return;
  if (own.rate.wait(now_) <= 0) {
    const std::uint32_t connection = own.line[own.served++];
    own.rate.sent();
    connections_[connection].decided = now_;
    connections_[connection].backoff = 0;
    attempt(connection);
  }
  watch_gate(client);
}

void RequestSample::watch_gate(std::uint32_t client) {
  Client& own = clients_[client];
  if (own.served == own.line.size()) return;
  const double time = now_ + own.rate.wait(now_) + 1e-9;
  if (own.gate >= 0 && own.gate <= time) return;
  const auto ns = static_cast<std::int64_t>(time * 1e9);
  own.gate = static_cast<double>(ns) * 1e-9;
  schedule(own.gate, static_cast<std::uint32_t>(connections_.size()) + client);
}

void RequestSample::schedule(double time, std::uint32_t what) {
  const auto ns = static_cast<std::int64_t>(time * 1e9 + 0.5);
  queue_.push({ns, scheduled_++ << 32 | what, nullptr});
}

}  // namespace

double LastRequest::open_at(double time) const { return above(time - begin, backoff, first_byte); }

SampledRequests sample_requests(const ObjectStore& store, const RequestLoad& load,
                                const ClientSample& sample, RandomStream random) {
  return RequestSample(store, load, sample, random).run();
}

}  // namespace sextant
