#include "calibrate/ingest/failure_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "src/io/printable.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;

constexpr std::array kFailures{Text("failure"),
                               Text("Segmentation fault"),
                               Text("srun: error"),
                               Text("slurmstepd: error"),
                               Text("launch failed"),
                               Text("start failed"),
                               Text("alloc failed"),
                               Text("ORTE_ERROR"),
                               Text("MPI_ABORT"),
                               Text("mpirun was unable"),
                               Text("command not found"),
                               Text("error while loading shared libraries"),
                               Text("out of memory"),
                               Text("CUDA error"),
                               Text("Traceback (most recent call last)"),
                               Text("No such file or directory"),
                               Text("Failure running")};
constexpr std::array kComplaints{Text("PMIX ERROR"), Text("rror:"), Text("ERROR"),
                                 Text("not running")};

bool has_any(Text line, std::span<const Text> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [line](Text part) { return line.find(part) != Text::npos; });
}

}  // namespace

void FailureLines::read(Text line, std::uint64_t number) {
  constexpr std::size_t kLongest = 160;
  if (failure_.line > 0) return;
  const bool failed = has_any(line, kFailures);
  if (!failed && (complaint_.line > 0 || !has_any(line, kComplaints))) return;
  (failed ? failure_ : complaint_) = {number, io::printable(line.substr(0, kLongest))};
}

std::string FailureLines::text() const {
  const Found& found = failure_.line > 0 ? failure_ : complaint_;
  return found.line > 0 ? fmt::format("line {}: {}", found.line, found.text) : "";
}

}  // namespace sextant::ingest
