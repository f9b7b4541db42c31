#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/campaign/checkpoint_plan.h"
#include "sextant/ledger/purchase.h"
#include "src/catalog/catalogue.h"
#include "src/io/diagnostics.h"
#include "src/plan/infeasible.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// What another scenario for the same work has otherwise. What is absent stays.
struct Variation {
  std::optional<std::string> instance{};  ///< name in models/instances, or a file
  std::optional<int> nodes{};
  std::optional<int> spares{};
  std::optional<std::string> region{};
  std::optional<PurchaseMode> purchase{};
  /// Names of the scenario's stores, or a tier and a store: as "target" of its checkpoints. Empty:
  /// the plain storage that the scenario gives.
  std::optional<std::vector<std::string>> checkpoint_target{};
};

/// A scenario that was changed, and what had to change with it, one sentence each: the framework
/// where the chip needs another one, the precision where it has no fp8.
struct VariedScenario {
  scenario::Scenario scenario;
  std::vector<std::string> notes;
};

/// The names are known, but cannot be together: a tier on local disks that the instance does not
/// have, an instance that the price list does not know in the region.
class ImpossibleVariation : public io::InputError {
 public:
  explicit ImpossibleVariation(std::vector<Obstacle> obstacles);

  const std::vector<Obstacle>& obstacles() const { return obstacles_; }

 private:
  std::vector<Obstacle> obstacles_;
};

/// Applies the variation and checks the scenario as if it had been read so. The layout stays, and
/// may not fit any more: see choose_layouts.
/// @throws ImpossibleVariation
/// @throws io::InputError for a name that the catalogue does not have
VariedScenario varied(const scenario::Scenario& scenario, const Variation& variation,
                      catalog::Catalogue& catalogue);

}  // namespace sextant::plan
