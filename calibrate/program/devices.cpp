#include <fmt/format.h>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/device.h"

namespace sextant::comm {

std::unique_ptr<Device> make_device(const std::string& kind, int) {
  throw CommError(fmt::format("this build has no device '{}'", kind));
}

}  // namespace sextant::comm
