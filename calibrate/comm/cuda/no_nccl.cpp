#include "calibrate/comm/backends.h"
#include "calibrate/comm/comm_error.h"

namespace sextant::comm {

std::unique_ptr<Backend> make_nccl_backend(const World&) {
  throw CommError(
      "this build has no NCCL back end: install NCCL (libnccl-dev), or say by NCCL_HOME where it "
      "is, and build again");
}

}  // namespace sextant::comm
