#include "calibrate/comm/cuda/nccl_check.h"

#include <fmt/format.h>

#include <string>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {

void check_nccl(ncclResult_t code, const char* call, ncclComm_t comm) {
  if (code == ncclSuccess || code == ncclInProgress) return;
  std::string details = ncclGetLastError(comm);
  if (!details.empty()) details = ": " + details;
  throw CommError(fmt::format("{} failed: {}{} (NCCL_DEBUG=INFO says more)", call,
                              ncclGetErrorString(code), details));
}

}  // namespace sextant::comm
