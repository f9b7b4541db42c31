#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <memory>

#include "calibrate/ingest/ingest.h"
#include "calibrate/ingest/measurements_writer.h"
#include "src/cli/calibrate_actions.h"
#include "src/cli/print_text.h"
#include "src/cli/usage_error.h"
#include "src/io/diagnostics.h"
#include "src/io/json_text.h"
#include "src/io/printable.h"
#include "src/io/type_traits.h"
#include "src/io/writer.h"
#include "src/report/text_table.h"

namespace sextant::cli {
namespace {

using ingest::IngestReport;
using Reports = std::vector<IngestReport>;

constexpr int kMostNodes = 30'000, kMostPerNode = 1024;

struct Close {
  void operator()(std::FILE* file) const {
    if (file != stdout) std::fclose(file);
  }
};

/// Where the document goes: a file, the standard output, or nowhere.
class Output {
 public:
  Output(const std::optional<std::string>& path, bool to_stdout) : path_(path.value_or("stdout")) {
    if (path) {
      file_.reset(std::fopen(path->c_str(), "wb"));
      if (!file_) fail();
    } else if (to_stdout) {
      file_.reset(stdout);
    }
  }

  explicit operator bool() const { return file_ != nullptr; }

  void write(std::string_view text) {
    if (!file_) return;
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail();
  }

  void finish() {
    if (file_ && std::fflush(file_.get()) != 0) fail();
  }

 private:
  void fail() const {
    io::Diagnostics diagnostics;
    diagnostics.error_in_file(path_, "cannot be written").help =
        "name a file in a folder that exists and may be written to";
    diagnostics.throw_if_errors();
  }

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

std::optional<ingest::Operation> operation_of(const Arguments& arguments) {
  const auto name = arguments.text("operation");
  if (!name) return std::nullopt;
  const auto operation = enum_from_name<ingest::Operation>(*name);
  if (operation) return operation;
  throw UsageError(fmt::format("--operation: found '{}', expected one of: {}", *name,
                               fmt::join(io::enum_words<ingest::Operation>(), ", ")));
}

ingest::LogHints hints_of(const Arguments& arguments, const std::string& file) {
  return {.file = file == "-" ? "standard input" : file,
          .operation = operation_of(arguments),
          .nodes = static_cast<int>(arguments.count("nodes", 1, kMostNodes).value_or(0)),
          .ranks_per_node =
              static_cast<int>(arguments.count("ranks-per-node", 1, kMostPerNode).value_or(0))};
}

/// A log that cannot be read does not stop the others.
IngestReport ingest_file(const std::string& file, const Arguments& arguments,
                         const std::function<void(const ingest::Sample&)>& take) {
  const ingest::LogHints hints = hints_of(arguments, file);
  try {
    ingest::FileSource source(file);
    return ingest::ingest_log(source, hints, take);
  } catch (const io::InputError& error) {
    IngestReport report;
    report.file = hints.file;
    report.failure = "cannot be read";
    fmt::print(stderr, "{}", error.what());
    return report;
  }
}

// -- the summary as JSON
// ---------------------------------------------------------------------------

template <class T>
io::Node::Value value_or_null(const std::optional<T>& value) {
  return value ? io::write_value(*value) : io::Node::Value(nullptr);
}

std::string operations_text(const IngestReport& report) {
  std::string text;
  for (const ingest::Operation operation : report.operations) {
    text += (text.empty() ? "" : ", ") + std::string(enum_name(operation));
  }
  return text;
}

std::string tool_text(const IngestReport& report) {
  return report.environment.tool.empty() ? fmt::format("{}", fmt::join(report.tools, ", "))
                                         : report.environment.tool;
}

double rounded(double value) { return std::round(value * 100) / 100; }

io::Node refused_node(const IngestReport& report) {
  io::Node refused{io::Node::Array(), {}};
  for (const ingest::Refusal& refusal : report.refused.shown()) {
    io::Node entry{io::Node::Object(), {}};
    entry.add("line", static_cast<std::int64_t>(refusal.line));
    entry.add("reason", io::printable(refusal.reason));
    std::get<io::Node::Array>(refused.value).push_back(std::move(entry));
  }
  return refused;
}

io::Node file_node(const IngestReport& report) {
  io::Node node{io::Node::Object(), {}};
  node.add("file", report.file);
  node.add("tool", io::printable(tool_text(report)));
  node.add("operation", operations_text(report));
  node.add("ranks", value_or_null(report.ranks));
  node.add("nodes", value_or_null(report.nodes));
  node.add("ranks_per_node", value_or_null(report.ranks_per_node));
  node.add("rows", static_cast<std::int64_t>(report.rows));
  node.add("rows_found", static_cast<std::int64_t>(report.rows_found));
  node.add("samples", static_cast<std::int64_t>(report.samples));
  const auto peak = report.peak_busbw_gbs;
  node.add("peak_busbw_gbs", value_or_null(peak ? std::optional(rounded(*peak)) : peak));
  node.add("refused", refused_node(report).value);
  node.add("refused_total", static_cast<std::int64_t>(report.refused.total()));
  io::Node warnings{io::Node::Array(), {}};
  for (const std::string& warning : report.warnings) {
    std::get<io::Node::Array>(warnings.value).push_back({io::printable(warning), {}});
  }
  node.add("warnings", warnings.value);
  if (!report.failure.empty()) node.add("failure", io::printable(report.failure));
  return node;
}

std::string summary_json(const Reports& reports, const ingest::Environment& common) {
  io::Node files{io::Node::Array(), {}};
  for (const IngestReport& report : reports) {
    std::get<io::Node::Array>(files.value).push_back(file_node(report));
  }
  io::Node document{io::Node::Object(), {}};
  document.add("schema", std::string("sextant.ingest/1"));
  document.add("files", files.value);
  std::string text = io::to_text(document.value);
  text.erase(text.rfind('\n', text.size() - 2));  // the closing brace follows the environment
  return text + ",\n  \"environment\": " + ingest::environment_text(common, 2) + "\n}\n";
}

// -- the summary as text
// ---------------------------------------------------------------------------

std::string number_or_dash(const std::optional<int>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string table_text(const Reports& reports) {
  using enum report::TextTable::Align;
  report::TextTable table({kLeft, kLeft, kLeft, kRight, kRight, kRight, kRight, kRight, kRight});
  table.row(
      {"file", "tool", "operation", "ranks", "nodes", "rows", "samples", "refused", "peak busbw"});
  for (const IngestReport& report : reports) {
    const auto peak = report.peak_busbw_gbs;
    table.row({report.file, io::printable(tool_text(report)), operations_text(report),
               number_or_dash(report.ranks), number_or_dash(report.nodes),
               std::to_string(report.rows), std::to_string(report.samples),
               std::to_string(report.refused.total()),
               peak ? fmt::format("{:.2f} GB/s", *peak) : "-"});
  }
  return table.render(0);
}

/// "line 3, 4, 5 and 17 more: the time is 0".
std::string refusals_text(const IngestReport& report) {
  constexpr std::size_t kLines = 5;
  std::string text;
  for (const auto& [key, kind] : report.refused.kinds()) {
    std::string lines;
    for (std::size_t i = 0; i < std::min(kLines, kind.first.size()); ++i) {
      lines += (i > 0 ? ", " : "") + std::to_string(kind.first[i].line);
    }
    const std::uint64_t more = kind.total - std::min<std::uint64_t>(kLines, kind.first.size());
    text += fmt::format("{}: refused line {}{}: {}\n", report.file, lines,
                        more > 0 ? fmt::format(" and {} more", more) : "",
                        io::printable(kind.first.front().reason));
  }
  return text;
}

std::string notes_text(const Reports& reports, const std::vector<std::string>& warnings) {
  std::string text;
  for (const IngestReport& report : reports) {
    text += refusals_text(report);
    for (const std::string& warning : report.warnings) {
      text += fmt::format("{}: warning: {}\n", report.file, io::printable(warning));
    }
  }
  for (const std::string& warning : warnings) {
    text += fmt::format("warning: {}\n", io::printable(warning));
  }
  return text;
}

/// Says what is wrong with the logs of which nothing can be used.
ExitCode report_failures(const Reports& reports) {
  ExitCode code = ExitCode::kOk;
  for (const IngestReport& report : reports) {
    if (report.failure.empty()) continue;
    code = ExitCode::kBadInput;
    if (report.failure == "cannot be read") continue;  // has been said
    fmt::print(stderr, "{}: error: {}\n", report.file, io::printable(report.failure));
  }
  return code;
}

}  // namespace

ExitCode calibrate_ingest(const Arguments& arguments) {
  const std::vector<std::string> files = arguments.texts("file");
  if (files.empty()) {
    throw UsageError("calibrate ingest: which logs? (sextant calibrate ingest all_reduce.log)");
  }
  if (arguments.has("html")) {
    throw UsageError("calibrate ingest: --html is for fit and check, which judge what was read");
  }
  const bool summary = arguments.has("summary");
  Output output(arguments.text("output"), !summary);
  ingest::MeasurementsWriter writer([&](std::string_view text) { output.write(text); },
                                    files.size() > 1);
  Reports reports;
  std::vector<ingest::MeasuredFile> measured;
  for (const std::string& file : files) {
    const int index = static_cast<int>(reports.size());
    reports.push_back(ingest_file(file, arguments, [&](const ingest::Sample& sample) {
      if (output) writer.sample(sample, index);
    }));
    IngestReport& report = reports.back();
    report.environment.instance = arguments.text("instance").value_or(report.environment.instance);
    measured.push_back({report.file, report.environment});
  }
  std::vector<std::string> warnings;
  const ingest::Environment common = ingest::common_environment(measured, warnings);
  writer.finish(common, measured);
  output.finish();

  const std::string notes = notes_text(reports, warnings);
  if (summary && arguments.has("json")) {
    fmt::print("{}", summary_json(reports, common));
    for (const std::string& warning : warnings) {
      fmt::print(stderr, "warning: {}\n", io::printable(warning));
    }
  } else if (summary) {
    print_text(table_text(reports) + notes);
  } else {
    fmt::print(stderr, "{}{}", table_text(reports), notes);
  }
  return report_failures(reports);
}

}  // namespace sextant::cli
