#pragma once

#include <optional>
#include <string_view>

namespace sextant::ingest {

/// What a launcher's command line says of where a program runs. 0: it does not say.
struct Launch {
  int ranks = 0;
  int nodes = 0;
  int ranks_per_node = 0;
};

/// Reads "srun -N2 --ntasks-per-node=4 …" and "mpirun -np 16 -ppn 8 …": nothing if the line begins
/// no command of srun, mpirun or mpiexec, possibly behind a prompt and variables.
///
/// -N are nodes for srun and ranks per node for Open MPI's mpirun. srun starts one rank on each
/// node unless told otherwise.
std::optional<Launch> launch_of(std::string_view command);

}  // namespace sextant::ingest
