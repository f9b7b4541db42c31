#include "src/endpoints/figures.h"

#include "sextant/ledger/power.h"
#include "src/endpoints/engine.h"
#include "src/endpoints/price.h"

namespace sextant::endpoints {
namespace {

using scenario::EndpointAlternative;
using scenario::EndpointsScenario;

/// The figures of one alternative.
struct AlternativeFigures {
  std::optional<Coefficient<PerSecond>> throughput{};
  std::optional<Coefficient<Seconds>> single{};
  std::optional<Coefficient<UsdPerSecond>> price{};
  std::optional<PowerCurve> power{};
  std::optional<Embodied> embodied{};
  std::optional<scenario::BoughtService> bought{};
  std::optional<Accelerator> accelerator{};
  std::optional<ComputeCoefficients> coefficients{};
  std::optional<EngineCoefficients> engine{};
};

template <class Archive>
void visit(Archive& a, AlternativeFigures& s) {
  a.object("alternative_figures", "The figures of one alternative.");
  a.field("throughput", s.throughput);
  a.field("single", s.single);
  a.field("price", s.price);
  a.field("power", s.power);
  a.field("embodied", s.embodied);
  a.field("bought", s.bought);
  a.field("accelerator", s.accelerator);
  a.field("coefficients", s.coefficients);
  a.field("engine", s.engine);
}

AlternativeFigures figures_of_alternative(const EndpointsScenario& scenario,
                                          const EndpointAlternative& alternative) {
  AlternativeFigures used{.throughput = alternative.throughput,
                          .single = alternative.single,
                          .price = instance_price(scenario, alternative),
                          .power = instance_power(scenario, alternative),
                          .bought = alternative.bought};
  if (alternative.instance) used.embodied = (*alternative.instance)->embodied;
  if (alternative.estimate) {
    const Accelerator& accelerator = **alternative.accelerator;
    used.accelerator = accelerator;
    used.coefficients = (*scenario.calibration)->accelerators.at(accelerator.generation);
    used.engine.emplace();
  }
  return used;
}

void add(std::vector<io::Figure>& figures, std::vector<io::Figure> more) {
  for (io::Figure& figure : more) {
    if (figure.sourced) figures.push_back(std::move(figure));
  }
}

}  // namespace

std::vector<io::Figure> figures_used(const EndpointsScenario& scenario) {
  std::vector<io::Figure> figures;
  for (const EndpointAlternative& alternative : scenario.alternatives) {
    add(figures, io::figures_of(figures_of_alternative(scenario, alternative),
                                alternative_name(alternative) + "."));
  }
  if (!scenario.region) return figures;
  Region region = **scenario.region;
  const GridFactor* used = region.factor(scenario.grid_factors);
  region.location_based = used ? std::vector{*used} : std::vector<GridFactor>{};
  add(figures, io::figures_of(region, "region."));
  return figures;
}

}  // namespace sextant::endpoints
