#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sextant/cluster/instance.h"
#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"
#include "sextant/storage/store_move.h"
#include "src/catalog/families.h"
#include "src/io/catalogue_item.h"

namespace sextant::scenario {

/// Machines that prepare the data, each its own share: the same container once per machine.
struct PreparationFleet {
  io::CatalogueItem<Instance> instance;
  int count = 1;
  /// Of the data as they come in, that one hardware thread works through.
  Coefficient<BytesPerSecond> rate;
  Coefficient<Seconds> start{5.0 * kMinute, "no measurement published: machines and container",
                             "2026-11-22", Method::kAssumed,
                             std::array{2.0 * kMinute, 10.0 * kMinute}};
  /// Of one machine. Absent: the list's on-demand price.
  std::optional<Coefficient<UsdPerSecond>> price;
};

template <class Archive>
void visit(Archive& a, PreparationFleet& s) {
  a.object("preparation_fleet", "Machines that prepare the data, each its own share.");
  a.field("instance", s.instance, {.doc = "What each machine is", .required = true});
  a.field("count", s.count, {.doc = "Machines", .min = 1, .max = 1e6, .required = true});
  a.field("rate", s.rate,
          {.doc = "Input that one hardware thread works through", .min = 1, .required = true});
  a.field("start", s.start, {.doc = "Until they work", .min = 0});
  a.field("price", s.price,
          {.doc = "Price of one machine; absent: the list's, on demand", .min = 0});
}

/// Work on the data before the run: tokenising, deduplicating, packing into shards. Nothing of it
/// is in the figures of the run.
struct Preparation {
  Bytes input;
  std::optional<Bytes> output;       ///< absent: as the input
  std::optional<std::string> store;  ///< of the scenario, to read and write; absent: no limit
  Bytes file_size{134'217'728};      ///< of what is read and written: 128 MiB
  RequestPlan requests;
  /// The first is the one to be used; the others stand beside it for comparison.
  std::vector<PreparationFleet> fleets;
};

template <class Archive>
void visit(Archive& a, Preparation& s) {
  a.object("preparation",
           "Work on the data before the run; nothing of it is in the figures of the run.");
  a.field("input", s.input, {.doc = "Data to be prepared", .min = 1, .required = true});
  a.field("output", s.output, {.doc = "Prepared data; absent: as much as the input", .min = 0});
  a.field("store", s.store,
          {.doc = "The scenario's store that they are read from and written to; absent: no limit"});
  a.field("file_size", s.file_size, {.doc = "Of what is read and written", .min = 1});
  a.field("requests", s.requests, {.doc = "How the machines talk to a store of objects"});
  a.field("fleets", s.fleets,
          {.doc = "At least one; further ones are compared with the first", .required = true});
}

}  // namespace sextant::scenario
