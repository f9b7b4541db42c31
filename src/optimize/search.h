#pragma once

#include <cstdint>
#include <vector>

#include "src/optimize/clusters.h"
#include "src/optimize/optimize.h"
#include "src/optimize/trial.h"

namespace sextant::optimize {

/// Of an answer.
inline constexpr std::size_t kBest = 10;
/// Replicas that a choice is first tried in.
inline constexpr std::int64_t kFirstReplicas = 50;

/// The stages of optimize(), one function each, in this order.
class Search {
 public:
  Search(const Question& question, catalog::Catalogue& catalogue, const OptimizeOptions& options);

  void try_as_given();
  void try_clusters();
  void refine_nodes();
  void try_other_layouts();
  void add_replicas();
  Answer answer();

 private:
  /// Whether to stop, on every rank the same.
  bool stop();
  void search_and_try(std::vector<Cluster> clusters);
  void try_choices(const Cluster& cluster);
  /// `rank`: which layout of the phase that takes longest; 0 is the best.
  void try_choice(const Cluster& cluster, const plan::Variation& choice, std::size_t rank);
  void try_scenario(const scenario::Scenario& scenario, const plan::Variation& choice,
                    const std::vector<std::string>& notes);
  bool ruled_out(const scenario::Scenario& scenario);
  void keep(Candidate candidate);
  void drop(DropReason reason, const scenario::Scenario& scenario, std::string why);
  void drop_tight_layout();
  /// Indices of candidates, the best first.
  std::vector<std::size_t> order() const;
  std::vector<std::size_t> worth_more_replicas() const;
  /// Of these candidates; those that turn out infeasible are dropped.
  void add_replicas(const std::vector<std::size_t>& indices, std::int64_t replicas);
  std::vector<Ranked> ranked() const;
  std::vector<Relaxation> relaxations(const std::optional<Candidate>& best);
  std::optional<Candidate> best_under(const Limits& limits);
  Relaxation without_memory_limit(const Candidate& best);
  std::optional<LayoutSample> sample_of(const Candidate& best) const;

  const Question& question_;
  catalog::Catalogue& catalogue_;
  const OptimizeOptions& options_;
  Clusters clusters_of_;
  Trials trials_;
  std::vector<Cluster> clusters_;  ///< that were searched
  std::vector<Candidate> candidates_;
  std::vector<Candidate> finalists_;  ///< of them, with all replicas
  std::vector<Dropped> dropped_;
  LayoutTally tally_;
  std::int64_t next_number_ = 0;
  std::int64_t told_ = -1;  ///< number of the candidate that was told of last
  std::int64_t tried_ = 0;
  std::int64_t unfinished_ = 0;
  bool stopped_ = false;
};

}  // namespace sextant::optimize
