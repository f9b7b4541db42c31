#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "src/import/job_trace.h"
#include "src/import/trace_text.h"

namespace sextant::importer {

/// What a line of a log is: a job; nothing (a comment, a step); a job that is left out, and why; or
/// a fault.
using TraceLine = std::variant<TraceJob, std::monostate, std::string, LineFault>;

/// Understands the lines of one log.
class TraceLines {
 public:
  virtual ~TraceLines() = default;
  virtual TraceLine read(std::string_view line) = 0;
  /// What sort(1) must be told to order the lines by submission.
  virtual std::string sort_options() const = 0;
};

// Each constructs a reader that has understood the first line of its log. The fault of a first line
// that cannot be understood is thrown.

std::unique_ptr<TraceLines> csv_lines(std::string_view header,
                                      const std::map<std::string, std::string>& where);
std::unique_ptr<TraceLines> sacct_lines(std::string_view header,
                                        const std::map<std::string, std::string>& where);
std::unique_ptr<TraceLines> swf_lines();

/// By the first line that is not empty.
TraceFormat guess_format(std::string_view first_line);

}  // namespace sextant::importer
