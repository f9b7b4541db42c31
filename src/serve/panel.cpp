#include "src/serve/panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/serve/pointers.h"

namespace sextant::serve {
namespace {

using Json = nlohmann::ordered_json;
using Kind = io::TypeDescription::Kind;
using scenario::PhasePlan;
using scenario::Scenario;

/// As a person would write it into the field.
std::string field_text(const io::Node* node) {
  if (!node || node->is_null()) return "";
  if (const auto* text = node->get<std::string>()) return *text;
  if (const io::Node* base = node->find("base")) return field_text(base);
  if (const io::Node* value = node->find("value")) return field_text(value);
  return io::to_compact_text(node->value);
}

class Panel {
 public:
  Panel(const io::Node& written, const Scenario& scenario, catalog::Catalogue& catalogue)
      : written_(written),
        scenario_(scenario),
        catalogue_(catalogue),
        resolved_(io::write_value(scenario), io::Place()) {
    for (PointerInfo& info : pointers_of(resolved_)) {
      std::string key = info.pointer;
      pointers_.emplace(std::move(key), std::move(info));
    }
  }

  Json json() {
    Json groups = Json::array();
    groups.push_back({{"title", "Cluster"}, {"fields", cluster()}});
    groups.push_back({{"title", "Work"}, {"fields", work()}});
    groups.push_back({{"title", "Layout"}, {"fields", layout()}});
    groups.push_back({{"title", "Reliability"}, {"fields", reliability()}});
    return groups;
  }

 private:
  Json cluster() {
    Json fields = Json::array();
    add(fields, "/cluster/nodes", "Nodes");
    add(fields, "/cluster/instance", "Instance", usable_instances());
    add(fields, "/cluster/region", "Region", catalogue_.names("regions"));
    add(fields, "/purchase/mode", "Purchase");
    return fields;
  }

  Json work() {
    Json fields = Json::array();
    const std::vector<PhasePlan>& phases = scenario_.training.phases;
    if (phases.empty()) add_length(fields, scenario_.training, "/training", "");
    for (std::size_t i = 0; i < phases.size(); ++i) {
      add_length(fields, phases[i], fmt::format("/training/phases/{}", i), ": " + phases[i].name);
    }
    add(fields, "/training/sequence_length", "Sequence length [tokens]");
    add(fields, "/training/global_batch", "Global batch [sequences]");
    return fields;
  }

  Json layout() {
    Json fields = Json::array();
    const std::string in = "/training/layout/";
    add(fields, in + "tensor", "Tensor parallel");
    add(fields, in + "pipeline", "Pipeline stages");
    add(fields, in + "virtual_stages", "Virtual stages");
    add(fields, in + "context", "Context parallel");
    if (scenario_.model->experts) add(fields, in + "expert", "Expert parallel");
    add(fields, in + "micro_batch", "Microbatch [sequences]");
    add(fields, in + "zero", "ZeRO stage");
    add(fields, in + "recompute", "Recompute");
    return fields;
  }

  Json reliability() {
    Json fields = Json::array();
    add(fields, "/checkpoint/interval", "Checkpoint interval");
    const bool share = scenario_.fleet.spares_for.has_value();
    add(fields, share ? "/fleet/spares_for" : "/fleet/spares",
        share ? "Share of runs with enough spares" : "Spare nodes");
    add(fields, "/failures", "Failures", catalogue_.names("failures"));
    add(fields, "/simulation/seed", "Seed");
    return fields;
  }

  /// How much work it is: in tokens, steps or time, as the scenario says it.
  void add_length(Json& fields, const PhasePlan& phase, const std::string& at,
                  const std::string& of) {
    if (phase.tokens) add(fields, at + "/tokens", "Tokens" + of);
    if (phase.steps) add(fields, at + "/steps", "Steps" + of);
    if (phase.duration) add(fields, at + "/duration", "Duration" + of);
  }

  void add(Json& fields, const std::string& pointer, const std::string& label,
           std::vector<std::string> names = {}) {
    const auto info = pointers_.find(pointer);
    if (info == pointers_.end()) return;
    const io::TypeDescription& type = info->second.type;
    const std::string value = value_at(pointer);
    Json field = {{"pointer", pointer}, {"label", label}, {"value", value}};
    if (type.kind == Kind::kWord) names = type.words;
    const bool known = std::find(names.begin(), names.end(), value) != names.end();
    if (!names.empty() && !known) names.insert(names.begin(), value);
    if (!names.empty()) field["choices"] = names;
    if (type.kind == Kind::kWordOrQuantity) field["words"] = type.words;
    field["numeric"] = type.kind == Kind::kInteger;
    field["doc"] = info->second.doc;
    field["expects"] = expected_text(type);
    fields.push_back(std::move(field));
  }

  /// What the file says; else what that comes to.
  std::string value_at(const std::string& pointer) const {
    if (const io::Node* own = find_at(written_, pointer)) return field_text(own);
    return field_text(find_at(resolved_, pointer));
  }

  /// Those whose accelerators the scenario's calibration knows.
  std::vector<std::string> usable_instances() {
    const auto& known = scenario_.calibration->accelerators;
    std::vector<std::string> names = catalogue_.names("instances");
    std::erase_if(names, [&](const std::string& name) {
      const auto generation = generation_of(name);
      return !generation || !known.contains(*generation);
    });
    return names;
  }

  /// Of an instance's accelerators; nothing where it has none or its file is wrong.
  std::optional<std::string> generation_of(const std::string& instance) {
    io::Diagnostics diagnostics;
    const io::Node* entry = catalogue_.find("instances", instance, {}, diagnostics);
    const io::Node* chip = entry ? entry->find("accelerator") : nullptr;
    const auto* name = chip ? chip->get<std::string>() : nullptr;
    entry = name ? catalogue_.find("accelerators", *name, {}, diagnostics) : nullptr;
    const io::Node* generation = entry ? entry->find("generation") : nullptr;
    const auto* text = generation ? generation->get<std::string>() : nullptr;
    return text ? std::optional(*text) : std::nullopt;
  }

  const io::Node& written_;
  const Scenario& scenario_;
  catalog::Catalogue& catalogue_;
  io::Node resolved_;
  std::map<std::string, PointerInfo> pointers_;
};

}  // namespace

Json panel_json(const io::Node& written, const Scenario& scenario, catalog::Catalogue& catalogue) {
  return Panel(written, scenario, catalogue).json();
}

}  // namespace sextant::serve
