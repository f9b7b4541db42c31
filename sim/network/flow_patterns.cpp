#include "sextant/network/flow_patterns.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "sextant/kernel/assert.h"
#include "sim/network/double_tree.h"
#include "sim/network/flow_edges.h"
#include "sim/network/rank_domains.h"
#include "sim/network/sum_equal.h"

namespace sextant {
namespace {

using Ranks = std::span<const Fabric::VertexId>;
using Domains = std::vector<RankDomain>;

/// Rings or trees beside one another, each with its part of the buffer: one for each rail, so that
/// all cards of the ranks' nodes are used.
std::int32_t channels(const Domains& domains) {
  std::size_t most = 1;
  for (const RankDomain& domain : domains) most = std::max(most, domain.rails.size());
  return static_cast<std::int32_t>(most);
}

/// From one rank of the domain through all others to the last. The way round that makes them
/// neighbours, so that channels load the domain's links evenly.
std::vector<std::int32_t> chain(const RankDomain& domain, std::int32_t first, std::int32_t last) {
  const std::int32_t size = domain.size();
  const std::int32_t step = last == (first + 1) % size ? size - 1 : 1;
  std::vector<std::int32_t> order;
  std::int32_t position = first;
  for (std::int32_t i = 0; i < size; ++i, position = (position + step) % size) {
    if (position != last) order.push_back(position);
  }
  if (last != first || order.empty()) order.push_back(last);
  return order;
}

void add_chain(FlowEdges& edges, const RankDomain& domain, const std::vector<std::int32_t>& order,
               double forth, double back = 0.0) {
  for (std::size_t i = 1; i < order.size(); ++i) {
    edges.add(domain.rank(order[i - 1]), domain.rank(order[i]), forth);
    if (back > 0.0) edges.add(domain.rank(order[i]), domain.rank(order[i - 1]), back);
  }
}

/// A ring enters each domain on one rail and leaves on another, the one on which it enters the next
/// domain: so no rail is crossed, and no rank handed its bytes twice. Rails alternate from domain
/// to domain; with an odd number of them the last takes a third.
class Rings {
 public:
  Rings(FlowEdges& edges, const Domains& domains)
      : edges_(edges), domains_(domains), channels_(channels(domains)) {}

  void add(double flows) {
    for (std::int32_t channel = 0; channel < channels_; ++channel) add(channel, flows);
  }

 private:
  void add(std::int32_t channel, double flows) {
    for (std::size_t d = 0; d < domains_.size(); ++d) {
      const RankDomain& domain = domains_[d];
      const std::int32_t first = entry(d, channel), last = exit(d, channel);
      add_chain(edges_, domain, chain(domain, first, last), flows);
      const std::size_t next = (d + 1) % domains_.size();
      edges_.add(domain.rank(last), domains_[next].rank(entry(next, channel)), flows);
    }
  }

  std::int32_t shift(std::size_t domain) const {
    const bool last = domain + 1 == domains_.size();
    if (last && domain > 0 && domain % 2 == 0 && channels_ > 2) return 2;
    return static_cast<std::int32_t>(domain % 2);
  }

  bool shares_rails(const RankDomain& domain) const { return domain.rail(0).size() > 1; }

  std::int32_t rail_of(std::size_t domain, std::int32_t channel) const {
    return shares_rails(domains_.front()) ? channel : channel + shift(domain);
  }

  std::int32_t entry(std::size_t domain, std::int32_t channel) const {
    return domains_[domain].rail(rail_of(domain, channel)).front();
  }

  std::int32_t exit(std::size_t domain, std::int32_t channel) const {
    const RankDomain& here = domains_[domain];
    if (domains_.size() == 1) return (entry(domain, channel) + here.size() - 1) % here.size();
    const std::size_t next = (domain + 1) % domains_.size();
    const std::int32_t last = here.rail(rail_of(next, channel)).back();
    if (last != entry(domain, channel) || here.size() == 1) return last;
    return here.rail(rail_of(domain, channel) + 1).back();  // two rails, and an odd domain
  }

  FlowEdges& edges_;
  const Domains& domains_;
  std::int32_t channels_;
};

TransferPattern rings(const Fabric& fabric, const Domains& domains, double bytes_on_edge) {
  FlowEdges edges(fabric);
  Rings(edges, domains).add(1.0);
  return edges.pattern(bytes_on_edge / channels(domains));
}

/// Both trees of every channel between the ranks at its rail, up and down. In units of a half of
/// the channel's part.
void add_trees(FlowEdges& edges, const Domains& domains) {
  const auto trees = double_tree_edges(static_cast<std::int32_t>(domains.size()));
  for (std::int32_t channel = 0; channel < channels(domains); ++channel) {
    const auto head = [&](std::int32_t domain) {
      const RankDomain& at = domains[static_cast<std::size_t>(domain)];
      return at.rank(at.rail(channel).front());
    };
    for (const TreeEdge& edge : trees) {
      edges.add(head(edge.child), head(edge.parent), 1.0);
      edges.add(head(edge.parent), head(edge.child), 1.0);
    }
  }
}

TransferPattern tree(const Fabric& fabric, const Domains& domains, double bytes) {
  FlowEdges edges(fabric);
  add_trees(edges, domains);
  for (const RankDomain& domain : domains) {
    for (std::int32_t channel = 0; channel < channels(domains); ++channel) {
      const std::int32_t head = domain.rail(channel).front();
      const std::int32_t end = (head + domain.size() - 1) % domain.size();
      add_chain(edges, domain, chain(domain, head, end), 2.0, 2.0);  // of both trees
    }
  }
  return edges.pattern(bytes / (2.0 * channels(domains)));
}

bool to_link_switch(const Fabric& fabric, const Fabric::Link& link) {
  return fabric.vertex(link.to).role == FabricRole::kLinkSwitch;
}

bool from_link_switch(const Fabric& fabric, const Fabric::Link& link) {
  return fabric.vertex(link.from).role == FabricRole::kLinkSwitch;
}

/// Loads of the domain's links: each rank sends so many flows into its link switch and gets so many
/// out of it. False: some rank has no link switch.
bool add_switched(const Fabric& fabric, FlowEdges& edges, const RankDomain& domain, double sent,
                  double received) {
  for (std::int32_t position = 0; position < domain.size() && domain.size() > 1; ++position) {
    const Fabric::VertexId rank = domain.rank(position);
    const Fabric::VertexId other = domain.rank((position + 1) % domain.size());
    bool switched = rank == other;
    for (const RouteShare& part : fabric.route(rank, other)) {
      if (!to_link_switch(fabric, fabric.link(part.link))) continue;
      edges.add(part.link, sent * part.share);
      switched = true;
    }
    for (const RouteShare& part : fabric.route(other, rank)) {
      if (!from_link_switch(fabric, fabric.link(part.link))) continue;
      edges.add(part.link, received * part.share);
    }
    if (!switched) return false;
  }
  return true;
}

TransferPattern nvls(const Fabric& fabric, const Domains& domains, double bytes) {
  FlowEdges edges(fabric);
  const double units = 2.0 * channels(domains);  // of a tree's bytes in the buffer
  for (const RankDomain& domain : domains) {
    if (!add_switched(fabric, edges, domain, units, units)) return tree(fabric, domains, bytes);
  }
  add_trees(edges, domains);
  return edges.pattern(bytes / units);
}

/// Reduce-scatter in switches: every rank sends the buffer and gets its part of the sum. An
/// all-gather is its mirror image.
TransferPattern half_nvls(const Fabric& fabric, const Domains& domains, double bytes) {
  FlowEdges edges(fabric);
  const double size = domains.front().size();
  if (!add_switched(fabric, edges, domains.front(), size, 1.0)) {
    return rings(fabric, domains, bytes * (size - 1.0) / size);
  }
  return edges.pattern(bytes / size);
}

bool equal_sizes(const Domains& domains) {
  return std::all_of(domains.begin(), domains.end(), [&](const RankDomain& domain) {
    return domain.size() == domains.front().size();
  });
}

/// Rings inside the domains and, for every place in them, one across; in units of what one of the
/// latter carries on an edge. `halves`: 1 of a reduce-scatter, 2 of an all-reduce.
TransferPattern hierarchical(const Fabric& fabric, const Domains& domains, double bytes,
                             double halves) {
  const double size = domains.front().size();
  const auto count = static_cast<double>(domains.size());
  const double inside = bytes * (size - 1.0) / size;
  if (domains.size() == 1) return rings(fabric, domains, halves * inside);
  const double across = bytes / size * (count - 1.0) / count;
  FlowEdges edges(fabric);
  for (std::size_t d = 0; d < domains.size(); ++d) {
    const RankDomain& domain = domains[d];
    const RankDomain& next = domains[(d + 1) % domains.size()];
    for (std::int32_t place = 0; place < domain.size(); ++place) {
      edges.add(domain.rank(place), domain.rank((place + 1) % domain.size()), inside / across);
      edges.add(domain.rank(place), next.rank(place), 1.0);
    }
  }
  return edges.pattern(halves * across);
}

double half_edge_bytes(Ranks ranks, Bytes bytes) {
  const auto n = static_cast<double>(ranks.size());
  return bytes.si() * (n - 1.0) / n;
}

/// The rank of the domain that is to hand on what goes to a receiver at so many'th place of the
/// rails: the sender itself where it sits there.
std::int32_t hands_on(const RankDomain& domain, std::int32_t sender, std::size_t rail) {
  if (rail >= domain.rails.size()) return sender;
  const std::vector<std::int32_t>& there = domain.rails[rail];
  const bool at_home = std::find(there.begin(), there.end(), sender) != there.end();
  if (at_home) return sender;
  return there[static_cast<std::size_t>(sender) % there.size()];
}

void add_aligned(FlowEdges& edges, const RankDomain& from, const RankDomain& to) {
  for (std::size_t rail = 0; rail < to.rails.size(); ++rail) {
    for (const std::int32_t receiver : to.rails[rail]) {
      for (std::int32_t sender = 0; sender < from.size(); ++sender) {
        const std::int32_t between = hands_on(from, sender, rail);
        edges.add(from.rank(sender), from.rank(between), 1.0);
        edges.add(from.rank(between), to.rank(receiver), 1.0);
      }
    }
  }
}

void add_direct(FlowEdges& edges, const RankDomain& from, const RankDomain& to) {
  for (const Fabric::VertexId sender : from.ranks) {
    for (const Fabric::VertexId receiver : to.ranks) edges.add(sender, receiver, 1.0);
  }
}

}  // namespace

TransferPattern all_reduce_pattern(const Fabric& fabric, Ranks ranks, Bytes bytes,
                                   FlowAlgorithm algorithm) {
  if (ranks.size() < 2) return {};
  const Domains domains = rank_domains(fabric, ranks);
  switch (algorithm) {
    case FlowAlgorithm::kTree:
      return tree(fabric, domains, bytes.si());
    case FlowAlgorithm::kNvls:
      return nvls(fabric, domains, bytes.si());
    case FlowAlgorithm::kHierarchical:
      if (equal_sizes(domains)) return hierarchical(fabric, domains, bytes.si(), 2.0);
      break;
    case FlowAlgorithm::kRing:
      break;
  }
  return rings(fabric, domains, 2.0 * half_edge_bytes(ranks, bytes));
}

TransferPattern half_all_reduce_pattern(const Fabric& fabric, Ranks ranks, Bytes bytes,
                                        FlowAlgorithm algorithm) {
  if (ranks.size() < 2) return {};
  const Domains domains = rank_domains(fabric, ranks);
  if (algorithm == FlowAlgorithm::kHierarchical && equal_sizes(domains)) {
    return hierarchical(fabric, domains, bytes.si(), 1.0);
  }
  if (algorithm == FlowAlgorithm::kNvls && domains.size() == 1) {
    return half_nvls(fabric, domains, bytes.si());
  }
  return rings(fabric, domains, half_edge_bytes(ranks, bytes));
}

TransferPattern all_to_all_pattern(const Fabric& fabric, Ranks ranks, Bytes bytes,
                                   bool rail_aligned) {
  if (ranks.size() < 2) return {};
  const Domains domains = rank_domains(fabric, ranks);
  FlowEdges edges(fabric);
  for (const RankDomain& from : domains) {
    for (const RankDomain& to : domains) {
      if (rail_aligned && &from != &to) {
        add_aligned(edges, from, to);
      } else {
        add_direct(edges, from, to);
      }
    }
  }
  return edges.pattern(bytes.si() / static_cast<double>(ranks.size()));
}

TransferPattern message_pattern(const Fabric& fabric, Fabric::VertexId from, Fabric::VertexId to,
                                Bytes bytes) {
  FlowEdges edges(fabric);
  edges.add(from, to, 1.0);
  return edges.pattern(bytes.si());
}

TransferPattern together(std::span<const TransferPattern> patterns) {
  if (patterns.empty()) return {};
  TransferPattern sum{patterns.front().bytes, {}};
  for (const TransferPattern& pattern : patterns) {
    if (pattern.loads.empty()) continue;
    SEXTANT_ASSERT(sum.bytes > 0.0, "the first of {} patterns moves nothing", patterns.size());
    for (const FlowLoad& load : pattern.loads) {
      sum.loads.push_back({load.link, load.flows * (pattern.bytes / sum.bytes)});
    }
  }
  sum_equal(sum.loads, [](const FlowLoad& load) { return load.link; });
  return sum;
}

double fastest_flow(std::span<const FlowLoad> loads, std::span<const double> capacities) {
  double rate = std::numeric_limits<double>::infinity();
  for (const FlowLoad& load : loads) {
    if (load.flows <= 0.0) continue;
    rate = std::min(rate, capacities[static_cast<std::size_t>(load.link)] / load.flows);
  }
  return rate;
}

double idle_rate(const TransferPattern& pattern, std::span<const double> capacities) {
  return fastest_flow(pattern.loads, capacities);
}

}  // namespace sextant
