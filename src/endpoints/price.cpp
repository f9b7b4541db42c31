#include "src/endpoints/price.h"

#include "sextant/ledger/power.h"
#include "sextant/ledger/price_list.h"

namespace sextant::endpoints {

using scenario::EndpointAlternative;
using scenario::EndpointsScenario;

std::string alternative_name(const EndpointAlternative& alternative) {
  if (!alternative.name.empty()) return alternative.name;
  return alternative.instance ? (*alternative.instance)->name : "bought";
}

std::optional<Coefficient<UsdPerSecond>> instance_price(const EndpointsScenario& scenario,
                                                        const EndpointAlternative& alternative) {
  if (!alternative.instance) return std::nullopt;
  if (alternative.purchase.price) return alternative.purchase.price;
  if (!scenario.prices || !scenario.region) return std::nullopt;
  const PriceList& list = **scenario.prices;
  const InstancePrice* listed = list.find((*alternative.instance)->name, (*scenario.region)->name);
  return listed ? node_price(list, *listed, alternative.purchase) : std::nullopt;
}

std::optional<PowerCurve> instance_power(const EndpointsScenario& scenario,
                                         const EndpointAlternative& alternative) {
  if (!scenario.region || !alternative.instance) return std::nullopt;
  const Instance& instance = **alternative.instance;
  if (instance.power) return instance.power;
  if (!alternative.accelerator) return std::nullopt;
  return power_curve(instance, **alternative.accelerator);
}

}  // namespace sextant::endpoints
