#pragma once

#include "sextant/cluster/accelerator.h"
#include "sextant/cluster/instance.h"
#include "sextant/cluster/power_curve.h"
#include "sextant/cluster/usage.h"

namespace sextant {

/// Power of one node: the instance's own curve, or one derived from its accelerators.
///
/// Derived, for n accelerators of thermal design power T and idle power I, with the host's share of
/// an accelerator (processors, memory, switches, cards, fans) H = 100 W + T / 4:
///     full = n · (T + H)     idle = n · (I + H / 2)     half = (idle + full) / 2
/// against published powers of eight-accelerator servers under load: V100 3,800 W (3,786), A100
/// 4,800 (5,245), H100 7,800 (7,750), B200 10,800 (76 % of 14,300 rated); idle A100 1,280 (745 and
/// 1,512 published). Ranges: ± 15 % of full, ± 40 % of idle.
PowerCurve power_curve(const Instance& instance, const Accelerator& accelerator);

/// Power of one node in a state: `full` while it trains, whether the work is kept or not; `half`
/// when it is stopped for a checkpoint, hangs, or waits in a collective for a slow node
/// (accelerators spin: high utilisation, a third to a half of the power); nothing when it is not
/// rented; `idle` otherwise.
Watts node_power(const PowerCurve& curve, NodeState state);

/// Power of one node that is busy for a share `load` (0 to 1) of the time with many small pieces of
/// work: linear from idle to half, and from half to full.
Watts load_power(const PowerCurve& curve, double load);

}  // namespace sextant
