#include "sextant/governance/baseline_scheduler.h"

#include "baseline_conservative.h"
#include "baseline_easy.h"
#include "baseline_in_order.h"
#include "baseline_partition.h"
#include "baseline_preemptive.h"
#include "sextant/kernel/assert.h"

namespace sextant {

std::unique_ptr<Scheduler> make_baseline(SchedulerKind kind, const AdmissionPolicy& policy) {
  switch (kind) {
    case SchedulerKind::kStaticPartition:
      return std::make_unique<StaticPartitionScheduler>(policy);
    case SchedulerKind::kFifo:
      return std::make_unique<InOrderScheduler>(policy, InOrderScheduler::Order::kCreated);
    case SchedulerKind::kSjf:
      return std::make_unique<InOrderScheduler>(policy, InOrderScheduler::Order::kEstimate);
    case SchedulerKind::kSrtf:
      return std::make_unique<PreemptiveScheduler>(policy, PreemptiveScheduler::Measure::kTime);
    case SchedulerKind::kSrsf:
      return std::make_unique<PreemptiveScheduler>(policy, PreemptiveScheduler::Measure::kService);
    case SchedulerKind::kEasy:
      return std::make_unique<EasyScheduler>(policy);
    case SchedulerKind::kConservative:
      return std::make_unique<ConservativeScheduler>(policy);
    case SchedulerKind::kKueue:
      break;
  }
  SEXTANT_ASSERT(false, "scheduler {} is not a baseline", static_cast<int>(kind));
}

}  // namespace sextant
