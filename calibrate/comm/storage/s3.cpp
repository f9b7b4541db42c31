#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <optional>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/storage/repetitions.h"
#include "calibrate/comm/storage/s3_bucket.h"
#include "calibrate/comm/storage/s3_plan.h"
#include "calibrate/comm/storage/signal_guard.h"
#include "calibrate/comm/storage/together.h"
#include "calibrate/comm/suites.h"

namespace sextant::comm {
namespace {

using ingest::Operation;

constexpr std::uint64_t kSmallBytes = 1024;
constexpr std::uint64_t kMostBytesOfPut = std::uint64_t{5} << 30;
constexpr double kBusy = 0.9;  // share of a core's time from which on the client is the limit
constexpr double kCleanUpTimeout_s = 300;

double thread_cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double clock_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What the requests of small objects took, each.
struct Latencies {
  std::vector<double> whole_s;
  std::vector<double> first_byte_s;
};

class S3Measurement {
 public:
  S3Measurement(Session& session, const S3Options& options)
      : session_(session), world_(session.world()), options_(options) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    folder_ = world_.of_root(
        fmt::format("{}/{}-{}", options.prefix,
                    std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), getpid()));
    together(world_, [&] { bucket_.emplace(options, world_.rank()); });
  }

  void run() {
    const std::vector<int> counts = connection_counts(options_);
    look();
    announce(counts);
    for (const int connections : counts) {
      objects(connections);
      multipart(connections);
      if (options_.small_objects > 0) small(connections);
    }
    watched(session_, "deleting the objects", 0, [&] { bucket_->clear(counts.back()); });
    describe();
  }

  /// After an error: what is left to be taken away, if the bucket still allows it.
  void clean_up() {
    try {
      if (bucket_) bucket_->clear(connection_counts(options_).back());
    } catch (const CommError&) {
      fmt::print(stderr, "S3: objects below {}/{} may remain in the bucket, for deleting failed\n",
                 folder_, world_.rank());
    }
  }

 private:
  /// Whether one object can be written, read and deleted, before all ranks begin.
  void look() {
    const S3Object object{folder_ + "/look", 0, kSmallBytes};
    watched(session_, "the first requests to S3", 0, [&] {
      if (!world_.root()) return;
      bucket_->put({object}, 1);
      bucket_->get({object}, 1, true);
      bucket_->clear(1);
    });
  }

  void announce(const std::vector<int>& counts) {
    const int kinds = options_.small_objects > 0 ? 6 : 4;
    session_.expect(kinds * static_cast<int>(counts.size()));
    const int all = repetitions() + storage_warm_up(session_.method());
    if (world_.root()) {
      fmt::print(stderr, "S3: {}\n", text_of(estimate(options_, world_.size(), all)));
    }
  }

  int repetitions() const { return std::max(1, session_.method().min_repetitions); }

  /// One object for each connection.
  void objects(int connections) {
    std::vector<S3Object> stored;
    StoragePoint put = point(Operation::kStorageWrite, connections, "whole objects", {});
    put.prepare = [&](int repetition) {
      bucket_->clear(connections);
      stored = new_objects("object", repetition, connections, options_.object_bytes);
    };
    put.body = [&](int) { bucket_->put(stored, connections); };
    if (!measure(put)) return;
    StoragePoint get = point(Operation::kStorageRead, connections, "whole objects", {});
    get.body = [&](int) { bucket_->get(stored, connections, false); };
    if (!measure(get)) return;
    compare(get, [&] { bucket_->get(stored, connections, true); });
  }

  /// One object for all connections of a rank.
  void multipart(int connections) {
    const std::uint64_t bytes = options_.object_bytes * static_cast<std::uint64_t>(connections);
    const std::uint64_t part = part_bytes(options_, connections);
    S3Object object;
    StoragePoint write =
        point(Operation::kStorageWrite, connections, "a multipart upload", {"multipart"});
    write.prepare = [&](int repetition) {
      bucket_->clear(connections);
      object = new_objects("multipart", repetition, 1, bytes).front();
    };
    write.body = [&](int) { bucket_->upload(object, part, connections); };
    if (!measure(write)) return;
    StoragePoint read =
        point(Operation::kStorageRead, connections, "ranges of an object", {"ranges"});
    read.body = [&](int) { bucket_->get_ranges(object, part, connections, false); };
    if (!measure(read)) return;
    compare(read, [&] { bucket_->get_ranges(object, part, connections, true); });
  }

  /// Many objects one after the other on each connection: what counts is requests per second.
  void small(int connections) {
    const int count = small_objects(options_, connections);
    std::vector<S3Object> stored;
    Latencies latencies;
    const auto complete = [&](StoragePoint& each) {
      each.sample.bytes = static_cast<double>(kSmallBytes);
      each.bytes_of_all = static_cast<double>(kSmallBytes) * count * world_.size();
      each.times_over = static_cast<double>(count) / connections;
    };
    StoragePoint put =
        point(Operation::kStorageWrite, connections, "objects of 1 KiB", {"small_objects"});
    complete(put);
    put.prepare = [&](int repetition) {
      bucket_->clear(connections);
      stored = new_objects("small", repetition, count, kSmallBytes);
    };
    put.body = [&](int) { keep(latencies, bucket_->put(stored, connections)); };
    if (!measure(put)) return;
    note_rate("PUT", put, latencies);

    StoragePoint get =
        point(Operation::kStorageRead, connections, "objects of 1 KiB", {"small_objects"});
    complete(get);
    latencies = {};
    get.body = [&](int) { keep(latencies, bucket_->get(stored, connections, false)); };
    if (!measure(get)) return;
    note_rate("GET", get, latencies);
    compare(get, [&] { bucket_->get(stored, connections, true); });
  }

  StoragePoint point(Operation operation, int connections, const std::string& what,
                     std::vector<std::string> flags) const {
    StoragePoint result;
    const bool write = operation == Operation::kStorageWrite;
    result.name = fmt::format("S3 {} {}, {} connection{} per rank", write ? "write" : "read", what,
                              connections, connections == 1 ? "" : "s");
    flags.insert(flags.begin(), "s3");
    result.sample.operation = operation;
    result.sample.bytes = static_cast<double>(options_.object_bytes);
    result.sample.clients = connections * world_.size();
    result.sample.ranks = world_.size();
    result.sample.nodes = world_.nodes();
    result.sample.ranks_per_node = world_.ranks_per_node();
    result.sample.flags = std::move(flags);
    result.bytes_of_all = result.sample.bytes * *result.sample.clients;
    result.extra_s = 4 * (options_.connect_timeout_s + options_.stall_timeout_s);
    result.repetitions = repetitions();
    result.prepare = [](int) {};
    return result;
  }

  std::vector<S3Object> new_objects(const char* kind, int repetition, int count,
                                    std::uint64_t bytes) {
    std::vector<S3Object> objects;
    for (int i = 0; i < count; ++i) {
      const std::uint64_t number =
          (static_cast<std::uint64_t>(world_.rank()) << 40) + static_cast<std::uint64_t>(++made_);
      objects.push_back({fmt::format("{}/{}/{}-{}-{}", folder_, world_.rank(), kind, repetition, i),
                         number, bytes});
    }
    return objects;
  }

  static void keep(Latencies& latencies, const std::vector<S3Reply>& replies) {
    for (const S3Reply& reply : replies) {
      latencies.whole_s.push_back(reply.time_s);
      latencies.first_byte_s.push_back(reply.first_byte_s);
    }
  }

  /// With refusals counted, and whether this thread was what limited it.
  bool measure(StoragePoint& point) {
    const S3Counts before = bucket_->counts();
    double busy_s = 0.0, elapsed_s = 0.0;
    point.body = [&, body = point.body](int repetition) {
      const double cpu_s = thread_cpu_s(), begun_s = clock_s();
      body(repetition);
      busy_s += thread_cpu_s() - cpu_s;
      elapsed_s += clock_s() - begun_s;
    };
    point.complete = [&](ingest::Sample& sample) {
      const S3Counts& now = bucket_->counts();
      std::vector<double> counts{now.slow_down - before.slow_down, now.retries - before.retries};
      sum(world_, counts);
      if (counts[0] > 0) sample.flags.push_back(fmt::format("slow_down:{:.0f}", counts[0]));
      if (counts[1] > 0) {
        session_.note(fmt::format("{}: {:.0f} answers 503 Slow Down, {:.0f} requests sent again",
                                  point.name, counts[0], counts[1]));
      }
      std::vector<double> busy{elapsed_s > 0 ? busy_s / elapsed_s : 0.0};
      world_.largest(busy);
      if (busy.front() > kBusy) sample.flags.emplace_back("client_bound");
    };
    return measure_point(session_, point);
  }

  /// Reads all once more, untimed, and compares every byte.
  void compare(const StoragePoint& point, const std::function<void()>& read) {
    watched(session_, "comparing what S3 gives back", point.bytes_of_all, read);
  }

  void note_rate(const char* method, const StoragePoint& point, const Latencies& latencies) {
    const Timing whole{gathered(world_, latencies.whole_s)};
    const Timing first{gathered(world_, latencies.first_byte_s)};
    if (!world_.root()) return;
    const double time_s = session_.document().samples.back().time_s;
    const double rate = *point.sample.clients / time_s;
    session_.note(fmt::format(
        "{}: {:.0f} {}/s; a request takes {:.1f} ms (p50), {:.1f} ms (p99), its first byte {:.1f} "
        "and {:.1f} ms",
        point.name, rate, method, 1e3 * whole.quantile_s(0.5), 1e3 * whole.quantile_s(0.99),
        1e3 * first.quantile_s(0.5), 1e3 * first.quantile_s(0.99)));
    const bool put = method == std::string_view("PUT");
    (put ? put_per_s_ : get_per_s_) = std::max(put ? put_per_s_ : get_per_s_, rate);
    if (!put && !first_byte_) first_byte_ = first;
  }

  void describe() {
    std::vector<double> counts{bucket_->counts().slow_down, bucket_->counts().retries,
                               bucket_->counts().tries};
    sum(world_, counts);
    describe_method(session_);
    auto& conditions = session_.environment().conditions;
    conditions["s3_endpoint"] = options_.endpoint;
    conditions["s3_region"] = options_.region;
    conditions["s3_slow_down"] = fmt::format("{:.0f}", counts[0]);
    conditions["s3_retries"] = fmt::format("{:.0f}", counts[1]);
    conditions["s3_requests"] = fmt::format("{:.0f}", counts[2]);
    if (put_per_s_ > 0) conditions["s3_put_per_s"] = fmt::format("{:.1f}", put_per_s_);
    if (get_per_s_ > 0) conditions["s3_get_per_s"] = fmt::format("{:.1f}", get_per_s_);
    if (!first_byte_) return;
    conditions["s3_first_byte_p50_s"] = fmt::format("{:.6f}", first_byte_->quantile_s(0.5));
    conditions["s3_first_byte_p99_s"] = fmt::format("{:.6f}", first_byte_->quantile_s(0.99));
  }

  Session& session_;
  const World& world_;
  const S3Options& options_;
  std::string folder_;  ///< of this run, below the prefix
  std::optional<S3Bucket> bucket_;
  std::int64_t made_ = 0;                 ///< objects
  double put_per_s_ = 0, get_per_s_ = 0;  ///< the most that was reached
  std::optional<Timing> first_byte_;      ///< of small objects, with the fewest connections
};

void require_sizes(const S3Options& options) {
  if (options.object_bytes < 1 || options.object_bytes > kMostBytesOfPut) {
    throw CommError("an object that is sent whole has between 1 byte and 5 GiB");
  }
}

}  // namespace

void measure_s3(Session& session, const S3Options& options) {
  // A connection that breaks is to be an error of its request, not the end.
  const SignalIgnored broken_pipe(SIGPIPE);
  require_sizes(options);
  S3Measurement measurement(session, options);
  try {
    measurement.run();
  } catch (const CommError&) {
    // All ranks got it. None leaves before all have cleaned up, for the first to leave ends all.
    session.within("deleting what was stored in S3", kCleanUpTimeout_s, [&] {
      measurement.clean_up();
      session.world().barrier();
    });
    throw;
  }
}

}  // namespace sextant::comm
