#include "src/plan/variation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "src/io/place_map.h"
#include "src/scenario/check_scenario.h"
#include "src/scenario/target_tiers.h"

namespace sextant::plan {
namespace {

using scenario::PhasePlan;
using scenario::Scenario;

/// Trainium and Inferentia, which run what their own compiler makes.
bool is_neuron(const Accelerator& accelerator) {
  return accelerator.generation.starts_with("trn") || accelerator.generation.starts_with("inf");
}
bool is_neuron(const std::string& framework) { return framework.starts_with("neuron"); }

/// "a100" of "a100-40gb": the chip, of whatever memory.
std::string chip_of(const std::string& accelerator) {
  return accelerator.substr(0, accelerator.find('-'));
}

/// Whether a name such as "rsc1-a100-all" has this word in it.
bool has_word(std::string_view name, std::string_view word) {
  const std::string padded = fmt::format("-{}-", name);
  return padded.find(fmt::format("-{}-", word)) != std::string::npos;
}

ImpossibleVariation impossible(std::string reason) {
  return ImpossibleVariation({Obstacle{std::move(reason), {}, {}}});
}

std::vector<Obstacle> obstacles_of(const std::vector<io::Diagnostic>& errors) {
  std::vector<Obstacle> obstacles;
  for (const io::Diagnostic& error : errors) {
    Obstacle& obstacle = obstacles.emplace_back(Obstacle{error.message, {}, {}});
    for (const io::Diagnostic::Note& note : error.notes) obstacle.details.push_back(note.text);
    if (!error.help.empty()) obstacle.remedies.push_back(error.help);
  }
  return obstacles;
}

std::string text_of(const std::vector<Obstacle>& obstacles) {
  std::string text;
  for (const Obstacle& obstacle : obstacles) {
    text += fmt::format("error: {}\n", obstacle.reason);
    for (const std::string& remedy : obstacle.remedies) text += fmt::format("  help: {}\n", remedy);
  }
  return text;
}

void require_count(const char* what, const std::optional<int>& count, int least) {
  constexpr int kMost = 1'000'000;
  if (!count || (*count >= least && *count <= kMost)) return;
  throw impossible(fmt::format("found {} {}, expected {} .. {}", *count, what, least, kMost));
}

class Change {
 public:
  Change(const Scenario& scenario, const Variation& variation, catalog::Catalogue& catalogue)
      : before_(scenario), variation_(variation), catalogue_(catalogue), s_(scenario) {}

  VariedScenario apply() {
    require_count("nodes", variation_.nodes, 1);
    require_count("spares", variation_.spares, 0);
    if (variation_.instance && *variation_.instance != s_.cluster.instance->name) instance();
    if (variation_.nodes) s_.cluster.nodes = *variation_.nodes;
    if (s_.cluster.ranks() != before_.cluster.ranks()) free_data_ranks();
    if (variation_.spares) spares(*variation_.spares);
    if (variation_.region) region(*variation_.region);
    if (variation_.purchase) purchase(*variation_.purchase);
    if (variation_.checkpoint_target) target(*variation_.checkpoint_target);
    require_consistent();
    return {std::move(s_), std::move(notes_)};
  }

 private:
  void instance();
  void software(PhasePlan& phase);
  void precision(PhasePlan& phase);
  void failures();
  void own_price();
  void collectives();
  void free_data_ranks();
  void spares(int count);
  void region(const std::string& name);
  void purchase(PurchaseMode mode);
  void target(const std::vector<std::string>& names);
  void stored_where_written();
  void require_consistent();

  const Accelerator& accelerator() const { return **s_.cluster.accelerator; }
  std::vector<PhasePlan*> phases();
  /// The general framework for GPUs that the calibration has; empty if it has none.
  std::string gpu_framework() const;
  /// Once, however many phases it happens to.
  void note(std::string text) {
    if (std::find(notes_.begin(), notes_.end(), text) == notes_.end()) {
      notes_.push_back(std::move(text));
    }
  }

  const Scenario& before_;
  const Variation& variation_;
  catalog::Catalogue& catalogue_;
  Scenario s_;
  std::vector<std::string> notes_;
};

std::vector<PhasePlan*> Change::phases() {
  std::vector<PhasePlan*> list{&s_.training};
  for (PhasePlan& phase : s_.training.phases) list.push_back(&phase);
  return list;
}

void Change::instance() {
  s_.cluster.instance = {catalogue_.load<Instance>(*variation_.instance), *variation_.instance};
  io::Diagnostics diagnostics;
  scenario::check_instance(s_, io::PlaceMap(), diagnostics);
  if (diagnostics.has_errors()) throw ImpossibleVariation(obstacles_of(diagnostics.errors()));
  const std::string& chip = *s_.cluster.instance->accelerator;
  s_.cluster.accelerator = {catalogue_.load<Accelerator>(chip), chip};
  for (PhasePlan* phase : phases()) {
    precision(*phase);
    software(*phase);
  }
  failures();
  own_price();
  collectives();
}

void Change::precision(PhasePlan& phase) {
  if (phase.precision != Precision::kFp8 || accelerator().peak_fp8) return;
  phase.precision = Precision::kBf16;
  phase.software.fp8_gather = false;
  note(fmt::format("bf16 instead of fp8, which {} does not have", accelerator().title));
}

std::string Change::gpu_framework() const {
  const auto& known = s_.calibration->software;
  if (known.contains("megatron")) return "megatron";
  const auto found =
      std::find_if(known.begin(), known.end(), [](const auto& s) { return !is_neuron(s.first); });
  return found == known.end() ? "" : found->first;
}

void Change::software(PhasePlan& phase) {
  Software& software = phase.software;
  const bool neuron = is_neuron(accelerator());
  if (is_neuron(software.framework) != neuron) {
    const std::string before = software.framework;
    software.framework = neuron ? "neuronx" : gpu_framework();
    software.release.reset();
    note(fmt::format("{} instead of {}, which {} does not run", software.framework, before,
                     accelerator().title));
  }
  if (!neuron) return;
  if (software.attention == AttentionKernel::kCudnn) {
    software.attention = AttentionKernel::kFlash2;
    note("attention as flash2 instead of cuDNN's, which only NVIDIA's chips run");
  }
  if (software.cuda_graphs) {
    software.cuda_graphs = false;
    note("without CUDA graphs, which only NVIDIA's chips have");
  }
}

/// The profile stays: how often nodes fail is not known of every kind of node. Its name may tell
/// where it was seen.
void Change::failures() {
  const std::string& profile = s_.failures->name;
  const std::string own = chip_of(accelerator().name);
  for (const std::string& name : catalogue_.names("accelerators")) {
    const std::string chip = chip_of(name);
    if (chip == own || !has_word(profile, chip)) continue;
    note(fmt::format("failures as in {}, which was seen on nodes with {}", profile, chip));
  }
}

void Change::own_price() {
  if (!s_.purchase.price) return;
  s_.purchase.price.reset();
  note(fmt::format("without the purchase's own price, which is for {}",
                   before_.cluster.instance->name));
}

void Change::collectives() {
  const auto& measured = s_.calibration->collectives;
  if (!measured.contains(before_.cluster.instance->name)) return;
  if (measured.contains(s_.cluster.instance->name)) return;
  note(fmt::format("collectives from the coefficients of {}: {} has measured those of {} only",
                   s_.cluster.instance->fabric, s_.calibration->name,
                   before_.cluster.instance->name));
}

/// With another number of ranks, data-parallel ranks follow from the rest.
void Change::free_data_ranks() {
  for (PhasePlan* phase : phases()) phase->layout.data.reset();
}

void Change::spares(int count) {
  s_.fleet.spares = count;
  s_.fleet.spares_for.reset();
}

void Change::region(const std::string& name) {
  s_.cluster.region = {catalogue_.load<Region>(name), name};
  std::string& factors = s_.cluster.grid_factors;
  if (factors.empty() || (*s_.cluster.region)->factor(factors)) return;
  note(fmt::format("the first set of grid factors of {}, which has no \"{}\"", name, factors));
  factors.clear();
}

/// Terms belong to their mode.
void Change::purchase(PurchaseMode mode) {
  if (s_.purchase.mode == mode) return;
  if (s_.purchase.price) note("without the purchase's own price, which is for another mode");
  s_.purchase = {};
  s_.purchase.mode = mode;
  s_.fleet.spot.reset();
}

void Change::target(const std::vector<std::string>& names) {
  CheckpointPlan& plan = s_.checkpoint;
  if (plan.target == names) return;
  if (names.empty()) {
    throw impossible(
        "found no target for checkpoints, expected one: the scenario gives no storage besides its "
        "target");
  }
  plan.target = names;
  plan.storage = {};
  std::vector<FasterTierPlan> named;
  for (auto member = names.begin(); member != names.end() - 1; ++member) {
    const FasterTierPlan* given = scenario::tier_given(plan, *member);
    if (given != nullptr) named.push_back(*given);
  }
  plan.faster = std::move(named);
  const StorageSystem* store = s_.checkpoint_store();
  if (store == nullptr || !store->object_store) plan.requests = {};
  stored_where_written();
}

/// What is billed lies where checkpoints go.
void Change::stored_where_written() {
  const StorageSystem* store = s_.checkpoint_store();
  if (store == nullptr || !s_.storage || !s_.storage->checkpoints) return;
  StoredCheckpoints& stored = *s_.storage->checkpoints;
  if (stored.store == store->price_name()) return;
  stored.store = store->price_name();
  stored.capacity.reset();
}

/// As if the scenario had been read so. Its layout stands aside: whether it can run is found out
/// when the phases are planned.
void Change::require_consistent() {
  io::Diagnostics diagnostics;
  scenario::check_scenario(s_, io::PlaceMap(), diagnostics, scenario::LayoutUse::kToBeChosen);
  if (diagnostics.has_errors()) throw ImpossibleVariation(obstacles_of(diagnostics.errors()));
  s_.checkpoint.faster = scenario::tiers_of(s_.checkpoint);
}

}  // namespace

ImpossibleVariation::ImpossibleVariation(std::vector<Obstacle> obstacles)
    : InputError(text_of(obstacles)), obstacles_(std::move(obstacles)) {}

VariedScenario varied(const Scenario& scenario, const Variation& variation,
                      catalog::Catalogue& catalogue) {
  return Change(scenario, variation, catalogue).apply();
}

}  // namespace sextant::plan
