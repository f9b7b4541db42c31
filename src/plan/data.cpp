#include "src/plan/data.h"

#include <algorithm>
#include <cmath>

#include "sextant/cluster/network_cards.h"

namespace sextant::plan {
namespace {

using scenario::Scenario;

constexpr std::int64_t kShortVocabulary = 65'500;

DataMachines machines(const Instance& instance, int count) {
  DataMachines machines{.count = count};
  const BytesPerSecond ip = NetworkCards(instance).ip_limit();
  if (std::isfinite(ip.si())) machines.ip_bandwidth = ip;
  if (instance.fabric == "efa") machines.efa_bandwidth = instance.network_bandwidth.value;
  if (!instance.host) return machines;
  machines.threads = instance.host->vcpus;
  if (const auto& disks = instance.host->nvme_read_bandwidth)
    machines.disk_bandwidth = disks->value;
  return machines;
}

DataSite site_of(const Scenario& scenario) {
  DataSite site{.nodes = machines(*scenario.cluster.instance, scenario.cluster.nodes),
                .feeders = {}};
  const auto& feeders = scenario.data->feeders;
  if (feeders) site.feeders = machines(*feeders->instance, feeders->count);
  return site;
}

DataSource source_of(const Scenario& scenario) {
  const scenario::TrainingData& data = *scenario.data;
  return {.store = *scenario.find_store(data.store),
          .bucket = data.bucket ? scenario.find_store(*data.bucket) : nullptr};
}

/// Goes through the run in the order in which it reads its data.
class Reading {
 public:
  explicit Reading(const Scenario& scenario)
      : scenario_(scenario), source_(source_of(scenario)), site_(site_of(scenario)) {}

  PlannedData of(const std::vector<PlannedPhase>& phases);

 private:
  BatchData read(const PlannedPhase& phase, const PlannedBatch& batch);
  void count(const BatchData& data);
  void before_the_first_step();

  const Scenario& scenario_;
  DataSource source_;
  DataSite site_;
  Bytes read_;            ///< so far, of what the samples take
  Seconds phase_time_{};  ///< so far, of the phase
  PlannedData result_;
};

double expected_steps(const PlannedPhase& phase, const PlannedBatch& batch, Seconds so_far,
                      Seconds step) {
  const auto planned = static_cast<double>(batch.steps);
  if (!phase.plan.duration) return planned;
  return std::clamp((*phase.plan.duration - so_far) / step, 0.0, planned);
}

BatchData Reading::read(const PlannedPhase& phase, const PlannedBatch& batch) {
  const DataPlan plan = data_plan_of(scenario_, batch.inputs.sequence_length);
  const auto samples = static_cast<double>(batch.inputs.global_batch);
  BatchData data;
  data.step = {.step = batch.step.time,
               .first = load_samples(plan, source_, site_, samples, false),
               .later = load_samples(plan, source_, site_, samples, true)};
  const Seconds with_waiting = batch.step.time + data.step.later_stall();
  data.steps = expected_steps(phase, batch, phase_time_, with_waiting);
  const double unread = std::max(0.0, (plan.size - read_) / (samples * *plan.sample));
  data.first_steps = std::min(data.steps, std::ceil(unread));

  phase_time_ += data.steps * with_waiting;
  read_ += data.steps * samples * *plan.sample;
  result_.samples += data.steps * samples;
  return data;
}

void Reading::count(const BatchData& data) {
  const double later = data.steps - data.first_steps;
  result_.gets += data.first_steps * data.step.first.gets + later * data.step.later.gets;
  result_.moved += data.first_steps * data.step.first.size + later * data.step.later.size;
  const StorageSystem& store = source_.bucket != nullptr ? *source_.bucket : source_.store;
  if (!store.object_store || data.steps <= 0) return;
  const double rate = data.step.first.gets / data.step.step.si();
  result_.needed_partitions =
      std::max(result_.needed_partitions, std::ceil(rate / store.object_store->get_rate.value));
}

void Reading::before_the_first_step() {
  result_.copy = copy_data(result_.plan, source_, site_, site_.readers().count);
  result_.gets += result_.copy.gets;
  result_.moved += result_.copy.size;
  if (!site_.feeders) result_.new_node = copy_data(result_.plan, source_, site_, 1);
}

PlannedData Reading::of(const std::vector<PlannedPhase>& phases) {
  for (const PlannedPhase& phase : phases) {
    phase_time_ = Seconds(0);
    std::vector<BatchData>& batches = result_.batches.emplace_back();
    for (const PlannedBatch& batch : phase.batches) {
      batches.push_back(read(phase, batch));
      count(batches.back());
    }
  }
  const std::size_t longest = main_phase(phases);
  const PlannedBatch& main = phases[longest].main();
  result_.plan = data_plan_of(scenario_, main.inputs.sequence_length);
  const auto index = static_cast<std::size_t>(&main - phases[longest].batches.data());
  result_.main = result_.batches[longest][index].step;
  result_.passes = read_ / result_.plan.size;
  result_.first_partitions = static_cast<double>(first_partitions(result_.plan.requests));
  before_the_first_step();
  return result_;
}

void add_run(std::vector<StepRun>& runs, Seconds step, Seconds stall, std::int64_t steps) {
  if (steps > 0) runs.push_back({.step = step + stall, .steps = steps, .data_stall = stall});
}

std::vector<StepRun> runs_of(const PlannedPhase& phase, const std::vector<BatchData>& batches) {
  std::vector<StepRun> runs;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const StepData& step = batches[i].step;
    const std::int64_t steps = phase.batches[i].steps;
    if (step.first_stall() == step.later_stall()) {
      add_run(runs, step.step, step.later_stall(), steps);
      continue;
    }
    const auto first = static_cast<std::int64_t>(batches[i].first_steps);
    add_run(runs, step.step, step.first_stall(), std::min(first, steps));
    add_run(runs, step.step, step.later_stall(), steps - std::min(first, steps));
  }
  return runs;
}

}  // namespace

DataPlan data_plan_of(const Scenario& scenario, std::int64_t sequence_length) {
  DataPlan plan = *scenario.data;
  if (!plan.sample) {
    const double token = scenario.model->vocabulary < kShortVocabulary ? 2 : 4;
    plan.sample = Bytes(token * static_cast<double>(sequence_length));
  }
  const bool copied = plan.mode == DataMode::kFile && scenario.find_store(plan.store)->object_store;
  const bool sagemaker = scenario.platform.service == PlatformService::kSageMakerTraining;
  if (copied && sagemaker && !plan.copy_bandwidth) plan.copy_bandwidth = sagemaker_copy_bandwidth();
  return plan;
}

std::optional<PlannedData> plan_data(const Scenario& scenario,
                                     const std::vector<PlannedPhase>& phases) {
  if (!scenario.data) return std::nullopt;
  return Reading(scenario).of(phases);
}

void wait_for_data(const PlannedData& data, std::vector<PlannedPhase>& phases) {
  for (std::size_t i = 0; i < phases.size(); ++i) {
    phases[i].campaign.runs = runs_of(phases[i], data.batches[i]);
  }
}

DataCosts data_costs(const std::optional<PlannedData>& data) {
  if (!data) return {};
  return {.load = data->copy.time, .load_new_node = data->new_node.time};
}

std::vector<StoredData> stored_data(const Scenario& scenario, const PlannedData& data) {
  const DataSource source = source_of(scenario);
  const auto stored = [&](const StorageSystem& store, double passes) {
    StoredDataset dataset;
    dataset.store = store.price_name();
    dataset.size = data.plan.size;
    dataset.passes = passes;
    dataset.part = data.plan.requests.part;
    if (store.file_system && store.file_system->capacity) {
      dataset.capacity = store.file_system->capacity->value;
    }
    return dataset;
  };
  const double copies = data.copy.size / data.plan.size;
  const double passes = data.plan.mode == DataMode::kFile ? copies : data.passes;
  if (source.bucket == nullptr) return {{stored(source.store, passes), data.gets}};
  return {{stored(source.store, passes), 0},
          {stored(*source.bucket, std::min(1.0, data.passes)), data.gets}};
}

}  // namespace sextant::plan
