#include "src/pages/fabric_picture.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "src/plan/fabric_traffic.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

/// Their fabric is made in less than a second.
constexpr std::int64_t kMostCards = 1'000'000;

/// So many that each stands for equally many members, if that does not leave far fewer.
int shapes_for(std::size_t members) {
  const auto all = static_cast<int>(members);
  if (all <= kMostShapes) return all;
  for (int shapes = kMostShapes; shapes > kMostShapes / 2; --shapes) {
    if (all % shapes == 0) return shapes;
  }
  return kMostShapes;
}

/// What stands in one row of the drawing, in its order.
struct Tier {
  std::string role;
  std::vector<std::int32_t> members;  ///< vertices, or nodes
  int shapes = 0;

  int shape(std::size_t place) const {
    return static_cast<int>(place * static_cast<std::size_t>(shapes) / members.size());
  }
};

struct Place {
  int tier = 0, shape = 0;
  auto operator<=>(const Place&) const = default;
};

/// Vertices of a node are drawn as the node.
class FabricDrawing {
 public:
  explicit FabricDrawing(const Fabric& fabric) : fabric_(fabric) {
    add_nodes();
    add_switches();
    place();
  }

  Json draw(const std::vector<int>& job) const {
    Json tiers = Json::array();
    for (const Tier& tier : tiers_) {
      tiers.push_back({{"role", tier.role},
                       {"members", tier.members.size()},
                       {"shapes", sums(tier, [](std::int32_t) { return 1; })}});
    }
    std::vector<int> has_job(static_cast<std::size_t>(fabric_.nodes()), 0);
    for (const int node : job) has_job[static_cast<std::size_t>(node)] = 1;
    tiers[0]["job"] =
        sums(tiers_[0], [&](std::int32_t node) { return has_job[static_cast<std::size_t>(node)]; });
    return {{"tiers", std::move(tiers)}, {"links", links()}};
  }

 private:
  void add_nodes() {
    Tier nodes{.role = "node", .members = {}, .shapes = 0};
    nodes.members.resize(static_cast<std::size_t>(fabric_.nodes()));
    std::iota(nodes.members.begin(), nodes.members.end(), 0);
    tiers_.push_back(std::move(nodes));
  }

  /// A tier for each level and role, from left to right as the fabric places them.
  void add_switches() {
    std::map<std::pair<std::int32_t, FabricRole>, std::vector<std::int32_t>> rows;
    for (std::int32_t id = 0; id < fabric_.vertices(); ++id) {
      const Fabric::Vertex& vertex = fabric_.vertex(id);
      if (vertex.node < 0) rows[{vertex.level, vertex.role}].push_back(id);
    }
    for (auto& [key, members] : rows) {
      std::stable_sort(members.begin(), members.end(), [&](std::int32_t a, std::int32_t b) {
        return fabric_.vertex(a).x < fabric_.vertex(b).x;
      });
      std::string role(enum_name(key.second));
      std::replace(role.begin(), role.end(), '_', ' ');
      tiers_.push_back({std::move(role), std::move(members), 0});
    }
  }

  void place() {
    vertex_.resize(static_cast<std::size_t>(fabric_.vertices()));
    for (std::size_t row = 0; row < tiers_.size(); ++row) {
      Tier& tier = tiers_[row];
      tier.shapes = shapes_for(tier.members.size());
      if (row == 0) continue;
      for (std::size_t i = 0; i < tier.members.size(); ++i) {
        vertex_[static_cast<std::size_t>(tier.members[i])] = {static_cast<int>(row), tier.shape(i)};
      }
    }
    for (std::int32_t id = 0; id < fabric_.vertices(); ++id) {
      const std::int32_t node = fabric_.vertex(id).node;
      if (node < 0) continue;
      vertex_[static_cast<std::size_t>(id)] = {0, tiers_[0].shape(static_cast<std::size_t>(node))};
    }
  }

  /// By shape of a tier.
  template <typename Value>
  static Json sums(const Tier& tier, Value value) {
    std::vector<int> shapes(static_cast<std::size_t>(tier.shapes), 0);
    for (std::size_t i = 0; i < tier.members.size(); ++i) {
      shapes[static_cast<std::size_t>(tier.shape(i))] += value(tier.members[i]);
    }
    return shapes;
  }

  /// Links come in pairs, up first; those inside a node are not drawn.
  Json links() const {
    struct Sum {
      int links = 0;
      BytesPerSecond capacity;
    };
    std::map<std::tuple<Place, Place, std::string>, Sum> sums;
    for (Fabric::LinkId id = 0; id < fabric_.links(); id += 2) {
      const Fabric::Link& link = fabric_.link(id);
      const int node = fabric_.vertex(link.from).node;
      if (node >= 0 && node == fabric_.vertex(link.to).node) continue;
      Sum& sum = sums[{vertex_[static_cast<std::size_t>(link.from)],
                       vertex_[static_cast<std::size_t>(link.to)], fabric_.tier(id)}];
      ++sum.links;
      sum.capacity += link.capacity;
    }
    Json list = Json::array();
    for (const auto& [key, sum] : sums) {
      const auto& [from, to, tier] = key;
      list.push_back({{"tier", tier},
                      {"from", {from.tier, from.shape}},
                      {"to", {to.tier, to.shape}},
                      {"links", sum.links},
                      {"capacity", sum.capacity.si()}});
    }
    return list;
  }

  const Fabric& fabric_;
  std::vector<Tier> tiers_;    ///< nodes first
  std::vector<Place> vertex_;  ///< where each vertex is drawn
};

}  // namespace

Json fabric_picture(const Fabric& fabric, const std::vector<int>& job) {
  return FabricDrawing(fabric).draw(job);
}

Json fabric_picture(const scenario::Scenario& scenario) {
  if (!scenario.network) return {};
  const scenario::NetworkPlan& network = *scenario.network;
  const Instance& instance = *scenario.cluster.instance;
  const int nodes = network.nodes_with(scenario.cluster.nodes);
  if (std::int64_t{nodes} * instance.network_cards > kMostCards) return {};
  const Fabric fabric =
      make_fabric(*network.fabric, instance, **scenario.cluster.accelerator, nodes);
  return fabric_picture(fabric, plan::fabric_nodes(scenario, fabric, network.placement).job);
}

}  // namespace sextant::pages
