#include "src/plan/ip_pattern.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "sextant/network/flow_patterns.h"

namespace sextant::plan {
namespace {

using LinkId = Fabric::LinkId;
using VertexId = Fabric::VertexId;

/// The links of a transfer, seen from its end in a node: whichever way it goes, steps lead away
/// from the host.
class WayFromHost {
 public:
  WayFromHost(const Fabric& fabric, const TransferPattern& pattern, bool from_host)
      : fabric_(fabric), from_host_(from_host) {
    for (const FlowLoad& load : pattern.loads) {
      onward_[near(load.link)].push_back(load);
      back_[far(load.link)].push_back(load.link);
    }
  }

  bool has(VertexId card) const { return back_.contains(card) && onward_.contains(card); }

  /// Sends a share from the host to a card, and on from there as the fabric spreads it.
  void send(VertexId card, double share) {
    for (VertexId here = card; back_.contains(here);) {
      const LinkId link = back_.at(here).front();  // one way in a node: by the PCIe switch
      shares_[link] += share;
      here = near(link);
    }
    spread(card, share);
  }

  std::vector<FlowLoad> loads() const {
    std::vector<FlowLoad> loads;
    for (const auto& [link, share] : shares_) loads.push_back({link, share});
    return loads;
  }

 private:
  VertexId near(LinkId link) const {
    return from_host_ ? fabric_.link(link).from : fabric_.link(link).to;
  }
  VertexId far(LinkId link) const {
    return from_host_ ? fabric_.link(link).to : fabric_.link(link).from;
  }

  void spread(VertexId here, double share) {
    const auto onward = onward_.find(here);
    if (onward == onward_.end()) return;
    double total = 0.0;
    for (const FlowLoad& load : onward->second) total += load.flows;
    for (const FlowLoad& load : onward->second) {
      const double part = share * load.flows / total;
      shares_[load.link] += part;
      spread(far(load.link), part);
    }
  }

  const Fabric& fabric_;
  bool from_host_;
  std::map<VertexId, std::vector<FlowLoad>> onward_;
  std::map<VertexId, std::vector<LinkId>> back_;
  std::map<LinkId, double> shares_;
};

/// What is left beyond the nodes.
std::vector<FlowLoad> outside_nodes(const Fabric& fabric, std::vector<FlowLoad> loads) {
  std::erase_if(loads, [&](const FlowLoad& load) {
    const Fabric::Link& link = fabric.link(load.link);
    return fabric.vertex(link.from).node >= 0 || fabric.vertex(link.to).node >= 0;
  });
  return loads;
}

}  // namespace

TransferPattern ip_pattern(const Fabric& fabric, const Instance& instance, VertexId from,
                           VertexId to, Bytes bytes) {
  TransferPattern pattern = message_pattern(fabric, from, to, bytes);
  if (!instance.ip_bandwidth) return pattern;
  if (instance.ip_apart) {
    pattern.loads = outside_nodes(fabric, std::move(pattern.loads));
    return pattern;
  }
  const bool from_host = fabric.vertex(from).role == FabricRole::kHost;
  const int node = fabric.vertex(from_host ? from : to).node;
  const int cards =
      std::min(instance.ip_cards ? instance.ip_cards->value : 1, fabric.cards_per_node());
  WayFromHost way(fabric, pattern, from_host);
  for (int i = 0; i < cards; ++i) {
    if (!way.has(fabric.card(node, i))) return pattern;
  }
  for (int i = 0; i < cards; ++i) way.send(fabric.card(node, i), 1.0 / cards);
  pattern.loads = way.loads();
  return pattern;
}

}  // namespace sextant::plan
