#include "src/govern/job_story.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "src/io/nearest_name.h"

namespace sextant::govern {
namespace {

constexpr std::size_t kNearest = 3;

Activity activity_of(NodeState state) {
  switch (state) {
    case NodeState::kStarting:
    case NodeState::kCompiling:
    case NodeState::kLoadingData:
      return Activity::kStarting;
    case NodeState::kTraining:
    case NodeState::kTrainingSlowed:
    case NodeState::kWaitingForData:
    case NodeState::kStraggling:
    case NodeState::kDegraded:
    case NodeState::kEvaluating:
    case NodeState::kCheckpointStall:
      return Activity::kWorking;
    case NodeState::kTrainingLost:
      return Activity::kLost;
    case NodeState::kSpare:
    case NodeState::kReleased:
      return Activity::kIdle;
    case NodeState::kDetecting:
    case NodeState::kDiagnosing:
    case NodeState::kWaiting:
    case NodeState::kWaitingForPeople:
    case NodeState::kSwapping:
    case NodeState::kRestarting:
    case NodeState::kReconfiguring:
    case NodeState::kRestoring:
    case NodeState::kWarmingUp:
    case NodeState::kMaintenance:
    case NodeState::kRepair:
      return Activity::kRecovering;
  }
  return Activity::kWorking;
}

/// In order of time; what touches, and is of one kind, as one.
std::vector<ActiveTime> tidy(std::vector<ActiveTime> times) {
  std::stable_sort(times.begin(), times.end(),
                   [](const auto& a, const auto& b) { return a.from_ns < b.from_ns; });
  std::vector<ActiveTime> result;
  for (const ActiveTime& time : times) {
    if (!result.empty() && result.back().activity == time.activity &&
        result.back().to_ns >= time.from_ns) {
      result.back().to_ns = std::max(result.back().to_ns, time.to_ns);
    } else {
      result.push_back(time);
    }
  }
  return result;
}

/// What follows an eviction, until the pods have ended, is not work.
std::vector<ActiveTime> cut_at(const std::vector<EvictionRecord>& evictions,
                               const std::vector<ActiveTime>& times) {
  std::vector<ActiveTime> result;
  for (ActiveTime time : times) {
    for (const EvictionRecord& eviction : evictions) {
      if (eviction.time_ns < time.from_ns || eviction.time_ns >= time.to_ns) continue;
      if (eviction.time_ns > time.from_ns) {
        result.push_back({time.activity, time.from_ns, eviction.time_ns});
      }
      time.from_ns = eviction.time_ns;
      time.activity = Activity::kEnding;
    }
    result.push_back(time);
  }
  return result;
}

}  // namespace

/// Usage of any flavor.
class JobStoryCollector::Sink final : public UsageSink {
 public:
  explicit Sink(JobStoryCollector& collector) : collector_(collector) {}

  void add(const UsageInterval& interval) override {
    collector_.add_active(interval, interval.to_ns);
  }
  /// A cycle of work and checkpoints is work.
  void add_repeated(std::span<const UsageInterval> cycle, std::int64_t period_ns,
                    std::int64_t times) override {
    if (cycle.empty() || times <= 0) return;
    collector_.add_active(cycle.front(), cycle.back().to_ns + (times - 1) * period_ns);
  }

 private:
  JobStoryCollector& collector_;
};

JobStoryCollector::JobStoryCollector(std::string name)
    : name_(std::move(name)), sink_(std::make_unique<Sink>(*this)) {}

JobStoryCollector::~JobStoryCollector() = default;

UsageSink& JobStoryCollector::usage(FlavorIndex /*flavor*/) { return *sink_; }

void JobStoryCollector::add_active(const UsageInterval& interval, std::int64_t to_ns) {
  if (interval.entity == kFleetEntity || to_ns <= interval.from_ns) return;
  const auto entity = static_cast<std::uint32_t>(interval.entity);
  const bool its = job_ && entity == 1 + static_cast<std::uint64_t>(job_->number);
  std::vector<ActiveTime>& times = its ? its_active_ : active_[entity];
  const Activity activity = activity_of(interval.state);
  if (!times.empty() && times.back().activity == activity &&
      times.back().to_ns == interval.from_ns) {
    times.back().to_ns = to_ns;
  } else {
    times.push_back({activity, interval.from_ns, to_ns});
  }
}

void JobStoryCollector::job_ended(const JobRecord& job) {
  const auto entity = static_cast<std::uint32_t>(1 + static_cast<std::uint64_t>(job.number));
  if (!job_ && job.name == name_) {
    job_ = job;
    its_active_ = std::move(active_[entity]);
  } else {
    remember_name(job.name);
  }
  active_.erase(entity);
}

void JobStoryCollector::remember_name(const std::string& name) {
  if (job_) return;
  const bool longer = name.find(name_) != std::string::npos;  // without the team, for example
  nearest_.emplace(longer ? 0 : io::edit_distance(name_, name), name);
  if (nearest_.size() > kNearest) nearest_.erase(std::prev(nearest_.end()));
}

void JobStoryCollector::job_waited(const WaitRecord& wait) { waits_.push_back(wait); }

void JobStoryCollector::job_evicted(const EvictionRecord& eviction) {
  if (eviction.name == name_) evictions_.push_back(eviction);
  if (eviction.preemptor == name_) victims_.push_back(eviction);
}

void JobStoryCollector::quota_changed(const QuotaChange& /*change*/) {}

void JobStoryCollector::pending_changed(std::int64_t /*time_ns*/, TeamIndex /*team*/,
                                        std::int64_t /*jobs*/, std::int64_t /*units*/) {}

std::optional<JobStory> JobStoryCollector::story() {
  if (!job_) return std::nullopt;
  std::erase_if(waits_, [&](const WaitRecord& wait) { return wait.job != job_->number; });
  std::erase_if(evictions_, [&](const EvictionRecord& each) { return each.job != job_->number; });
  return JobStory{*job_, waits_, cut_at(evictions_, tidy(its_active_)), evictions_, victims_};
}

std::vector<std::string> JobStoryCollector::nearest() const {
  std::vector<std::string> names;
  for (const auto& [edits, name] : nearest_) names.push_back(name);
  return names;
}

}  // namespace sextant::govern
