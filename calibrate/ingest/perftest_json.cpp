#include "calibrate/ingest/perftest_json.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "calibrate/ingest/plausible.h"

namespace sextant::ingest {
namespace {

using nlohmann::json;

std::optional<double> figure(const json& results, const char* key) {
  const auto found = results.find(key);
  if (found == results.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

/// Seconds for each message, if the rate of messages and the bandwidth agree in one of the units.
std::optional<double> time_of_message(double bytes, double average, double million_per_s) {
  const double rate = million_per_s * 1e6;
  for (const double unit : {1048576.0, 1e9 / 8}) {
    if (rate > 0 && std::abs(average * unit / bytes / rate - 1) < 0.01) return 1 / rate;
  }
  return std::nullopt;
}

/// Completes a sample. Returns what is wrong.
std::string read_results(const std::string& test, const json& results, Sample& sample) {
  const auto bytes = figure(results, "MsgSize"), average = figure(results, "BW_average"),
             rate = figure(results, "MsgRate"), mean = figure(results, "t_avg");
  if (!bytes || *bytes <= 0) return "no MsgSize in the results of perftest";
  sample.bytes = *bytes;
  sample.ranks = 2;
  sample.repetitions = figure(results, "n_iterations");
  if (test.starts_with("RDMA_")) sample.flags.emplace_back("one_sided");
  if (test.starts_with("RDMA_Read")) sample.flags.emplace_back("rdma_read");
  if (mean) {
    const auto seconds = [&](const char* key) -> std::optional<double> {
      const auto usec = figure(results, key);
      return usec ? std::optional(*usec / 1e6) : std::nullopt;
    };
    sample.operation = Operation::kPointToPoint;
    sample.time_s = *mean / 1e6;
    sample.p50_s = seconds("t_typical");
    sample.p99_s = seconds("percentile_99");
    if (test.starts_with("RDMA_Read")) sample.flags.emplace_back("round_trip");
    return {};
  }
  if (!average || !rate)
    return "neither t_avg nor BW_average and MsgRate in the results of perftest";
  const auto time = time_of_message(sample.bytes, *average, *rate);
  if (!time) return "BW_average and MsgRate agree neither in MB/s nor in Gb/s";
  const bool both_ways = test.find("Bidirectional") != std::string::npos;
  sample.operation =
      both_ways ? Operation::kPointToPointBidirectional : Operation::kPointToPointStream;
  sample.time_s = *time * (both_ways ? 2 : 1);
  sample.bytes *= both_ways ? 2 : 1;
  return {};
}

}  // namespace

void read_perftest_json(const std::string& text, std::uint64_t line, LogSink& sink) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) {
    return sink.refuse(line, "what perftest's --out_json wrote is not valid JSON");
  }
  const auto info = document.find("test_info"), results = document.find("results");
  if (info == document.end() || !info->is_object() || results == document.end() ||
      !results->is_object()) {
    return sink.refuse(line, "no results in what perftest's --out_json wrote");
  }
  sink.environment().tool = "perftest";
  const auto test = info->find("test");
  const std::string name = test != info->end() && test->is_string() ? test->get<std::string>() : "";
  if (!name.starts_with("RDMA_") && !name.starts_with("Send_")) {
    return sink.refuse(line, fmt::format("'{}' measures nothing that a forecast uses", name));
  }
  Sample sample;
  std::string fault = read_results(name, *results, sample);
  if (fault.empty() && !is_plausible(sample)) fault = kImplausible;
  if (!fault.empty()) return sink.refuse(line, fault);
  sink.sample(sample);
}

}  // namespace sextant::ingest
