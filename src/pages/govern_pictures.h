#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "sextant/kernel/log_histogram.h"
#include "src/govern/govern.h"
#include "src/govern/job_timelines.h"
#include "src/pages/govern_lanes.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::pages {

/// Sees the first replica run, and says what is drawn of it beside its answers: jobs on lanes, how
/// waits are spread, what each team borrowed and wanted over time, why the longest waits were.
class GovernPictures {
 public:
  /// For govern::GovernOptions::observer.
  GovernanceObserver& observe(const GovernanceInputs& inputs);

  /// Of the result of the run that was observed. Simulates its first replica once more, for the
  /// reasons of the longest waits.
  nlohmann::ordered_json json(const govern::GovernResult& result,
                              const scenario::GovernanceScenario& scenario) const;

 private:
  struct Waits {
    LogHistogram seconds;
    std::int64_t at_once = 0;  ///< jobs that did not wait
  };

  void add(const govern::JobTimeline& timeline);
  static nlohmann::ordered_json waits_json(const Waits& waits);

  std::unique_ptr<govern::JobTimelines> timelines_;
  GovernLanes lanes_;
  std::vector<Waits> waits_;  ///< by team
  Waits all_;
};

}  // namespace sextant::pages
