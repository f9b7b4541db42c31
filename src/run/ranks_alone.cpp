// Built where there is no MPI.
#include <fmt/format.h>

#include "src/run/ranks.h"

namespace sextant::run {

/// Nobody joins.
struct Ranks::Joined {};

Ranks::Ranks() {
  const int processes = launched_processes();
  if (processes <= 1) return;
  throw std::runtime_error(
      fmt::format("this is one of {} processes that were started together, but this program was "
                  "built without MPI: start one, or install libopenmpi-dev and build again",
                  processes));
}

Ranks::~Ranks() = default;

std::vector<std::string> Ranks::gather(const std::string& own) const { return {own}; }

int Ranks::leave(int exit_code) const { return exit_code; }

std::string mpi_library() { return ""; }

}  // namespace sextant::run
