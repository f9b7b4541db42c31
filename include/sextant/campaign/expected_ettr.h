#pragma once

#include <optional>

#include "sextant/campaign/campaign.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// Mean time between two interruptions of a job, in closed form: by failures that are attributed to
/// hardware; by all failures; by these and by what is planned or announced (maintenance, slow nodes
/// that are exchanged, reclaimed spot nodes). Published rates of one fleet differ 3 to 10 times by
/// which of them they count. Absent: there are none.
///
///     1 / (nodes · share / node_life + 1 / job_life + nodes / (domain's nodes · domain's life) …)
///
/// In operating time, which stands still where a job waits for nodes; without the early failures of
/// new nodes.
struct TimeToInterruption {
  std::optional<Seconds> hardware;
  std::optional<Seconds> unexpected;
  std::optional<Seconds> all;
};
TimeToInterruption mean_time_to_interruption_by_kind(const CampaignInputs& inputs);

/// What the formula of expected_ettr() needs to know.
struct EttrTerms {
  Seconds interval;  ///< dt: training time between two checkpoints
  Seconds write;     ///< w: what a checkpoint adds to the run
  Seconds recovery;  ///< u0: from a failure until training goes on
  /// 1 / (N r_f): of the whole job.
  std::optional<Seconds> time_to_failure;
};

/// The terms of a campaign's longest phase and of its store: faster tiers are left out, so that the
/// formula says what it would be without them. u0 is the mean over the causes of detection,
/// diagnosis, swap, health check, reboot, restart, compilation, restore and warm-up, where spares
/// are there.
EttrTerms ettr_terms(const CampaignInputs& inputs);

/// Expected effective training time ratio after Kokolis et al. (arXiv 2410.21680):
///     E = (1 - N r_f (u0 + dt / 2)) / (1 + w / dt),
/// of first order: valid where N r_f (u0 + dt / 2) is far below 1. It leaves out waiting for spares
/// and failures during a recovery, and counts lost work twice where failures come close together;
/// renewal_ettr() is exact. At least 0.
double expected_ettr(const EttrTerms& terms);

}  // namespace sextant
