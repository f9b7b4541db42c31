#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/campaign/expected_ettr.h"
#include "sextant/cluster/embodied.h"
#include "sextant/cluster/power_curve.h"
#include "sextant/kernel/sample.h"
#include "sextant/ledger/purchase.h"
#include "sextant/ledger/region.h"
#include "sextant/ledger/tariff.h"
#include "src/plan/width_shares.h"
#include "src/run/parallel_for.h"

namespace sextant::plan {

/// What a forecast needs besides the run itself. What is absent is not forecast.
struct ForecastInputs {
  CampaignInputs campaign;
  std::optional<Tariff> tariff;        ///< its booking: only if known before the forecast
  std::optional<BookingPlan> booking;  ///< capacity block, training plan
  std::optional<PowerCurve> power;     ///< of one node
  std::optional<Embodied> embodied;    ///< of one node
  std::optional<Region> region;        ///< energy at the meter, and emissions, need it
  std::string grid_factor_set;         ///< empty: the region's first
  std::int64_t replicas = 1000;
  /// Relative half-width of the 95 % interval of the mean wall time that more replicas are run for,
  /// `replicas` at a time and `max_replicas` in all. Absent: no more.
  std::optional<double> tolerance;
  std::int64_t max_replicas = 100'000;
  std::uint64_t seed = 0;
};

using NamedSummary = std::pair<std::string, Summary>;

/// A run, forecast over replicas. Member names are those of the JSON document.
struct Forecast {
  struct Co2e {
    Summary location;
    Summary market;
  };
  /// Whole days that are paid for whether they are used or not.
  struct Booked {
    int days = 0;
    double overrun = 0;  ///< share of replicas that outlast it
  };
  /// Between the nodes and the store of checkpoints.
  struct Traffic {
    Summary written_bytes;
    /// Of these, what lies there when the run ends: as many checkpoints as are kept. The others
    /// were deleted, or given up.
    Summary retained_bytes;
    Summary read_bytes;
    Summary puts;
    Summary gets;
    Summary refused;        ///< 503s
    Summary failed_writes;  ///< checkpoints that never became durable
  };
  struct Interruptions {
    Summary total;
    Summary unexpected;  ///< failures: neither planned nor announced
    std::vector<NamedSummary> by_cause;
  };

  /// Replica by replica, so that a run can be compared with another one that met the same luck.
  struct Samples {
    Sample wall_time_s;
    std::optional<Sample> cost_usd;
    std::optional<Sample> energy_j;
    Sample ettr;
    Sample interruptions;
    Sample peak_missing;  ///< nodes, at once
  };

  std::int64_t replicas = 0;  ///< that were run: few if none of the first ones finished
  /// Where a signal ended the work before they were done: how many were to be run.
  std::optional<std::int64_t> interrupted_of;
  std::uint64_t digest = 0;
  Summary wall_time_s;
  std::vector<Summary> phase_wall_time_s;  ///< of each phase, its recoveries and stops included
  std::optional<Summary> cost_usd;
  std::optional<Summary> energy_j;  ///< at the meter of the building
  std::vector<NamedSummary> energy_by_state_j;
  std::optional<Summary> water_l;  ///< of the site; absent where the region publishes none
  std::optional<Co2e> co2e_kg;     ///< of operation
  std::optional<Summary> embodied_kg;
  std::optional<Booked> booked;
  /// Training jobs of a chain, or bookings, where how long one runs is limited.
  std::optional<Summary> terms;
  Summary ettr;
  double ettr_formula = 0;                      ///< expected_ettr(): first order, without spares
  std::vector<NamedSummary> goodput_s;          ///< time of the job by state; sums to the wall time
  std::vector<NamedSummary> goodput_buckets_s;  ///< the same in Google's words
  TimeToInterruption mean_time_to_interruption_s;
  Interruptions interruptions;
  Summary lost_work_s;
  Summary checkpoints;
  std::optional<Traffic> store;  ///< where the scenario names a target
  Summary nodes_swapped;
  WidthShares width;
  std::vector<LedgerItem> ledger;  ///< mean over replicas
  /// Replicas by how they ended. Those that gave up count in the estimates as far as they came.
  std::int64_t finished = 0;
  std::int64_t gave_up = 0;
  std::int64_t no_progress = 0;
  Samples samples;

  /// Relative half-width of the 95 % interval of the mean wall time.
  double precision() const;
};

/// Runs the replicas and gathers them. The same at any number of threads.
Forecast forecast(const ForecastInputs& inputs, const run::ParallelOptions& parallel = {});

}  // namespace sextant::plan
