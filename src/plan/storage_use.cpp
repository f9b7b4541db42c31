#include "src/plan/storage_use.h"

namespace sextant::plan {
namespace {

using scenario::Scenario;

Usd cost_of_a_month(const CheckpointTariff& tariff, const StoreMove& save, Seconds interval) {
  const StoreTariff& store = tariff.store;
  const Bytes kept = static_cast<double>(tariff.kept) * store.size;
  const Bytes paid = store.provisioned > Bytes(0) ? store.provisioned : kept;
  const double saves = kPriceMonth / interval;
  return store.capacity * paid * kPriceMonth +
         saves * (save.puts * store.put + store.upload * save.size);
}

}  // namespace

std::optional<StoredCheckpoints> stored_checkpoints(const Scenario& scenario) {
  if (scenario.storage && scenario.storage->checkpoints) return scenario.storage->checkpoints;
  const StorageSystem* store = scenario.checkpoint_store();
  if (store == nullptr) return std::nullopt;
  StoredCheckpoints stored;
  stored.store = store->price_name();
  stored.part = scenario.checkpoint.requests.part;
  if (store->file_system && store->file_system->capacity) {
    stored.capacity = store->file_system->capacity->value;
  }
  return stored;
}

std::optional<StorageUse> storage_use(const Scenario& scenario, const CampaignPhase& phase,
                                      const TierInterval& interval,
                                      const std::optional<Tariff>& tariff) {
  const StorageSystem* store = scenario.checkpoint_store();
  if (store == nullptr) return std::nullopt;
  StorageUse use;
  use.store = store->title.empty() ? store->name : store->title;
  use.save = phase.checkpoint.saved;
  use.restore = phase.checkpoint.restored;
  use.splits = static_cast<int>(phase.growing.size());
  if (!phase.growing.empty()) use.first_save = phase.growing.front().saved;
  if (tariff && tariff->checkpoints) {
    use.month = cost_of_a_month(*tariff->checkpoints, use.save, interval.interval);
  }
  return use;
}

}  // namespace sextant::plan
