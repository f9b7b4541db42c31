#include "sextant/ledger/price_list.h"

#include <fmt/format.h>

namespace sextant {
namespace {

/// On demand less a share; the range is that of the share.
std::optional<Coefficient<UsdPerSecond>> discounted(
    const std::optional<Coefficient<UsdPerSecond>>& on_demand,
    const std::optional<Coefficient<double>>& share) {
  if (!on_demand || !share) return std::nullopt;
  Coefficient<UsdPerSecond> price;
  price.value = (1.0 - share->value) * on_demand->value;
  price.source = fmt::format("{:.0f} % off on demand: {}", 100.0 * share->value, share->source);
  price.date = share->date;
  price.method = share->method;
  if (share->range) {
    price.range = std::array{(1.0 - (*share->range)[1]) * on_demand->value,
                             (1.0 - (*share->range)[0]) * on_demand->value};
  }
  return price;
}

}  // namespace

const InstancePrice* PriceList::find(const std::string& instance, const std::string& region) const {
  for (const InstancePrice& price : instances) {
    if (price.instance == instance && price.region == region) return &price;
  }
  return nullptr;
}

const StoragePrice* PriceList::find_store(const std::string& store,
                                          const std::string& region) const {
  for (const StoragePrice& price : storage) {
    if (price.store == store && price.region == region) return &price;
  }
  return nullptr;
}

const ServicePrices* PriceList::find_services(const std::string& region) const {
  for (const ServicePrices& prices : services) {
    if (prices.region == region) return &prices;
  }
  return nullptr;
}

std::optional<Coefficient<UsdPerSecond>> node_price(const InstancePrice& price,
                                                    const Purchase& purchase) {
  if (purchase.price) return purchase.price;
  switch (purchase.mode) {
    case PurchaseMode::kOnDemand:
      return price.on_demand;
    case PurchaseMode::kSavingsPlan:
      return discounted(price.on_demand, purchase.term == SavingsTerm::kThreeYears
                                             ? price.savings_3_years
                                             : price.savings_1_year);
    case PurchaseMode::kSpot:
      return price.spot;
    case PurchaseMode::kCapacityBlock:
      return price.capacity_block;
    case PurchaseMode::kTrainingPlan:
      return price.training_plan;
  }
  return std::nullopt;
}

}  // namespace sextant
