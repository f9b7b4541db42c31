#include "src/scenario/check_governance.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "src/io/nearest_name.h"
#include "src/io/quantity_text.h"
#include "src/scenario/governance_names.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

class Checks : private PlacedChecks {
 public:
  Checks(const GovernanceScenario& scenario, const io::PlaceMap& places,
         io::Diagnostics& diagnostics)
      : PlacedChecks(places, diagnostics), s_(scenario), names_(scenario) {}

  void run() {
    for (const WindowPlan& plan : s_.cluster.windows) window(plan);
    windows_apart();
    for (const OutagePlan& plan : s_.cluster.outages) outage(plan);
    teams();
    jobs();
    for (const TracePlan& plan : s_.traces) trace(plan);
    endpoints();
  }

 private:
  using Pods = std::variant<std::vector<PodSet>, SizeFault>;

  template <class Plan>
  std::optional<int> nodes_of(const Plan& plan);
  void window(const WindowPlan& plan);
  void windows_apart();
  void outage(const OutagePlan& plan);
  void teams();
  void team(const TeamPlan& plan);
  void generator(const GeneratorPlan& plan, const TeamPlan& team);
  void space(const SpacePlan& plan, const TeamPlan& team);
  void jobs();
  void job(const JobPlan& plan);
  void training(const JobPlan& plan);
  void trace(const TracePlan& plan);
  void endpoints();
  void endpoint(const EndpointPlan& plan);

  void unknown(const std::string& name, const char* what, const std::vector<std::string>& known);
  const TeamPlan* team_named(const std::string& name);
  void class_named(const std::string& name, const TeamPlan& team);
  template <class T>
  void size(const T& member, const Pods& pods, const std::string& who);
  template <class T, class Plan>
  void plan_of(const T& member, const Plan& plan);
  template <class Plan>
  bool again(std::set<std::string>& seen, const Plan& plan, const char* what);
  std::vector<std::string> team_names() const;

  const GovernanceScenario& s_;
  const GovernanceNames names_;
};

void Checks::unknown(const std::string& name, const char* what,
                     const std::vector<std::string>& known) {
  io::Diagnostic& entry = error(name, fmt::format("found \"{}\", expected {}", name, what));
  const auto nearest = io::nearest_name(name, known);
  entry.help = nearest         ? fmt::format("did you mean \"{}\"?", *nearest)
               : known.empty() ? "there are none"
                               : fmt::format("there are: {}", fmt::join(known, ", "));
}

std::vector<std::string> Checks::team_names() const {
  std::vector<std::string> names;
  for (const TeamPlan& team : s_.teams) names.push_back(team.name);
  return names;
}

const TeamPlan* Checks::team_named(const std::string& name) {
  const auto index = names_.team(name);
  if (index) return &s_.teams[static_cast<std::size_t>(*index)];
  unknown(name, "the name of a team", team_names());
  return nullptr;
}

void Checks::class_named(const std::string& name, const TeamPlan& team) {
  if (name.empty() || names_.priority_class(name, team)) return;
  unknown(name, "a priority class of the policy", names_.priority_classes());
}

template <class T>
void Checks::size(const T& member, const Pods& pods, const std::string& who) {
  const auto* fault = std::get_if<SizeFault>(&pods);
  if (fault) error(member, fmt::format("{}: {}", who, fault->message)).help = fault->help;
}

/// Arrivals or durations.
template <class T, class Plan>
void Checks::plan_of(const T& member, const Plan& plan) {
  if (const auto fault = fault_of(plan)) error(member, *fault);
}

template <class Plan>
bool Checks::again(std::set<std::string>& seen, const Plan& plan, const char* what) {
  if (seen.insert(plan.name).second) return false;
  error(plan.name, fmt::format("found {} \"{}\" a second time", what, plan.name));
  return true;
}

/// Nodes of a window's or an outage's flavor.
template <class Plan>
std::optional<int> Checks::nodes_of(const Plan& plan) {
  if (plan.to && *plan.to <= plan.from) {
    error(plan.to, fmt::format("found an end at {}, which is not after the beginning",
                               io::format_quantity(*plan.to)));
  }
  const auto flavor = names_.flavor(plan.flavor);
  if (!flavor) {
    unknown(plan.flavor, "a flavor of the cluster", names_.flavors());
    return std::nullopt;
  }
  const int nodes = s_.admission.flavors[static_cast<std::size_t>(*flavor)].nodes;
  if (plan.nodes <= nodes) return nodes;
  error(plan.nodes,
        fmt::format("found {} nodes, expected at most the {} of the flavor", plan.nodes, nodes));
  return std::nullopt;
}

void Checks::window(const WindowPlan& plan) {
  const auto nodes = nodes_of(plan);
  if (nodes && plan.first_node.value_or(0) + plan.nodes > *nodes) {
    error(plan.first_node,
          fmt::format("found nodes {} to {}, expected numbers below {}", *plan.first_node,
                      *plan.first_node + plan.nodes - 1, *nodes));
  }
  if (!plan.queue.empty() && !names_.quota(plan.queue)) {
    unknown(plan.queue, "a team, a queue or a cohort", names_.queues());
  }
  if (plan.notice > Seconds(0) && !plan.to) {
    error(plan.notice, "found a notice of an end that never comes");
  } else if (plan.to && plan.notice > *plan.to - plan.from) {
    error(plan.notice, "found a notice before the nodes are there");
  }
}

/// No node is in two windows at a time.
void Checks::windows_apart() {
  const auto& windows = s_.cluster.windows;
  const auto first = [&](const WindowPlan& plan) {
    const auto flavor = names_.flavor(plan.flavor);
    if (!flavor) return -1;
    const int nodes = s_.admission.flavors[static_cast<std::size_t>(*flavor)].nodes;
    return plan.first_node.value_or(nodes - plan.nodes);
  };
  for (std::size_t i = 0; i < windows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const WindowPlan &a = windows[j], &b = windows[i];
      const bool one_flavor = names_.flavor(a.flavor) == names_.flavor(b.flavor);
      const bool nodes = first(a) < first(b) + b.nodes && first(b) < first(a) + a.nodes;
      const bool times = (!b.to || a.from < *b.to) && (!a.to || b.from < *a.to);
      if (!one_flavor || !nodes || !times) continue;
      note(error(b.nodes, "found nodes that another window has at the same time"), a.nodes,
           "this one: give one of them a \"first_node\"");
    }
  }
}

void Checks::outage(const OutagePlan& plan) {
  const auto nodes = nodes_of(plan);
  if (!nodes || plan.first_node + plan.nodes <= *nodes) return;
  error(plan.first_node, fmt::format("found nodes {} to {}, expected numbers below {}",
                                     plan.first_node, plan.first_node + plan.nodes - 1, *nodes));
}

void Checks::teams() {
  if (s_.teams.empty()) error(s_.teams, "found no teams, expected at least one");
  std::set<std::string> seen;
  for (const TeamPlan& plan : s_.teams) {
    if (!again(seen, plan, "team")) team(plan);
  }
}

void Checks::team(const TeamPlan& plan) {
  if (!names_.queue_of(plan)) {
    const std::vector<std::string> queues = names_.queues();
    if (plan.queue.empty()) {
      io::Diagnostic& entry =
          error(plan.name,
                fmt::format("found team \"{}\", for which the policy has no queue", plan.name));
      entry.help = fmt::format("name one as its \"queue\": {}", fmt::join(queues, ", "));
    } else {
      unknown(plan.queue, "a queue or a team of the policy", queues);
    }
  }
  class_named(plan.priority_class, plan);
  std::set<std::string> seen;
  for (const GeneratorPlan& part : plan.generators) {
    if (!again(seen, part, "generator")) generator(part, plan);
  }
  for (const SpacePlan& part : plan.spaces) {
    if (!again(seen, part, "space")) space(part, plan);
  }
}

void Checks::generator(const GeneratorPlan& plan, const TeamPlan& team) {
  class_named(plan.priority_class, team);
  plan_of(plan.arrivals, plan.arrivals);
  plan_of(plan.duration, plan.duration);
  if (!s_.simulation.duration && !plan.arrivals.until && !plan.arrivals.limit) {
    error(plan.arrivals, "found arrivals without an end, expected \"until\" or \"limit\"").help =
        "or give the simulation a \"duration\"";
  }
  double weight = 0;
  for (const JobSize& part : plan.sizes) {
    size(part, names_.pods(part, plan.placement), plan.name);
    weight += part.weight;
  }
  if (weight == 0) error(plan.sizes, "found no size with a weight above 0, expected at least one");
}

void Checks::space(const SpacePlan& plan, const TeamPlan& team) {
  class_named(plan.priority_class, team);
  ArrivalPlan arrivals;
  arrivals.rate = PerSecond(plan.users * plan.sessions_per_day / kDay.si());
  arrivals.hours = plan.hours;
  arrivals.weekdays = plan.weekdays;
  plan_of(plan.hours, arrivals);
  plan_of(plan.active, plan.active);
  if (!s_.simulation.duration) {
    error(plan.name, "found a space, which never ends, expected a \"duration\" of the simulation");
  }
  size(plan.size, names_.pods(plan.size, std::nullopt), plan.name);
}

void Checks::jobs() {
  std::set<std::string> seen;
  for (const JobPlan& plan : s_.jobs) {
    again(seen, plan, "job");
    job(plan);
  }
}

void Checks::job(const JobPlan& plan) {
  if (const TeamPlan* team = team_named(plan.team)) class_named(plan.priority_class, *team);
  if (plan.duration.has_value() == plan.training.has_value()) {
    error(plan.duration, fmt::format("found {} \"duration\" and \"training\", expected one",
                                     plan.duration ? "both" : "neither"));
  }
  if (plan.deadline && *plan.deadline <= plan.submit) {
    note(error(plan.deadline, "found a deadline that is not after the submission"), plan.submit,
         "submitted here");
  }
  if (plan.training) return training(plan);
  if (!plan.size) {
    error(plan.size, fmt::format("{}: found no \"size\", expected the pods of the job", plan.name));
    return;
  }
  size(plan.size, names_.pods(*plan.size, plan.placement), plan.name);
}

void Checks::training(const JobPlan& plan) {
  if (plan.size) {
    error(plan.size, "found a size of a training run, which has that of its scenario");
  }
  if (plan.checkpoint_interval) {
    error(plan.checkpoint_interval,
          "found an interval of checkpoints, which a training run has from its scenario");
  }
  const auto run =
      std::find_if(s_.trainings.begin(), s_.trainings.end(),
                   [&](const TrainingRun& known) { return known.file == plan.training; });
  if (run == s_.trainings.end()) return;  // its file has errors of its own
  const ClusterPlan& cluster = run->scenario.cluster;
  size(plan.training, names_.whole_nodes(*cluster.instance, cluster.nodes, plan.placement),
       plan.name);
}

void Checks::trace(const TracePlan& plan) {
  for (const auto& [there, here] : plan.teams) {
    if (!names_.team(here)) unknown(here, "the name of a team", team_names());
  }
  if (!plan.team.empty()) team_named(plan.team);
  if (s_.teams.empty()) return;
  for (const auto& [there, here] : plan.classes) class_named(here, s_.teams.front());
  class_named(plan.priority_class, s_.teams.front());
}

void Checks::endpoints() {
  std::set<std::string> seen;
  for (const EndpointPlan& plan : s_.endpoints) {
    again(seen, plan, "endpoint");
    endpoint(plan);
  }
  if (!s_.endpoints.empty() && !s_.simulation.duration) {
    error(s_.endpoints.front().name,
          "found an endpoint, which never ends, expected a \"duration\" of the simulation");
  }
}

void Checks::endpoint(const EndpointPlan& plan) {
  if (const TeamPlan* team = team_named(plan.team)) class_named(plan.priority_class, *team);
  size(plan.size, names_.pods(plan.size, plan.placement), plan.name);
  if (plan.least > plan.most) {
    note(
        error(plan.least, fmt::format("found at least {} replicas, more than at most", plan.least)),
        plan.most, fmt::format("at most {}", plan.most));
  }
  if (plan.requests.empty()) error(plan.requests, "found no load, expected at least one point");
  for (std::size_t i = 0; i < plan.requests.size(); ++i) {
    const RequestPoint& point = plan.requests[i];
    if (point.at >= plan.period) {
      note(error(point.at, "found a point that is not within the period"), plan.period,
           "the period");
    }
    if (i > 0 && point.at <= plan.requests[i - 1].at) {
      error(point.at, "found a point that is not after the one before");
    }
  }
}

}  // namespace

void check_governance(const GovernanceScenario& scenario, const io::PlaceMap& places,
                      io::Diagnostics& diagnostics) {
  Checks(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario
