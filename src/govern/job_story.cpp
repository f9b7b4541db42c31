#include "src/govern/job_story.h"

#include <memory>
#include <utility>

#include "src/io/nearest_name.h"

namespace sextant::govern {
namespace {

constexpr std::size_t kNearest = 3;

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
  govern::add_active(its ? its_active_ : active_[entity], interval, to_ns);
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
