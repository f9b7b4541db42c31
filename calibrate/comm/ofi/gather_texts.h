#pragma once

#include <mpi.h>

#include <functional>
#include <string>
#include <vector>

namespace sextant::comm {

/// Every rank's text, by rank; it may hold any bytes. All ranks of `ranks` call it.
std::vector<std::string> gather_texts(MPI_Comm ranks, const std::string& mine);

/// Runs `body`, which may fail on some ranks only. All ranks of `ranks` call it.
/// @throws CommError on all of them if it failed on some, with what the first of those says
void run_together(MPI_Comm ranks, const std::function<void()>& body);

}  // namespace sextant::comm
