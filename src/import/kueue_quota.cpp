#include "src/import/kueue_quota.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "src/import/kubernetes_values.h"
#include "src/io/nearest_name.h"

namespace sextant::importer {
namespace {

using io::Node;

constexpr std::size_t kMostGroups = 16;
constexpr std::size_t kMostInGroup = 64;
constexpr std::size_t kMostInAll = 256;
constexpr std::size_t kMostCombinations = 512;

int decimals_of(const std::string& resource) { return resource == "cpu" ? 3 : 0; }

/// The elements of a member, whatever `node` is; none if it has no such array.
const Node::Array& elements_of(const Node* node, const char* key) {
  static const Node::Array kNone;
  const Node* member = node ? node->find(key) : nullptr;
  const auto* elements = member ? member->get<Node::Array>() : nullptr;
  return elements ? *elements : kNone;
}

const std::string* text_of(const Node* node) { return node ? node->get<std::string>() : nullptr; }

/// Quotas of one ClusterQueue or Cohort.
class GroupsReader {
 public:
  GroupsReader(const QuotaOwner& owner, const QuotaNames& names, ImportContext& context)
      : owner_(owner), names_(names), context_(context) {}

  ResourceGroup read(const Node& node);
  /// What the API limits over all groups.
  void check_totals(const Node& groups);

 private:
  std::vector<std::string> read_covered(ObjectReader& group);
  FlavorQuotas read_flavor(const Node& node, const std::vector<std::string>& covered);
  std::optional<FlavorIndex> read_flavor_name(const Node& node);
  ResourceQuota read_quota(const Node& node, const std::string& resource);
  std::optional<Amount> read_limit(ObjectReader& quota, const char* key, int decimals);
  void report_twice(const Node& node, const std::set<std::string>& seen);

  const QuotaOwner& owner_;
  const QuotaNames& names_;
  ImportContext& context_;
  std::set<std::string> seen_resources_, seen_flavors_;
  std::size_t resources_ = 0, flavors_ = 0;
};

void GroupsReader::report_twice(const Node& node, const std::set<std::string>& seen) {
  if (!seen.contains(*node.get<std::string>())) return;
  context_.diagnostics
      .error(node.place, fmt::format("found {} a second time", io::found_text(node)))
      .help = "a resource or flavor belongs to one resource group";
}

std::vector<std::string> GroupsReader::read_covered(ObjectReader& group) {
  std::vector<std::string> covered;
  for (const Node& element : group.required_list("coveredResources", kMostInGroup)) {
    const auto* name = element.get<std::string>();
    if (!name || !is_label_key(*name)) {
      context_.error(element, "the name of a resource, as in \"cpu\" or \"nvidia.com/gpu\"");
      continue;
    }
    report_twice(element, seen_resources_);
    seen_resources_.insert(*name);
    covered.push_back(*name);
  }
  resources_ += covered.size();
  return covered;
}

std::optional<FlavorIndex> GroupsReader::read_flavor_name(const Node& node) {
  const auto name = read_name(node, context_);
  if (!name) return std::nullopt;
  report_twice(node, seen_flavors_);
  seen_flavors_.insert(*name);
  const auto found = names_.flavors.find(*name);
  if (found != names_.flavors.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [flavor, index] : names_.flavors) known.push_back(flavor);
  const auto nearest = io::nearest_name(*name, known);
  context_.error(node, "the name of a ResourceFlavor").help =
      nearest ? fmt::format("did you mean \"{}\"?", *nearest)
              : fmt::format("there are {}", fmt::join(known, ", "));
  return std::nullopt;
}

std::optional<Amount> GroupsReader::read_limit(ObjectReader& quota, const char* key, int decimals) {
  const Node* member = quota.find(key);
  if (!member) return std::nullopt;
  if (!owner_.has_parent) {
    context_.diagnostics
        .error(member->place, fmt::format("found {} without {}", key, owner_.parent_key))
        .help = fmt::format("leave {} out, or give {}", key, owner_.parent_key);
  }
  return read_kubernetes_quantity(*member, decimals, context_);
}

ResourceQuota GroupsReader::read_quota(const Node& node, const std::string& resource) {
  const int decimals = decimals_of(resource);
  ResourceQuota quota{names_.resources.at(resource), 0, {}, {}};
  ObjectReader reader(node, "a resource's quota", context_);
  const Node* name = reader.require("name");
  if (name && (!text_of(name) || *text_of(name) != resource)) {
    context_.error(*name, fmt::format("\"{}\", as in coveredResources", resource)).help =
        "a flavor lists the covered resources in their order";
  }
  const Node* nominal = reader.require("nominalQuota");
  const auto size = nominal ? read_kubernetes_quantity(*nominal, decimals, context_) : std::nullopt;
  quota.nominal = size.value_or(0);
  quota.borrowing_limit = read_limit(reader, "borrowingLimit", decimals);
  quota.lending_limit = read_limit(reader, "lendingLimit", decimals);
  if (owner_.lends_at_most_nominal && size && quota.lending_limit > quota.nominal) {
    context_.error(*reader.find("lendingLimit"),
                   fmt::format("at most the nominalQuota, {}", io::found_text(*nominal)));
  }
  reader.finish();
  return quota;
}

FlavorQuotas GroupsReader::read_flavor(const Node& node, const std::vector<std::string>& covered) {
  FlavorQuotas quotas;
  ObjectReader reader(node, "a flavor of a resource group", context_);
  const Node* name = reader.require("name");
  if (name) quotas.flavor = read_flavor_name(*name).value_or(FlavorIndex{});
  const Node::Array& resources = reader.required_list("resources", kMostInGroup);
  if (!resources.empty() && resources.size() != covered.size()) {
    context_.diagnostics.error(
        reader.find("resources")->place,
        fmt::format("found {} resources, expected the {} of coveredResources: {}", resources.size(),
                    covered.size(), fmt::join(covered, ", ")));
  }
  for (std::size_t i = 0; i < std::min(resources.size(), covered.size()); ++i) {
    quotas.resources.push_back(read_quota(resources[i], covered[i]));
  }
  reader.finish();
  return quotas;
}

ResourceGroup GroupsReader::read(const Node& node) {
  ResourceGroup group;
  ObjectReader reader(node, "a resource group", context_);
  const std::vector<std::string> covered = read_covered(reader);
  for (const Node& flavor : reader.required_list("flavors", kMostInGroup)) {
    group.flavors.push_back(read_flavor(flavor, covered));
  }
  flavors_ += group.flavors.size();
  if (group.flavors.size() * covered.size() > kMostCombinations) {
    context_.diagnostics.error(
        node.place, fmt::format("found {} quotas in a resource group, expected at most {}",
                                group.flavors.size() * covered.size(), kMostCombinations));
  }
  reader.finish();
  return group;
}

void GroupsReader::check_totals(const Node& groups) {
  for (const auto& [what, count] : {std::pair{"flavors", flavors_}, {"resources", resources_}}) {
    if (count <= kMostInAll) continue;
    context_.diagnostics.error(
        groups.place, fmt::format("found {} {} in all resource groups, expected at most {}", count,
                                  what, kMostInAll));
  }
}

}  // namespace

QuotaNames quota_names(const AdmissionPolicy& policy) {
  QuotaNames names;
  for (const std::string& name : policy.resources) {
    names.resources.emplace(name,
                            ResourceIndex{static_cast<std::uint16_t>(names.resources.size())});
  }
  for (const AdmissionFlavor& flavor : policy.flavors) {
    names.flavors.emplace(flavor.name,
                          FlavorIndex{static_cast<std::uint16_t>(names.flavors.size())});
  }
  return names;
}

NamesInUse names_in_use(const KueueObjects& owners) {
  std::set<std::string> resources, flavors;
  NamesInUse names;
  for (const KueueObject& owner : owners) {
    for (const Node& group : elements_of(owner.node->find("spec"), "resourceGroups")) {
      for (const Node& resource : elements_of(&group, "coveredResources")) {
        if (const auto* name = text_of(&resource)) resources.insert(*name);
      }
      for (const Node& flavor : elements_of(&group, "flavors")) {
        const auto* name = text_of(flavor.find("name"));
        if (name && flavors.insert(*name).second) names.flavors.push_back(*name);
      }
    }
  }
  names.resources.assign(resources.begin(), resources.end());
  return names;
}

std::vector<ResourceGroup> read_resource_groups(ObjectReader& spec, const QuotaOwner& owner,
                                                const QuotaNames& names, ImportContext& context) {
  std::vector<ResourceGroup> groups;
  GroupsReader reader(owner, names, context);
  for (const Node& node : spec.list("resourceGroups", kMostGroups)) {
    groups.push_back(reader.read(node));
  }
  if (!groups.empty()) reader.check_totals(*spec.find("resourceGroups"));
  return groups;
}

double read_fair_weight(ObjectReader& spec, ImportContext& context) {
  constexpr int kNano = 9;
  const Node* found = spec.find("fairSharing");
  if (!found) return 1;
  ObjectReader sharing(*found, "fairSharing", context);
  const Node* weight = sharing.find("weight");
  sharing.finish();
  if (!weight) return 1;
  const auto nano = read_kubernetes_quantity(*weight, kNano, context);
  if (nano == 1) context.error(*weight, "0, or a weight above 1e-9");
  return static_cast<double>(nano.value_or(0)) / 1e9;
}

}  // namespace sextant::importer
