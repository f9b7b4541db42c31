#include "src/report/trace_events.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sextant::report {

void TraceEvents::open(const TraceNotes& notes) {
  out_ << "{\"displayTimeUnit\": \"ms\",\n\"otherData\": {";
  const char* separator = "";
  for (const auto& [name, value] : notes) {
    out_ << separator << quoted(name) << ": " << quoted(value);
    separator = ", ";
  }
  out_ << "},\n\"traceEvents\": [";
}

void TraceEvents::close() { out_ << "\n]}\n"; }

void TraceEvents::begin(const char* phase, std::int64_t process, std::int64_t thread,
                        std::string_view name) {
  out_ << (count_ == 0 ? "\n" : ",\n");
  ++count_;
  out_ << fmt::format(R"({{"ph": "{}", "pid": {}, "tid": {}, "name": "{}")", phase, process, thread,
                      name);
}

void TraceEvents::add(const char* key, std::string_view value) {
  out_ << fmt::format(R"(, "{}": {})", key, value);
}

void TraceEvents::end() { out_ << '}'; }

void TraceEvents::name(const char* of, std::int64_t process, std::int64_t thread,
                       const std::string& name, std::int64_t place) {
  begin("M", process, thread, fmt::format("{}_name", of));
  add("args", fmt::format(R"({{"name": {}}})", quoted(name)));
  end();
  begin("M", process, thread, fmt::format("{}_sort_index", of));
  add("args", fmt::format(R"({{"sort_index": {}}})", place));
  end();
}

std::string quoted(const std::string& text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string microseconds(std::int64_t nanoseconds) {
  return fmt::format("{}.{:03}", nanoseconds / 1000, nanoseconds % 1000);
}

}  // namespace sextant::report
