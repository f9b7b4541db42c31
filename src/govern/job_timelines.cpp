#include "src/govern/job_timelines.h"

#include <algorithm>
#include <span>

namespace sextant::govern {
namespace {

JobPhase phase_of(Activity activity) {
  switch (activity) {
    case Activity::kStarting:
      return JobPhase::kStarting;
    case Activity::kWorking:
      return JobPhase::kWorking;
    case Activity::kLost:
      return JobPhase::kLost;
    case Activity::kRecovering:
      return JobPhase::kRecovering;
    case Activity::kIdle:
      return JobPhase::kIdle;
    case Activity::kEnding:
      break;
  }
  return JobPhase::kEnding;
}

}  // namespace

/// Usage of any flavor.
class JobTimelines::Sink final : public UsageSink {
 public:
  explicit Sink(JobTimelines& timelines) : timelines_(timelines) {}

  void add(const UsageInterval& interval) override { add_until(interval, interval.to_ns); }
  /// A cycle of work and checkpoints is work.
  void add_repeated(std::span<const UsageInterval> cycle, std::int64_t period_ns,
                    std::int64_t times) override {
    if (cycle.empty() || times <= 0) return;
    add_until(cycle.front(), cycle.back().to_ns + (times - 1) * period_ns);
  }

 private:
  void add_until(const UsageInterval& interval, std::int64_t to_ns) {
    if (interval.entity == kFleetEntity || to_ns <= interval.from_ns) return;
    const JobNumber number{static_cast<std::uint32_t>(interval.entity) - std::uint64_t{1}};
    // What is kept warm for others after a job's end is no longer its own.
    const auto found = timelines_.live_.find(number);
    if (found != timelines_.live_.end()) add_active(found->second.active, interval, to_ns);
  }

  JobTimelines& timelines_;
};

/// Puts the parts of one job in order.
class JobTimelines::Builder {
 public:
  Builder(const JobRecord& job, const Live& live)
      : job_(job), live_(live), cursor_ns_(job.submitted_ns) {}

  std::vector<JobSegment> segments() {
    for (const ActiveTime& time : cut_at(live_.evictions, tidy(live_.active))) {
      wait_until(time.from_ns);
      add(phase_of(time.activity), time.to_ns);
    }
    wait_until(job_.ended_ns);
    return std::move(segments_);
  }

 private:
  /// Without nodes: with quota, or without.
  void wait_until(std::int64_t to_ns) {
    for (const Hold& hold : live_.holds) {
      if (hold.to_ns <= cursor_ns_) continue;
      if (hold.from_ns >= to_ns) break;
      add(without_quota(), hold.from_ns);
      add(JobPhase::kNoNodes, std::min(hold.to_ns, to_ns));
    }
    add(without_quota(), to_ns);
  }

  JobPhase without_quota() const {
    const bool before = !job_.admitted_ns || cursor_ns_ < *job_.admitted_ns;
    return before ? JobPhase::kWaiting : JobPhase::kQueuedAgain;
  }

  bool borrowed() const {
    return std::any_of(live_.holds.begin(), live_.holds.end(), [&](const Hold& hold) {
      return hold.borrowed && hold.from_ns <= cursor_ns_ && cursor_ns_ < hold.to_ns;
    });
  }

  void add(JobPhase phase, std::int64_t to_ns) {
    to_ns = std::min(to_ns, job_.ended_ns);
    if (to_ns <= cursor_ns_) return;
    segments_.push_back({phase, borrowed(), cursor_ns_, to_ns});
    cursor_ns_ = to_ns;
  }

  const JobRecord& job_;
  const Live& live_;
  std::int64_t cursor_ns_;
  std::vector<JobSegment> segments_;
};

JobTimelines::JobTimelines(const GovernanceInputs& inputs, Listener listener)
    : listener_(std::move(listener)), holdings_(inputs), sink_(std::make_unique<Sink>(*this)) {}

JobTimelines::~JobTimelines() = default;

UsageSink& JobTimelines::usage(FlavorIndex /*flavor*/) { return *sink_; }

void JobTimelines::job_ended(const JobRecord& job) {
  const auto found = live_.find(job.number);
  const Live live = found == live_.end() ? Live{} : std::move(found->second);
  if (found != live_.end()) live_.erase(found);
  listener_({job, Builder(job, live).segments(), live.evictions});
}

void JobTimelines::job_waited(const WaitRecord& /*wait*/) {}

void JobTimelines::job_evicted(const EvictionRecord& eviction) {
  live_[eviction.job].evictions.push_back(eviction);
}

void JobTimelines::quota_changed(const QuotaChange& change) {
  holdings_.add(change);
  std::vector<Hold>& holds = live_[change.job].holds;
  const bool open = !holds.empty() && holds.back().to_ns == INT64_MAX;
  if (change.units < 0) {
    if (open) holds.back().to_ns = change.time_ns;
    return;
  }
  if (!open) holds.push_back({.from_ns = change.time_ns});
  if (holdings_.borrowed(change.queue, change.flavor) > 0) holds.back().borrowed = true;
}

void JobTimelines::pending_changed(std::int64_t /*time_ns*/, TeamIndex /*team*/,
                                   std::int64_t /*jobs*/, std::int64_t /*units*/) {}

}  // namespace sextant::govern
