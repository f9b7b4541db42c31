#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "src/report/text_style.h"
#include "src/sweep/open_study.h"
#include "src/sweep/summary.h"

namespace sextant::report {

/// A sweep that has ended, or was interrupted.
struct SweepReport {
  const sweep::OpenStudy& study;
  std::string file;
  std::string digest;     ///< of the study: its hash
  std::int64_t done_now;  ///< points that were worked out by this run
  sweep::SweepSummary summary;
};

std::string sweep_text(const SweepReport& report, const TextStyle& style);
nlohmann::ordered_json sweep_json(const SweepReport& report);

/// One record of a table as RFC 4180 has it, with its line end.
std::string csv_record(const std::vector<sweep::Cell>& cells);

}  // namespace sextant::report
