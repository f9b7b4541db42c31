#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/text.h"

namespace sextant::fixtures {

/// Keeps what a reader found in a log.
struct RecordingSink : ingest::LogSink {
  struct Refusal {
    std::uint64_t line = 0;
    std::string reason;
  };
  std::vector<ingest::Sample> samples;
  std::vector<Refusal> refusals;
  std::vector<std::string> warnings;
  ingest::LogHints given;
  ingest::Environment surroundings;
  std::vector<std::uint64_t> others;  ///< lines that the reader did not take for its own

  void sample(const ingest::Sample& sample) override { samples.push_back(sample); }
  void refuse(std::uint64_t line, std::string_view reason) override {
    refusals.push_back({line, std::string(reason)});
  }
  ingest::Environment& environment() override { return surroundings; }
  void warn(std::string_view words) override { warnings.emplace_back(words); }
  const ingest::LogHints& hints() const override { return given; }
};

/// Feeds a whole log to a reader.
inline void read_log(ingest::LogReader& reader, std::string_view log, RecordingSink& sink) {
  std::uint64_t number = 0;
  while (!log.empty()) {
    const std::size_t end = std::min(log.find('\n'), log.size());
    const std::string_view whole = log.substr(0, end);
    log.remove_prefix(std::min(end + 1, log.size()));
    const ingest::LogLine line{ingest::trimmed(whole), whole, ++number};
    if (!reader.read(line, sink)) sink.others.push_back(number);
  }
  reader.finish(sink);
}

template <class Reader>
RecordingSink read_log(std::string_view log) {
  Reader reader;
  RecordingSink sink;
  read_log(reader, log, sink);
  return sink;
}

}  // namespace sextant::fixtures
