#pragma once

#include <string>

#include "src/govern/compare.h"
#include "src/govern/govern.h"
#include "src/govern/job_story.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// A governed cluster for a terminal: who waited and how long, who used what, and what it cost.
std::string govern_text(const govern::GovernResult& result, TextStyle style);

/// Two of them on the same arrivals: what the second changes.
std::string comparison_text(const govern::GovernResult& first, const govern::GovernResult& second,
                            const govern::Comparison& comparison, TextStyle style);

/// What happened to one job, line by line.
std::string story_text(const govern::JobStory& story, const GovernanceInputs& inputs,
                       TextStyle style);

}  // namespace sextant::report
