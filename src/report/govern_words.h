#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/govern/fairness.h"
#include "src/govern/govern.h"
#include "src/govern/job_story.h"
#include "src/io/figures.h"

namespace sextant::report {

/// What Jain's index is taken of.
std::string_view entitlement_words(govern::Entitlement entitlement);

std::string_view activity_words(govern::Activity activity);

/// The name of an enum's value as words: "never_fits" is "never fits".
std::string words(std::string_view name);

/// "8 nvidia.com/gpu", "1.5 cpu", "64.0 GiB memory".
std::string amount_text(const GovernanceInputs& inputs, ResourceIndex resource, Amount amount);

/// Why a job waited: "the quota for h100 is in use: 8 nvidia.com/gpu short". No full stop.
std::string wait_sentence(const WaitRecord& wait, const JobRecord& job,
                          const GovernanceInputs& inputs);

/// Under which rule a job was evicted, and for whom, with Kueue's word for it.
std::string eviction_sentence(const EvictionRecord& eviction, const GovernanceInputs& inputs);

/// The sourced figures of a result: prices, powers, regions.
std::vector<io::Figure> figures_of(const govern::GovernResult& result);

/// Of all replicas, in their order.
std::uint64_t digest(const govern::GovernResult& result);

}  // namespace sextant::report
