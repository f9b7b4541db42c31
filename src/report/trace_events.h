#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "src/report/trace_json.h"

namespace sextant::report {

/// Writes the events of a trace, each on a line of its own.
/// @source Trace Event Format,
/// docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
class TraceEvents {
 public:
  explicit TraceEvents(std::ostream& out) : out_(out) {}

  /// What stands before the events, and after them.
  void open(const TraceNotes& notes);
  void close();

  /// Begins an event; `name` needs no escapes.
  void begin(const char* phase, std::int64_t process, std::int64_t thread, std::string_view name);
  /// Adds a member whose value is written as JSON wants it.
  void add(const char* key, std::string_view value);
  void end();

  /// Name and place of the rows of a "process" or "thread". `name` may be anything.
  void name(const char* of, std::int64_t process, std::int64_t thread, const std::string& name,
            std::int64_t place);

  std::int64_t count() const { return count_; }

 private:
  std::ostream& out_;
  std::int64_t count_ = 0;
};

/// As JSON has a text, with the quotes.
std::string quoted(const std::string& text);

/// "12.345": nanoseconds, in the microseconds of traces.
std::string microseconds(std::int64_t nanoseconds);

}  // namespace sextant::report
