#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "src/import/ec2_type.h"
#include "src/import/launches.h"
#include "src/import/megatron_words.h"
#include "src/import/nemo_words.h"
#include "src/io/parse_yaml.h"

namespace sextant::importer {
namespace {

using io::Node;

/// Where the settings stand that have Megatron-LM's names.
const std::vector<std::string>& prefixes() {
  static const std::vector<std::string> kPrefixes = {
      "model.",        "model.mcore_customization_config.",
      "trainer.",      "trainer.strategy.",
      "data.",         "model.data.",
      "model.config.", "distributed_strategy.",
      "optim.config.", ""};
  return kPrefixes;
}

/// The scalars and lists of a tree, by their dotted paths.
class Paths {
 public:
  explicit Paths(Settings& settings) : settings_(settings) {}

  void add(const Node& object, const std::string& path) {
    for (const Node::Member& member : *object.get<Node::Object>()) {
      const std::string name = path.empty() ? member.key : path + "." + member.key;
      if (member.value.get<Node::Object>()) {
        add(member.value, name);
      } else {
        nodes_.try_emplace(name, &member);
      }
    }
  }

  void into_settings() {
    for (const auto& [name, member] : nodes_) {
      Setting setting{name, name, member->value, member->key_place, {}};
      resolve(setting, 0);
      settings_.add(std::move(setting));
    }
  }

 private:
  static constexpr int kDeepest = 20;

  const Node* find(std::string_view name) const {
    const auto found = nodes_.find(name);
    return found == nodes_.end() ? nullptr : &found->second->value;
  }

  /// "${model.encoder_seq_length}", "${.hidden_size}": what it names stands for it. Other
  /// expressions are unknown, and so is "???", which somebody must still say.
  void resolve(Setting& setting, int depth) const {
    const auto* text = setting.value.get<std::string>();
    if (!text || setting.value.place.document == nullptr) return;
    if (*text == "???") {
      setting.unknown = {"???"};
      return;
    }
    if (text->find("${") == std::string::npos) return;
    setting.unknown = {*text};
    if (!text->starts_with("${") || text->find('}') != text->size() - 1 || depth > kDeepest) return;
    std::string name = text->substr(2, text->size() - 3);
    if (name.starts_with(".")) {
      const std::size_t dot = setting.name.rfind('.');
      name = setting.name.substr(0, dot == std::string::npos ? 0 : dot) + name;
    }
    const Node* target = find(name);
    if (!target || target->get<Node::Object>()) return;
    Setting found{name, setting.shown, *target, setting.place, {}};
    resolve(found, depth + 1);
    setting.value = found.value;
    setting.unknown = found.unknown;
  }

  Settings& settings_;
  std::map<std::string, const Node::Member*, std::less<>> nodes_;
};

Dialect dialect_of(Settings& settings) {
  const std::string type = settings.text({"run.model_type"}).value_or("");
  if (type.find("neuron") != std::string::npos || settings.has({"distributed_strategy.zero1"})) {
    return Dialect::kNeuron;
  }
  const bool fsdp = type == "hf" || settings.has({"model.shard_degree", "use_smp_model"}) ||
                    settings.has({"model.train_batch_size"});
  return fsdp ? Dialect::kFsdp : Dialect::kNemo;
}

/// "auto" leaves the number to whoever has the node.
void take_trainer(Settings& settings, const LaunchOptions& options, ImportedRun& run) {
  const Setting* nodes = settings.find({"trainer.num_nodes"});
  if (nodes && !(options.nodes_given && !nodes->unknown.empty())) {
    if (const auto count = settings.count({"trainer.num_nodes"}, 1, 1'000'000)) {
      run.take("cluster/nodes", count->value, *nodes);
    }
  }
  const Setting* devices = settings.find({"trainer.devices"});
  if (devices && devices->value.get<std::int64_t>()) {
    run.ranks_per_node = settings.count({"trainer.devices"}, 1, 100'000);
  }
  const auto instance = settings.text({"instance_type"});
  if (instance) {
    run.take("cluster/instance", ec2_type(*instance), *settings.find({"instance_type"}));
    run.take("platform", std::string("hyperpod"), *settings.find({"instance_type"}));
  }
}

void take_all(Settings& settings, const LaunchOptions& options, ImportedRun& run) {
  const Dialect dialect = dialect_of(settings);
  run.format = dialect == Dialect::kNemo ? "nemo" : "hyperpod recipe";
  take_trainer(settings, options, run);
  if (const auto name = settings.text({"run.name"})) {
    run.take("name", *name, *settings.find({"run.name"}));
  }
  take_model(settings, dialect, run);
  take_batch(settings, dialect, run);
  take_layout(settings, dialect, run);
  take_software(settings, dialect, run);
  run.list_not_used(settings);
}

/// The one document that the file has.
const Node* tree_of(io::Document& document, io::Diagnostics& diagnostics) {
  if (!io::parse_json_or_yaml(document, diagnostics)) return nullptr;
  const Node* root = &document.root;
  if (const auto* documents = root->get<Node::Array>()) {
    if (documents->size() == 1) {
      root = &documents->front();
    } else if (documents->size() > 1) {
      diagnostics.error((*documents)[1].place, "found a second document, expected one run").help =
          "import the phases of a run one by one, each from a file of its own";
      return nullptr;
    }
  }
  if (root->get<Node::Object>()) return root;
  diagnostics
      .error({&document, 0, 1}, fmt::format("found {}, expected trainer: and model: with settings",
                                            io::found_text(*root)))
      .help = "for Megatron-LM's arguments: sextant import megatron";
  return nullptr;
}

bool is_tree(const std::string& name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

}  // namespace

ImportedRun take_nemo_overrides(const io::Document& document, const Launch& launch,
                                const LaunchOptions& options, io::Diagnostics& diagnostics) {
  ImportedRun run;
  run.scenario.place = {&document, 0, 1};
  Settings settings(run.scenario.place, prefixes(), diagnostics);
  add_overrides(launch.arguments, settings);
  take_all(settings, options, run);
  if (!run.find("cluster/nodes")) take_nodes(document, launch, options, run, diagnostics);
  return run;
}

std::optional<ImportedRun> read_nemo(io::Document& document, const LaunchOptions& options,
                                     io::Diagnostics& diagnostics) {
  ImportedRun run;
  if (is_tree(document.name)) {
    const Node* tree = tree_of(document, diagnostics);
    if (!tree) return std::nullopt;
    run.scenario.place = {&document, 0, 1};
    Settings settings(run.scenario.place, prefixes(), diagnostics);
    Paths paths(settings);
    paths.add(*tree, "");
    paths.into_settings();
    take_all(settings, options, run);
  } else {
    const auto launch = find_launch(document, options, {LaunchKind::kNemo}, diagnostics);
    if (!launch) return std::nullopt;
    run = take_nemo_overrides(document, *launch, options, diagnostics);
  }
  if (diagnostics.has_errors()) return std::nullopt;
  return run;
}

}  // namespace sextant::importer
