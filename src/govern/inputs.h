#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sextant/cluster/power_curve.h"
#include "sextant/governance/governance.h"
#include "sextant/governance/job.h"
#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/purchase.h"
#include "sextant/ledger/region.h"
#include "src/run/parallel_for.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::govern {

/// What the answers need to know of a flavor besides its supply. What is absent is not shown back.
struct FlavorAccount {
  std::string name;      ///< in the policy
  std::string instance;  ///< catalogue name
  std::string unit;      ///< what a thousand units are, in the plural: "GPUs", "cores"
  int nodes = 0;         ///< without spares
  int spares = 0;
  std::int64_t units_per_node = 0;  ///< thousandths of accelerators, or of cores
  PurchaseMode purchase = PurchaseMode::kOnDemand;
  /// Of one node by the second, the platform's premium included.
  std::optional<Coefficient<UsdPerSecond>> node_price{};
  std::optional<PowerCurve> power{};  ///< of one node
  std::optional<Region> region{};     ///< energy at the meter, and emissions, need it
  std::string grid_factor_set{};      ///< empty: the region's first
};

/// Of the policy's flavors, in their order.
std::vector<FlavorAccount> accounts_of(const scenario::GovernanceScenario& scenario);

/// Everything that a simulation needs but its jobs. Training runs are planned as `sextant plan`
/// does, the intervals of their checkpoints included.
/// @throws plan::InfeasiblePlan, io::InputError where a training run cannot be planned
GovernanceInputs inputs_of(const scenario::GovernanceScenario& scenario,
                           const run::ParallelOptions& parallel = {});

/// Jobs of a log that were left out.
struct SkippedJobs {
  std::string file;
  std::string reason;  ///< "no accelerators", "larger than its queue may ever use" …
  std::int64_t jobs = 0;
};

/// A scenario's jobs for one replica: listed ones, those of logs, and those of generators.
class ScenarioJobs : public JobSource {
 public:
  /// So far: complete when next() has returned none.
  virtual std::vector<SkippedJobs> skipped() const = 0;
};

/// In the order of their submission, and pulled as they are needed: a log is not held in memory.
/// Its `next` @throws io::InputError where a log is wrong.
std::unique_ptr<ScenarioJobs> jobs_of(const scenario::GovernanceScenario& scenario, ReplicaKey key);

}  // namespace sextant::govern
