#include "src/import/hyperpod_bodies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace sextant::importer {
namespace {

using io::Node;

constexpr std::size_t kMostClasses = 10;
constexpr std::size_t kMostResources = 15;
constexpr std::int64_t kMostWeight = 100;
constexpr std::int64_t kMostPieces = 10'000'000;
constexpr std::int64_t kMostBorrowPercent = 10'000;
constexpr std::int64_t kUsualBorrowPercent = 500;

const std::vector<std::string>& partition_types() {
  static const std::vector<std::string> kTypes{
      "mig-1g.5gb",  "mig-1g.10gb",  "mig-1g.18gb",  "mig-1g.20gb", "mig-1g.23gb", "mig-1g.35gb",
      "mig-1g.45gb", "mig-1g.47gb",  "mig-2g.10gb",  "mig-2g.20gb", "mig-2g.35gb", "mig-2g.45gb",
      "mig-2g.47gb", "mig-3g.20gb",  "mig-3g.40gb",  "mig-3g.71gb", "mig-3g.90gb", "mig-3g.93gb",
      "mig-4g.20gb", "mig-4g.40gb",  "mig-4g.71gb",  "mig-4g.90gb", "mig-4g.93gb", "mig-7g.40gb",
      "mig-7g.80gb", "mig-7g.141gb", "mig-7g.180gb", "mig-7g.186gb"};
  return kTypes;
}

/// [a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}: of teams and classes.
std::optional<std::string> read_short_name(const Node& node, ImportContext& context) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto* text = node.get<std::string>();
  if (text && !text->empty() && text->size() <= 40 && plain(text->front()) && plain(text->back()) &&
      std::all_of(text->begin(), text->end(), [&](char c) { return plain(c) || c == '-'; })) {
    return *text;
  }
  context.error(node, "a name of at most 40 lower case letters, digits and \"-\"");
  return std::nullopt;
}

std::optional<bool> read_switch(ObjectReader& reader, const char* key, ImportContext& context) {
  const Node* found = reader.find(key);
  const auto index = found ? read_word(*found, {"Disabled", "Enabled"}, context) : std::nullopt;
  return index ? std::optional(*index == 1) : std::nullopt;
}

/// A number of pieces, in `unit` of them, rounded down.
std::optional<std::int64_t> read_amount(ObjectReader& reader, const char* key, double unit,
                                        ImportContext& context) {
  const Node* found = reader.find(key);
  if (!found) return std::nullopt;
  const auto* whole = found->get<std::int64_t>();
  const auto* real = found->get<double>();
  const double amount = whole ? static_cast<double>(*whole) : real ? *real : -1;
  if (amount >= 0 && amount <= static_cast<double>(kMostPieces)) {
    return static_cast<std::int64_t>(std::floor(amount * unit));
  }
  context.error(*found, fmt::format("a number from 0 to {}", kMostPieces));
  return std::nullopt;
}

std::optional<std::int64_t> read_pieces(ObjectReader& reader, const char* key,
                                        ImportContext& context) {
  const Node* found = reader.find(key);
  return found ? read_count(*found, 0, kMostPieces, context) : std::nullopt;
}

std::optional<ComputeQuotaResource::Partition> read_partition(const Node& node,
                                                              ImportContext& context) {
  ObjectReader reader(node, "AcceleratorPartition", context);
  const Node* type = reader.require("Type");
  const Node* count = reader.require("Count");
  reader.finish();
  const auto index = type ? read_word(*type, partition_types(), context) : std::nullopt;
  const auto pieces = count ? read_count(*count, 0, kMostPieces, context) : std::nullopt;
  if (!index || !pieces) return std::nullopt;
  return ComputeQuotaResource::Partition{partition_types()[*index], *pieces};
}

ComputeQuotaResource read_resource(const Node& node, const char* list, ImportContext& context) {
  ComputeQuotaResource resource;
  resource.place = node.place;
  ObjectReader reader(node, fmt::format("an entry of {}", list), context);
  if (const Node* type = reader.require("InstanceType")) {
    resource.instance_type = reader.text("InstanceType");
    resource.type_place = type->place;
  }
  constexpr double kGibibyte = 1 << 30;
  resource.count = read_pieces(reader, "Count", context);
  resource.accelerators = read_pieces(reader, "Accelerators", context);
  resource.millicores = read_amount(reader, "VCpu", 1000, context);
  resource.memory_bytes = read_amount(reader, "MemoryInGiB", kGibibyte, context);
  if (const Node* partition = reader.find("AcceleratorPartition")) {
    resource.partition = read_partition(*partition, context);
  }
  const auto given = [&](const char* key) { return reader.find(key) != nullptr; };
  if (!given("Count") && !given("Accelerators") && !given("VCpu") && !given("MemoryInGiB") &&
      !given("AcceleratorPartition")) {
    context.diagnostics.error(node.place, "found no amount").help =
        "give Count, Accelerators, VCpu, MemoryInGiB or AcceleratorPartition";
  }
  reader.finish();
  return resource;
}

std::vector<ComputeQuotaResource> read_resources(ObjectReader& reader, const char* key,
                                                 ImportContext& context) {
  std::vector<ComputeQuotaResource> resources;
  for (const Node& element : reader.list(key, kMostResources)) {
    resources.push_back(read_resource(element, key, context));
  }
  return resources;
}

void read_sharing(const Node& node, ComputeQuota& quota, ImportContext& context) {
  ObjectReader reader(node, "ResourceSharingConfig", context);
  if (const Node* strategy = reader.find("Strategy")) {
    const auto index = read_word(*strategy, {"DontLend", "Lend", "LendAndBorrow"}, context);
    if (index) quota.strategy = static_cast<SharingStrategy>(*index);
  }
  if (const Node* limit = reader.find("BorrowLimit")) {
    quota.borrow_percent = read_count(*limit, 0, kMostBorrowPercent, context).value_or(0);
    if (quota.borrow_percent > kUsualBorrowPercent) {
      context.diagnostics.warning(
          limit->place, fmt::format("found a BorrowLimit of {} %: HyperPod's own pages call 500 "
                                    "the most, and its API has not always taken more",
                                    quota.borrow_percent));
    }
  }
  quota.borrow_limits = read_resources(reader, "AbsoluteBorrowLimits", context);
  reader.finish();
}

void read_quota_config(const Node& node, ComputeQuota& quota, ImportContext& context) {
  ObjectReader reader(node, "ComputeQuotaConfig", context);
  quota.resources = read_resources(reader, "ComputeQuotaResources", context);
  if (const Node* sharing = reader.find("ResourceSharingConfig")) {
    read_sharing(*sharing, quota, context);
  }
  if (const Node* preempts = reader.find("PreemptTeamTasks")) {
    quota.preempts_own_tasks = read_word(*preempts, {"Never", "LowerPriority"}, context) != 0u;
  }
  reader.finish();
}

void read_target(const Node& node, ComputeQuota& quota, ImportContext& context) {
  ObjectReader reader(node, "ComputeQuotaTarget", context);
  if (const Node* team = reader.require("TeamName")) {
    quota.team = read_short_name(*team, context).value_or("");
    quota.team_place = team->place;
  }
  if (const Node* weight = reader.find("FairShareWeight")) {
    quota.fair_share_weight = read_count(*weight, 0, kMostWeight, context).value_or(0);
  }
  reader.finish();
}

/// A response tells more than the request did.
void ignore_descriptions(ObjectReader& reader) {
  reader.ignore({"Name", "ClusterArn", "Description", "Tags", "FailureReason", "StatusDetails",
                 "CreationTime", "CreatedBy", "LastModifiedTime", "LastModifiedBy",
                 "ResponseMetadata", "TargetVersion"});
}

ComputeQuota read_quota(const Node& node, ImportContext& context) {
  ComputeQuota quota;
  ObjectReader reader(node, "ComputeQuota", context);
  if (const Node* target = reader.require("ComputeQuotaTarget")) {
    read_target(*target, quota, context);
  }
  if (const Node* config = reader.require("ComputeQuotaConfig")) {
    read_quota_config(*config, quota, context);
  }
  quota.active = read_switch(reader, "ActivationState", context).value_or(true);
  if (const Node* status = reader.find("Status")) {
    const std::string text = reader.text("Status");
    if (text.find("Failed") != std::string::npos || text.starts_with("Delet")) {
      context.note(status->place, fmt::format("the quota of team {} has the status {}, and is "
                                              "simulated all the same",
                                              quota.team, text));
    }
  }
  ignore_descriptions(reader);
  reader.ignore({"ComputeQuotaArn", "ComputeQuotaId", "ComputeQuotaVersion"});
  reader.finish();
  return quota;
}

std::optional<PriorityClass> read_priority_class(const Node& node, ImportContext& context) {
  ObjectReader reader(node, "a priority class", context);
  const Node* name = reader.require("Name");
  const Node* weight = reader.require("Weight");
  reader.finish();
  const auto text = name ? read_short_name(*name, context) : std::nullopt;
  const auto value = weight ? read_count(*weight, 0, kMostWeight, context) : std::nullopt;
  if (!text || !value) return std::nullopt;
  return PriorityClass{*text, static_cast<std::int32_t>(*value)};
}

void read_priority_classes(ObjectReader& config, ClusterSchedulerConfig& scheduler,
                           ImportContext& context) {
  for (const Node& element : config.list("PriorityClasses", kMostClasses)) {
    const auto read = read_priority_class(element, context);
    if (!read) continue;
    const bool twice =
        std::any_of(scheduler.priority_classes.begin(), scheduler.priority_classes.end(),
                    [&](const PriorityClass& c) { return c.name == read->name; });
    if (twice) context.error(*element.find("Name"), "each class once");
    scheduler.priority_classes.push_back(*read);
  }
}

ClusterSchedulerConfig read_scheduler(const Node& node, ImportContext& context) {
  ClusterSchedulerConfig scheduler;
  ObjectReader reader(node, "ClusterSchedulerConfig", context);
  if (const Node* found = reader.require("SchedulerConfig")) {
    ObjectReader config(*found, "SchedulerConfig", context);
    read_priority_classes(config, scheduler, context);
    scheduler.fair_share = read_switch(config, "FairShare", context).value_or(true);
    scheduler.idle_resource_sharing = read_switch(config, "IdleResourceSharing", context);
    config.finish();
  }
  ignore_descriptions(reader);
  reader.ignore({"ClusterSchedulerConfigArn", "ClusterSchedulerConfigId",
                 "ClusterSchedulerConfigVersion", "Status"});
  reader.finish();
  return scheduler;
}

/// Sorts the bodies by what they are.
class BodiesReader {
 public:
  explicit BodiesReader(ImportContext& context) : context_(context) {}

  void read(const Node& node);
  HyperPodBodies bodies;

 private:
  void read_container(const Node& node);
  void add_scheduler(const Node& node);
  void add_quota(const Node& node);

  ImportContext& context_;
  io::Place scheduler_place_;
};

void BodiesReader::add_scheduler(const Node& node) {
  if (bodies.scheduler) {
    context_.diagnostics.error(node.place, "found a second ClusterSchedulerConfig")
        .notes.push_back({scheduler_place_, "given before"});
    return;
  }
  scheduler_place_ = node.place;
  bodies.scheduler = read_scheduler(node, context_);
}

void BodiesReader::add_quota(const Node& node) {
  ComputeQuota quota = read_quota(node, context_);
  for (const ComputeQuota& other : bodies.quotas) {
    if (quota.team.empty() || other.team != quota.team) continue;
    context_.diagnostics
        .error(quota.team_place, fmt::format("found a second quota of team {}", quota.team))
        .notes.push_back({other.team_place, "given before"});
  }
  bodies.quotas.push_back(std::move(quota));
}

void BodiesReader::read_container(const Node& node) {
  ObjectReader reader(node, "the policies of HyperPod", context_);
  if (const Node* scheduler = reader.find("ClusterSchedulerConfig")) add_scheduler(*scheduler);
  for (const char* key : {"ComputeQuotas", "ComputeQuotaSummaries"}) {
    for (const Node& quota : reader.list(key, kMostPieces)) add_quota(quota);
  }
  reader.ignore({"NextToken", "ResponseMetadata"});
  reader.finish();
}

void BodiesReader::read(const Node& node) {
  if (const auto* elements = node.get<Node::Array>()) {
    for (const Node& element : *elements) read(element);
  } else if (node.find("SchedulerConfig")) {
    add_scheduler(node);
  } else if (node.find("ComputeQuotaTarget") || node.find("ComputeQuotaConfig")) {
    add_quota(node);
  } else if (const Node* summaries = node.find("ClusterSchedulerConfigSummaries")) {
    context_.diagnostics.error(summaries->place, "found a list without the configurations").help =
        "give what DescribeClusterSchedulerConfig returns";
  } else if (node.find("ClusterSchedulerConfig") || node.find("ComputeQuotas") ||
             node.find("ComputeQuotaSummaries")) {
    read_container(node);
  } else {
    context_.error(node,
                   "the body of CreateClusterSchedulerConfig or CreateComputeQuota, or "
                   "{\"ClusterSchedulerConfig\": …, \"ComputeQuotas\": […]}");
  }
}

}  // namespace

HyperPodBodies read_hyperpod_bodies(const Node& bodies, ImportContext& context) {
  BodiesReader reader(context);
  reader.read(bodies);
  return std::move(reader.bodies);
}

}  // namespace sextant::importer
