#include "src/report/job_rows.h"

#include <fmt/format.h>

namespace sextant::report {
namespace {

std::string seconds(std::int64_t ns) { return fmt::format("{}", static_cast<double>(ns) / 1e9); }

}  // namespace

JobRows::JobRows(std::ostream& out, const scenario::GovernanceScenario& scenario)
    : out_(out), scenario_(scenario) {
  out_ << "job,team,class,kind,units,submitted_s,admitted_s,ended_s,end,wait_s,first_wait_s,"
          "no_nodes_s,run_s,lost_s,preemptions,evictions,node_failures,loops,missed_deadline\n";
}

void JobRows::add(const JobRecord& job) {
  const std::vector<PriorityClass>& classes = scenario_.admission.priority_classes;
  const auto its_class = static_cast<std::size_t>(job.priority_class);
  std::int64_t evictions = 0;
  for (const std::int32_t count : job.evictions) evictions += count;
  out_ << fmt::format(
      "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(job.name),
      csv_field(scenario_.teams[static_cast<std::size_t>(job.team)].name),
      its_class < classes.size() ? csv_field(classes[its_class].name) : "", enum_name(job.kind),
      static_cast<double>(job.units) / 1000, seconds(job.submitted_ns),
      job.admitted_ns ? seconds(*job.admitted_ns) : "", seconds(job.ended_ns), enum_name(job.end),
      seconds(job.wait_ns), seconds(job.first_wait_ns), seconds(job.no_nodes_ns),
      seconds(job.run_ns), seconds(job.lost_ns), job.preemptions(), evictions, job.node_failures,
      job.loops, job.missed_deadline ? 1 : 0);
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace sextant::report
