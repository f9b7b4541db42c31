#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/storage/data_loading.h"
#include "src/plan/phases.h"
#include "src/scenario/scenario.h"

namespace sextant::plan {

/// Data of one step of a batch while the step before it runs.
struct StepData {
  Seconds step;         ///< without waiting
  SampleLoading first;  ///< when the data are read for the first time
  SampleLoading later;

  Seconds first_stall() const { return data_stall(first.time, step); }
  Seconds later_stall() const { return data_stall(later.time, step); }
};

/// The steps of one batch of a phase.
struct BatchData {
  StepData step;
  double steps = 0;        ///< that are expected: those that fit where a phase has a duration
  double first_steps = 0;  ///< of these, whole ones that read for the first time
};

/// How a run's training data come to its ranks, with everything worked out.
struct PlannedData {
  DataPlan plan;  ///< with the size of a sample of the longest phase, and the copier's bandwidth
  double samples = 0;                           ///< that the run trains on, failures aside
  double passes = 0;                            ///< times that all data are read
  DataCopy copy;                                ///< before the first step
  DataCopy new_node;                            ///< of one node that joins
  std::vector<std::vector<BatchData>> batches;  ///< of each phase, in their order
  StepData main;                                ///< of the longest phase's main batch
  double first_partitions = 1;                  ///< that the store has when the run begins
  double needed_partitions = 1;  ///< that answer as many requests as the steps ask for
  double gets = 0;               ///< of the whole run
  Bytes moved;                   ///< from the store
};

/// The scenario's plan with what it leaves to the model and the platform: the size of a sample of
/// so many tokens, the copier of SageMaker.
/// A token takes two bytes where the vocabulary is below 65,500, else four (Megatron-LM's
/// IndexedDataset). @pre the scenario has data
DataPlan data_plan_of(const scenario::Scenario& scenario, std::int64_t sequence_length);

/// Absent where the scenario has no data.
std::optional<PlannedData> plan_data(const scenario::Scenario& scenario,
                                     const std::vector<PlannedPhase>& phases);

/// Steps take longer by what they wait for data; those that read for the first time are runs of
/// their own where they wait longer.
void wait_for_data(const PlannedData& data, std::vector<PlannedPhase>& phases);

/// What the campaign needs of it; nothing takes time where there are no data.
DataCosts data_costs(const std::optional<PlannedData>& data);

/// What the bill has for the data where `storage.dataset` does not say it: the store with all of
/// them, and the requests of the run.
struct StoredData {
  StoredDataset dataset;
  double gets = 0;
};
/// That of the store and, where a file system is linked to one, of its bucket.
std::vector<StoredData> stored_data(const scenario::Scenario& scenario, const PlannedData& data);

}  // namespace sextant::plan
