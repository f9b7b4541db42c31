#include "baseline_partition.h"

#include <algorithm>

namespace sextant {

StaticPartitionScheduler::StaticPartitionScheduler(const AdmissionPolicy& policy)
    : BaselineScheduler(policy) {
  for (const AdmissionQueue& queue : policy.queues) {
    Partition& partition = partitions_.emplace_back();
    partition.nominal.resize(pool_.slots());
    for (const ResourceGroup& group : queue.groups) {
      for (const FlavorQuotas& flavor : group.flavors) {
        for (const ResourceQuota& quota : flavor.resources) {
          partition.nominal[pool_.slot(flavor.flavor, quota.resource)] = quota.nominal;
        }
      }
    }
    partition.free = partition.nominal;
  }
}

void StaticPartitionScheduler::enter(WorkloadIndex index) {
  of(index).line.insert(rank(index, 0));
  with_line_.insert(position(entry(index).queue));
}

void StaticPartitionScheduler::leave(WorkloadIndex index) {
  of(index).line.erase(rank(index, 0));
  if (of(index).line.empty()) with_line_.erase(position(entry(index).queue));
}

void StaticPartitionScheduler::decide(SimTime now, Decisions& decisions) {
  const std::set<std::size_t> queues = with_line_;
  for (const std::size_t queue : queues) {
    Partition& partition = partitions_[queue];
    while (!partition.line.empty() && start_first(partition, now, decisions)) {
    }
  }
}

bool StaticPartitionScheduler::start_first(Partition& partition, SimTime now,
                                           Decisions& decisions) {
  const WorkloadIndex first = partition.line.begin()->index;
  const RequestShape& wanted = shape(first);
  for (std::size_t option = 0; option < wanted.options.size(); ++option) {
    if (above(wanted.options[option], partition.free)) continue;
    std::optional<PoolPlacement> placement = pool_.place(wanted, static_cast<int>(option));
    if (!placement) continue;
    charge(partition, wanted.options[option], -1);
    admit(first, std::move(*placement), now, decisions);
    return true;
  }
  return false;
}

void StaticPartitionScheduler::charge(Partition& partition, const RequestOption& option,
                                      int sign) const {
  for (const FlavorAmount& need : option.total) {
    partition.free[pool_.slot(need.flavor, need.resource)] += sign * need.amount;
  }
}

void StaticPartitionScheduler::freed(WorkloadIndex index, SimTime) {
  const auto option = static_cast<std::size_t>(entry(index).placement.option);
  charge(of(index), shape(index).options[option], +1);
}

void StaticPartitionScheduler::nominal_changed(const std::string& queue_or_cohort,
                                               FlavorIndex flavor, ResourceIndex resource,
                                               Amount nominal) {
  const std::size_t slot = pool_.slot(flavor, resource);
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (policy_.queues[i].name != queue_or_cohort) continue;
    partitions_[i].free[slot] += nominal - partitions_[i].nominal[slot];
    partitions_[i].nominal[slot] = nominal;
  }
}

std::optional<WaitCause> StaticPartitionScheduler::above(const RequestOption& option,
                                                         const std::vector<Amount>& amounts) const {
  return first_short(option, [&](const FlavorAmount& need) {
    return amounts[pool_.slot(need.flavor, need.resource)];
  });
}

bool StaticPartitionScheduler::ever_fits(const Entry& pending) {
  const std::vector<RequestOption>& options = shapes_[pending.shape].options;
  const Partition& partition = partitions_[position(pending.queue)];
  return BaselineScheduler::ever_fits(pending) &&
         std::any_of(options.begin(), options.end(), [&](const RequestOption& option) {
           return !above(option, partition.nominal);
         });
}

WaitCause StaticPartitionScheduler::why_never(const Entry& pending) const {
  const std::vector<RequestOption>& options = shapes_[pending.shape].options;
  const Partition& partition = partitions_[position(pending.queue)];
  if (options.empty()) return BaselineScheduler::why_never(pending);
  std::optional<WaitCause> cause = above(options.front(), partition.nominal);
  if (!cause) return BaselineScheduler::why_never(pending);
  cause->reason = WaitReason::kNeverFits;
  return *cause;
}

WaitCause StaticPartitionScheduler::why(WorkloadIndex index) const {
  const Partition& partition = partitions_[position(entry(index).queue)];
  const WorkloadIndex first = partition.line.begin()->index;
  if (first != index) return {.reason = WaitReason::kBehindOthers, .other = first};
  return above(shape(index).options.front(), partition.free).value_or(shortage(index));
}

}  // namespace sextant
