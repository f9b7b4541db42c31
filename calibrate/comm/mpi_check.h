#pragma once

#include <mpi.h>

#include <span>

namespace sextant::comm {

/// @throws CommError with MPI's own words if `code` is not MPI_SUCCESS; `call` is what was called
void check_mpi(int code, const char* call);

/// Waits until all have ended, with Patience. @throws CommError if one fails
void wait_for(std::span<MPI_Request> requests, const char* call);

}  // namespace sextant::comm
