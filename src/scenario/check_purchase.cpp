#include "src/scenario/check_purchase.h"

#include <fmt/format.h>

#include <set>

#include "src/io/nearest_name.h"
#include "src/io/quantity_text.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

class Checks : private MemberChecks {
 public:
  Checks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : MemberChecks(scenario, places, diagnostics) {}

  void run() {
    platform_settings();
    purchase_terms();
    if (s_.prices) price_list();
    if (s_.storage) stores();
  }

 private:
  void platform_settings();
  template <class T>
  void only_on(const std::optional<T>& setting, const char* what, PlatformService service);
  void purchase_terms();
  template <class T>
  void only_with(const std::optional<T>& term, const char* what, bool allowed, const char* modes);
  void price_list();
  void instance_has_price();
  void prices_are_told_once();
  void stores();
  void billed_where_written(const StoredCheckpoints& stored);
  template <class Stored>
  void store(const Stored& stored);
};

template <class T>
void Checks::only_on(const std::optional<T>& setting, const char* what, PlatformService service) {
  if (!setting || s_.platform.service == service) return;
  io::Diagnostic& entry = error(
      setting, fmt::format("found {}, which only platform \"{}\" has", what, enum_name(service)));
  note(entry, s_.platform.service,
       fmt::format("the platform is {}", enum_name(s_.platform.service)));
}

void Checks::platform_settings() {
  only_on(s_.platform.orchestrator, "an orchestrator", PlatformService::kHyperPod);
  only_on(s_.platform.profiler, "the profiler", PlatformService::kSageMakerTraining);
  only_on(s_.platform.training_job, "quotas of training jobs", PlatformService::kSageMakerTraining);
}

template <class T>
void Checks::only_with(const std::optional<T>& term, const char* what, bool allowed,
                       const char* modes) {
  if (!term || allowed) return;
  io::Diagnostic& entry = error(term, fmt::format("found {}, which only {} has", what, modes));
  note(entry, s_.purchase.mode, fmt::format("the mode is {}", enum_name(s_.purchase.mode)));
}

void Checks::purchase_terms() {
  const Purchase& purchase = s_.purchase;
  const bool booked =
      purchase.mode == PurchaseMode::kCapacityBlock || purchase.mode == PurchaseMode::kTrainingPlan;
  const bool committed = purchase.mode == PurchaseMode::kSavingsPlan;
  constexpr const char* kBookings = "a capacity block or a training plan";
  only_with(purchase.days, "a number of days", booked, kBookings);
  only_with(purchase.gap, "a wait for the next one", booked, kBookings);
  only_with(purchase.quota, "a quota", booked, kBookings);
  if (booked && purchase.gap && !purchase.days) {
    error(purchase.gap, "found a wait for the next booking, expected the days of one besides");
  }
  only_with(purchase.term, "a term", committed, "a savings plan");
  only_with(purchase.unused, "what becomes of the unused term", committed, "a savings plan");
  if (purchase.price && !(s_.prices && s_.cluster.region)) {
    error(purchase.price, "found a price, expected a price list and a region besides").help =
        "the list has what else is charged for: storage, requests, control plane";
  }
}

void Checks::price_list() {
  if (!s_.cluster.region) {
    error(s_.prices, "found a price list, expected a region besides: prices differ by region");
    return;
  }
  prices_are_told_once();
  if (!s_.purchase.price) instance_has_price();
}

void Checks::instance_has_price() {
  const std::string& instance = s_.cluster.instance->name;
  const std::string& region = (*s_.cluster.region)->name;
  if ((*s_.prices)->find(instance, region)) return;
  std::vector<std::string> regions;
  for (const InstancePrice& price : (*s_.prices)->instances) {
    if (price.instance == instance) regions.push_back(price.region);
  }
  io::Diagnostic& entry =
      error(s_.prices, fmt::format("found no price of {} in {}", instance, region));
  entry.help = regions.empty() ? "leave the prices out for a forecast without cost"
                               : fmt::format("priced in: {}", fmt::join(regions, ", "));
  note(entry, s_.cluster.instance, "the instance");
  note(entry, s_.cluster.region, "the region");
}

void Checks::prices_are_told_once() {
  std::set<std::pair<std::string, std::string>> seen;
  for (const InstancePrice& price : (*s_.prices)->instances) {
    if (!seen.emplace(price.instance, price.region).second) {
      error(price.instance, fmt::format("found {} in {} a second time in the price list",
                                        price.instance, price.region));
    }
    if (!price.on_demand && !price.spot && !price.capacity_block && !price.training_plan) {
      error(price.instance, fmt::format("found no price of {} in {}, expected at least one",
                                        price.instance, price.region))
          .help = "on_demand, spot, capacity_block or training_plan";
    }
  }
}

void Checks::stores() {
  if (!s_.prices || !s_.cluster.region) {
    error(s_.storage, "found stores, expected a price list and a region besides");
    return;
  }
  if (s_.storage->checkpoints) {
    store(*s_.storage->checkpoints);
    billed_where_written(*s_.storage->checkpoints);
  }
  if (s_.storage->dataset) store(*s_.storage->dataset);
}

void Checks::billed_where_written(const StoredCheckpoints& stored) {
  const StorageSystem* target = s_.checkpoint_store();
  if (target == nullptr || target->price_name() == stored.store) return;
  io::Diagnostic& entry =
      error(stored.store, fmt::format("found \"{}\", but checkpoints go to \"{}\"", stored.store,
                                      target->price_name()));
  entry.help = "name the same store, or leave it out: the target is billed by itself";
  note(entry, s_.checkpoint.target.back(), "the target");
}

template <class Stored>
void Checks::store(const Stored& stored) {
  const std::string& name = stored.store;
  const PriceList& prices = **s_.prices;
  const std::string& region = (*s_.cluster.region)->name;
  if (const StoragePrice* price = prices.find_store(name, region)) {
    if (!stored.capacity || price->provisioned) return;
    io::Diagnostic& entry =
        error(stored.capacity, "found a capacity, which only a file system has");
    entry.help = "an object store is paid for what lies in it";
    note(entry, name, fmt::format("{} is none", name));
    return;
  }
  std::vector<std::string> stores;
  for (const StoragePrice& price : prices.storage) {
    if (price.region == region) stores.push_back(price.store);
  }
  io::Diagnostic& entry = error(name, fmt::format("found \"{}\", for which {} has no price in {}",
                                                  name, prices.name, region));
  const auto nearest = io::nearest_name(name, stores);
  entry.help = nearest          ? fmt::format("did you mean \"{}\"?", *nearest)
               : stores.empty() ? "it has no prices of storage there"
                                : fmt::format("stores: {}", fmt::join(stores, ", "));
}

}  // namespace

void check_purchase(const Scenario& scenario, const io::PlaceMap& places,
                    io::Diagnostics& diagnostics) {
  Checks(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario
