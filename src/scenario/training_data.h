#pragma once

#include <optional>

#include "sextant/cluster/instance.h"
#include "sextant/storage/data_plan.h"
#include "src/catalog/families.h"
#include "src/io/catalogue_item.h"

namespace sextant::scenario {

/// Instances that read the training data and work on them for the nodes: a heterogeneous cluster.
/// Their price is not in the bill of the run.
struct Feeders {
  io::CatalogueItem<Instance> instance;
  int count = 1;
};

template <class Archive>
void visit(Archive& a, Feeders& s) {
  a.object("feeders", "Instances that read the data and work on them for the nodes.");
  a.field("instance", s.instance, {.doc = "What each of them is", .required = true});
  a.field("count", s.count,
          {.doc = "How many serve the whole job", .min = 1, .max = 1e6, .required = true});
}

/// The training data, and who loads them.
struct TrainingData : DataPlan {
  std::optional<Feeders> feeders;
};

template <class Archive>
void visit(Archive& a, TrainingData& s) {
  a.object("training_data", "The training data, and how they come to the ranks.");
  visit_data(a, s);
  a.field("feeders", s.feeders,
          {.doc = "Instances that load the data for the nodes; absent: the nodes do it"});
}

}  // namespace sextant::scenario
