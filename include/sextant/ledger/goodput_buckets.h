#pragma once

#include <array>
#include <cstddef>

#include "sextant/cluster/usage.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant {

/// What a job's wall time went to, in the words of Google's ml-goodput-measurement
/// (github.com/AI-Hypercomputer/ml-goodput-measurement, goodput_utils.py), so that a forecast can
/// be laid beside what that library measures. Of its buckets, that of asynchronous data
/// loading is not here: it costs a run no time.
enum class GoodputBucket {
  kProductiveTraining,
  kAcceleratorInitialization,  ///< its TPU_INITIALIZATION
  kTrainingPrep,               ///< copying training data
  kDataLoadingSync,
  kProgramStartup,
  kCheckpointSave,
  kCheckpointRestore,
  kWastedProgress,
  kInfrastructureRecovery,
  kCustomBadput,
  kElasticSliceDown,
  kElasticReinitialization,
  kOther
};
inline constexpr std::size_t kGoodputBuckets = 13;

template <>
struct EnumNames<GoodputBucket> {
  static constexpr std::array table{
      std::pair{GoodputBucket::kProductiveTraining, "productive_training"},
      std::pair{GoodputBucket::kAcceleratorInitialization, "accelerator_initialization"},
      std::pair{GoodputBucket::kTrainingPrep, "training_prep"},
      std::pair{GoodputBucket::kDataLoadingSync, "data_loading_sync"},
      std::pair{GoodputBucket::kProgramStartup, "program_startup"},
      std::pair{GoodputBucket::kCheckpointSave, "unproductive_checkpoint_save_time"},
      std::pair{GoodputBucket::kCheckpointRestore, "unproductive_checkpoint_restore_time"},
      std::pair{GoodputBucket::kWastedProgress, "wasted_progress_from_disruption"},
      std::pair{GoodputBucket::kInfrastructureRecovery, "infrastructure_recovery_from_disruption"},
      std::pair{GoodputBucket::kCustomBadput, "custom_badput_events"},
      std::pair{GoodputBucket::kElasticSliceDown, "elastic_slice_down"},
      std::pair{GoodputBucket::kElasticReinitialization, "elastic_reinitialization"},
      std::pair{GoodputBucket::kOther, "other"}};
};

/// The bucket of a state; every state has exactly one. Spares, repairs and what is not rented are
/// no time of a job.
GoodputBucket goodput_bucket(NodeState state);

using GoodputTimes = std::array<Seconds, kGoodputBuckets>;

/// The job's wall time by bucket.
GoodputTimes goodput_times(const UsageTotals& usage);

}  // namespace sextant
