#pragma once

#include <string>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/training/step_flows.h"

namespace sextant::plan {

/// "leaf to spine (leaf 3 to spine 0)"; empty for no link.
std::string link_words(const Fabric& fabric, Fabric::LinkId link);

/// The link that says most about why transfers of a kind were slowed; -1: they were not. Where
/// others' traffic is on the busiest one of those that they cross, that one. Else the one that
/// their own bytes would keep busy longest: where they meet themselves.
Fabric::LinkId telling_link(const Fabric& fabric, const StepFlows& flows,
                            const FlowedStep::Kind& kind,
                            const std::vector<BackgroundTraffic>& background);

/// Transfers of one kind that took so much longer than alone are worth a sentence.
inline constexpr double kWorthSaying = 0.05;

/// One sentence per kind that was slowed by more than kWorthSaying: by how much, which links it
/// had to share, with which other kinds and whose traffic, and how oversubscribed they are:
/// "reduce gradients took 2.10 s instead of 0.90 s alone: leaf to spine links are 4:1
/// oversubscribed".
/// @param when what is special about that step: " while a checkpoint is written"; or empty
std::vector<std::string> slowed_words(const Fabric& fabric, const StepFlows& flows,
                                      const FlowedStep& step,
                                      const std::vector<BackgroundTraffic>& background,
                                      const std::string& when);

/// Bandwidth into the lower end of the link from below over that to above; 1 where nothing is
/// below it.
double oversubscription_at(const Fabric& fabric, Fabric::LinkId link);

}  // namespace sextant::plan
