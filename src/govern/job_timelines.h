#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sextant/governance/governance.h"
#include "sextant/kernel/enum_names.h"
#include "src/govern/active_time.h"
#include "src/govern/quota_holdings.h"

namespace sextant::govern {

/// What a job does from its submission to its end.
enum class JobPhase {
  kWaiting,      ///< without quota, never admitted
  kQueuedAgain,  ///< without quota, after an eviction
  kNoNodes,      ///< with quota, without nodes
  kStarting,
  kWorking,
  kLost,  ///< work that is done again
  kRecovering,
  kIdle,
  kEnding  ///< evicted; its pods have not ended
};
inline constexpr std::size_t kJobPhases = 9;

}  // namespace sextant::govern

namespace sextant {
template <>
struct EnumNames<govern::JobPhase> {
  using P = govern::JobPhase;
  static constexpr std::array table{
      std::pair{P::kWaiting, "waiting"},       std::pair{P::kQueuedAgain, "queued_again"},
      std::pair{P::kNoNodes, "no_nodes"},      std::pair{P::kStarting, "starting"},
      std::pair{P::kWorking, "working"},       std::pair{P::kLost, "lost"},
      std::pair{P::kRecovering, "recovering"}, std::pair{P::kIdle, "idle"},
      std::pair{P::kEnding, "ending"}};
};
}  // namespace sextant

namespace sextant::govern {

/// Whether a job has nodes in a phase.
constexpr bool has_nodes(JobPhase phase) { return phase >= JobPhase::kStarting; }

struct JobSegment {
  JobPhase phase{};
  /// When it was admitted, its queue went beyond its nominal quota.
  bool borrowed = false;
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
};

/// A job from its submission to its end: segments without gaps and overlaps, in order of time.
struct JobTimeline {
  JobRecord job;
  std::vector<JobSegment> segments;
  std::vector<EvictionRecord> evictions;  ///< of it
};

/// Tells of every job, when it has ended, what it did when. Memory grows with the jobs that are
/// there at once. Nodes that are kept warm after a job's end are not part of it.
class JobTimelines final : public GovernanceObserver {
 public:
  using Listener = std::function<void(const JobTimeline&)>;

  /// `inputs` outlives it.
  JobTimelines(const GovernanceInputs& inputs, Listener listener);
  ~JobTimelines() override;

  UsageSink& usage(FlavorIndex flavor) override;
  void job_ended(const JobRecord& job) override;
  void job_waited(const WaitRecord& wait) override;
  void job_evicted(const EvictionRecord& eviction) override;
  void quota_changed(const QuotaChange& change) override;
  void pending_changed(std::int64_t time_ns, TeamIndex team, std::int64_t jobs,
                       std::int64_t units) override;

  const QuotaHoldings& holdings() const { return holdings_; }

 private:
  class Sink;
  struct Hold {  ///< of quota
    std::int64_t from_ns = 0;
    std::int64_t to_ns = INT64_MAX;
    bool borrowed = false;
  };
  struct Live {
    std::vector<Hold> holds;
    std::vector<ActiveTime> active;
    std::vector<EvictionRecord> evictions;
  };
  class Builder;

  Listener listener_;
  QuotaHoldings holdings_;
  std::map<JobNumber, Live> live_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace sextant::govern
