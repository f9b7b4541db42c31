#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/govern/active_time.h"

namespace sextant::govern {

/// What happened to one job, in the order of time.
struct JobStory {
  JobRecord job;
  std::vector<WaitRecord> waits;
  std::vector<ActiveTime> active;
  std::vector<EvictionRecord> evictions;  ///< of it
  std::vector<EvictionRecord> victims;    ///< whom it evicted
};

/// Collects the story of the first job of a name (or number).
class JobStoryCollector final : public GovernanceObserver {
 public:
  explicit JobStoryCollector(std::string name);
  ~JobStoryCollector() override;

  UsageSink& usage(FlavorIndex flavor) override;
  void job_ended(const JobRecord& job) override;
  void job_waited(const WaitRecord& wait) override;
  void job_evicted(const EvictionRecord& eviction) override;
  void quota_changed(const QuotaChange& change) override;
  void pending_changed(std::int64_t time_ns, TeamIndex team, std::int64_t jobs,
                       std::int64_t units) override;

  /// When the simulation is over; absent if there was no such job.
  std::optional<JobStory> story();
  /// Names of jobs that were there, nearest first; a few.
  std::vector<std::string> nearest() const;

 private:
  class Sink;
  void add_active(const UsageInterval& interval, std::int64_t to_ns);
  void remember_name(const std::string& name);

  std::string name_;
  std::optional<JobRecord> job_;
  std::vector<WaitRecord> waits_;
  std::vector<EvictionRecord> evictions_, victims_;
  std::map<std::uint32_t, std::vector<ActiveTime>> active_;  ///< of jobs that have not ended
  std::vector<ActiveTime> its_active_;
  std::multimap<std::size_t, std::string> nearest_;  ///< by edits
  std::unique_ptr<Sink> sink_;
};

}  // namespace sextant::govern
