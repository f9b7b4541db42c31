#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "src/catalog/catalogue.h"
#include "src/optimize/answer.h"
#include "src/optimize/layouts.h"
#include "src/run/parallel_for.h"

namespace sextant::optimize {

/// What can be rented of one instance in one number, and how well it is laid out.
struct Cluster {
  std::optional<std::string> instance;  ///< absent: the scenario's
  int nodes = 1;
  scenario::Scenario scenario;           ///< on it
  std::vector<plan::Variation> choices;  ///< ways to buy it, at least one
  double promise = 0;  ///< the objective per unit of work at full speed: the less, the earlier
  ClusterLayouts layouts;
};

/// Makes the clusters of a question and searches their layouts.
class Clusters {
 public:
  /// `sample`: layouts of every phase and cluster that are kept to be drawn.
  Clusters(const Question& question, catalog::Catalogue& catalogue, std::size_t sample)
      : question_(question), catalogue_(catalogue), sample_(sample) {}

  /// The cluster with every choice that the market sells. Absent if there is none: `dropped` says
  /// why.
  std::optional<Cluster> make(const std::optional<std::string>& instance, int nodes,
                              std::vector<Dropped>& dropped) const;

  /// The scenario of a choice; its layout stays.
  plan::VariedScenario varied(const plan::Variation& choice) const;

  /// Numbers of nodes to begin with, and all that there are. Of a list both are the list.
  struct Nodes {
    std::vector<int> first;
    std::vector<int> all;
  };
  Nodes nodes_of(const std::optional<std::string>& instance) const;

  /// Searches the layouts of clusters [from, to): ranks share them, threads share one.
  void search(std::vector<Cluster>& clusters, std::size_t from, std::size_t to,
              const run::ParallelOptions& parallel, const std::function<bool()>& stopped) const;

 private:
  const Question& question_;
  catalog::Catalogue& catalogue_;
  std::size_t sample_;
};

}  // namespace sextant::optimize
