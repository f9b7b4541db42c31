#pragma once

#include <set>
#include <string>
#include <string_view>

#include "calibrate/ingest/log_reader.h"
#include "calibrate/ingest/log_source.h"

namespace sextant::ingest {

/// Whether a log that begins so is the JSON of nccl-tests (-J) or nccom-test
/// (--report-to-json-file). Other tools' JSON is left to their readers.
bool is_json_log(std::string_view beginning);

/// Reads such a log without keeping it: of its environment only the variables of the tools are ever
/// stored. One that breaks off is read until there, with a warning.
void read_json_log(std::string_view beginning, LogSource& rest, LogSink& sink,
                   std::set<std::string>& tools);

}  // namespace sextant::ingest
