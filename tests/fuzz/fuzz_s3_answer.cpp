// What an S3 endpoint answers, or whatever else is at its address: read or left alone, and judged.
#include <array>
#include <cstdint>
#include <string_view>

#include "calibrate/comm/storage/s3_answer.h"
#include "sextant/kernel/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sextant::comm::S3Verdict;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto error = sextant::comm::s3_error(body);
  const auto id = sextant::comm::upload_id(body);
  SEXTANT_ASSERT(!error || !id, "an error with the upload \"{}\"", *id);
  for (const long status : std::array{0L, 200L, 307L, 403L, 404L, 500L, 503L}) {
    const S3Verdict verdict = sextant::comm::judge(status, body);
    SEXTANT_ASSERT(status != 403 || verdict != S3Verdict::kDone, "status 403 is no success");
    SEXTANT_ASSERT(!sextant::comm::s3_remedy(status, error ? error->code : "").empty(),
                   "no remedy for status {}", status);
  }
  return 0;
}
