#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sextant/governance/governance.h"
#include "src/scenario/governance_nodes.h"
#include "src/scenario/governance_scenario.h"

namespace sextant::scenario {

/// Why a job cannot be.
struct SizeFault {
  std::string message;
  std::string help{};
};

/// What the names of a governance scenario mean once its policy is read: teams, classes, flavors,
/// and the pods that sizes stand for. `scenario` must live as long.
class GovernanceNames {
 public:
  explicit GovernanceNames(const GovernanceScenario& scenario);

  /// Of the policy or of the cluster; empty: the only one.
  std::optional<FlavorIndex> flavor(const std::string& name) const;
  std::vector<std::string> flavors() const;
  /// The nodes of a flavor; null if it has none.
  const NodeKind* nodes(FlavorIndex flavor) const;

  /// Of a local queue, a cluster queue, or a HyperPod team.
  std::optional<GovernedTeam> queue(const std::string& name) const;
  std::vector<std::string> queues() const;
  /// The name of a team's, a queue's or a cohort's quota, as the scheduler knows it.
  std::optional<std::string> quota(const std::string& name) const;

  std::optional<TeamIndex> team(const std::string& name) const;
  std::optional<GovernedTeam> queue_of(const TeamPlan& team) const;

  /// Of a job that asks for `name`, or for nothing, in a team.
  std::optional<ClassIndex> priority_class(const std::string& name, const TeamPlan& team) const;
  std::vector<std::string> priority_classes() const;

  std::optional<ResourceIndex> resource(const std::string& name) const;

  /// The pods of a size, on the first flavor whose nodes can hold them.
  std::variant<std::vector<PodSet>, SizeFault> pods(
      const JobSize& size, const std::optional<PlacementPlan>& placement) const;
  /// The pods of a training run on so many whole nodes of an instance.
  std::variant<std::vector<PodSet>, SizeFault> whole_nodes(
      const Instance& instance, int nodes, const std::optional<PlacementPlan>& placement) const;

 private:
  struct Shape {
    int pods = 1;
    std::int64_t per_pod = 0;
  };

  bool offers(const NodeKind& kind, const JobSize& size) const;
  std::variant<Shape, SizeFault> shape(const JobSize& size, const NodeKind& kind) const;
  std::optional<SizeFault> too_large(const PodSet& pods, const NodeKind& kind) const;
  std::variant<std::vector<PodSet>, SizeFault> pods_on(
      const JobSize& size, const std::optional<PlacementPlan>& placement, std::size_t flavor) const;
  std::variant<TopologyRequest, SizeFault> topology(const PlacementPlan& placement,
                                                    const AdmissionFlavor& flavor) const;

  const GovernanceScenario& scenario_;
  const AdmissionPolicy& policy_;
  std::vector<NodeKind> kinds_;
  std::vector<const NodeKind*> nodes_;  ///< of the policy's flavors
};

}  // namespace sextant::scenario
