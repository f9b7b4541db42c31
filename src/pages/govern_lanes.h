#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "src/govern/job_timelines.h"

namespace sextant::pages {

/// Which jobs of a cluster are drawn, each on a lane of its own: those that waited longest, those
/// that were evicted most often, and every n-th of all, where n is a power of two. All, if there
/// are few. What is in memory does not grow with the jobs.
class GovernLanes {
 public:
  static constexpr std::size_t kLongest = 400;
  static constexpr std::size_t kEvicted = 300;
  static constexpr std::size_t kSample = 800;
  /// Segments of one job beyond so many are left out.
  static constexpr std::size_t kSegments = 500;

  /// In the order of the ends.
  void add(const govern::JobTimeline& timeline);

  /// Columns of the jobs, by team and submission: times in ticks, each from the one before.
  /// `wall_time_s` chooses the tick.
  nlohmann::ordered_json json(const GovernanceInputs& inputs, double wall_time_s) const;
  /// The jobs that waited longest, the longest first.
  std::vector<JobRecord> longest(std::size_t count) const;

  std::int64_t jobs() const { return jobs_; }

 private:
  /// The timelines with the largest keys; of equal ones the jobs of smaller numbers.
  using Ranked = std::map<std::pair<std::int64_t, std::int64_t>, govern::JobTimeline>;

  static void rank(Ranked& ranked, std::int64_t key, const govern::JobTimeline& timeline,
                   std::size_t most);
  std::vector<const govern::JobTimeline*> chosen() const;

  std::int64_t jobs_ = 0;
  std::int64_t stride_ = 1;
  Ranked longest_, evicted_;
  std::map<std::int64_t, govern::JobTimeline> sample_;  ///< by number
};

}  // namespace sextant::pages
