#include "src/cli/import_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "sextant/cluster/instance.h"
#include "src/catalog/families.h"
#include "src/cli/complete_run.h"
#include "src/cli/usage_error.h"
#include "src/cli/write_file.h"
#include "src/import/ec2_type.h"
#include "src/import/imported_run.h"
#include "src/import/job_trace.h"
#include "src/report/import_report.h"
#include "src/scenario/read_governance.h"

namespace sextant::cli {
namespace {

using importer::ImportedRun;
using importer::JobTrace;

/// The team of jobs of which the log does not say whose they are.
constexpr const char* kNobody = "everybody";

/// What a cluster for the jobs of a log must be like.
struct TraceSummary {
  std::int64_t jobs = 0;
  std::set<std::string> teams;
  double largest = 0.0;  ///< accelerators of a job
  double work = 0.0;     ///< accelerator-seconds
  double span = 0.0;     ///< from the first submission to the last end, without waits [s]
};

TraceSummary summary_of(JobTrace& log) {
  TraceSummary summary;
  std::optional<Seconds> first;
  while (const auto job = log.next()) {
    if (!first) first = job->submit;
    ++summary.jobs;
    summary.teams.insert(job->team.empty() ? kNobody : job->team);
    summary.largest = std::max(summary.largest, job->accelerators);
    summary.work += job->accelerators * job->run.si();
    summary.span = std::max(summary.span, (job->submit + job->run - *first).si());
  }
  return summary;
}

/// As many as hold the largest job, and would be four fifths busy if the jobs came evenly.
int nodes_for(const TraceSummary& summary, int accelerators) {
  const double largest = std::ceil(summary.largest / accelerators);
  const double busy = summary.span > 0 ? summary.work / summary.span / 0.8 / accelerators : 0.0;
  return static_cast<int>(std::clamp(std::max(largest, std::ceil(busy)), 1.0, 1e6));
}

std::string only_log(const Arguments& arguments) {
  const std::vector<std::string> files = arguments.texts("file");
  if (files.size() == 1) return files.front();
  throw UsageError("import: which log? (sextant import trace sacct.txt --instance p5.48xlarge)");
}

std::string instance_of(const Arguments& arguments) {
  const std::vector<std::string> given = arguments.texts("instance");
  if (given.size() == 1) return importer::ec2_type(given.front());
  throw UsageError(
      "import: trace: a log does not say what the nodes were: --instance p5.48xlarge, once");
}

io::Node::Member member(const char* key, io::Node::Value value) {
  io::Node::Member made;
  made.key = key;
  made.value.value = std::move(value);
  return made;
}

io::Node team_list(const std::set<std::string>& names) {
  io::Node::Array teams;
  for (const std::string& name : names) {
    teams.push_back({io::Node::Object{member("name", name)}, {}});
  }
  return {std::move(teams), {}};
}

/// What the options say, or what is usual.
class Completion {
 public:
  Completion(const Arguments& arguments, ImportedRun& run) : arguments_(arguments), run_(run) {}

  std::string text(const char* option, const char* pointer, const std::string& usual,
                   const std::string& reason) {
    const auto given = arguments_.text(option);
    const std::string value = given.value_or(usual);
    if (value.empty()) return value;
    if (given) {
      run_.take(pointer, io::Node{value, {}}, fmt::format("--{}", option), {});
    } else {
      run_.assume(pointer, value, reason);
    }
    return value;
  }

 private:
  const Arguments& arguments_;
  ImportedRun& run_;
};

/// The log's path as the scenario sees it; printed, it is taken to lie here.
std::string path_from(const std::string& output, const std::string& file) {
  if (output.empty()) return file;
  const auto folder = std::filesystem::absolute(output).parent_path();
  return std::filesystem::absolute(file).lexically_relative(folder).string();
}

ImportedRun scenario_of(const Arguments& arguments, const std::string& file,
                        const TraceSummary& log, catalog::Catalogue& catalogue) {
  const std::string name = instance_of(arguments);
  const Instance instance = catalogue.load<Instance>(name);
  if (instance.accelerators < 1) {
    throw UsageError(fmt::format("import: trace: {} has no accelerators", name));
  }
  ImportedRun run;
  run.format = "trace";
  Completion completion(arguments, run);
  run.set("schema", {std::string(scenario::kGovernanceSchema), {}});
  completion.text("name", "name", std::filesystem::path(file).stem().string(), "of the file");
  run.set("question",
          {std::string("How long would these jobs wait, and what would they cost?"), {}});
  const std::string region =
      completion.text("region", "cluster/region", "us-east-1", "where the shipped scenarios are");
  completion.text("prices", "cluster/prices", newest_prices(catalogue, name, region),
                  "the newest list that has the instance there");
  const auto nodes = arguments.count("nodes", 1, 1'000'000);
  const std::int64_t size = nodes ? *nodes : nodes_for(log, instance.accelerators);
  io::Node::Object flavor{member("instance", name), member("nodes", size)};
  run.set("cluster/flavors", {io::Node::Array{{std::move(flavor), {}}}, {}});
  if (nodes) {
    run.taken.push_back({"/cluster/flavors", "--instance, --nodes", {}});
  } else {
    run.assumed.push_back(
        {"/cluster/flavors",
         fmt::format("so many hold the largest job, of {:.6g}, and would be at most four fifths "
                     "busy if all came evenly",
                     log.largest)});
  }
  run.assume("policy/scheduler", std::string("easy"),
             "backfilling, as Slurm does; \"kueue\" or \"hyperpod\" with a policy of yours");
  run.take("teams", team_list(log.teams), "those of the log", {});
  io::Node::Object trace{member("file", path_from(arguments.text("output").value_or(""), file))};
  if (log.teams.count(kNobody) > 0) trace.push_back(member("team", std::string(kNobody)));
  run.take("traces", {io::Node::Array{{std::move(trace), {}}}, {}},
           fmt::format("jobs: {}, teams: {}", log.jobs, log.teams.size()), {});
  return run;
}

}  // namespace

ExitCode import_trace(const Arguments& arguments) {
  const std::string file = only_log(arguments);
  const std::string output = arguments.text("output").value_or("");
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const auto log = importer::open_job_trace(file);
  const TraceSummary summary = summary_of(*log);
  if (summary.jobs == 0) {
    throw io::InputError(fmt::format("{}: error: found no job that ran on accelerators\n", file));
  }
  ImportedRun run = scenario_of(arguments, file, summary, catalogue);
  for (const auto& [reason, jobs] : log->skipped()) {
    run.not_used.push_back({fmt::format("{} job{}", jobs, jobs == 1 ? "" : "s"), {}, reason});
  }
  fmt::print(stderr, "{}", report::import_words(run, file));
  const std::string scenario = report::imported_scenario(run, file, "sextant import trace");
  // What is written can be read: wrong names in options are said here.
  scenario::read_governance_text(output.empty() ? "the scenario" : output, scenario, catalogue);
  const std::string text =
      arguments.has("json") ? report::import_json(run, file).dump(2) + "\n" : scenario;
  write_or_print(output, text);
  return ExitCode::kOk;
}

}  // namespace sextant::cli
