#include "src/optimize/layouts.h"

#include <fmt/format.h>

#include "sextant/kernel/assert.h"
#include "src/io/diagnostics.h"
#include "src/io/json_text.h"
#include "src/io/parse.h"
#include "src/io/reader.h"
#include "src/io/writer.h"
#include "src/plan/choose_layout.h"

namespace sextant::search {

/// A layout travels as the JSON that a scenario would have.
void pack(run::Packer& packer, FoundLayout& found) {
  packer(io::to_compact_text(io::write_value(found.layout)), found.time, found.peak_memory);
}

void pack(run::Unpacker& unpacker, FoundLayout& found) {
  std::string text;
  unpacker(text, found.time, found.peak_memory);
  io::Diagnostics diagnostics;
  io::Document document("layout", std::move(text), false);
  SEXTANT_ASSERT(io::parse(document, diagnostics), "a layout came in pieces");
  io::ReadContext context{diagnostics};
  io::read_value(document.root, found.layout, {}, context);
  diagnostics.throw_if_errors();
}

}  // namespace sextant::search

namespace sextant::optimize {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

std::string memory_obstacle(const scenario::Scenario& scenario,
                            const search::SearchResult& search) {
  const Accelerator& accelerator = **scenario.cluster.accelerator;
  return fmt::format("no layout of {} fits in memory: the least needs {:.1f} GiB of {:.1f}",
                     search.valid, search.least_memory->peak_memory.si() / kGiB,
                     accelerator.memory.value.si() / accelerator.device_count() / kGiB);
}

void add_obstacle(const scenario::Scenario& scenario, const scenario::PhasePlan& phase,
                  const search::SearchResult& search, ClusterLayouts& layouts) {
  layouts.lacks_memory = search.least_memory.has_value();
  layouts.least_memory = search.least_memory;
  layouts.obstacle = !search.complete ? "the search was stopped"
                     : layouts.lacks_memory
                         ? memory_obstacle(scenario, search)
                         : fmt::format("no layout divides {} accelerators and the batch",
                                       scenario.cluster.ranks());
  if (!phase.name.empty()) layouts.obstacle = fmt::format("{}: {}", phase.name, layouts.obstacle);
}

}  // namespace

void LayoutTally::add(const LayoutTally& other) {
  considered += other.considered;
  valid += other.valid;
  fit += other.fit;
  timed += other.timed;
  replayed += other.replayed;
}

ClusterLayouts search_cluster(const scenario::Scenario& scenario, const LayoutOptions& options) {
  ClusterLayouts layouts;
  search::SearchOptions search;
  search.keep = options.keep;
  search.sample = options.sample;
  search.parallel.threads = options.threads;
  search.stopped = options.stopped;
  try {
    for (const scenario::PhasePlan* phase : scenario.training.in_order()) {
      plan::PhaseLayouts found = plan::search_phase(scenario, *phase, search);
      layouts.tally.add({found.search.considered, found.search.valid, found.search.fit,
                         found.search.timed, std::ssize(found.replayed)});
      layouts.complete = layouts.complete && found.search.complete;
      if (found.replayed.empty()) {
        add_obstacle(scenario, *phase, found.search, layouts);
        return layouts;
      }
      layouts.phases.push_back(std::move(found.replayed));
      layouts.samples.push_back(std::move(found.search.sample));
    }
  } catch (const io::InputError& error) {
    layouts.obstacle = error.what();
  }
  return layouts;
}

scenario::Scenario with_layouts(scenario::Scenario scenario, const std::vector<Layout>& layouts) {
  scenario::TrainingPlan& training = scenario.training;
  if (training.phases.empty()) training.layout = layouts.front();
  for (std::size_t i = 0; i < training.phases.size(); ++i) training.phases[i].layout = layouts[i];
  return scenario;
}

std::vector<Layout> layouts_of(const scenario::Scenario& scenario) {
  std::vector<Layout> layouts;
  for (const scenario::PhasePlan* phase : scenario.training.in_order()) {
    layouts.push_back(phase->layout);
  }
  return layouts;
}

namespace {

template <class Archive>
void pack_all(Archive& archive, ClusterLayouts& layouts) {
  std::vector<search::FoundLayout> least;
  if (layouts.least_memory) least.push_back(*layouts.least_memory);
  archive(layouts.tally, layouts.complete, layouts.phases, layouts.obstacle, layouts.lacks_memory,
          least, layouts.samples);
  if (!least.empty()) layouts.least_memory = least.front();
}

}  // namespace

void pack(run::Packer& packer, ClusterLayouts& layouts) { pack_all(packer, layouts); }
void pack(run::Unpacker& unpacker, ClusterLayouts& layouts) { pack_all(unpacker, layouts); }

}  // namespace sextant::optimize
