#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::report {

/// A list of jobs as comma-separated values, row by row: a header, then what became of each job.
/// Times in seconds, accelerators (or cores) as they were asked for.
class JobRows {
 public:
  /// Writes the header. `out` and `scenario` outlive it.
  JobRows(std::ostream& out, const scenario::GovernanceScenario& scenario);

  void add(const JobRecord& job);

 private:
  std::ostream& out_;
  const scenario::GovernanceScenario& scenario_;
};

/// The same of one job, with the names of the columns; absent where the list has an empty field.
nlohmann::ordered_json job_json(const JobRecord& job, const scenario::GovernanceScenario& scenario);

/// In quotation marks if it holds a comma, a quotation mark or a line break (RFC 4180).
std::string csv_field(const std::string& text);

}  // namespace sextant::report
