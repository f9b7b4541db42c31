#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/suites.h"

namespace sextant::comm {

#ifndef SEXTANT_HAS_COMM_STORAGE
void measure_path(Session&, const PathOptions&) {
  throw CommError("this build cannot measure storage: calibrate/comm/storage was left out");
}

void measure_s3(Session&, const S3Options&) {
  throw CommError("this build cannot measure storage: calibrate/comm/storage was left out");
}
#endif

}  // namespace sextant::comm
