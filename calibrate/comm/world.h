#pragma once

#include <mpi.h>

#include <string>
#include <vector>

namespace sextant::comm {

/// The processes that mpirun or srun started together, and the nodes they run on. Ranks are those
/// of MPI_COMM_WORLD; nodes are numbered by their lowest rank.
class World {
 public:
  /// Starts MPI, with threads that may all call it.
  /// @throws CommError if the MPI library cannot do that
  World(int& argc, char**& argv);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  int rank() const { return rank_; }
  int size() const { return static_cast<int>(node_of_.size()); }
  bool root() const { return rank_ == 0; }
  int nodes() const { return static_cast<int>(hosts_.size()); }
  int node_of(int rank) const { return node_of_[static_cast<std::size_t>(rank)]; }
  /// This rank's place among those of its node.
  int local_rank() const { return local_rank_; }
  /// Ranks on every node; 0 if nodes have different numbers.
  int ranks_per_node() const { return ranks_per_node_; }
  const std::string& host(int node) const { return hosts_[static_cast<std::size_t>(node)]; }
  /// All ranks of the first `nodes` nodes, ascending.
  std::vector<int> ranks_of_first(int nodes) const;

  /// For agreements between the ranks, apart from what is measured.
  MPI_Comm control() const { return control_; }
  void barrier() const;
  /// The largest of all ranks' values, element by element. All ranks call it.
  void largest(std::vector<double>& values) const;
  /// Whether every rank says yes. All ranks call it.
  bool all(bool mine) const;
  /// The root's value. All ranks call it.
  double of_root(double value) const;
  std::string of_root(const std::string& text) const;

 private:
  MPI_Comm control_ = MPI_COMM_NULL;
  int rank_ = 0;
  int local_rank_ = 0;
  int ranks_per_node_ = 0;
  std::vector<int> node_of_;
  std::vector<std::string> hosts_;
};

}  // namespace sextant::comm
