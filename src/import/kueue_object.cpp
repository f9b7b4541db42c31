#include "src/import/kueue_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "src/io/nearest_name.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

using io::Node;

constexpr std::string_view kGroup = "kueue.x-k8s.io/";
constexpr std::string_view kConfigurationGroup = "config.kueue.x-k8s.io/";
constexpr std::array kKinds{"ClusterQueue",   "Cohort",   "Configuration",        "LocalQueue",
                            "ResourceFlavor", "Topology", "WorkloadPriorityClass"};

bool is_simulated(std::string_view kind) {
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

std::string word_of(const Node& object, const char* key) {
  const Node* member = object.find(key);
  const auto* text = member ? member->get<std::string>() : nullptr;
  return text ? *text : "";
}

/// A kind of Kueue, misspelt, is an error; everything else is nothing of ours.
void skip(const Node& object, const std::string& kind, const std::string& version,
          ImportContext& context) {
  const Node& place = *object.find("kind");
  const auto nearest =
      io::nearest_name(kind, std::vector<std::string>(kKinds.begin(), kKinds.end()));
  if (version.starts_with(kGroup) && nearest) {
    context.diagnostics
        .error(place.place, fmt::format("found unknown kind {}", io::found_text(place)))
        .help = fmt::format("did you mean {}?", *nearest);
    return;
  }
  context.note(place.place, fmt::format("objects of kind {} are skipped", io::printable(kind)));
  if (kind == "ConfigMap") {
    context.note(
        place.place,
        "a Configuration within a ConfigMap is not seen: write it as a document of its own");
  }
}

/// The version behind the group that the kind belongs to; empty after an error.
std::string version_of(const Node& object, const std::string& kind, ImportContext& context) {
  const std::string_view group = kind == "Configuration" ? kConfigurationGroup : kGroup;
  const std::string version = word_of(object, "apiVersion");
  for (const char* known : {"v1beta1", "v1beta2"}) {
    if (version == std::string(group) + known) return known;
  }
  if (kind == "Topology" && version == std::string(group) + "v1alpha1") return "v1beta1";
  const Node* found = object.find("apiVersion");
  const std::string expected = fmt::format("\"{0}v1beta1\" or \"{0}v1beta2\"", group);
  if (found) {
    context.error(*found, expected).help = "kubectl get -o yaml writes the version in use";
  } else {
    context.diagnostics.error(object.find("kind")->place,
                              fmt::format("key \"apiVersion\" is missing: {}", expected));
  }
  return "";
}

/// Fills in the object's name; false after an error.
bool read_metadata(KueueObject& object, ImportContext& context) {
  if (object.kind == "Configuration") {
    object.place = object.node->find("kind")->place;
    return true;
  }
  ObjectReader reader(*object.node, object.kind, context);
  const Node* found = reader.require("metadata");
  if (!found) return false;
  ObjectReader metadata(*found, object.title("metadata"), context);
  const Node* name = metadata.require("name");
  const auto text = name ? read_name(*name, context) : std::nullopt;
  if (!text) return false;
  const std::string space =
      object.kind == "LocalQueue" ? metadata.text("namespace") : std::string();
  object.name = space.empty() ? *text : space + "/" + *text;
  object.place = name->place;
  return true;
}

void collect(const Node& node, ImportContext& context, KueueObjects& objects) {
  if (const auto* elements = node.get<Node::Array>()) {
    for (const Node& element : *elements) collect(element, context, objects);
    return;
  }
  const std::string kind = word_of(node, "kind");
  if (kind.empty()) {
    context.error(node, "an object of Kubernetes, with a \"kind\"");
    return;
  }
  const Node* items = node.find("items");
  if (items && kind.ends_with("List")) return collect(*items, context, objects);
  if (!is_simulated(kind)) return skip(node, kind, word_of(node, "apiVersion"), context);
  KueueObject object{&node, kind, version_of(node, kind, context), "", {}};
  if (!object.version.empty() && read_metadata(object, context)) {
    objects.push_back(std::move(object));
  }
}

void report_duplicates(const KueueObjects& objects, ImportContext& context) {
  std::map<std::pair<std::string, std::string>, io::Place> seen;
  for (const KueueObject& object : objects) {
    const auto [first, is_new] = seen.try_emplace({object.kind, object.name}, object.place);
    if (is_new) continue;
    context.diagnostics
        .error(object.place, fmt::format("found {}{}{} a second time", object.kind,
                                         object.name.empty() ? "" : " ", object.name))
        .notes.push_back({first->second, "given before"});
  }
}

}  // namespace

const Node& spec_of(const KueueObject& object, ImportContext& context) {
  static const Node kNone{Node::Object(), {}};
  ObjectReader reader(*object.node, object.kind, context);
  const Node* spec = reader.find("spec");
  reader.ignore({"apiVersion", "kind", "metadata", "status"});
  reader.finish();
  return spec ? *spec : kNone;
}

KueueObjects of_kind(std::span<const KueueObject> objects, std::string_view kind) {
  KueueObjects found;
  std::copy_if(objects.begin(), objects.end(), std::back_inserter(found),
               [&](const KueueObject& object) { return object.kind == kind; });
  return found;
}

KueueObjects collect_kueue_objects(const Node& objects, ImportContext& context) {
  KueueObjects found;
  collect(objects, context, found);
  report_duplicates(found, context);
  return found;
}

}  // namespace sextant::importer
