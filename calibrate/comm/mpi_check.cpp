#include "calibrate/comm/mpi_check.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/patience.h"

namespace sextant::comm {

void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw CommError(
      fmt::format("{} failed: {}; look for an earlier message of the MPI library, and "
                  "whether every rank still runs",
                  call, std::string(text.data(), static_cast<std::size_t>(length))));
}

void wait_for(std::span<MPI_Request> requests, const char* call) {
  Patience patience;
  for (int done = 0;;) {
    const int count = static_cast<int>(requests.size());
    check_mpi(MPI_Testall(count, requests.data(), &done, MPI_STATUSES_IGNORE), call);
    if (done != 0) return;
    patience.pause();
  }
}

}  // namespace sextant::comm
