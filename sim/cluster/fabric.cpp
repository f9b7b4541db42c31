#include "sextant/cluster/fabric.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sextant/kernel/assert.h"
#include "sim/cluster/fabric_routes.h"

namespace sextant {
namespace {

const char* words(FabricRole role) {
  switch (role) {
    case FabricRole::kAccelerator:
      return "accelerator";
    case FabricRole::kLinkSwitch:
      return "link switch";
    case FabricRole::kPcieSwitch:
      return "PCIe switch";
    case FabricRole::kHost:
      return "host";
    case FabricRole::kCard:
      return "card";
    case FabricRole::kLeaf:
      return "leaf";
    case FabricRole::kSpine:
      return "spine";
    case FabricRole::kCore:
      return "core";
    case FabricRole::kStorage:
      return "storage";
  }
  return "";
}

bool is_network_switch(FabricRole role) {
  return role == FabricRole::kLeaf || role == FabricRole::kSpine || role == FabricRole::kCore;
}

}  // namespace

Fabric::Fabric() = default;
Fabric::Fabric(Fabric&&) noexcept = default;
Fabric& Fabric::operator=(Fabric&&) noexcept = default;
Fabric::~Fabric() = default;

Fabric::VertexId Fabric::accelerator(int node, int index) const {
  SEXTANT_ASSERT(node >= 0 && node < nodes_ && index >= 0 && index < accelerators_per_node_,
                 "no accelerator {} of node {}", index, node);
  return node * vertices_per_node_ + index;
}

Fabric::VertexId Fabric::host(int node) const { return card(node, 0) - 1; }

Fabric::VertexId Fabric::card(int node, int index) const {
  SEXTANT_ASSERT(node >= 0 && node < nodes_ && index >= 0 && index < cards_per_node_,
                 "no card {} of node {}", index, node);
  return node * vertices_per_node_ + first_card_ + index;
}

Fabric::VertexId Fabric::storage() const { return storage_; }

int Fabric::leaf_group(int node) const { return leaf_group_[static_cast<std::size_t>(node)]; }

int Fabric::leaf_groups() const {
  return 1 + *std::max_element(leaf_group_.begin(), leaf_group_.end());
}

std::string Fabric::name(VertexId id) const {
  const VertexId own = vertices() - static_cast<VertexId>(names_.size());
  if (id >= own) return names_[static_cast<std::size_t>(id - own)];
  const Vertex& it = vertex(id);
  const std::string role = words(it.role);
  const bool only_one = it.role == FabricRole::kHost || it.role == FabricRole::kStorage;
  const std::string part = only_one ? role : fmt::format("{} {}", role, it.index);
  return it.node < 0 ? part : fmt::format("node {}, {}", it.node, part);
}

std::string Fabric::tier(LinkId id) const {
  return fmt::format("{} to {}", words(vertex(link(id).from).role),
                     words(vertex(link(id).to).role));
}

Route Fabric::route(VertexId from, VertexId to, std::uint64_t key) const {
  if (from == to) return {};
  return paths_ == PathChoice::kHash ? routes_->hash(from, to, key) : routes_->spray(from, to);
}

int Fabric::path_diversity(VertexId from, VertexId to) const {
  if (from == to) return 1;
  constexpr double kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(kMost, routes_->paths(from, to)));
}

int Fabric::switch_ports() const {
  std::vector<double> ports(vertices_.size(), 0.0);
  for (const Link& it : links_) {  // each end of a cable begins one link
    const bool shared = port_bandwidth_ > BytesPerSecond(0);
    ports[static_cast<std::size_t>(it.from)] += shared ? it.capacity / port_bandwidth_ : it.cables;
  }
  double sum = 0.0;
  for (std::size_t id = 0; id < ports.size(); ++id) {
    if (is_network_switch(vertices_[id].role)) sum += std::ceil(ports[id] - 1e-9);
  }
  return static_cast<int>(sum);
}

}  // namespace sextant
