#include "calibrate/comm/storage/repetitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "calibrate/comm/storage/together.h"

namespace sextant::comm {
namespace {

/// A store that is slower than this [B/s] for all clients together has stopped.
constexpr double kSlowest = 10e6;
constexpr double kPatience_s = 300;
constexpr MethodOptions kOnce{.warm_up = 0, .min_repetitions = 1, .max_repetitions = 1};

class Repetitions {
 public:
  Repetitions(const World& world, const StoragePoint& point, const MethodOptions& method)
      : world_(world), point_(point), method_(method), failure_(world) {}

  Timing run() {
    const int warm_up = storage_warm_up(method_);
    Timing timing;
    for (int i = 0; again(i - warm_up, timing.times_s); ++i) {
      const double time_s = once(i);
      if (i >= warm_up) timing.times_s.push_back(time_s);
    }
    return timing;
  }

 private:
  /// The times are the same on all ranks, and so is what they decide.
  bool again(int done, const std::vector<double>& times) const {
    if (point_.repetitions > 0) return done < point_.repetitions;
    if (done < method_.min_repetitions) return true;
    return done < method_.max_repetitions &&
           std::accumulate(times.begin(), times.end(), 0.0) < method_.point_s;
  }

  double once(int repetition) {
    if (point_.takes_part) failure_.guard([&] { point_.prepare(repetition); });
    failure_.agree();
    const auto body = [&] { failure_.guard([&] { point_.body(repetition); }); };
    const Timing timing = time_together(world_, point_.takes_part, body, kOnce);
    failure_.agree();
    return timing.times_s.front();
  }

  const World& world_;
  const StoragePoint& point_;
  const MethodOptions& method_;
  Failure failure_;
};

}  // namespace

int storage_warm_up(const MethodOptions& method) { return std::min(1, method.warm_up); }

void describe_method(Session& session) {
  auto& conditions = session.environment().conditions;
  conditions["storage_warmup"] = fmt::format("{}", storage_warm_up(session.method()));
}

bool measure_point(Session& session, const StoragePoint& point) {
  const int repetitions = storage_warm_up(session.method()) +
                          std::max(session.method().min_repetitions, point.repetitions);
  const double extra_s = point.extra_s + point.bytes_of_all * repetitions / kSlowest;
  const Timing timing =
      session.measure(point.name, point.sample, extra_s, [&](ingest::Sample& sample) {
        Timing timed = Repetitions(session.world(), point, session.method()).run();
        for (double& time_s : timed.times_s) time_s /= point.times_over;
        if (point.complete) point.complete(sample);
        return timed;
      });
  return !timing.times_s.empty();
}

void watched(Session& session, const std::string& name, double bytes,
             const std::function<void()>& body) {
  session.within(name, kPatience_s + bytes / kSlowest, [&] { together(session.world(), body); });
}

}  // namespace sextant::comm
