// Logs of tools and tables of documents: whatever they hold, a sample can be used and a refusal has
// a reason.
#include <cmath>
#include <cstdint>
#include <memory>
#include <string_view>

#include "calibrate/ingest/fabtests.h"
#include "calibrate/ingest/nvbandwidth.h"
#include "calibrate/ingest/osu.h"
#include "calibrate/ingest/perftest.h"
#include "calibrate/ingest/tables.h"
#include "calibrate/ingest/text.h"
#include "sextant/kernel/assert.h"

namespace sextant::ingest {
namespace {

class CheckingSink : public LogSink {
 public:
  explicit CheckingSink(bool with_hints) {
    if (with_hints) hints_ = {"fuzz.log", Operation::kAllReduce, 2, 8};
  }
  void sample(const Sample& s) override {
    SEXTANT_ASSERT(std::isfinite(s.time_s) && s.time_s > 0, "{} s", s.time_s);
    SEXTANT_ASSERT(std::isfinite(s.bytes) && s.bytes >= 0, "{} B", s.bytes);
    SEXTANT_ASSERT(s.ranks >= 0 && s.nodes >= 0 && s.ranks_per_node >= 0, "{} ranks", s.ranks);
    SEXTANT_ASSERT(!s.repetitions || *s.repetitions >= 1, "{} repetitions", *s.repetitions);
  }
  void refuse(std::uint64_t line, std::string_view reason) override {
    SEXTANT_ASSERT(line > 0 && !reason.empty(), "line {} refused without a reason", line);
  }
  Environment& environment() override { return environment_; }
  const LogHints& hints() const override { return hints_; }

 private:
  Environment environment_;
  LogHints hints_;
};

template <class Reader>
void read(std::string_view log, bool with_hints) {
  CheckingSink sink(with_hints);
  Reader reader;
  std::uint64_t number = 0;
  while (!log.empty()) {
    const std::size_t end = std::min(log.find('\n'), log.size());
    const std::string_view whole = log.substr(0, end);
    log.remove_prefix(std::min(end + 1, log.size()));
    reader.read({trimmed(whole), whole, ++number}, sink);
  }
  reader.finish(sink);
}

}  // namespace
}  // namespace sextant::ingest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace ingest = sextant::ingest;
  const std::string_view log(reinterpret_cast<const char*>(data), size);
  for (const bool with_hints : {false, true}) {
    ingest::read<ingest::OsuReader>(log, with_hints);
    ingest::read<ingest::FabtestsReader>(log, with_hints);
    ingest::read<ingest::PerftestReader>(log, with_hints);
    ingest::read<ingest::NvbandwidthReader>(log, with_hints);
    ingest::read<ingest::TablesReader>(log, with_hints);
  }
  return 0;
}
