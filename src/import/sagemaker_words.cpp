#include "src/import/sagemaker_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "src/import/megatron_words.h"
#include "src/import/shell_script.h"
#include "src/io/parse.h"

namespace sextant::importer {
namespace {

using io::Node;
using Names = Settings::Names;

struct Alias {
  const char* name;
  const char* known;  ///< as the other readers have it
};

constexpr std::array kAliases{Alias{"tensor_parallel_degree", "tensor_model_parallel_size"},
                              Alias{"pipeline_parallel_degree", "pipeline_model_parallel_size"},
                              Alias{"partitions", "pipeline_model_parallel_size"},
                              Alias{"expert_parallel_degree", "expert_model_parallel_size"},
                              Alias{"hybrid_shard_degree", "shard_degree"},
                              Alias{"sharded_data_parallel_degree", "shard_degree"},
                              Alias{"per_device_train_batch_size", "train_batch_size"},
                              Alias{"hidden_width", "hidden_size"},
                              Alias{"num_heads", "num_attention_heads"},
                              Alias{"llama_intermediate_size", "intermediate_size"},
                              Alias{"max_train_steps", "max_steps"},
                              Alias{"gradient_checkpointing", "activation_checkpointing"},
                              Alias{"lora_rank", "lora_r"}};

/// Names of the length of a sequence: the first that is there counts.
constexpr std::array kLengths{"seq_length", "max_context_width", "max_seq_length", "block_size",
                              "model_max_length"};

/// A degree of 0: as many ranks as there are.
constexpr const char* kLargestDegree = "largest_shard_degree";

const char* length_of(const Node& object) {
  for (const char* name : kLengths) {
    if (object.find(name)) return name;
  }
  return "";
}

std::string known_name(std::string key) {
  std::replace(key.begin(), key.end(), '-', '_');
  for (const Alias& alias : kAliases) {
    if (key == alias.name) return alias.known;
  }
  return key;
}

/// Everything at the place of the text that it was found in.
void move_to(Node& node, const io::Place& place) {
  node.place = place;
  if (auto* members = std::get_if<Node::Object>(&node.value)) {
    for (Node::Member& member : *members) {
      member.key_place = place;
      move_to(member.value, place);
    }
  } else if (auto* elements = std::get_if<Node::Array>(&node.value)) {
    for (Node& element : *elements) move_to(element, place);
  }
}

/// What a text with JSON holds; nothing where it is none.
std::optional<Node> opened(const Node& node) {
  const auto* text = node.get<std::string>();
  if (!text) return node;
  io::Diagnostics quiet;
  io::Document inner("mp_parameters", *text, false);
  if (!io::parse(inner, quiet) || quiet.has_errors()) return std::nullopt;
  Node root = inner.root;
  move_to(root, node.place);
  return root;
}

/// What a text of the API stands for: the SDK writes JSON, a switch of argparse is empty.
Node plain_value(const Node& node) {
  const auto* text = node.get<std::string>();
  if (!text) return node;
  if (text->empty()) return {true, node.place};
  if (*text == "null" || *text == "None") return {nullptr, node.place};
  const bool quoted = text->size() >= 2 && text->front() == '"' && text->back() == '"';
  if (quoted) return {text->substr(1, text->size() - 2), node.place};
  if (text->front() == '{' || text->front() == '[') return opened(node).value_or(node);
  return word_value({*text, node.place, {}});
}

/// "full_shard auto_wrap", of the Trainer, is a strategy and how modules are wrapped.
void add_strategy(const Node::Member& member, Settings& settings) {
  const Node value = plain_value(member.value);
  const auto* text = value.get<std::string>();
  if (!text) return settings.add({"fsdp", member.key, value, member.key_place});
  for (const char* word :
       {"hybrid_shard_zero2", "hybrid_shard", "full_shard", "shard_grad_op", "no_shard"}) {
    if (text->find(word) == std::string::npos) continue;
    const bool second = std::string_view(word) == "hybrid_shard_zero2";
    Node strategy{std::string(second ? "_" : "") + word, value.place};
    return settings.add({"sharding_strategy", member.key, std::move(strategy), member.key_place});
  }
  settings.add({"sharding_strategy", member.key, value, member.key_place});
}

class Hyperparameters {
 public:
  Hyperparameters(Settings& settings, ImportedRun& run) : settings_(settings), run_(run) {}

  void take() {
    dialect_ = dialect();
    take_model(settings_, dialect_, run_);
    take_named_model();
    divide_batch();
    take_batch(settings_, dialect_, run_);
    run_.one_microbatch = run_.one_microbatch && settings_.has({"micro_batch_size",  //
                                                                "train_batch_size"});
    if (says_layout()) {
      take_layout(settings_, dialect_, run_);
      take_micro_batch();
      take_experts_of_named_model();
      if (dialect_ == Dialect::kFsdp) take_sharding();
    }
    take_software(settings_, dialect_, run_);
    if (dialect_ == Dialect::kFsdp) take_precision();
    take_adapters();
  }

 private:
  Dialect dialect() {
    const auto* instance = run_.find("cluster/instance");
    const auto* type = instance ? instance->get<std::string>() : nullptr;
    if (type && type->starts_with("trn")) return Dialect::kNeuron;
    const bool megatron =
        settings_.has({"micro_batch_size", "use_distributed_optimizer", "ffn_hidden_size",
                       "num_query_groups", "untie_embeddings_and_output_weights", "swiglu"});
    return megatron ? Dialect::kMegatron : Dialect::kFsdp;
  }

  bool has_library() { return settings_.has({"pipeline_model_parallel_size", "microbatches"}); }
  bool is_trainer() {
    const Setting* batch = settings_.find({"train_batch_size"});
    return batch && batch->shown.starts_with("per_device");
  }
  bool is_on(Names names) { return settings_.has(names) && settings_.flag(names); }

  bool says_layout() {
    return settings_.has({"tensor_model_parallel_size", "pipeline_model_parallel_size",
                          "context_parallel_size", "context_parallel_degree",
                          "expert_model_parallel_size", "micro_batch_size", "train_batch_size",
                          "shard_degree", "sharding_strategy", "zero_stage", "zero1", "deepspeed",
                          "use_distributed_optimizer"});
  }

  /// A shape counts more than a name.
  void take_named_model() {
    const Names names{"model_name_or_path", "pretrained_model_name_or_path", "model_id",
                      "hf_model_name", "model_name"};
    const Setting* setting = settings_.find(names);
    if (!setting || run_.find("model/layers")) return;
    const auto text = settings_.text(names);
    if (text) run_.named_model = Remark{setting->shown, *text, value_place(*setting)};
  }

  /// What one data-parallel rank has of a step: in the library's first version its batch is cut
  /// into microbatches, and unless `prescaled_batch` each tensor rank brings a batch of its own. In
  /// scripts for the Trainer it is a microbatch, and so many are accumulated.
  void divide_batch() {
    const Setting* batch = settings_.find({"train_batch_size"});
    const auto size = settings_.number({"train_batch_size"}, 1, 1'000'000);
    const Setting* cut = settings_.find({"microbatches"});
    const auto pieces = settings_.number({"microbatches"}, 1, 1'000'000);
    const auto accumulated = settings_.number({"gradient_accumulation_steps"}, 1, 1'000'000);
    if (accumulated) run_.microbatches = *accumulated;
    if (!cut || !pieces || !batch || !size) return;
    const bool prescaled = is_on({"prescaled_batch"});
    const auto tensor = settings_.number({"tensor_model_parallel_size"}, 1, 100'000).value_or(1);
    const std::int64_t all = *size * (prescaled ? 1 : tensor);
    if (all % *pieces != 0) {
      return settings_.contradiction(
          *cut, *batch, fmt::format("{} microbatches do not divide a batch of {}", *pieces, all),
          "choose a number that divides the batch");
    }
    micro_batch_ = all / *pieces;
    run_.microbatches *= *pieces;
  }

  void take_micro_batch() {
    if (!micro_batch_) return;
    const Setting& batch = *settings_.find({"train_batch_size"});
    run_.take("training/layout/micro_batch", {*micro_batch_, value_place(batch)},
              fmt::format("{} in microbatches", batch.shown), value_place(batch));
  }

  /// The reader of layouts asks for experts in the shape.
  void take_experts_of_named_model() {
    const Names names{"expert_model_parallel_size"};
    if (run_.find("training/layout/expert") || !run_.named_model) return;
    const auto count = settings_.count(names, 1, 1'000'000);
    if (count && *count->get<std::int64_t>() > 1) {
      run_.take("training/layout/expert", count->value, *settings_.find(names));
    }
  }

  /// Without a strategy: what the library, DeepSpeed or the Trainer then do.
  void take_sharding() {
    const Setting* strategy = settings_.find({"sharding_strategy"});
    if (const Setting* deepspeed = settings_.find({"deepspeed", "zero_stage"})) {
      return take_deepspeed(*deepspeed);
    }
    if (strategy) return;
    if (settings_.has({"shard_degree"})) return take_shard_degree();
    if (settings_.has({kLargestDegree})) return;
    if (is_on({"shard_optimizer_state"})) {
      return run_.take("training/layout/zero", std::int64_t{1},
                       *settings_.find({"shard_optimizer_state"}));
    }
    if (has_library()) {
      return run_.assume("training/layout/zero", std::int64_t{0},
                         "neither sharded_data_parallel_degree nor shard_optimizer_state is there");
    }
    if (!is_trainer() || is_on({"fsdp"})) return;
    run_.assume("training/layout/zero", std::int64_t{0},
                "the Trainer replicates the model: neither fsdp nor deepspeed is there");
  }

  void take_shard_degree() {
    const Setting& degree = *settings_.find({"shard_degree"});
    const auto count = settings_.number({"shard_degree"}, 1, 10'000'000);
    if (!count) return;
    run_.take("training/layout/zero", std::int64_t{*count == 1 ? 0 : 3}, degree);
    run_.remove("training/layout/shard_group");
    if (*count > 1) run_.take("training/layout/shard_group", *count, degree);
  }

  void take_deepspeed(const Setting& setting) {
    const Node* optimization = setting.value.find("zero_optimization");
    const Node* stage = optimization ? optimization->find("stage") : nullptr;
    const Node& value = stage ? *stage : setting.value;
    if (const auto* number = value.get<std::int64_t>()) {
      if (*number < 0 || *number > 3) {
        return settings_.unsupported(setting, "a stage of ZeRO from 0 to 3");
      }
      run_.take("training/layout/zero", value, setting.shown, value_place(setting));
    } else {
      run_.assume("training/layout/zero", std::int64_t{3},
                  fmt::format("{}: its file is not read", setting.shown));
    }
    deepspeed_ = true;
  }

  void take_precision() {
    if (deepspeed_) {
      run_.assume("training/software/framework", std::string("deepspeed"),
                  "the hyperparameters name it");
    }
    if (run_.find("training/precision")) return;
    for (const char* name : {"bf16", "fp16"}) {
      if (!is_on({name})) continue;
      return run_.take("training/precision", std::string(name), *settings_.find({name}));
    }
    const auto type = settings_.text({"torch_dtype"}).value_or("");
    for (const auto& [name, word] : {std::pair{"bfloat16", "bf16"}, std::pair{"float16", "fp16"}}) {
      if (type.find(name) == std::string::npos) continue;
      return run_.take("training/precision", std::string(word), *settings_.find({"torch_dtype"}));
    }
    if (!is_trainer()) return;
    run_.assume("training/precision", std::string("fp32"), "neither bf16 nor fp16 is there");
  }

  void take_adapters() {
    const auto rank = settings_.count({"lora_r"}, 1, 65'536);
    if (!rank) return;
    const Setting& setting = *settings_.find({"lora_r"});
    run_.take("training/tuning/trainable", std::string("lora"), setting);
    run_.take("training/tuning/rank", rank->value, setting);
  }

  Settings& settings_;
  ImportedRun& run_;
  Dialect dialect_ = Dialect::kFsdp;
  std::optional<std::int64_t> micro_batch_;
  bool deepspeed_ = false;
};

}  // namespace

void add_hyperparameters(const Node& object, Settings& settings) {
  const auto* members = object.get<Node::Object>();
  if (!members) {
    settings.diagnostics().error(
        object.place,
        fmt::format("found {}, expected an object of hyperparameters", io::found_text(object)));
    return;
  }
  const std::string_view length = length_of(object);
  for (const Node::Member& member : *members) {
    if (member.key == "mp_parameters") {
      const auto inner = opened(member.value);
      if (inner && inner->get<Node::Object>()) {
        add_hyperparameters(*inner, settings);
      } else {
        settings.diagnostics().error(member.value.place,
                                     "mp_parameters: expected an object in JSON, as the SDK "
                                     "writes it");
      }
    } else if (member.key == "fsdp") {
      add_strategy(member, settings);
    } else {
      Setting setting{known_name(member.key), member.key, plain_value(member.value),
                      member.key_place};
      if (member.key == length) setting.name = kLengths.front();
      const auto* whole = setting.value.get<std::int64_t>();
      if (setting.name == "shard_degree" && whole && *whole == 0) setting.name = kLargestDegree;
      settings.add(std::move(setting));
    }
  }
}

void take_hyperparameters(Settings& settings, ImportedRun& run) {
  Hyperparameters(settings, run).take();
}

}  // namespace sextant::importer
