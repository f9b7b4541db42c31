// Replays a log of jobs under a baseline scheduler, as published simulations of schedulers do: on a
// cluster of whole nodes, every job for as long as the log says, preempted and resumed at no cost.
//
//     replay_trace FILE POLICY [nodes=1] [gpus_per_node=8] [packing=1] [stretch=1] [restart_s=0]
//                  [at_once=0] [from_days=0] [days=0]
//
// FILE is a CSV whose header names submit_time_s, duration_s and gpus; POLICY a scheduler's name.
// packing=0 counts GPUs and knows no nodes. stretch multiplies durations; restart_s is what a
// preempted job has to do again; at_once=1 submits all jobs at time 0; from_days and days take the
// jobs of such a stretch of the log only (days=0: all).
// Prints: jobs, mean completion [s], mean of that without running [s], makespan [s], preemptions.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "sextant/governance/baseline_scheduler.h"
#include "tests/support/schedule.h"

namespace sextant {
namespace {

using fixtures::Schedule;
using fixtures::ScheduledJob;
using fixtures::ScheduledOutcome;

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, ',');) fields.push_back(field);
  return fields;
}

/// The arguments after the first two.
class Options {
 public:
  explicit Options(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments) {
      const std::size_t equals = argument.find('=');
      const auto known = values_.find(argument.substr(0, equals));
      if (equals == std::string::npos || known == values_.end()) give_up(2, argument);
      known->second = std::stod(argument.substr(equals + 1));
    }
  }
  double operator[](const std::string& name) const { return values_.at(name); }
  int whole(const std::string& name) const { return static_cast<int>(values_.at(name)); }

  [[noreturn]] static void give_up(int code, const std::string& about) {
    fmt::print(stderr, "replay_trace: cannot use '{}'\n", about);
    std::exit(code);
  }

 private:
  std::map<std::string, double> values_{{"nodes", 1},     {"gpus_per_node", 8}, {"packing", 1},
                                        {"stretch", 1},   {"restart_s", 0},     {"at_once", 0},
                                        {"from_days", 0}, {"days", 0}};
};

/// In the order of submission.
std::vector<ScheduledJob> read_jobs(const std::string& path, const Options& options) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) Options::give_up(3, path);
  const std::vector<std::string> names = fields_of(line);
  const auto column = [&](const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) Options::give_up(3, path + ": column " + name);
    return static_cast<std::size_t>(found - names.begin());
  };
  const std::size_t submit = column("submit_time_s");
  const std::size_t duration = column("duration_s");
  const std::size_t gpus = column("gpus");
  const double from_s = options["from_days"] * 86400;
  std::vector<ScheduledJob> jobs;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = fields_of(line);
    const double submit_s = std::stod(fields.at(submit)) - from_s;
    const bool too_late = options["days"] > 0 && submit_s > options["days"] * 86400;
    if (submit_s < 0 || too_late) continue;
    const double work_s = options["stretch"] * std::stod(fields.at(duration));
    jobs.push_back({.submit = fixtures::at_s(options["at_once"] > 0 ? 0 : submit_s),
                    .work = fixtures::seconds(work_s),
                    .pods = std::stoi(fields.at(gpus)),
                    .queue = {},
                    .estimate = {}});
  }
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const auto& a, const auto& b) { return a.submit < b.submit; });
  return jobs;
}

AdmissionPolicy one_queue(const Options& options) {
  const int nodes = options.whole("nodes");
  const int gpus = options.whole("gpus_per_node");
  const bool packing = options["packing"] > 0;
  AdmissionPolicy policy = fixtures::simple_policy({Amount{nodes} * gpus}, packing ? nodes : 0);
  if (packing) policy.flavors[0].node_capacity = {{ResourceIndex{0}, gpus}};
  return policy;
}

void print(const std::vector<ScheduledJob>& jobs, const std::vector<ScheduledOutcome>& outcomes) {
  double completion_s = 0;
  double idle_s = 0;
  double makespan_s = 0;
  int preemptions = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!outcomes[i].first_start) Options::give_up(1, fmt::format("job {}: never fits", i));
    const SimDuration completion = outcomes[i].completion(jobs[i]);
    completion_s += completion.seconds().si();
    idle_s += (completion - jobs[i].work).seconds().si();
    makespan_s = std::max(makespan_s, (outcomes[i].end - jobs.front().submit).seconds().si());
    preemptions += outcomes[i].evictions;
  }
  const double n = static_cast<double>(jobs.size());
  fmt::print("{} {:.0f} {:.0f} {:.0f} {}\n", jobs.size(), completion_s / n, idle_s / n, makespan_s,
             preemptions);
}

int replay(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) Options::give_up(2, "no file and policy");
  const Options options({arguments.begin() + 2, arguments.end()});
  const auto kind = enum_from_name<SchedulerKind>(arguments[1]);
  if (!kind || *kind == SchedulerKind::kKueue) Options::give_up(2, arguments[1]);
  const AdmissionPolicy policy = one_queue(options);
  const std::unique_ptr<Scheduler> scheduler = make_baseline(*kind, policy);
  const std::vector<ScheduledJob> jobs = read_jobs(arguments[0], options);
  const fixtures::ScheduleOptions costs{.eviction = {},
                                        .restart = fixtures::seconds(options["restart_s"])};
  print(jobs, Schedule(*scheduler, jobs, costs).run());
  return 0;
}

}  // namespace
}  // namespace sextant

int main(int count, char** arguments) {
  return sextant::replay({arguments + 1, arguments + count});
}
