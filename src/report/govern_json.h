#pragma once

#include <nlohmann/json.hpp>

#include "src/govern/compare.h"
#include "src/govern/govern.h"
#include "src/govern/job_story.h"

namespace sextant::report {

/// A governed cluster, in base units; hours are those of one accelerator (or core). One replica:
/// numbers; several: {p10, p50, p90, mean, ci95} over replicas.
nlohmann::ordered_json govern_json(const govern::GovernResult& result);

/// Two of them on the same arrivals.
nlohmann::ordered_json comparison_json(const govern::GovernResult& first,
                                       const govern::GovernResult& second,
                                       const govern::Comparison& comparison);

/// What happened to one job.
nlohmann::ordered_json story_json(const govern::JobStory& story, const GovernanceInputs& inputs);

}  // namespace sextant::report
