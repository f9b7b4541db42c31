#include <algorithm>
#include <cstdlib>

#include "src/run/ranks.h"

namespace sextant::run {
namespace {

int number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::atoi(text);
}

}  // namespace

int launched_processes() {
  int processes = std::max(number_in("OMPI_COMM_WORLD_SIZE"), number_in("PMI_SIZE"));
  // srun sets the number of tasks for every program, and a rank only for one that may use MPI.
  const bool ranked = std::getenv("PMIX_RANK") != nullptr || std::getenv("PMI_RANK") != nullptr;
  if (ranked) processes = std::max(processes, number_in("SLURM_STEP_NUM_TASKS"));
  return processes;
}

}  // namespace sextant::run
