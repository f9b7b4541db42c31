#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

#include "src/govern/inputs.h"
#include "src/import/job_trace.h"
#include "src/io/diagnostics.h"
#include "src/io/nearest_name.h"
#include "src/scenario/governance_names.h"

namespace sextant::govern {
namespace {

using scenario::GovernanceNames;
using scenario::GovernanceScenario;
using scenario::TeamPlan;
using Pods = std::variant<std::vector<PodSet>, scenario::SizeFault>;

SimTime at(Seconds time) { return SimTime() + SimDuration::rounded(time); }

/// What jobs have from their plan besides pods and work.
template <class Plan>
void take_traits(JobSpec& job, const Plan& plan) {
  job.kind = plan.kind;
  job.startup = SimDuration::rounded(plan.startup);
  job.restart = SimDuration::rounded(plan.restart.value_or(plan.startup));
  if (plan.checkpoint_interval) {
    job.checkpoint_interval = SimDuration::rounded(*plan.checkpoint_interval);
  }
}

/// The jobs of a log, with the names of here. Pulled line by line.
class TraceJobs final : public JobSource {
 public:
  TraceJobs(const GovernanceScenario& scenario, const GovernanceNames& names,
            const scenario::TracePlan& plan)
      : scenario_(scenario),
        names_(names),
        plan_(plan),
        path_((std::filesystem::path(scenario.folder) / plan.file).lexically_normal()),
        log_(importer::open_job_trace(path_, {plan.format, plan.where})) {}

  std::optional<JobSpec> next() override {
    while (!plan_.limit || count_ < *plan_.limit) {
      const auto read = log_->next();
      if (!read) return std::nullopt;
      if (!begin_) begin_ = read->submit;
      const Seconds since = read->submit - *begin_;
      if (since < plan_.from) continue;
      const std::vector<PodSet>* pods = pods_of(read->accelerators);
      if (!pods) {
        ++too_large_;
        continue;
      }
      ++count_;
      return job_of(*read, plan_.time_scale * (since - plan_.from), *pods);
    }
    return std::nullopt;
  }

  void add_skipped(std::vector<SkippedJobs>& skipped) const {
    for (const auto& [reason, jobs] : log_->skipped()) {
      skipped.push_back({plan_.file, reason, jobs});
    }
    if (too_large_ > 0) {
      skipped.push_back({plan_.file, "larger than the cluster", too_large_});
    }
  }

 private:
  /// Whole accelerators: who asks for a part of one gets one. Null if the cluster is too small.
  const std::vector<PodSet>* pods_of(double accelerators) {
    const double share = accelerators / plan_.cores_per_accelerator;
    const int whole = static_cast<int>(std::max(1.0, std::ceil(share - 1e-9)));
    const auto known = pods_.find(whole);
    const auto& pods =
        known != pods_.end() ? known->second : pods_.emplace(whole, cut(whole)).first->second;
    return std::get_if<std::vector<PodSet>>(&pods);
  }

  Pods cut(int accelerators) const {
    scenario::JobSize size;
    size.accelerators = accelerators;
    return names_.pods(size, std::nullopt);
  }

  JobSpec job_of(const importer::TraceJob& read, Seconds submit, const std::vector<PodSet>& pods) {
    JobSpec job;
    job.name = read.id;
    job.team = team_of(read);
    job.priority_class = class_of(read, scenario_.teams[static_cast<std::size_t>(job.team)]);
    take_traits(job, plan_);
    job.submit = at(submit);
    job.work = SimDuration::rounded(read.run);
    job.podsets = pods;
    return job;
  }

  TeamIndex team_of(const importer::TraceJob& read) const {
    const auto mapped = plan_.teams.find(read.team);
    const std::string& name = mapped == plan_.teams.end() ? read.team : mapped->second;
    if (const auto team = names_.team(name)) return *team;
    if (const auto team = names_.team(plan_.team)) return *team;
    std::vector<std::string> known;
    for (const TeamPlan& team : scenario_.teams) known.push_back(team.name);
    const auto nearest = io::nearest_name(read.team, known);
    throw io::InputError(fmt::format(
        "{}:{}: error: found a job of \"{}\", which is no team of the scenario\n"
        "  help: {}give the trace \"teams\": {{\"{}\": …}}, or a \"team\" for all others\n",
        path_.string(), read.line, read.team,
        nearest ? fmt::format("did it mean \"{}\"? Else ", *nearest) : "", read.team));
  }

  ClassIndex class_of(const importer::TraceJob& read, const TeamPlan& team) const {
    const auto mapped = plan_.classes.find(read.priority_class);
    if (mapped != plan_.classes.end()) return *names_.priority_class(mapped->second, team);
    if (!read.priority_class.empty()) {
      if (const auto same = names_.priority_class(read.priority_class, team)) return *same;
    }
    return *names_.priority_class(plan_.priority_class, team);
  }

  const GovernanceScenario& scenario_;
  const GovernanceNames& names_;
  const scenario::TracePlan& plan_;
  std::filesystem::path path_;
  std::unique_ptr<importer::JobTrace> log_;
  std::map<int, Pods> pods_;  ///< by accelerators
  std::optional<Seconds> begin_;
  std::int64_t count_ = 0;
  std::int64_t too_large_ = 0;
};

/// A source that somebody else owns.
class Borrowed final : public JobSource {
 public:
  explicit Borrowed(JobSource& source) : source_(source) {}
  std::optional<JobSpec> next() override { return source_.next(); }

 private:
  JobSource& source_;
};

class AllJobs final : public ScenarioJobs {
 public:
  AllJobs(const GovernanceScenario& scenario, ReplicaKey key)
      : scenario_(scenario), names_(scenario) {
    std::vector<std::unique_ptr<JobSource>> sources;
    sources.push_back(listed_jobs(listed()));
    for (const scenario::TracePlan& plan : scenario.traces) {
      traces_.push_back(std::make_unique<TraceJobs>(scenario, names_, plan));
      sources.push_back(std::make_unique<Borrowed>(*traces_.back()));
    }
    for (std::size_t i = 0; i < scenario.teams.size(); ++i) {
      const TeamPlan& team = scenario.teams[i];
      for (const scenario::GeneratorPlan& plan : team.generators) {
        sources.push_back(generated_jobs(generator(plan, i), key));
      }
      for (const scenario::SpacePlan& plan : team.spaces) {
        sources.push_back(generated_jobs(space(plan, i), key));
      }
    }
    all_ = merged_jobs(std::move(sources));
  }

  std::optional<JobSpec> next() override { return all_->next(); }

  std::vector<SkippedJobs> skipped() const override {
    std::vector<SkippedJobs> skipped;
    for (const auto& trace : traces_) trace->add_skipped(skipped);
    return skipped;
  }

 private:
  std::vector<JobSpec> listed() const;
  std::vector<PodSet> pods_of(const scenario::JobPlan& plan, std::int32_t training) const;
  JobGenerator generator(const scenario::GeneratorPlan& plan, std::size_t team) const;
  JobGenerator space(const scenario::SpacePlan& plan, std::size_t team) const;

  const GovernanceScenario& scenario_;
  GovernanceNames names_;
  std::vector<std::unique_ptr<TraceJobs>> traces_;
  std::unique_ptr<JobSource> all_;
};

std::int32_t training_of(const GovernanceScenario& scenario, const scenario::JobPlan& plan) {
  for (std::size_t i = 0; plan.training && i < scenario.trainings.size(); ++i) {
    if (scenario.trainings[i].file == *plan.training) return static_cast<std::int32_t>(i);
  }
  return -1;
}

std::vector<PodSet> AllJobs::pods_of(const scenario::JobPlan& plan, std::int32_t training) const {
  if (training < 0) return std::get<std::vector<PodSet>>(names_.pods(*plan.size, plan.placement));
  const auto& cluster = scenario_.trainings[static_cast<std::size_t>(training)].scenario.cluster;
  return std::get<std::vector<PodSet>>(
      names_.whole_nodes(*cluster.instance, cluster.nodes, plan.placement));
}

std::vector<JobSpec> AllJobs::listed() const {
  std::vector<JobSpec> jobs;
  for (const scenario::JobPlan& plan : scenario_.jobs) {
    JobSpec& job = jobs.emplace_back();
    job.name = plan.name;
    job.team = *names_.team(plan.team);
    const TeamPlan& team = scenario_.teams[static_cast<std::size_t>(job.team)];
    job.priority_class = *names_.priority_class(plan.priority_class, team);
    take_traits(job, plan);
    job.submit = at(plan.submit);
    job.training = training_of(scenario_, plan);
    if (job.training >= 0) job.kind = JobKind::kTraining;
    job.podsets = pods_of(plan, job.training);
    if (plan.duration) job.work = SimDuration::rounded(*plan.duration);
    if (plan.deadline) job.deadline = at(*plan.deadline);
  }
  return jobs;
}

JobGenerator AllJobs::generator(const scenario::GeneratorPlan& plan, std::size_t team) const {
  const TeamPlan& of = scenario_.teams[team];
  JobGenerator generator;
  generator.name = of.name + "/" + plan.name;
  generator.arrivals = plan.arrivals;
  for (const scenario::JobSize& size : plan.sizes) {
    generator.sizes.push_back(
        {size.weight, std::get<std::vector<PodSet>>(names_.pods(size, plan.placement))});
  }
  generator.work = plan.duration;
  generator.deadline_factor = plan.deadline_factor;
  generator.like.team = static_cast<TeamIndex>(team);
  generator.like.priority_class = *names_.priority_class(plan.priority_class, of);
  take_traits(generator.like, plan);
  return generator;
}

JobGenerator AllJobs::space(const scenario::SpacePlan& plan, std::size_t team) const {
  const TeamPlan& of = scenario_.teams[team];
  JobGenerator generator;
  generator.name = of.name + "/" + plan.name;
  generator.arrivals.rate = PerSecond(plan.users * plan.sessions_per_day / kDay.si());
  generator.arrivals.hours = plan.hours;
  generator.arrivals.weekdays = plan.weekdays;
  generator.sizes = {{1, std::get<std::vector<PodSet>>(names_.pods(plan.size, std::nullopt))}};
  generator.work = plan.active;
  JobSpec& like = generator.like;
  like.team = static_cast<TeamIndex>(team);
  like.priority_class = *names_.priority_class(plan.priority_class, of);
  like.kind = JobKind::kSpace;
  like.startup = SimDuration::rounded(plan.startup);
  like.restart = like.startup;
  like.checkpoint_interval = SimDuration();  // files are kept: what is lost is the time
  like.idle_tail = SimDuration::rounded(plan.idle_shutdown);
  return generator;
}

}  // namespace

std::unique_ptr<ScenarioJobs> jobs_of(const GovernanceScenario& scenario, ReplicaKey key) {
  return std::make_unique<AllJobs>(scenario, key);
}

}  // namespace sextant::govern
