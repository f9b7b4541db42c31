#include "src/report/policy_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using Align = TextTable::Align;
using Json = nlohmann::ordered_json;

std::string number(double value) { return fmt::format("{:g}", value); }

std::string plural(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string section(const std::string& title, const TextTable& table, const TextStyle& style) {
  return table.empty() ? "" : "\n" + style.bold(title) + "\n" + table.render();
}

// -- text ----------------------------------------------------------------------------------------

std::string headline(const AdmissionPolicy& policy) {
  std::string text = plural(policy.queues.size(), "queue");
  if (!policy.fair_sharing) return text + ", classical preemption";
  text += ", fair sharing";
  std::vector<std::string_view> names;
  for (const FairPreemptionStrategy strategy : policy.fair_strategies) {
    names.push_back(enum_name(strategy));
  }
  return text + fmt::format(" ({})", fmt::join(names, ", then "));
}

std::string queues_text(const AdmissionPolicy& policy, const TextStyle& style) {
  TextTable table({Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight, Align::kLeft,
                   Align::kLeft, Align::kLeft, Align::kLeft});
  table.row({"queue", "cohort", "order", "weight", "preempts in it", "in the cohort",
             "while borrowing", "admits"});
  for (const AdmissionQueue& queue : policy.queues) {
    const PreemptionRules& rules = queue.preemption;
    table.row({queue.name, queue.cohort.empty() ? "-" : queue.cohort,
               std::string(enum_name(queue.strategy)), number(queue.fair_weight),
               std::string(enum_name(rules.within_queue)),
               std::string(enum_name(rules.reclaim_within_cohort)),
               std::string(enum_name(rules.borrow_within_cohort)),
               queue.stop == StopPolicy::kNone ? "yes" : std::string(enum_name(queue.stop))});
  }
  return section("Queues", table, style);
}

std::string limit_text(const std::string& resource, const std::optional<Amount>& limit,
                       bool has_cohort) {
  if (!has_cohort) return "-";
  return limit ? amount_text(resource, *limit) : "all";
}

void add_quotas(TextTable& table, const AdmissionPolicy& policy, std::string name, bool has_cohort,
                const std::vector<ResourceGroup>& groups) {
  for (const ResourceGroup& group : groups) {
    for (const FlavorQuotas& flavor : group.flavors) {
      std::string flavor_name = policy.flavors[static_cast<std::size_t>(flavor.flavor)].name;
      for (const ResourceQuota& quota : flavor.resources) {
        const bool borrows = has_cohort && quota.borrowing_limit.value_or(1) > 0;
        if (quota.nominal == 0 && !borrows) continue;
        const std::string& resource = policy.resources[static_cast<std::size_t>(quota.resource)];
        table.row({std::exchange(name, ""), std::exchange(flavor_name, ""), resource,
                   amount_text(resource, quota.nominal),
                   limit_text(resource, quota.borrowing_limit, has_cohort),
                   limit_text(resource, quota.lending_limit, has_cohort)});
      }
    }
  }
}

std::string quotas_text(const AdmissionPolicy& policy, const TextStyle& style) {
  TextTable table(
      {Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kRight});
  table.row({"of", "flavor", "resource", "nominal", "borrows", "lends"});
  for (const AdmissionQueue& queue : policy.queues) {
    add_quotas(table, policy, queue.name, !queue.cohort.empty(), queue.groups);
  }
  for (const AdmissionCohort& cohort : policy.cohorts) {
    add_quotas(table, policy, "cohort " + cohort.name, !cohort.parent.empty(), cohort.groups);
  }
  return section("Quotas", table, style);
}

std::string cohorts_text(const AdmissionPolicy& policy, const TextStyle& style) {
  if (policy.cohorts.empty()) return "";
  TextTable table({Align::kLeft, Align::kLeft, Align::kRight});
  table.row({"cohort", "in", "weight"});
  for (const AdmissionCohort& cohort : policy.cohorts) {
    table.row(
        {cohort.name, cohort.parent.empty() ? "-" : cohort.parent, number(cohort.fair_weight)});
  }
  return section("Cohorts", table, style);
}

std::string flavors_text(const importer::ImportedPolicy& imported, const TextStyle& style) {
  if (imported.policy.flavors.empty()) return "";
  TextTable table({Align::kLeft, Align::kLeft, Align::kLeft});
  table.row({"flavor", "instance type", "topology"});
  for (std::size_t i = 0; i < imported.policy.flavors.size(); ++i) {
    const AdmissionFlavor& flavor = imported.policy.flavors[i];
    const std::string& type = imported.flavor_nodes[i].instance_type;
    std::vector<std::string> levels;
    for (const TopologyLevel& level : flavor.levels) levels.push_back(level.name);
    table.row({flavor.name, type.empty() ? "-" : type,
               levels.empty() ? "-" : fmt::format("{} > node", fmt::join(levels, " > "))});
  }
  return section("Flavors", table, style);
}

std::string local_queues_text(const AdmissionPolicy& policy, const TextStyle& style) {
  if (policy.local_queues.empty()) return "";
  TextTable table({Align::kLeft, Align::kLeft, Align::kRight, Align::kLeft});
  table.row({"local queue", "leads to", "weight", "admits"});
  for (const LocalQueue& queue : policy.local_queues) {
    table.row({queue.name, policy.queues[static_cast<std::size_t>(queue.queue)].name,
               number(queue.fair_weight),
               queue.stop == StopPolicy::kNone ? "yes" : std::string(enum_name(queue.stop))});
  }
  return section("Local queues", table, style);
}

std::string classes_text(const AdmissionPolicy& policy, const TextStyle& style) {
  if (policy.priority_classes.empty()) return "";
  TextTable table({Align::kLeft, Align::kRight});
  table.row({"class", "priority"});
  std::vector<PriorityClass> sorted = policy.priority_classes;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.value > b.value; });
  for (const PriorityClass& one : sorted) table.row({one.name, fmt::format("{}", one.value)});
  return section("Priority classes", table, style);
}

std::string waiting_text(const WaitForPodsReady& waiting) {
  std::string text =
      fmt::format("All pods of a workload must be ready within {}", human(waiting.timeout));
  if (waiting.recovery_timeout) {
    text +=
        fmt::format(", and again within {} after one was lost", human(*waiting.recovery_timeout));
  }
  text += fmt::format(
      ". Otherwise it is evicted and queued again after {}, twice as long each "
      "time up to {}",
      human(waiting.backoff_base), human(waiting.backoff_max));
  if (waiting.backoff_limit) text += fmt::format(", at most {} times", *waiting.backoff_limit);
  return text + (waiting.block_admission ? ". Nothing else is admitted meanwhile." : ".");
}

std::string sharing_text(const AdmissionPolicy& policy) {
  const AdmissionFairSharing& sharing = *policy.admission_fair_sharing;
  std::string text =
      fmt::format("Local queues take turns by what they have used, which counts half after {}",
                  human(sharing.usage_half_life));
  std::vector<std::string> weights;
  for (const auto& [resource, weight] : sharing.resource_weights) {
    weights.push_back(
        fmt::format("{} {}", policy.resources[static_cast<std::size_t>(resource)], number(weight)));
  }
  if (!weights.empty()) text += fmt::format("; weights: {}", fmt::join(weights, ", "));
  return text + ".";
}

std::string rules_text(const AdmissionPolicy& policy) {
  std::string text;
  if (policy.wait_for_pods_ready) {
    text += "\n" + wrapped(waiting_text(*policy.wait_for_pods_ready), 0);
  }
  if (policy.admission_fair_sharing) text += "\n" + wrapped(sharing_text(policy), 0);
  return text;
}

std::string notes_text(const std::vector<std::string>& notes, const TextStyle& style) {
  if (notes.empty()) return "";
  std::string text = "\n" + style.bold("Notes") + "\n";
  for (const std::string& note : notes) text += "  - " + wrapped(note, 4).substr(4);
  return text;
}

// -- JSON ----------------------------------------------------------------------------------------

Json limit_json(const std::optional<Amount>& limit) { return limit ? Json(*limit) : Json(); }

Json quotas_json(const AdmissionPolicy& policy, const std::vector<ResourceGroup>& groups) {
  Json list = Json::array();
  for (const ResourceGroup& group : groups) {
    Json flavors = Json::array();
    for (const FlavorQuotas& flavor : group.flavors) {
      for (const ResourceQuota& quota : flavor.resources) {
        flavors.push_back({{"flavor", policy.flavors[static_cast<std::size_t>(flavor.flavor)].name},
                           {"resource", policy.resources[static_cast<std::size_t>(quota.resource)]},
                           {"nominal", quota.nominal},
                           {"borrowing_limit", limit_json(quota.borrowing_limit)},
                           {"lending_limit", limit_json(quota.lending_limit)}});
      }
    }
    list.push_back(std::move(flavors));
  }
  return list;
}

Json queue_json(const AdmissionPolicy& policy, const AdmissionQueue& queue) {
  const PreemptionRules& preemption = queue.preemption;
  const FungibilityRules& search = queue.fungibility;
  Json threshold, preference;
  if (preemption.borrow_max_priority_threshold) {
    threshold = *preemption.borrow_max_priority_threshold;
  }
  if (search.preference) preference = enum_name(*search.preference);
  return {{"name", queue.name},
          {"cohort", queue.cohort},
          {"strategy", enum_name(queue.strategy)},
          {"stop", enum_name(queue.stop)},
          {"fair_weight", queue.fair_weight},
          {"within_queue", enum_name(preemption.within_queue)},
          {"reclaim_within_cohort", enum_name(preemption.reclaim_within_cohort)},
          {"borrow_within_cohort", enum_name(preemption.borrow_within_cohort)},
          {"borrow_max_priority_threshold", threshold},
          {"when_can_borrow", enum_name(search.when_can_borrow)},
          {"when_can_preempt", enum_name(search.when_can_preempt)},
          {"preference", preference},
          {"admission_fair_sharing", queue.admission_fair_sharing},
          {"resource_groups", quotas_json(policy, queue.groups)}};
}

Json cohort_json(const AdmissionPolicy& policy, const AdmissionCohort& cohort) {
  return {{"name", cohort.name},
          {"parent", cohort.parent},
          {"fair_weight", cohort.fair_weight},
          {"resource_groups", quotas_json(policy, cohort.groups)}};
}

Json flavor_json(const AdmissionFlavor& flavor, const importer::FlavorNodes& nodes) {
  Json levels = Json::array(), labels = Json::object();
  for (const TopologyLevel& level : flavor.levels) levels.push_back(level.name);
  for (const auto& [key, value] : nodes.labels) labels[key] = value;
  return {{"name", flavor.name},
          {"instance_type", nodes.instance_type},
          {"node_labels", labels},
          {"topology", levels}};
}

Json waiting_json(const std::optional<WaitForPodsReady>& waiting) {
  if (!waiting) return nullptr;
  Json recovery, limit;
  if (waiting->recovery_timeout) recovery = waiting->recovery_timeout->si();
  if (waiting->backoff_limit) limit = *waiting->backoff_limit;
  return {
      {"timeout_s", waiting->timeout.si()},          {"recovery_timeout_s", recovery},
      {"block_admission", waiting->block_admission}, {"backoff_base_s", waiting->backoff_base.si()},
      {"backoff_max_s", waiting->backoff_max.si()},  {"backoff_limit", limit}};
}

Json sharing_json(const AdmissionPolicy& policy) {
  if (!policy.admission_fair_sharing) return nullptr;
  const AdmissionFairSharing& sharing = *policy.admission_fair_sharing;
  Json weights = Json::object();
  for (const auto& [resource, weight] : sharing.resource_weights) {
    weights[policy.resources[static_cast<std::size_t>(resource)]] = weight;
  }
  return {{"usage_half_life_s", sharing.usage_half_life.si()},
          {"sampling_interval_s", sharing.sampling_interval.si()},
          {"resource_weights", weights}};
}

}  // namespace

std::string amount_text(const std::string& resource, Amount amount) {
  if (resource == "cpu") return fmt::format("{}", static_cast<double>(amount) / 1000);
  if (resource != "memory" || amount == 0) return fmt::format("{}", amount);
  std::size_t unit = 0;
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  while (unit + 1 < kUnits.size() && amount % 1024 == 0) {
    amount /= 1024;
    ++unit;
  }
  return fmt::format("{} {}", amount, kUnits[unit]);
}

std::string policy_text(const importer::ImportedPolicy& imported, const TextStyle& style) {
  const AdmissionPolicy& policy = imported.policy;
  return style.bold(headline(policy)) + "\n" + queues_text(policy, style) +
         quotas_text(policy, style) + cohorts_text(policy, style) + flavors_text(imported, style) +
         local_queues_text(policy, style) + classes_text(policy, style) + rules_text(policy) +
         notes_text(imported.notes, style);
}

Json policy_json(const importer::ImportedPolicy& imported) {
  const AdmissionPolicy& policy = imported.policy;
  Json strategies = Json::array(), queues = Json::array(), cohorts = Json::array(),
       flavors = Json::array(), local_queues = Json::array(), classes = Json::array();
  for (const auto strategy : policy.fair_strategies) strategies.push_back(enum_name(strategy));
  for (const AdmissionQueue& queue : policy.queues) queues.push_back(queue_json(policy, queue));
  for (const AdmissionCohort& cohort : policy.cohorts) {
    cohorts.push_back(cohort_json(policy, cohort));
  }
  for (std::size_t i = 0; i < policy.flavors.size(); ++i) {
    flavors.push_back(flavor_json(policy.flavors[i], imported.flavor_nodes[i]));
  }
  for (const LocalQueue& queue : policy.local_queues) {
    local_queues.push_back({{"name", queue.name},
                            {"queue", policy.queues[static_cast<std::size_t>(queue.queue)].name},
                            {"fair_weight", queue.fair_weight},
                            {"stop", enum_name(queue.stop)}});
  }
  for (const PriorityClass& one : policy.priority_classes) {
    classes.push_back({{"name", one.name}, {"value", one.value}});
  }
  return {{"schema", "sextant.policy/1"},
          {"fair_sharing", policy.fair_sharing},
          {"fair_strategies", strategies},
          {"wait_for_pods_ready", waiting_json(policy.wait_for_pods_ready)},
          {"admission_fair_sharing", sharing_json(policy)},
          {"flavors", flavors},
          {"cohorts", cohorts},
          {"queues", queues},
          {"local_queues", local_queues},
          {"priority_classes", classes},
          {"notes", imported.notes}};
}

}  // namespace sextant::report
