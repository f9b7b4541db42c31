#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace sextant::run {

/// Another process has stopped, or does something else: this one cannot go on.
class RanksParted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The processes that one mpirun or srun has started to do one command together.
///
/// All of them do the same, in the same order, and share out what takes long (spread.h); then they
/// exchange its results and go on alike. Only the first one is heard: the others' stdout is thrown
/// away, and their stderr is held back until it is clear whether they end as the first one does. A
/// process that was started alone is the only rank, and MPI is not touched.
///
/// MPI is used from the thread that made the object. Make one for a program's life.
class Ranks {
 public:
  /// Joins the others, if there are any.
  /// @throws std::runtime_error if there are, and this program was built without MPI
  Ranks();
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  int rank() const { return rank_; }
  int count() const { return count_; }

  /// What every rank gives, by rank; all get the same. Waits for all.
  /// @throws RanksParted if another rank has left
  std::vector<std::string> gather(const std::string& own) const;

  /// Waits until every rank leaves, or learns that this one does, and gives the exit code that all
  /// of them end with: the largest. What a rank other than the first had to say is shown if it
  /// ended with another code than the first, or while others went on.
  int leave(int exit_code) const;

 private:
  struct Joined;

  int rank_ = 0;
  int count_ = 1;
  std::unique_ptr<Joined> joined_;  ///< none if it is alone
};

/// Processes that were started together, as the environment says that mpirun (Open MPI, MPICH and
/// their kin) or srun sets; 0 without them. What looks like a terminal below them is theirs, not
/// the user's.
int launched_processes();

/// The MPI that this program was built with, for people; empty: without one.
std::string mpi_library();

}  // namespace sextant::run
