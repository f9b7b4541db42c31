#pragma once

#include <memory>

#include "sextant/governance/governance.h"
#include "sextant/governance/scheduler.h"

namespace sextant {

/// The schedulers that Kueue's admission is compared with, as textbooks have them.
///
/// All but the static partition know no quotas: the capacity of a flavor is everybody's whose queue
/// names it. A flavor with nodes has them, and pods are packed onto whole nodes: a job of k
/// accelerators takes k / 8 whole nodes of 8, one of fewer than 8 is never split. A flavor without
/// nodes has the sum of its nominal quotas, as one number.
///
/// Jobs run with all their pods or not at all (`min_count` is not used). Priorities, topology
/// requests, local queues' weights and wait_for_pods_ready are not looked at. A queue that is
/// stopped admits nothing. Jobs that the empty cluster could not hold wait aside and block nobody.
///
/// - static_partition: in each queue first come first served within its nominal quota, which is
///   not lent; the first one blocks the others of its queue.
/// - fifo, sjf: in the order of creation or of estimates; the first one blocks all others.
/// - srtf, srsf: in the order of the remaining time, or of the remaining time × accelerators.
///   Who does not fit preempts those with more left, most first, and of them only as many as it
///   takes; equals never, nor who has run for less than the policy's minimum_runtime. What is left
///   over goes to whom it suffices for.
/// - easy: first come first served; later ones may start now if that does not delay the start that
///   the first one is promised: when running jobs have ended by their estimates (Lifka 1995).
/// - conservative: everybody is promised a start when it comes, and nobody's promise is broken for
///   another one (Mu'alem and Feitelson 2001). Promises count capacity; whether whole nodes are
///   free is seen at the start only, and who then finds none is promised another one.
///
/// A job that runs longer than estimated is expected to run for another tenth of its time so far,
/// and so on.
///
/// Cost of a cycle: O(log jobs) for each that starts, and O(shapes), the different requests that
/// there are; easy also looks at the running jobs and at those of the queue that have room now,
/// conservative at those in the queue when a job ends before its time.
///
/// `kind` is not kKueue. `policy` must live as long.
std::unique_ptr<Scheduler> make_baseline(SchedulerKind kind, const AdmissionPolicy& policy);

}  // namespace sextant
