#include "baseline_in_order.h"

namespace sextant {

void InOrderScheduler::decide(SimTime now, Decisions& decisions) {
  while (!line_.empty() && try_admit(line_.begin()->index, now, decisions)) {
  }
}

WaitCause InOrderScheduler::why(WorkloadIndex index) const {
  const WorkloadIndex first = line_.begin()->index;
  if (first == index) return shortage(index);
  return {.reason = WaitReason::kBehindOthers, .other = first};
}

}  // namespace sextant
