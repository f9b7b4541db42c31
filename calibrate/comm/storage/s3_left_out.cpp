#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/suites.h"

namespace sextant::comm {

void measure_s3(Session&, const S3Options&) {
  throw CommError(
      "built without libcurl 7.87 or later, which signs requests to S3: install "
      "libcurl4-openssl-dev (Debian, Ubuntu) or libcurl-devel (Amazon Linux) and build again");
}

}  // namespace sextant::comm
