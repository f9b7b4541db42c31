#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sextant/governance/admission_policy.h"

namespace sextant {

/// A resource in a flavor: what a quota is about. flavor * resources + resource.
enum class FlavorResource : std::uint32_t {};

/// A place in the tree of cohorts: the policy's queues in their order, then its cohorts.
enum class QuotaNode : std::uint32_t {};
inline constexpr QuotaNode kNoNode{0xffffffff};

/// An amount that counts against the quota of a flavor's resource.
struct QuotaUse {
  FlavorResource of{};
  Amount amount = 0;
};
using QuotaUsage = std::vector<QuotaUse>;

/// Adds to what is there for the same resource and flavor.
void accumulate(QuotaUsage& usage, FlavorResource of, Amount amount);

/// Quota that never runs out; sums with it stay unlimited, as in Kueue's pkg/resources/amount.go.
inline constexpr Amount kUnlimitedAmount = std::numeric_limits<Amount>::max();
Amount amount_sum(Amount a, Amount b);
Amount amount_difference(Amount a, Amount b);
Amount amount_product(Amount a, std::int64_t times);

/// Dominant resource share of a queue or cohort (Kueue, pkg/cache/scheduler/fair_sharing.go):
/// what it borrows of a resource, over all flavors, per thousand of what its parent could lend it;
/// the largest of its resources. 0 at the root.
struct Share {
  double ratio = 0;  ///< per thousand, without the weight
  double weight = 1;
  bool borrowing = false;
  std::optional<ResourceIndex> dominant{};  ///< none: borrows nothing that could be lent

  /// ratio / weight; infinity when it borrows with weight 0.
  double weighted() const;
  /// The same rounded up; the largest integer for infinity.
  std::int64_t rounded() const;
  bool infinite() const { return weight == 0 && ratio != 0; }
};

/// -1, 0, 1: a has less than b, the same, more. What borrows with weight 0 has more than all that
/// does not; two such are compared by their ratio.
int compare_shares(const Share& a, const Share& b);
/// Less than every share of a node.
Share lowest_share();

/// Quota and usage of queues and cohorts (Kueue, pkg/cache/scheduler/resource_node.go). A node's
/// subtree quota is its own and what its children lend; usage that a child's own, never lent quota
/// covers is not seen by the parent. Adding and removing usage cost the depth of the tree and undo
/// each other exactly.
class QuotaTree {
 public:
  /// `policy` has no faults (policy_faults.h).
  explicit QuotaTree(const AdmissionPolicy& policy);

  std::size_t queue_count() const { return queues_; }
  std::size_t node_count() const { return nodes_.size(); }
  std::size_t key_count() const { return keys_; }
  std::size_t resource_count() const { return resources_; }

  FlavorResource key(FlavorIndex flavor, ResourceIndex resource) const {
    return FlavorResource{static_cast<std::uint32_t>(static_cast<std::size_t>(flavor) * resources_ +
                                                     static_cast<std::size_t>(resource))};
  }
  FlavorIndex flavor_of(FlavorResource of) const {
    return FlavorIndex{static_cast<std::uint16_t>(static_cast<std::size_t>(of) / resources_)};
  }
  ResourceIndex resource_of(FlavorResource of) const {
    return ResourceIndex{static_cast<std::uint16_t>(static_cast<std::size_t>(of) % resources_)};
  }

  static QuotaNode node(QueueIndex queue) { return QuotaNode{static_cast<std::uint32_t>(queue)}; }
  bool is_queue(QuotaNode node) const { return static_cast<std::size_t>(node) < queues_; }
  static QueueIndex queue_of(QuotaNode node) {
    return QueueIndex{static_cast<std::uint32_t>(node)};
  }
  /// Of a queue or cohort; none: nothing has this name. Queues come first.
  std::optional<QuotaNode> find(std::string_view name) const;
  std::string_view name(QuotaNode node) const { return at(node).name; }

  QuotaNode parent(QuotaNode node) const { return at(node).parent; }
  bool has_parent(QuotaNode node) const { return at(node).parent != kNoNode; }
  QuotaNode root(QuotaNode node) const { return at(node).root; }
  /// 0 for a queue, else one more than the highest child cohort; 1 with queues only.
  int height(QuotaNode node) const { return at(node).height; }
  std::span<const QuotaNode> child_cohorts(QuotaNode node) const { return at(node).cohorts; }
  std::span<const QuotaNode> child_queues(QuotaNode node) const { return at(node).queues; }

  Amount subtree_quota(QuotaNode node, FlavorResource of) const { return cell(node, of).subtree; }
  Amount usage(QuotaNode node, FlavorResource of) const { return cell(node, of).usage; }
  /// Quota that only this subtree sees, and that is free.
  Amount local_available(QuotaNode node, FlavorResource of) const;
  /// Own and borrowed; negative when more is used than there is.
  Amount available(QuotaNode node, FlavorResource of) const;
  /// The same in an empty cluster.
  Amount potential(QuotaNode node, FlavorResource of) const { return cell(node, of).potential; }
  /// Whether usage and `more` exceed the node's subtree quota.
  bool borrowing_with(QuotaNode node, FlavorResource of, Amount more) const {
    return cell(node, of).subtree < amount_sum(cell(node, of).usage, more);
  }
  /// Where an amount would come from: the height of the lowest subtree around the queue whose quota
  /// holds it (0: the queue itself; that of the root if none does), and whether there is a larger
  /// one.
  struct LowestFit {
    int height = 0;
    bool below_root = false;
  };
  LowestFit lowest_fit(QuotaNode queue, FlavorResource of, Amount amount) const;
  /// Limit of borrowing of a queue or cohort; none: all.
  std::optional<Amount> borrowing_limit(QuotaNode node, FlavorResource of) const;

  void add(QuotaNode queue, FlavorResource of, Amount amount);
  void remove(QuotaNode queue, FlavorResource of, Amount amount);
  void add(QuotaNode queue, const QuotaUsage& usage);
  void remove(QuotaNode queue, const QuotaUsage& usage);

  /// Of this node alone, not of those above it.
  void add_to_one(QuotaNode node, FlavorResource of, Amount amount);

  /// `extra` counts as used by this node alone.
  Share share(QuotaNode node, const QuotaUsage& extra = {}) const;
  /// Whether a node below the root uses more than its quota of something in `requested`.
  bool borrows_any(QuotaNode node, const QuotaUsage& requested) const;

  /// Own nominal quota of a queue or cohort; it must have a quota for it.
  void set_nominal(QuotaNode node, FlavorResource of, Amount nominal);

 private:
  struct Node {
    std::string name;
    double weight = 1;
    QuotaNode parent = kNoNode;
    QuotaNode root = kNoNode;
    int height = 0;
    std::vector<QuotaNode> cohorts{};
    std::vector<QuotaNode> queues{};
    std::vector<FlavorResource> quotas{};  ///< of the subtree, by resource, then flavor
  };
  struct Cell {
    Amount nominal = 0;
    Amount subtree = 0;
    Amount local = 0;  ///< of it, what the parent never sees
    Amount usage = 0;
    Amount potential = 0;
    std::optional<Amount> borrowing_limit{};
    std::optional<Amount> lending_limit{};
    bool defined = false;  ///< has a quota, if only of 0
  };

  const Node& at(QuotaNode node) const { return nodes_[static_cast<std::size_t>(node)]; }
  Node& at(QuotaNode node) { return nodes_[static_cast<std::size_t>(node)]; }
  const Cell& cell(QuotaNode node, FlavorResource of) const {
    return cells_[static_cast<std::size_t>(node) * keys_ + static_cast<std::size_t>(of)];
  }
  Cell& cell(QuotaNode node, FlavorResource of) {
    return cells_[static_cast<std::size_t>(node) * keys_ + static_cast<std::size_t>(of)];
  }
  QuotaNode cohort_named(std::string_view name);
  void link(QuotaNode node, std::string_view parent);
  void take_quotas(QuotaNode node, const std::vector<ResourceGroup>& groups);
  void derive();
  void derive_up(QuotaNode node);
  void derive_down(QuotaNode node, QuotaNode root);

  std::size_t queues_ = 0;
  std::size_t resources_ = 0;
  std::size_t keys_ = 0;
  std::vector<Node> nodes_;
  std::vector<Cell> cells_;
  std::vector<Amount> lendable_;  ///< of a node as a parent, by resource
};

}  // namespace sextant
