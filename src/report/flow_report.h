#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "src/plan/plan.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// The section "The network" of a plan whose step went over its fabric; empty for another.
std::string flow_text(const plan::PlanResult& result, TextStyle style);

/// The member "network" of the document of plan_json; null where the step was replayed. In SI
/// units:
///
/// - fabric: {title, assumed, nodes, job_nodes, leaf_groups, bisection_bytes_per_s, placement}
/// - folded, asymmetry: whether ranks that do the same were one, and why not
/// - step: {replay_s, flow_s, replay_breakdown_s, flow_breakdown_s}
/// - beside_checkpoint: {time_s, write_s, slowdown}, or null
/// - background: names of what goes beside the step
/// - differences: sentences
/// - kinds: [{kind, alone_s, flowed_s, beside_checkpoint_s, busiest_link}]
/// - tiers: [{tier, links, capacity_bytes_per_s, mean, busiest, phases: [{kind, mean, busiest}]}]
/// - power_w, energy_j: of all switches and optics; of the job's share of them, by nodes, over the
///   run. Not in the plan's energy. Null where the fabric gives no power.
/// - engine: {wall_s, peak_bytes, activities, transfers}
/// - placements: [{placement, step_s, over_best, extra_usd, why_not}]
nlohmann::ordered_json flow_json(const plan::PlanResult& result);

}  // namespace sextant::report
