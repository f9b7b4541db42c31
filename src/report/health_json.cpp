#include "src/report/health_json.h"

namespace sextant::report {

using nlohmann::ordered_json;

ordered_json health_json(const health::HealthReport& report) {
  ordered_json findings = ordered_json::array(), compared = findings, unchecked = findings;
  for (const health::Finding& one : report.findings) {
    findings.push_back({{"id", enum_name(one.illness)},
                        {"about", one.about},
                        {"severity", enum_name(one.concern)},
                        {"title", one.title},
                        {"seen", one.seen},
                        {"file", one.file},
                        {"line", one.line},
                        {"normal", one.normal},
                        {"source", one.source},
                        {"remedy", one.remedy}});
  }
  for (const health::Compared& one : report.compared) {
    compared.push_back({{"file", one.file},
                        {"operation", one.operation},
                        {"nodes", one.nodes},
                        {"bytes", one.bytes},
                        {"bus_bandwidth_bytes_per_s", one.bus_bandwidth},
                        {"normal_bytes_per_s", one.normal},
                        {"least_bytes_per_s", one.least}});
  }
  for (const health::Unchecked& one : report.unchecked) {
    unchecked.push_back({{"what", one.what}, {"remedy", one.remedy}});
  }
  return {{"schema", "sextant.health/1"},     {"healthy", report.healthy()},
          {"instances", report.instances},    {"guesses", report.guesses},
          {"findings", std::move(findings)},  {"compared", std::move(compared)},
          {"unchecked", std::move(unchecked)}};
}

}  // namespace sextant::report
