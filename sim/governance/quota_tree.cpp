#include "sextant/governance/quota_tree.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"

namespace sextant {
namespace {

Amount saturated(Amount a, Amount b) {
  Amount sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? std::numeric_limits<Amount>::max() : std::numeric_limits<Amount>::min();
}

}  // namespace

Amount amount_sum(Amount a, Amount b) {
  if (a == kUnlimitedAmount || b == kUnlimitedAmount) return kUnlimitedAmount;
  return saturated(a, b);
}

Amount amount_difference(Amount a, Amount b) {
  if (a == kUnlimitedAmount) return b == kUnlimitedAmount ? 0 : kUnlimitedAmount;
  if (b == kUnlimitedAmount) return std::numeric_limits<Amount>::min();
  return saturated(a, -b);
}

Amount amount_product(Amount a, std::int64_t times) {
  Amount product = 0;
  return __builtin_mul_overflow(a, times, &product) ? kUnlimitedAmount : product;
}

void accumulate(QuotaUsage& usage, FlavorResource of, Amount amount) {
  const auto found =
      std::find_if(usage.begin(), usage.end(), [&](const QuotaUse& use) { return use.of == of; });
  if (found == usage.end()) {
    usage.push_back({of, amount});
  } else {
    found->amount = amount_sum(found->amount, amount);
  }
}

double Share::weighted() const {
  if (ratio == 0) return 0;
  if (weight == 0) return std::numeric_limits<double>::infinity();
  return ratio / weight;
}

std::int64_t Share::rounded() const {
  constexpr double kLargest = 9.2e18;
  const double value = std::ceil(weighted());
  return value > kLargest ? std::numeric_limits<std::int64_t>::max()
                          : static_cast<std::int64_t>(value);
}

int compare_shares(const Share& a, const Share& b) {
  const auto compare = [](double x, double y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.infinite() && b.infinite()) return compare(a.ratio, b.ratio);
  if (a.infinite()) return 1;
  if (b.infinite()) return -1;
  return compare(a.weighted(), b.weighted());
}

Share lowest_share() { return {.ratio = -1}; }

QuotaTree::QuotaTree(const AdmissionPolicy& policy)
    : queues_(policy.queues.size()),
      resources_(std::max<std::size_t>(policy.resources.size(), 1)),
      keys_(std::max<std::size_t>(policy.flavors.size(), 1) * resources_) {
  for (const AdmissionQueue& queue : policy.queues) {
    nodes_.push_back({.name = queue.name, .weight = queue.fair_weight});
  }
  for (const AdmissionCohort& cohort : policy.cohorts) {
    at(cohort_named(cohort.name)).weight = cohort.fair_weight;
  }
  for (const AdmissionCohort& cohort : policy.cohorts)
    link(cohort_named(cohort.name), cohort.parent);
  for (std::size_t i = 0; i < queues_; ++i) {
    link(QuotaNode{static_cast<std::uint32_t>(i)}, policy.queues[i].cohort);
  }
  cells_.resize(nodes_.size() * keys_);
  for (std::size_t i = 0; i < queues_; ++i) {
    take_quotas(QuotaNode{static_cast<std::uint32_t>(i)}, policy.queues[i].groups);
  }
  for (const AdmissionCohort& cohort : policy.cohorts) {
    take_quotas(cohort_named(cohort.name), cohort.groups);
  }
  derive();
}

QuotaNode QuotaTree::cohort_named(std::string_view name) {
  for (std::size_t i = queues_; i < nodes_.size(); ++i) {
    if (nodes_[i].name == name) return QuotaNode{static_cast<std::uint32_t>(i)};
  }
  nodes_.push_back({.name = std::string(name)});
  return QuotaNode{static_cast<std::uint32_t>(nodes_.size() - 1)};
}

void QuotaTree::link(QuotaNode node, std::string_view parent) {
  if (parent.empty()) return;
  const QuotaNode above = cohort_named(parent);
  at(node).parent = above;
  (is_queue(node) ? at(above).queues : at(above).cohorts).push_back(node);
}

void QuotaTree::take_quotas(QuotaNode node, const std::vector<ResourceGroup>& groups) {
  for (const ResourceGroup& group : groups) {
    for (const FlavorQuotas& flavor : group.flavors) {
      for (const ResourceQuota& quota : flavor.resources) {
        Cell& own = cell(node, key(flavor.flavor, quota.resource));
        own.nominal = quota.nominal;
        own.borrowing_limit = quota.borrowing_limit;
        own.lending_limit = quota.lending_limit;
        own.defined = true;
      }
    }
  }
}

// Everything that follows from the quotas, and the usage of cohorts from that of queues.
void QuotaTree::derive() {
  lendable_.assign(nodes_.size() * resources_, 0);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const QuotaNode node{static_cast<std::uint32_t>(i)};
    if (has_parent(node)) continue;
    derive_up(node);
    derive_down(node, node);
  }
  for (const Node& node : nodes_) {
    SEXTANT_ASSERT(node.root != kNoNode, "the cohorts above {} form a cycle", node.name);
  }
}

void QuotaTree::derive_up(QuotaNode node) {
  std::vector<QuotaNode> children = at(node).cohorts;
  children.insert(children.end(), at(node).queues.begin(), at(node).queues.end());
  int height = children.empty() ? 0 : 1;
  for (const QuotaNode child : children) {
    derive_up(child);
    if (!is_queue(child)) height = std::max(height, at(child).height + 1);
  }
  at(node).height = height;
  at(node).quotas.clear();
  for (std::size_t i = 0; i < keys_; ++i) {
    const FlavorResource of{static_cast<std::uint32_t>((i % (keys_ / resources_)) * resources_ +
                                                       i / (keys_ / resources_))};
    Cell& own = cell(node, of);
    own.subtree = own.nominal;
    if (!is_queue(node)) own.usage = 0;
    for (const QuotaNode child : children) {
      const Cell& below = cell(child, of);
      if (below.defined) own.defined = true;
      own.subtree = amount_sum(own.subtree, amount_difference(below.subtree, below.local));
      own.usage =
          amount_sum(own.usage, std::max<Amount>(0, amount_difference(below.usage, below.local)));
    }
    own.local = own.lending_limit
                    ? std::max<Amount>(0, amount_difference(own.subtree, *own.lending_limit))
                    : 0;
    if (own.defined) at(node).quotas.push_back(of);
  }
}

void QuotaTree::derive_down(QuotaNode node, QuotaNode root) {
  at(node).root = root;
  for (std::size_t i = 0; i < keys_; ++i) {
    const FlavorResource of{static_cast<std::uint32_t>(i)};
    Cell& own = cell(node, of);
    own.potential = own.subtree;
    if (has_parent(node)) {
      own.potential = amount_sum(own.local, cell(parent(node), of).potential);
      if (own.borrowing_limit) {
        own.potential = std::min(own.potential, amount_sum(own.subtree, *own.borrowing_limit));
      }
    }
    if (cell(root, of).defined) {
      Amount& lendable = lendable_[static_cast<std::size_t>(node) * resources_ +
                                   static_cast<std::size_t>(resource_of(of))];
      lendable = amount_sum(lendable, own.potential);
    }
  }
  for (const QuotaNode child : at(node).cohorts) derive_down(child, root);
  for (const QuotaNode child : at(node).queues) derive_down(child, root);
}

std::optional<QuotaNode> QuotaTree::find(std::string_view name) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].name == name) return QuotaNode{static_cast<std::uint32_t>(i)};
  }
  return std::nullopt;
}

Amount QuotaTree::local_available(QuotaNode node, FlavorResource of) const {
  const Cell& own = cell(node, of);
  return std::max<Amount>(0, amount_difference(own.local, own.usage));
}

Amount QuotaTree::available(QuotaNode node, FlavorResource of) const {
  const Cell& own = cell(node, of);
  if (!has_parent(node)) return amount_difference(own.subtree, own.usage);
  Amount above = available(parent(node), of);
  if (own.borrowing_limit) {
    const Amount stored = amount_difference(own.subtree, own.local);
    const Amount used = std::max<Amount>(0, amount_difference(own.usage, own.local));
    above = std::min(above, amount_sum(amount_difference(stored, used), *own.borrowing_limit));
  }
  return amount_sum(local_available(node, of), above);
}

QuotaTree::LowestFit QuotaTree::lowest_fit(QuotaNode queue, FlavorResource of,
                                           Amount amount) const {
  if (!has_parent(queue) || !borrowing_with(queue, of, amount)) return {0, has_parent(queue)};
  for (QuotaNode node = queue; has_parent(node);) {
    amount = amount_difference(amount, local_available(node, of));
    node = parent(node);
    if (!borrowing_with(node, of, amount)) return {height(node), has_parent(node)};
  }
  return {height(root(queue)), false};
}

std::optional<Amount> QuotaTree::borrowing_limit(QuotaNode node, FlavorResource of) const {
  return cell(node, of).borrowing_limit;
}

void QuotaTree::add(QuotaNode queue, FlavorResource of, Amount amount) {
  for (QuotaNode node = queue; node != kNoNode; node = parent(node)) {
    const Amount covered = local_available(node, of);
    Cell& own = cell(node, of);
    own.usage = amount_sum(own.usage, amount);
    if (amount <= covered) return;
    amount = amount_difference(amount, covered);
  }
}

void QuotaTree::remove(QuotaNode queue, FlavorResource of, Amount amount) {
  for (QuotaNode node = queue; node != kNoNode; node = parent(node)) {
    Cell& own = cell(node, of);
    const Amount seen_above = amount_difference(own.usage, own.local);
    own.usage = amount_difference(own.usage, amount);
    if (seen_above <= 0) return;
    amount = std::min(amount, seen_above);
  }
}

void QuotaTree::add(QuotaNode queue, const QuotaUsage& usage) {
  for (const QuotaUse& use : usage) add(queue, use.of, use.amount);
}

void QuotaTree::remove(QuotaNode queue, const QuotaUsage& usage) {
  for (const QuotaUse& use : usage) remove(queue, use.of, use.amount);
}

void QuotaTree::add_to_one(QuotaNode node, FlavorResource of, Amount amount) {
  cell(node, of).usage = amount_sum(cell(node, of).usage, amount);
}

Share QuotaTree::share(QuotaNode node, const QuotaUsage& extra) const {
  const Node& self = at(node);
  Share share{.weight = self.weight};
  if (self.parent == kNoNode) return share;
  std::size_t i = 0;
  while (i < self.quotas.size()) {
    const ResourceIndex resource = resource_of(self.quotas[i]);
    Amount borrowed = 0;
    for (; i < self.quotas.size() && resource_of(self.quotas[i]) == resource; ++i) {
      const Cell& own = cell(node, self.quotas[i]);
      Amount used = own.usage;
      for (const QuotaUse& use : extra) {
        if (use.of == self.quotas[i]) used = amount_sum(used, use.amount);
      }
      borrowed = amount_sum(borrowed, std::max<Amount>(0, amount_difference(used, own.subtree)));
    }
    if (borrowed <= 0) continue;
    share.borrowing = true;
    const Amount lendable = lendable_[static_cast<std::size_t>(self.parent) * resources_ +
                                      static_cast<std::size_t>(resource)];
    if (lendable <= 0) continue;
    const double ratio = static_cast<double>(borrowed) * 1000.0 / static_cast<double>(lendable);
    if (ratio > share.ratio) {
      share.ratio = ratio;
      share.dominant = resource;
    }
  }
  return share;
}

bool QuotaTree::borrows_any(QuotaNode node, const QuotaUsage& requested) const {
  if (!has_parent(node)) return false;
  return std::any_of(requested.begin(), requested.end(), [&](const QuotaUse& use) {
    const Cell& own = cell(node, use.of);
    return use.amount > 0 && own.defined && own.usage > own.subtree;
  });
}

void QuotaTree::set_nominal(QuotaNode node, FlavorResource of, Amount nominal) {
  SEXTANT_ASSERT(cell(node, of).defined, "{} has no quota of number {}", name(node),
                 static_cast<std::size_t>(of));
  cell(node, of).nominal = nominal;
  derive();
}

}  // namespace sextant
