#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "calibrate/health/check_health.h"
#include "calibrate/health/kept_samples.h"
#include "calibrate/ingest/ingest.h"
#include "calibrate/ingest/measurement_file.h"
#include "src/catalog/families.h"
#include "src/cli/calibrate_actions.h"
#include "src/cli/page_file.h"
#include "src/cli/print_text.h"
#include "src/cli/usage_error.h"
#include "src/io/diagnostics.h"
#include "src/pages/calibrate_page.h"
#include "src/report/health_json.h"
#include "src/report/health_text.h"

namespace sextant::cli {
namespace {

using health::CheckedLog;

std::vector<HealthNorms> all_norms(catalog::Catalogue& catalogue) {
  std::vector<HealthNorms> norms;
  for (const std::string& name : catalogue.names(io::kFamily<HealthNorms>)) {
    norms.push_back(catalogue.load<HealthNorms>(name));
  }
  return norms;
}

/// An instance without norms would pass for healthy.
std::optional<std::string> instance_of(const Arguments& arguments,
                                       const std::vector<HealthNorms>& norms) {
  const auto name = arguments.text("instance");
  if (!name) return std::nullopt;
  std::vector<std::string> known;
  for (const HealthNorms& one : norms) {
    if (one.name == *name || "ml." + one.name == *name) return name;
    if (one.name != health::kCommonNorms) known.push_back(one.name);
  }
  throw UsageError(fmt::format("calibrate check: no norms for --instance {}; there are some for {}",
                               *name, fmt::join(known, ", ")));
}

/// A measurements document names its schema within its first lines.
bool is_measurements(const std::string& file) {
  if (file == "-") return false;
  std::ifstream stream(file, std::ios::binary);
  std::string head(4096, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  const auto holds = [&](const char* text) { return head.find(text) != std::string::npos; };
  const bool object = head.find('{') == head.find_first_not_of(" \t\r\n");
  return holds(ingest::kMeasurementsSchema) ||
         (object && (holds("\"environment\"") || holds("\"samples\"")));
}

/// Every log of a document by itself: what they agree on is not what each of them says.
void read_document(const std::string& file, std::vector<CheckedLog>& logs) {
  ingest::Measurements document = ingest::read_measurements(file);
  const std::size_t first = logs.size();
  // Its lines are those of the log that it was made from, where it was made from one.
  const bool own = document.environment.tool.starts_with("sextant-comm");
  logs.push_back(
      {.file = own ? file : "log of " + file, .environment = std::move(document.environment)});
  if (!document.files.empty()) logs.pop_back();
  for (ingest::MeasuredFile& one : document.files) {
    logs.push_back({.file = one.file, .environment = std::move(one.environment)});
  }
  for (ingest::Sample& sample : document.samples) {
    const auto index = static_cast<std::size_t>(sample.file.value_or(0));
    logs[first + index].samples.push_back(std::move(sample));
  }
}

int given(const Arguments& arguments, const char* option) {
  return static_cast<int>(arguments.count(option, 1, 1'000'000).value_or(0));
}

void read_log(const std::string& file, const Arguments& arguments, std::vector<CheckedLog>& logs) {
  CheckedLog log{.file = file == "-" ? "standard input" : file};
  health::KeptSamples samples;
  ingest::FileSource source(file);
  const ingest::LogHints hints{.file = log.file,
                               .operation = std::nullopt,
                               .nodes = given(arguments, "nodes"),
                               .ranks_per_node = given(arguments, "ranks-per-node")};
  ingest::IngestReport report =
      ingest::ingest_log(source, hints, [&](const ingest::Sample& sample) { samples.add(sample); });
  log.samples = samples.take();
  log.environment = std::move(report.environment);
  log.warnings = std::move(report.warnings);
  for (const ingest::Refusal& refusal : report.refused.shown()) {
    log.refused.push_back({refusal.line, refusal.reason});
  }
  if (report.failure.find("have failed") != std::string::npos) log.failure = report.failure;
  const bool says_nothing = !report.failure.empty() && log.failure.empty() &&
                            !log.environment.nccl_log && log.refused.empty() &&
                            log.warnings.empty();
  if (says_nothing) {
    io::Diagnostics diagnostics;
    diagnostics.error_in_file(log.file, report.failure).help =
        "give a log of nccl-tests, best run with NCCL_DEBUG=INFO, or a measurements document";
    diagnostics.throw_if_errors();
  }
  logs.push_back(std::move(log));
}

/// What the user says goes before what the log says, or does not say.
void apply_arguments(const Arguments& arguments, CheckedLog& log) {
  const int nodes = given(arguments, "nodes"), per_node = given(arguments, "ranks-per-node");
  if (nodes > 0) log.environment.nodes = nodes;
  if (per_node > 0) log.environment.ranks_per_node = per_node;
}

}  // namespace

ExitCode calibrate_check(const Arguments& arguments) {
  const std::vector<std::string> files = arguments.texts("file");
  if (files.empty()) throw UsageError("calibrate check: which logs? sextant calibrate check LOG…");
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const std::vector<HealthNorms> norms = all_norms(catalogue);
  const auto instance = instance_of(arguments, norms);
  std::vector<CheckedLog> logs;
  for (const std::string& file : files) {
    if (is_measurements(file)) {
      read_document(file, logs);
    } else {
      read_log(file, arguments, logs);
    }
  }
  for (CheckedLog& log : logs) apply_arguments(arguments, log);
  const health::HealthReport report = health::check_health(logs, norms, instance);
  if (arguments.has("json")) {
    fmt::print("{}\n", report::health_json(report).dump(2));
  } else {
    print_text(report::health_text(report, report::style_of_stdout()));
  }
  write_page(arguments, [&] { return pages::health_page(report, report::health_json(report)); });
  return report.healthy() ? ExitCode::kOk : ExitCode::kUnhealthy;
}

}  // namespace sextant::cli
