#pragma once

#include <cstdint>

#include "sextant/kernel/quantity.h"
#include "src/plan/replica.h"

namespace sextant::plan {

/// A platform that ends a job after a while: a longer run is a chain of jobs, each of which starts
/// from the checkpoint that the one before wrote as its last act.
struct JobChain {
  Seconds longest_job;  ///< from the call to the end, start included
  Seconds start;        ///< machines and health checks, before every job
  Seconds restart;      ///< processes and communicators, before every job but the first, whose …
  Seconds restore;      ///< … start the campaign has simulated; and reading the checkpoint
};

/// Jobs that a run of this length needs: the least n with
/// wall + start + (n - 1) · (start + restart + restore) <= n · longest_job. The chain's stops are
/// planned, so they lose no work; a failure during a start is not simulated.
std::int64_t jobs_for(const JobChain& chain, Seconds wall);

/// Adds the starts of the chain to a simulated run: to its wall time and to its nodes' states.
/// `spares` are rented beside the job's `nodes`.
void add_job_starts(const JobChain& chain, std::int64_t nodes, std::int64_t spares,
                    Replica& replica);

}  // namespace sextant::plan
