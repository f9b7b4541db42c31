#include "src/report/job_rows.h"

#include <fmt/format.h>

#include <numeric>

#include "sextant/kernel/digest.h"

namespace sextant::report {
namespace {

/// The columns, in their order.
constexpr const char* kHeader =
    "job,team,class,kind,units,submitted_s,admitted_s,ended_s,end,wait_s,first_wait_s,no_nodes_s,"
    "run_s,lost_s,preemptions,evictions,node_failures,loops,missed_deadline,digest\n";

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

std::string class_name(const JobRecord& job, const scenario::GovernanceScenario& scenario) {
  const std::vector<PriorityClass>& classes = scenario.admission.priority_classes;
  const auto index = static_cast<std::size_t>(job.priority_class);
  return index < classes.size() ? classes[index].name : "";
}

std::string team_name(const JobRecord& job, const scenario::GovernanceScenario& scenario) {
  return scenario.teams[static_cast<std::size_t>(job.team)].name;
}

std::int64_t all_evictions(const JobRecord& job) {
  return std::accumulate(job.evictions.begin(), job.evictions.end(), std::int64_t{0});
}

/// As a plan with one replica has it.
std::string digest_text(std::uint64_t digest) {
  Digest replicas;
  replicas.add(digest);
  return fmt::format("{:016x}", replicas.value());
}

}  // namespace

JobRows::JobRows(std::ostream& out, const scenario::GovernanceScenario& scenario)
    : out_(out), scenario_(scenario) {
  out_ << kHeader;
}

void JobRows::add(const JobRecord& job) {
  const auto optional_seconds = [](const std::optional<std::int64_t>& ns) {
    return ns ? fmt::format("{}", seconds(*ns)) : "";
  };
  out_ << fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                      csv_field(job.name), csv_field(team_name(job, scenario_)),
                      csv_field(class_name(job, scenario_)), enum_name(job.kind),
                      static_cast<double>(job.units) / 1000, seconds(job.submitted_ns),
                      optional_seconds(job.admitted_ns), seconds(job.ended_ns), enum_name(job.end),
                      seconds(job.wait_ns), seconds(job.first_wait_ns), seconds(job.no_nodes_ns),
                      seconds(job.run_ns), seconds(job.lost_ns), job.preemptions(),
                      all_evictions(job), job.node_failures, job.loops, job.missed_deadline ? 1 : 0,
                      job.digest ? digest_text(*job.digest) : "");
}

nlohmann::ordered_json job_json(const JobRecord& job,
                                const scenario::GovernanceScenario& scenario) {
  nlohmann::ordered_json row = {{"job", job.name},
                                {"team", team_name(job, scenario)},
                                {"class", class_name(job, scenario)},
                                {"kind", enum_name(job.kind)},
                                {"units", static_cast<double>(job.units) / 1000},
                                {"submitted_s", seconds(job.submitted_ns)}};
  if (job.admitted_ns) row["admitted_s"] = seconds(*job.admitted_ns);
  row.update({{"ended_s", seconds(job.ended_ns)},
              {"end", enum_name(job.end)},
              {"wait_s", seconds(job.wait_ns)},
              {"first_wait_s", seconds(job.first_wait_ns)},
              {"no_nodes_s", seconds(job.no_nodes_ns)},
              {"run_s", seconds(job.run_ns)},
              {"lost_s", seconds(job.lost_ns)},
              {"preemptions", job.preemptions()},
              {"evictions", all_evictions(job)},
              {"node_failures", job.node_failures},
              {"loops", job.loops},
              {"missed_deadline", job.missed_deadline}});
  if (job.digest) row["digest"] = digest_text(*job.digest);
  return row;
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
