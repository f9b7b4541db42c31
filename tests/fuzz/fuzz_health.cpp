// Logs of NCCL: every finding says what to do, in printable words, and memory stays bounded.
#include <cstdint>
#include <string_view>

#include "calibrate/health/check_health.h"
#include "calibrate/health/kept_samples.h"
#include "calibrate/ingest/ingest.h"
#include "sextant/kernel/assert.h"
#include "src/catalog/families.h"
#include "src/report/health_json.h"
#include "src/report/health_text.h"

namespace {

std::vector<sextant::HealthNorms> all_norms() {
  sextant::catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  std::vector<sextant::HealthNorms> norms;
  for (const std::string& name : catalogue.names("health")) {
    norms.push_back(catalogue.load<sextant::HealthNorms>(name));
  }
  return norms;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace ingest = sextant::ingest;
  namespace health = sextant::health;
  static const std::vector<sextant::HealthNorms> norms = all_norms();
  health::CheckedLog log{.file = "input.log"};
  health::KeptSamples samples;
  ingest::TextSource source({reinterpret_cast<const char*>(data), size});
  const ingest::LogHints hints{.file = log.file, .operation = {}};
  log.environment = ingest::ingest_log(source, hints, [&](const auto& sample) {
                      samples.add(sample);
                    }).environment;
  log.samples = samples.take();
  if (log.environment.nccl_log) {
    SEXTANT_ASSERT(log.environment.nccl_log->errors.size() <= ingest::NcclLog::kMostErrors,
                   "errors without bound");
  }
  const health::HealthReport report = health::check_health({log}, norms, std::nullopt);
  for (const health::Finding& one : report.findings) {
    const bool complete = !one.title.empty() && !one.seen.empty() && !one.normal.empty() &&
                          !one.source.empty() && !one.remedy.empty();
    SEXTANT_ASSERT(complete, "a finding without {}", one.title);
  }
  SEXTANT_ASSERT(!sextant::report::health_text(report).empty(), "no answer");
  SEXTANT_ASSERT(!sextant::report::health_json(report).dump().empty(), "no document");
  return 0;
}
