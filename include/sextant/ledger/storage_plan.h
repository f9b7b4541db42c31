#pragma once

#include <optional>
#include <string>

#include "sextant/kernel/quantity.h"

namespace sextant {

/// Where checkpoints lie and how many are kept: what storing them costs. How fast the store is, is
/// said in CheckpointPlan.
struct StoredCheckpoints {
  std::string store;  ///< a store of the price list
  int kept = 2;       ///< the newest ones; older ones are deleted
  Seconds kept_after{0};
  Bytes part{67'108'864};         ///< of one request: 64 MiB
  std::optional<Bytes> capacity;  ///< of a file system; absent: what the kept ones need
  bool in_another_zone = false;   ///< than the nodes: traffic between zones is charged
};

template <class Archive>
void visit(Archive& a, StoredCheckpoints& s) {
  a.object("stored_checkpoints", "Where checkpoints lie and how many are kept.");
  a.field("store", s.store, {.doc = "A store of the price list", .required = true});
  a.field("kept", s.kept, {.doc = "The newest ones, so many; older ones are deleted", .min = 1});
  a.field("kept_after", s.kept_after, {.doc = "Time that they are kept after the run", .min = 0});
  a.field("part", s.part, {.doc = "Data of one PUT or GET request", .min = 1});
  a.field("capacity", s.capacity,
          {.doc = "Size of the file system; absent: what the kept checkpoints need", .min = 1});
  a.field("in_another_zone", s.in_another_zone,
          {.doc = "The store is in another zone than the nodes"});
}

/// Where the training data lie and how they are read.
struct StoredDataset {
  std::string store;
  Bytes size;
  double passes = 1;              ///< times that all of it is read
  Bytes part{8'388'608};          ///< of one request: 8 MiB
  std::optional<Bytes> capacity;  ///< of a file system; absent: the size
  bool in_another_zone = false;
};

template <class Archive>
void visit(Archive& a, StoredDataset& s) {
  a.object("stored_dataset", "Where the training data lie and how they are read.");
  a.field("store", s.store, {.doc = "A store of the price list", .required = true});
  a.field("size", s.size, {.doc = "Size of the data", .min = 1, .required = true});
  a.field("passes", s.passes, {.doc = "Times that all of it is read", .min = 0});
  a.field("part", s.part, {.doc = "Data of one GET request", .min = 1});
  a.field("capacity", s.capacity, {.doc = "Size of the file system; absent: the data's", .min = 1});
  a.field("in_another_zone", s.in_another_zone,
          {.doc = "The store is in another zone than the nodes"});
}

/// What is stored during a run. What is absent is not in the bill.
struct StoragePlan {
  std::optional<StoredCheckpoints> checkpoints;
  std::optional<StoredDataset> dataset;

  bool crosses_zones() const {
    return (checkpoints && checkpoints->in_another_zone) || (dataset && dataset->in_another_zone);
  }
};

template <class Archive>
void visit(Archive& a, StoragePlan& s) {
  a.object("storage", "What is stored during the run; what is absent is not in the bill.");
  a.field("checkpoints", s.checkpoints, {.doc = "The checkpoints"});
  a.field("dataset", s.dataset, {.doc = "The training data"});
}

}  // namespace sextant
