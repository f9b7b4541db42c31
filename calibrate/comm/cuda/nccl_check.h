#pragma once

#include <nccl.h>

namespace sextant::comm {

/// @throws CommError with NCCL's own words if `code` is an error; `call` is what was called
void check_nccl(ncclResult_t code, const char* call, ncclComm_t comm = nullptr);

}  // namespace sextant::comm
