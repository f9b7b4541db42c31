#include "src/import/hyperpod.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "src/import/hyperpod_amounts.h"
#include "src/import/hyperpod_bodies.h"
#include "src/import/policy_documents.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

constexpr const char* kCohort = "hyperpod";
constexpr const char* kInstanceType = "node.kubernetes.io/instance-type";

/// What a team has of one instance type, and what it may borrow beyond a share of that.
struct TeamQuota {
  std::size_t shape = 0;  ///< in the cluster
  Amounts nominal;
  std::optional<Amounts> borrow_limit;
};

/// Turns the bodies into a policy of Kueue.
class Mapping {
 public:
  Mapping(const HyperPodBodies& bodies, std::span<const InstanceShape> cluster,
          HyperPodPolicy& result, ImportContext& context)
      : bodies_(bodies), cluster_(cluster), result_(result), context_(context) {}

  void run();

 private:
  const ClusterSchedulerConfig& scheduler() const;
  void map_resources();
  void map_flavors();
  void map_team(const ComputeQuota& quota);
  void map_idle_resources();
  void check_capacity();

  std::vector<TeamQuota> quotas_of(const ComputeQuota& quota);
  std::optional<std::size_t> shape_of(const ComputeQuotaResource& resource);
  TeamQuota& quota_for(std::vector<TeamQuota>& quotas, std::size_t shape);
  ResourceGroup group_of(const ComputeQuota& quota, const std::vector<TeamQuota>& quotas);
  ResourceQuota resource_quota(const ComputeQuota& quota, const TeamQuota& own,
                               const std::string& resource);
  void note_rules(const ComputeQuota& quota);
  Amount unallocated(std::size_t shape, std::size_t resource) const;
  ResourceIndex index_of(const std::string& resource) const;

  const HyperPodBodies& bodies_;
  std::span<const InstanceShape> cluster_;
  HyperPodPolicy& result_;
  ImportContext& context_;
  AdmissionPolicy& policy_ = result_.policy;
};

void Mapping::run() {
  policy_.fair_sharing = scheduler().fair_share;
  policy_.priority_classes = scheduler().priority_classes;
  if (!bodies_.scheduler) {
    context_.note("no ClusterSchedulerConfig: fair share, and no priority classes");
  }
  map_resources();
  map_flavors();
  for (const ComputeQuota& quota : bodies_.quotas) map_team(quota);
  context_.note(
      "inferred mapping: what a team has lent it takes back from whoever borrows it, whatever "
      "the priority (reclaimWithinCohort Any)");
  if (policy_.fair_sharing) {
    context_.note(
        "inferred mapping: FairShareWeight is the weight of Kueue's fair sharing, with Kueue's "
        "default strategies; teams of weight 0, the default, come last and are preempted first");
  }
  map_idle_resources();
  check_capacity();
}

const ClusterSchedulerConfig& Mapping::scheduler() const {
  static const ClusterSchedulerConfig kDefault;
  return bodies_.scheduler ? *bodies_.scheduler : kDefault;
}

/// Those of the instances, and the partitions that quotas name.
void Mapping::map_resources() {
  std::set<std::string> names;
  for (const InstanceShape& shape : cluster_) {
    for (const auto& [name, amount] : capacity_of(shape)) names.insert(name);
  }
  for (const ComputeQuota& quota : bodies_.quotas) {
    for (const auto* list : {&quota.resources, &quota.borrow_limits}) {
      for (const ComputeQuotaResource& resource : *list) {
        if (resource.partition) names.insert(partition_resource(resource.partition->type));
      }
    }
  }
  policy_.resources.assign(names.begin(), names.end());
}

ResourceIndex Mapping::index_of(const std::string& resource) const {
  const auto at = std::lower_bound(policy_.resources.begin(), policy_.resources.end(), resource);
  return ResourceIndex{static_cast<std::uint16_t>(at - policy_.resources.begin())};
}

void Mapping::map_flavors() {
  for (const InstanceShape& shape : cluster_) {
    AdmissionFlavor& flavor = policy_.flavors.emplace_back();
    flavor.name = shape.type;
    flavor.nodes = shape.count;
    for (const auto& [name, amount] : amounts_of(shape, 1)) {
      if (amount > 0) flavor.node_capacity.push_back({index_of(name), amount});
    }
    result_.flavor_nodes.push_back({{{kInstanceType, shape.type}}, shape.type});
  }
}

/// Position in the cluster; none after an error.
std::optional<std::size_t> Mapping::shape_of(const ComputeQuotaResource& resource) {
  std::vector<std::string> types;
  for (const InstanceShape& shape : cluster_) types.push_back(shape.type);
  const auto at = std::find(types.begin(), types.end(), resource.instance_type);
  if (at != types.end()) return static_cast<std::size_t>(at - types.begin());
  if (resource.instance_type.empty()) return std::nullopt;  // missing, and reported
  context_.diagnostics
      .error(resource.type_place,
             fmt::format("found \"{}\", expected an instance type of the cluster",
                         io::printable(resource.instance_type)))
      .help = fmt::format("the cluster has {}", fmt::join(types, ", "));
  return std::nullopt;
}

TeamQuota& Mapping::quota_for(std::vector<TeamQuota>& quotas, std::size_t shape) {
  const auto found = std::find_if(quotas.begin(), quotas.end(),
                                  [&](const TeamQuota& quota) { return quota.shape == shape; });
  return found != quotas.end() ? *found : quotas.emplace_back(TeamQuota{shape, {}, {}});
}

/// By instance type, in the order of the file; of all types where none is named.
std::vector<TeamQuota> Mapping::quotas_of(const ComputeQuota& quota) {
  std::vector<TeamQuota> quotas;
  for (const ComputeQuotaResource& resource : quota.resources) {
    const auto shape = shape_of(resource);
    if (!shape) continue;
    TeamQuota& own = quota_for(quotas, *shape);
    for (const auto& [name, amount] : amounts_of(resource, cluster_[*shape], context_)) {
      own.nominal[name] = sum_of(own.nominal[name], amount);
    }
  }
  for (const ComputeQuotaResource& limit : quota.borrow_limits) {
    const auto shape = shape_of(limit);
    if (!shape) continue;
    TeamQuota& own = quota_for(quotas, *shape);
    if (!own.borrow_limit) own.borrow_limit.emplace();
    for (const auto& [name, amount] : amounts_of(limit, cluster_[*shape], context_)) {
      Amount& sum = (*own.borrow_limit)[name];
      sum = sum_of(sum, amount);
    }
  }
  if (quota.resources.empty()) {
    for (std::size_t i = 0; i < cluster_.size(); ++i) quota_for(quotas, i);
  }
  return quotas;
}

ResourceQuota Mapping::resource_quota(const ComputeQuota& quota, const TeamQuota& own,
                                      const std::string& resource) {
  const auto amount_in = [&](const Amounts& amounts) {
    const auto at = amounts.find(resource);
    return at == amounts.end() ? 0 : at->second;
  };
  ResourceQuota result{index_of(resource), 0, {}, {}};
  if (quota.active) result.nominal = amount_in(own.nominal);
  if (!quota.active || quota.strategy != SharingStrategy::kLendAndBorrow) {
    result.borrowing_limit = 0;
  } else if (own.borrow_limit) {
    result.borrowing_limit = amount_in(*own.borrow_limit);
  } else {
    result.borrowing_limit = share_of(result.nominal, quota.borrow_percent, 100);
  }
  if (quota.strategy == SharingStrategy::kDontLend) result.lending_limit = 0;
  return result;
}

/// All resources together: a workload's pods get one instance type.
ResourceGroup Mapping::group_of(const ComputeQuota& quota, const std::vector<TeamQuota>& quotas) {
  ResourceGroup group;
  for (const TeamQuota& own : quotas) {
    FlavorQuotas& flavor = group.flavors.emplace_back();
    flavor.flavor = FlavorIndex{static_cast<std::uint16_t>(own.shape)};
    for (const std::string& resource : policy_.resources) {
      flavor.resources.push_back(resource_quota(quota, own, resource));
    }
  }
  return group;
}

void Mapping::note_rules(const ComputeQuota& quota) {
  if (!quota.active) {
    context_.note(
        fmt::format("inferred mapping: the quota of team {} is Disabled: it has none, borrows "
                    "nothing, and its queue admits nothing",
                    quota.team));
    return;
  }
  switch (quota.strategy) {
    case SharingStrategy::kDontLend:
      return context_.note(
          "inferred mapping: with DontLend a team lends nothing and borrows nothing "
          "(lendingLimit 0, borrowingLimit 0)");
    case SharingStrategy::kLend:
      return context_.note(
          "inferred mapping: with Lend a team lends all and borrows nothing "
          "(borrowingLimit 0)");
    case SharingStrategy::kLendAndBorrow:
      break;
  }
  context_.note(
      "inferred mapping: with LendAndBorrow a team lends all and borrows up to BorrowLimit percent "
      "of its own quota, resource by resource");
  if (!quota.borrow_limits.empty()) {
    context_.note(
        "inferred mapping: AbsoluteBorrowLimits take the place of the percentage for the instance "
        "types that they name");
  }
}

void Mapping::map_team(const ComputeQuota& quota) {
  const QueueIndex index{static_cast<std::uint32_t>(policy_.queues.size())};
  AdmissionQueue& queue = policy_.queues.emplace_back();
  queue.name = fmt::format("hyperpod-ns-{}-clusterqueue", quota.team);
  queue.cohort = kCohort;
  queue.fair_weight = static_cast<double>(quota.fair_share_weight);
  queue.stop = quota.active ? StopPolicy::kNone : StopPolicy::kHold;
  queue.groups.push_back(group_of(quota, quotas_of(quota)));
  queue.preemption.within_queue =
      quota.preempts_own_tasks ? WithinQueuePolicy::kLowerPriority : WithinQueuePolicy::kNever;
  queue.preemption.reclaim_within_cohort = ReclaimPolicy::kAny;
  const auto local = static_cast<std::int32_t>(policy_.local_queues.size());
  policy_.local_queues.push_back(
      {fmt::format("hyperpod-ns-{0}/hyperpod-ns-{0}-localqueue", quota.team), index});
  result_.teams.push_back({quota.team, index, local});
  note_rules(quota);
}

/// What the cluster has and no quota names; negative where quotas name more.
Amount Mapping::unallocated(std::size_t shape, std::size_t resource) const {
  const Amounts capacity = capacity_of(cluster_[shape]);
  const auto found = capacity.find(policy_.resources[resource]);
  Amount left = found == capacity.end() ? 0 : found->second;
  for (const AdmissionQueue& queue : policy_.queues) {
    for (const FlavorQuotas& flavor : queue.groups.front().flavors) {
      if (flavor.flavor != FlavorIndex{static_cast<std::uint16_t>(shape)}) continue;
      left = sum_of(left, -flavor.resources[resource].nominal);
    }
  }
  return left;
}

void Mapping::map_idle_resources() {
  ResourceGroup group;
  bool any = false;
  for (std::size_t shape = 0; shape < cluster_.size(); ++shape) {
    FlavorQuotas& flavor = group.flavors.emplace_back();
    flavor.flavor = FlavorIndex{static_cast<std::uint16_t>(shape)};
    for (std::size_t i = 0; i < policy_.resources.size(); ++i) {
      const Amount left = std::max<Amount>(0, unallocated(shape, i));
      flavor.resources.push_back({ResourceIndex{static_cast<std::uint16_t>(i)}, left, {}, {}});
      any = any || left > 0;
    }
  }
  if (!any) return;
  if (!scheduler().idle_resource_sharing) {
    context_.note(
        "inferred mapping: IdleResourceSharing is not given, and taken as Disabled: nobody borrows "
        "what no quota names");
  }
  if (!scheduler().idle_resource_sharing.value_or(false)) return;
  context_.note(
      "inferred mapping: with IdleResourceSharing what no quota names belongs to the cohort, and "
      "teams borrow it within their limits");
  AdmissionCohort& cohort = policy_.cohorts.emplace_back();
  cohort.name = kCohort;
  cohort.groups.push_back(std::move(group));
}

void Mapping::check_capacity() {
  for (std::size_t shape = 0; shape < cluster_.size(); ++shape) {
    for (std::size_t i = 0; i < policy_.resources.size(); ++i) {
      if (unallocated(shape, i) >= 0) continue;
      context_.note(fmt::format("the quotas of {} name more {} than the cluster has",
                                cluster_[shape].type, policy_.resources[i]));
    }
  }
}

}  // namespace

std::optional<HyperPodPolicy> read_hyperpod(const io::Node& bodies,
                                            std::span<const InstanceShape> cluster,
                                            io::Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  HyperPodPolicy result;
  ImportContext context{diagnostics, result.notes};
  const HyperPodBodies read = read_hyperpod_bodies(bodies, context);
  if (diagnostics.error_count() == errors_before && read.quotas.empty()) {
    diagnostics.error(bodies.place, "found no ComputeQuota");
  }
  Mapping(read, cluster, result, context).run();
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return result;
}

std::optional<HyperPodPolicy> read_hyperpod_files(std::span<const std::filesystem::path> paths,
                                                  std::span<const InstanceShape> cluster,
                                                  Documents& documents,
                                                  io::Diagnostics& diagnostics) {
  const auto bodies = read_policy_documents(paths, documents, diagnostics);
  return bodies ? read_hyperpod(*bodies, cluster, diagnostics) : std::nullopt;
}

}  // namespace sextant::importer
