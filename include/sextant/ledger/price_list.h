#pragma once

#include <string>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"

namespace sextant {

/// How the nodes are bought.
enum class Purchase { kOnDemand };

template <>
struct EnumNames<Purchase> {
  static constexpr std::array table{std::pair{Purchase::kOnDemand, "on_demand"}};
};

/// Price of one instance in one region.
struct InstancePrice {
  std::string instance;
  std::string region;
  Coefficient<UsdPerSecond> on_demand;
};

template <class Archive>
void visit(Archive& a, InstancePrice& s) {
  a.object("instance_price", "Price of one instance in one region.");
  a.field("instance", s.instance, {.doc = "Name of an instance", .required = true});
  a.field("region", s.region, {.doc = "Name of a region", .required = true});
  a.field("on_demand", s.on_demand, {.doc = "On-demand price", .min = 0, .required = true});
}

/// Prices as they stood on one day.
struct PriceList {
  std::string name;
  std::string title;
  std::vector<InstancePrice> instances;

  /// Null if the instance has no on-demand price there.
  const InstancePrice* find(const std::string& instance, const std::string& region) const {
    for (const InstancePrice& price : instances) {
      if (price.instance == instance && price.region == region) return &price;
    }
    return nullptr;
  }
};

template <class Archive>
void visit(Archive& a, PriceList& s) {
  a.object("price_list", "Prices as they stood on one day.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people"});
  a.field("instances", s.instances, {.doc = "Price per instance and region", .required = true});
}

}  // namespace sextant
