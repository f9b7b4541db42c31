#pragma once

#include <cstdint>
#include <string>

#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

/// Reads what perftest's --out_json writes: one result. It does not say whether bandwidths are in
/// MB (2^20) or, with --report_gbits, in gigabits; the message rate beside them does.
/// @param line where the document begins
void read_perftest_json(const std::string& text, std::uint64_t line, LogSink& sink);

}  // namespace sextant::ingest
