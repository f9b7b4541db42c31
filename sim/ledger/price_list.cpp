#include "sextant/ledger/price_list.h"

#include <fmt/format.h>

namespace sextant {
namespace {

using Price = std::optional<Coefficient<UsdPerSecond>>;
using Share = std::optional<Coefficient<double>>;

/// On demand less a share; the range is that of the share.
Price discounted(const Price& on_demand, const Share& share) {
  if (!on_demand || !share) return std::nullopt;
  const UsdPerSecond full = on_demand->value;
  Coefficient<UsdPerSecond> price{
      (1.0 - share->value) * full,
      fmt::format("{:.0f} % off on demand: {}", 100.0 * share->value, share->source), share->date,
      share->method, std::nullopt};
  if (share->range) {
    const auto& [least, most] = *share->range;
    price.range = std::array{(1.0 - most) * full, (1.0 - least) * full};
  }
  return price;
}

/// A capacity block as SageMaker would sell it: its price, at least, and at most with a quarter on
/// top.
Price with_premium(const Price& block, const Share& ratio) {
  if (!block || !ratio) return std::nullopt;
  return Coefficient<UsdPerSecond>{
      ratio->value * block->value,
      fmt::format("{:.2f} times a capacity block, as training plans are quoted on request: {}",
                  ratio->value, block->source),
      block->date, Method::kAssumed, std::array{block->value, 1.25 * block->value}};
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

std::optional<Coefficient<double>> PriceList::savings(const InstancePrice& price,
                                                      SavingsTerm term) const {
  const bool long_term = term == SavingsTerm::kThreeYears;
  const Share& own = long_term ? price.savings_3_years : price.savings_1_year;
  return own ? own : long_term ? savings_3_years : savings_1_year;
}

std::optional<Coefficient<double>> PriceList::premium(const InstancePrice& price) const {
  return price.sagemaker_ratio ? price.sagemaker_ratio : sagemaker_ratio;
}

std::optional<Coefficient<UsdPerSecond>> node_price(const PriceList& list,
                                                    const InstancePrice& price,
                                                    const Purchase& purchase) {
  if (purchase.price) return purchase.price;
  switch (purchase.mode) {
    case PurchaseMode::kOnDemand:
      return price.on_demand;
    case PurchaseMode::kSavingsPlan:
      return discounted(price.on_demand,
                        list.savings(price, purchase.term.value_or(SavingsTerm::kOneYear)));
    case PurchaseMode::kSpot:
      return price.spot;
    case PurchaseMode::kCapacityBlock:
      return price.capacity_block;
    case PurchaseMode::kTrainingPlan:
      return price.training_plan ? price.training_plan
                                 : with_premium(price.capacity_block, list.premium(price));
  }
  return std::nullopt;
}

}  // namespace sextant
