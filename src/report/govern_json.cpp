#include "src/report/govern_json.h"

#include <fmt/format.h>

#include <cmath>

#include "src/govern/fairness.h"
#include "src/govern/units.h"
#include "src/report/estimate_json.h"
#include "src/report/evidence.h"
#include "src/report/govern_words.h"
#include "src/report/interrupted.h"
#include "src/report/provenance_json.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;
using govern::GovernResult;
using govern::GroupAnswer;
using govern::ReplicaAnswers;

constexpr const char* kSchema = "sextant.govern/1";

/// A quantity of every replica: a number, or its summary.
template <class Of>
Json over_replicas(const GovernResult& result, const Of& of) {
  if (result.answers.size() == 1) return of(result.first());
  Sample sample;
  for (const ReplicaAnswers& answers : result.answers) {
    sample.add(static_cast<double>(of(answers)));
  }
  return estimate_json(sample.summary());
}

/// One row: a group of jobs, found in every replica.
class GroupJson {
 public:
  using Group = std::function<const GroupAnswer&(const ReplicaAnswers&)>;

  GroupJson(const GovernResult& result, Group group) : result_(result), group_(std::move(group)) {}

  /// `with_quota`: what is borrowed and lent is known of teams and the cluster only.
  Json json(bool with_quota) const {
    Json json = {{"jobs", of([](const GroupAnswer& g) { return g.jobs; })},
                 {"ends", ends()},
                 {"wait_s", times([](const GroupAnswer& g) { return g.wait_s; })},
                 {"first_wait_s", times([](const GroupAnswer& g) { return g.first_wait_s; })},
                 {"run_s", times([](const GroupAnswer& g) { return g.run_s; })},
                 {"waiting_jobs", of([](const GroupAnswer& g) { return g.waiting_jobs; })},
                 {"running_jobs", of([](const GroupAnswer& g) { return g.running_jobs; })},
                 {"preemptions", of([](const GroupAnswer& g) { return g.preemptions; })},
                 {"evictions", evictions()},
                 {"node_failures", of([](const GroupAnswer& g) { return g.node_failures; })},
                 {"loops", of([](const GroupAnswer& g) { return g.loops; })},
                 {"missed_deadlines", of([](const GroupAnswer& g) { return g.missed_deadlines; })},
                 {"gpu_hours", hours(with_quota)}};
    json["cost_usd"] =
        result_.has_prices() ? of([](const GroupAnswer& g) { return g.cost_usd; }) : Json();
    json["energy_j"] =
        result_.has_power() ? of([](const GroupAnswer& g) { return g.energy_j; }) : Json();
    return json;
  }

 private:
  template <class Of>
  Json of(const Of& of) const {
    return over_replicas(result_, [&](const ReplicaAnswers& r) { return of(group_(r)); });
  }
  template <class Of>
  Json times(const Of& which) const {
    return {{"mean", of([&](const GroupAnswer& g) { return which(g).mean; })},
            {"p50", of([&](const GroupAnswer& g) { return which(g).p50; })},
            {"p95", of([&](const GroupAnswer& g) { return which(g).p95; })},
            {"max", of([&](const GroupAnswer& g) { return which(g).max; })}};
  }
  Json ends() const {
    Json json = Json::object();
    for (const auto& [end, name] : EnumNames<JobEnd>::table) {
      const auto i = static_cast<std::size_t>(end);
      json[name] = of([&](const GroupAnswer& g) { return g.ends[i]; });
    }
    return json;
  }
  Json evictions() const {
    Json json = Json::object();
    for (const auto& [reason, name] : EnumNames<EvictionReason>::table) {
      const auto i = static_cast<std::size_t>(reason);
      json[name] = of([&](const GroupAnswer& g) { return g.evictions[i]; });
    }
    return json;
  }
  Json hours(bool with_quota) const {
    Json json = {{"allocated", of([](const GroupAnswer& g) { return g.hours.allocated; })},
                 {"used", of([](const GroupAnswer& g) { return g.hours.used; })},
                 {"lost", of([](const GroupAnswer& g) { return g.hours.lost; })},
                 {"held_idle", of([](const GroupAnswer& g) { return g.hours.held_idle; })},
                 {"no_nodes", of([](const GroupAnswer& g) { return g.hours.no_nodes; })}};
    if (!with_quota) return json;
    json["reserved"] = of([](const GroupAnswer& g) { return g.hours.reserved; });
    json["borrowed"] = of([](const GroupAnswer& g) { return g.hours.borrowed; });
    json["lent"] = of([](const GroupAnswer& g) { return g.hours.lent; });
    return json;
  }

  const GovernResult& result_;
  Group group_;
};

/// "default" where the policy has no classes.
std::string class_name(const GovernResult& result, std::size_t index) {
  const std::vector<PriorityClass>& classes = result.inputs.policy.priority_classes;
  return classes.empty() ? "default" : classes[index].name;
}

Json classes_json(const GovernResult& result) {
  Json list = Json::array();
  for (std::size_t c = 0; c < result.first().classes.size(); ++c) {
    Json row = {{"name", class_name(result, c)}};
    if (!result.inputs.policy.priority_classes.empty()) {
      row["priority"] = result.inputs.policy.priority_classes[c].value;
    }
    row.update(GroupJson(result, [c](const ReplicaAnswers& r) -> const GroupAnswer& {
                 return r.classes[c];
               }).json(false));
    list.push_back(std::move(row));
  }
  return list;
}

Json classes_of_team(const GovernResult& result, std::size_t team) {
  Json list = Json::array();
  const std::size_t classes = result.first().classes.size();
  for (std::size_t c = 0; c < classes; ++c) {
    const std::size_t place = team * classes + c;
    if (result.first().team_classes[place].jobs == 0) continue;
    Json row = {{"name", class_name(result, c)}};
    row.update(GroupJson(result, [place](const ReplicaAnswers& r) -> const GroupAnswer& {
                 return r.team_classes[place];
               }).json(false));
    list.push_back(std::move(row));
  }
  return list;
}

Json teams_json(const GovernResult& result) {
  Json list = Json::array();
  for (std::size_t t = 0; t < result.inputs.teams.size(); ++t) {
    const GovernedTeam& team = result.inputs.teams[t];
    const AdmissionQueue& queue = result.inputs.policy.queues[static_cast<std::size_t>(team.queue)];
    Json row = {{"name", team.name},
                {"queue", queue.name},
                {"quota",
                 static_cast<double>(govern::nominal_units(result.inputs, queue)) / govern::kUnits},
                {"weight", queue.fair_weight}};
    row.update(GroupJson(result, [t](const ReplicaAnswers& r) -> const GroupAnswer& {
                 return r.teams[t];
               }).json(true));
    row["classes"] = classes_of_team(result, t);
    list.push_back(std::move(row));
  }
  return list;
}

Json kinds_json(const GovernResult& result) {
  Json list = Json::array();
  for (const auto& [kind, name] : EnumNames<JobKind>::table) {
    const auto k = static_cast<std::size_t>(kind);
    if (result.first().kinds[k].jobs == 0) continue;
    Json row = {{"name", name}};
    row.update(GroupJson(result, [k](const ReplicaAnswers& r) -> const GroupAnswer& {
                 return r.kinds[k];
               }).json(false));
    list.push_back(std::move(row));
  }
  return list;
}

Json cluster_json(const GovernResult& result) {
  Json json = GroupJson(result, [](const ReplicaAnswers& r) -> const GroupAnswer& {
                return r.cluster;
              }).json(true);
  json["utilisation"] =
      over_replicas(result, [](const ReplicaAnswers& r) { return r.utilisation(); });
  json["used_share"] =
      over_replicas(result, [](const ReplicaAnswers& r) { return r.used_share(); });
  json["idle_while_waiting_gpu_hours"] =
      over_replicas(result, [](const ReplicaAnswers& r) { return r.idle_while_waiting; });
  json["jain"] = over_replicas(result, [](const ReplicaAnswers& r) { return r.jain; });
  json["jain_of"] = std::string(entitlement_words(govern::entitlement_kind(result.inputs)));
  json["total_cost_usd"] =
      result.has_prices()
          ? over_replicas(result, [](const ReplicaAnswers& r) { return r.cost_usd(); })
          : Json();
  json["total_energy_j"] =
      result.has_power()
          ? over_replicas(result, [](const ReplicaAnswers& r) { return r.energy_j(); })
          : Json();
  return json;
}

/// What nobody held, of a flavor or of the cluster.
template <class Nodes>
Json nobody_json(const GovernResult& result, const Nodes& nodes) {
  const auto of = [&](double govern::FlavorAnswer::*member) {
    return over_replicas(result, [&](const ReplicaAnswers& r) { return nodes(r).*member; });
  };
  using govern::FlavorAnswer;
  return {{"idle_gpu_hours", of(&FlavorAnswer::idle)},
          {"broken_gpu_hours", of(&FlavorAnswer::broken)},
          {"released_gpu_hours", of(&FlavorAnswer::released)},
          {"cost_usd", result.has_prices() ? of(&FlavorAnswer::idle_cost_usd) : Json()},
          {"energy_j", result.has_power() ? of(&FlavorAnswer::idle_energy_j) : Json()}};
}

Json flavors_json(const GovernResult& result) {
  Json list = Json::array();
  for (std::size_t f = 0; f < result.accounts.size(); ++f) {
    const govern::FlavorAccount& account = result.accounts[f];
    const auto nodes = [f](const ReplicaAnswers& r) -> const govern::FlavorAnswer& {
      return r.flavors[f];
    };
    const auto hours = [&](double govern::FlavorAnswer::*member) {
      return over_replicas(result, [&](const ReplicaAnswers& r) { return nodes(r).*member; });
    };
    list.push_back(
        {{"name", account.name},
         {"instance", account.instance},
         {"nodes", account.nodes},
         {"unit", account.unit},
         {"units_per_node", static_cast<double>(account.units_per_node) / govern::kUnits},
         {"node_usd_per_hour",
          account.node_price ? Json(account.node_price->value.si() * 3600) : Json()},
         {"allocated_hours", hours(&govern::FlavorAnswer::allocated)},
         {"used_hours", hours(&govern::FlavorAnswer::used)},
         {"nobody", nobody_json(result, nodes)}});
  }
  return list;
}

Json over_time_json(const GovernResult& result) {
  const govern::OverTime& over = result.first().over_time;
  Json teams = Json::object();
  for (std::size_t t = 0; t < over.teams.size(); ++t) {
    teams[result.inputs.teams[t].name] = over.teams[t];
  }
  return {{"bin_s", over.width_s},
          {"there", over.there},
          {"allocated", over.allocated},
          {"used", over.used},
          {"borrowed", over.borrowed},
          {"pending_jobs", over.pending_jobs},
          {"pending", over.pending},
          {"jain", over.jain},
          {"teams_allocated", std::move(teams)}};
}

/// Of the first replica.
Json evictions_json(const GovernResult& result) {
  const auto team = [&](std::int32_t index) {
    return index < 0 ? Json() : Json(result.inputs.teams[static_cast<std::size_t>(index)].name);
  };
  Json list = Json::array();
  for (const govern::EvictionCount& count : result.first().eviction_counts) {
    list.push_back({{"rule", enum_name(count.reason)},
                    {"team", team(count.team)},
                    {"for_team", team(count.preemptor_team)},
                    {"count", count.count}});
  }
  return list;
}

Json endpoints_json(const GovernResult& result) {
  Json list = Json::array();
  for (std::size_t e = 0; e < result.first().endpoints.size(); ++e) {
    const auto of = [&](auto member) {
      return over_replicas(result, [&](const ReplicaAnswers& r) { return r.endpoints[e].*member; });
    };
    list.push_back({{"name", result.first().endpoints[e].name},
                    {"requests", of(&EndpointOutcome::requests)},
                    {"unserved", of(&EndpointOutcome::unserved)},
                    {"replica_s", of(&EndpointOutcome::replica_seconds)},
                    {"starting_s", of(&EndpointOutcome::starting_seconds)},
                    {"short_s", of(&EndpointOutcome::short_seconds)},
                    {"most_replicas", of(&EndpointOutcome::most_replicas)},
                    {"scale_outs", of(&EndpointOutcome::scale_outs)},
                    {"scale_ins", of(&EndpointOutcome::scale_ins)}});
  }
  return list;
}

Json obstacles_json(const std::vector<plan::Obstacle>& obstacles) {
  Json list = Json::array();
  for (const plan::Obstacle& obstacle : obstacles) {
    list.push_back({{"reason", obstacle.reason},
                    {"details", obstacle.details},
                    {"remedies", obstacle.remedies}});
  }
  return list;
}

/// Null where a bound is infinite: one replica says nothing about the others.
Json difference_json(const govern::ComparedQuantity& quantity, bool exact) {
  const Summary& value = quantity.difference.value;
  Json json = {{"name", quantity.name},
               {"team", quantity.team.empty() ? Json() : Json(quantity.team)},
               {"first", quantity.first},
               {"second", quantity.second},
               {"difference", value.mean}};
  const bool bounded = std::isfinite(value.ci95.low) && std::isfinite(value.ci95.high);
  json["ci95"] = exact     ? Json({value.mean, value.mean})
                 : bounded ? Json({value.ci95.low, value.ci95.high})
                           : Json();
  json["certain"] = exact || (bounded && quantity.difference.certain());
  return json;
}

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

Json eviction_json(const EvictionRecord& eviction, const GovernanceInputs& inputs) {
  return {{"at_s", seconds(eviction.time_ns)},
          {"job", eviction.name},
          {"rule", enum_name(eviction.reason)},
          {"for_job", eviction.preemptor.empty() ? Json() : Json(eviction.preemptor)},
          {"sentence", eviction_sentence(eviction, inputs)}};
}

}  // namespace

Json govern_json(const GovernResult& result) {
  const std::vector<plan::Obstacle> obstacles = govern::obstacles(result);
  const std::vector<io::Figure> figures = figures_of(result);
  Json document = {
      {"schema", kSchema},
      {"scenario", result.name},
      {"feasible", obstacles.empty()},
      {"seed", result.seed},
      {"replicas", result.answers.size()},
      {"digest", fmt::format("{:016x}", digest(result))},
      {"scheduler", enum_name(result.inputs.scheduler)},
      {"unit", result.unit()},
      {"wall_time_s", over_replicas(result, [](const ReplicaAnswers& r) { return r.wall_time_s; })},
      {"jobs", over_replicas(result, [](const ReplicaAnswers& r) { return r.cluster.jobs; })},
      {"cluster", cluster_json(result)},
      {"teams", teams_json(result)},
      {"classes", classes_json(result)},
      {"kinds", kinds_json(result)},
      {"flavors", flavors_json(result)},
      {"nobody",
       nobody_json(result,
                   [](const ReplicaAnswers& r) -> const govern::FlavorAnswer& { return r.nodes; })},
      {"over_time", over_time_json(result)},
      {"evictions", evictions_json(result)},
      {"endpoints", endpoints_json(result)},
      {"loops", over_replicas(result, [](const ReplicaAnswers& r) { return r.loops; })},
      {"cycles", over_replicas(result, [](const ReplicaAnswers& r) { return r.cycles; })},
      {"obstacles", obstacles_json(obstacles)},
      {"notes", result.notes},
      {"sources", sources_json(figures)},
      {"assumed", assumed_json(figures)},
      {"provenance", provenance_json(result.files)}};
  add_interrupted(std::ssize(result.answers), result.interrupted_of, document);
  return document;
}

Json comparison_json(const GovernResult& first, const GovernResult& second,
                     const govern::Comparison& comparison) {
  Json quantities = Json::array();
  for (const govern::ComparedQuantity& quantity : comparison.quantities) {
    quantities.push_back(difference_json(quantity, comparison.exact));
  }
  return {{"schema", "sextant.govern_comparison/1"},
          {"pairs", comparison.pairs},
          {"exact", comparison.exact},
          {"differences", std::move(quantities)},
          {"first", govern_json(first)},
          {"second", govern_json(second)}};
}

Json story_json(const govern::JobStory& story, const GovernanceInputs& inputs) {
  Json waits = Json::array(), active = Json::array(), evictions = Json::array(),
       victims = Json::array();
  for (const WaitRecord& wait : story.waits) {
    waits.push_back({{"from_s", seconds(wait.from_ns)},
                     {"to_s", seconds(wait.to_ns)},
                     {"reason", enum_name(wait.cause.reason)},
                     {"other", wait.other.empty() ? Json() : Json(wait.other)},
                     {"sentence", wait_sentence(wait, story.job, inputs)}});
  }
  for (const govern::ActiveTime& time : story.active) {
    active.push_back({{"from_s", seconds(time.from_ns)},
                      {"to_s", seconds(time.to_ns)},
                      {"activity", std::string(activity_words(time.activity))}});
  }
  for (const EvictionRecord& each : story.evictions) {
    evictions.push_back(eviction_json(each, inputs));
  }
  for (const EvictionRecord& each : story.victims) victims.push_back(eviction_json(each, inputs));
  const JobRecord& job = story.job;
  return {{"schema", "sextant.govern_job/1"},
          {"job", job.name},
          {"team", inputs.teams[static_cast<std::size_t>(job.team)].name},
          {"end", enum_name(job.end)},
          {"submitted_s", seconds(job.submitted_ns)},
          {"ended_s", seconds(job.ended_ns)},
          {"wait_s", seconds(job.wait_ns)},
          {"no_nodes_s", seconds(job.no_nodes_ns)},
          {"run_s", seconds(job.run_ns)},
          {"lost_s", seconds(job.lost_ns)},
          {"preemptions", job.preemptions()},
          {"node_failures", job.node_failures},
          {"missed_deadline", job.missed_deadline},
          {"waits", std::move(waits)},
          {"active", std::move(active)},
          {"evictions", std::move(evictions)},
          {"evicted_others", std::move(victims)}};
}

}  // namespace sextant::report
