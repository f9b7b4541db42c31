#pragma once

#include "calibrate/comm/plan_builder.h"
#include "sextant/training/layout.h"

namespace sextant::comm {

/// The communicators of a training step on all ranks: all groups of a kind at once, then two kinds
/// at the same time, which shows whether they share cards or links.
/// @throws CommError if the layout does not fit on the ranks
void add_layout_groups(PlanBuilder& builder, const Layout& layout);

}  // namespace sextant::comm
