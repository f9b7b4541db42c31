#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "src/run/packing.h"
#include "src/scenario/scenario.h"
#include "src/search/layout_search.h"

namespace sextant::optimize {

/// Layouts that were tried, of all phases and clusters.
struct LayoutTally {
  std::int64_t considered = 0;
  std::int64_t valid = 0;  ///< degrees divide
  std::int64_t fit = 0;    ///< in memory
  std::int64_t timed = 0;  ///< of these, by the closed tier: bounds passed over the others
  std::int64_t replayed = 0;

  void add(const LayoutTally& other);
};

/// What the search has found for one cluster.
struct ClusterLayouts {
  LayoutTally tally;
  bool complete = true;  ///< not stopped
  /// Of every phase the best by replay, the fastest first.
  std::vector<std::vector<search::FoundLayout>> phases;
  /// Why there is none; empty: every phase has one.
  std::string obstacle;
  bool lacks_memory = false;  ///< some divide, and none fits
  /// The one of the phase without any that would need least memory.
  std::optional<search::FoundLayout> least_memory;
  /// Of every phase, where it was asked for: some of all that fit (search::SearchOptions::sample).
  std::vector<std::vector<search::FoundLayout>> samples;

  bool found() const { return obstacle.empty(); }
};

struct LayoutOptions {
  std::size_t keep = 10;  ///< of every phase
  std::size_t sample = 0;
  int threads = 0;
  std::function<bool()> stopped;
};

/// Searches the layouts of every phase on the scenario's cluster. What the calibration does not
/// know is an obstacle.
ClusterLayouts search_cluster(const scenario::Scenario& scenario, const LayoutOptions& options);

/// The scenario with these layouts, one for each of its phases.
scenario::Scenario with_layouts(scenario::Scenario scenario, const std::vector<Layout>& layouts);

/// Those of its phases.
std::vector<Layout> layouts_of(const scenario::Scenario& scenario);

/// For the way from one process to another (src/run/packing.h).
void pack(run::Packer& packer, ClusterLayouts& layouts);
void pack(run::Unpacker& unpacker, ClusterLayouts& layouts);

}  // namespace sextant::optimize
