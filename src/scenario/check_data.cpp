#include "src/scenario/check_data.h"

#include <fmt/format.h>

#include "src/io/quantity_text.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

class Checks : private MemberChecks {
 public:
  Checks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : MemberChecks(scenario, places, diagnostics) {}

  void run() {
    if (s_.data) data(*s_.data);
    if (s_.preparation) preparation(*s_.preparation);
  }

 private:
  void data(const TrainingData& data);
  /// The one that `member` names.
  void kind_of_store(const TrainingData& data, const StorageSystem& store);
  void bucket(const TrainingData& data);
  void records(const TrainingData& data);
  void room_in_file_system(const TrainingData& data, const StorageSystem& store);
  void room_on_disks(const TrainingData& data);
  void threads(const TrainingData& data);

  void preparation(const Preparation& preparation);
  void fleet(const PreparationFleet& fleet);
  void fleet_price(const PreparationFleet& fleet);
};

void Checks::kind_of_store(const TrainingData& data, const StorageSystem& store) {
  const bool by_requests = data.mode == DataMode::kFastFile || data.mode == DataMode::kShards;
  const auto expected = [&](const char* kind, const char* help) {
    io::Diagnostic& entry = error(data.store, fmt::format("found {}, expected {} for mode \"{}\"",
                                                          data.store, kind, enum_name(data.mode)));
    entry.help = help;
    note(entry, data.mode, "the mode");
  };
  if (by_requests && !store.object_store) {
    expected("a store of objects", "mode \"file_system\" reads a file system");
  }
  if (data.mode == DataMode::kFileSystem && !store.file_system) {
    expected("a file system", "a linked one has its \"bucket\" besides");
  }
}

void Checks::bucket(const TrainingData& data) {
  if (!data.bucket) return;
  if (data.mode != DataMode::kFileSystem) {
    note(error(data.bucket, "found a bucket, which only a file system is linked to"), data.mode,
         fmt::format("the mode is {}", enum_name(data.mode)));
    return;
  }
  const StorageSystem* found = known_store(data.bucket, *data.bucket);
  if (found && !found->object_store) {
    error(data.bucket, fmt::format("found {}, expected a store of objects", *data.bucket));
  }
}

void Checks::records(const TrainingData& data) {
  if (data.samples_per_get > 1 && data.mode != DataMode::kShards) {
    io::Diagnostic& entry =
        error(data.samples_per_get,
              fmt::format("found {}, expected 1: only own readers of shards choose it",
                          data.samples_per_get));
    note(entry, data.mode, fmt::format("the mode is {}", enum_name(data.mode)));
  }
  if (data.sample && *data.sample > data.size) {
    note(error(data.sample, "found a sample that is larger than all data"), data.size, "all data");
  }
}

void Checks::room_in_file_system(const TrainingData& data, const StorageSystem& store) {
  if (!store.file_system || !store.file_system->capacity) return;
  const Bytes capacity = store.file_system->capacity->value;
  if (data.size <= capacity) return;
  io::Diagnostic& entry = error(data.size, fmt::format("found {}, expected at most the {} of {}",
                                                       io::format_quantity(data.size),
                                                       io::format_quantity(capacity), store.name));
  note(entry, store.file_system->capacity, "its capacity");
}

void Checks::room_on_disks(const TrainingData& data) {
  if (data.mode != DataMode::kFile) return;
  const Instance& instance = data.feeders ? *data.feeders->instance : *s_.cluster.instance;
  if (!instance.host || !instance.host->nvme_capacity) return;
  const int machines = data.feeders ? data.feeders->count : s_.cluster.nodes;
  const Bytes needed = data.each_node_everything ? data.size : data.size / machines;
  const Bytes capacity = instance.host->nvme_capacity->value;
  if (needed <= capacity) return;
  io::Diagnostic& entry =
      error(data.size, fmt::format("found {} for each node to copy, expected at most the {} of its "
                                   "disks",
                                   io::format_quantity(needed), io::format_quantity(capacity)));
  entry.help = data.each_node_everything
                   ? "\"each_node_everything\": false copies to each its part; mode \"fast_file\" "
                     "copies nothing"
                   : "mode \"fast_file\" or \"shards\" copies nothing";
}

/// Whoever works on samples has threads.
void Checks::threads(const TrainingData& data) {
  const Instance& instance = data.feeders ? *data.feeders->instance : *s_.cluster.instance;
  if (!data.cpu_per_sample || instance.host) return;
  error(data.cpu_per_sample,
        fmt::format("found work for the threads of {}, which are not known", instance.name))
      .help = "give its \"host\"";
}

void Checks::data(const TrainingData& data) {
  records(data);
  room_on_disks(data);
  threads(data);
  bucket(data);
  const StorageSystem* found = known_store(data.store, data.store);
  if (!found) return;
  kind_of_store(data, *found);
  room_in_file_system(data, *found);
}

void Checks::fleet_price(const PreparationFleet& fleet) {
  if (fleet.price || !s_.prices || !s_.cluster.region) return;
  const std::string& region = (*s_.cluster.region)->name;
  const InstancePrice* price = (*s_.prices)->find(fleet.instance->name, region);
  if (price && price->on_demand) return;
  error(fleet.instance, fmt::format("found {}, which {} does not sell on demand in {}",
                                    fleet.instance->name, (*s_.prices)->name, region))
      .help = "give its \"price\"";
}

void Checks::fleet(const PreparationFleet& fleet) {
  fleet_price(fleet);
  if (fleet.instance->host) return;
  error(fleet.instance,
        fmt::format("found {}, whose hardware threads are not known", fleet.instance->name))
      .help = "give its \"host\"";
}

void Checks::preparation(const Preparation& preparation) {
  if (preparation.store) known_store(preparation.store, *preparation.store);
  if (preparation.fleets.empty())
    error(preparation.fleets, "found no fleet, expected at least one");
  for (const PreparationFleet& each : preparation.fleets) fleet(each);
}

}  // namespace

void check_data(const Scenario& scenario, const io::PlaceMap& places,
                io::Diagnostics& diagnostics) {
  Checks(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario
