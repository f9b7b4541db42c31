#include "calibrate/comm/mpi_check.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

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
  std::vector<int> ended(requests.size());
  Patience patience;
  for (;;) {
    int count = 0;
    check_mpi(MPI_Testsome(static_cast<int>(requests.size()), requests.data(), &count, ended.data(),
                           MPI_STATUSES_IGNORE),
              call);
    if (count == MPI_UNDEFINED) return;    // all have ended
    if (count > 0) patience = Patience();  // the next may follow at once
    if (count == 0) patience.pause();
  }
}

}  // namespace sextant::comm
