#include "src/import/huggingface.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/import/config_reader.h"
#include "src/io/nearest_name.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

using io::Node;
using Names = ConfigReader::Names;

/// Keys that every config.json has some of, and no entry of a catalogue.
constexpr const char* kMarks[] = {"model_type", "architectures", "transformers_version"};

/// An object under construction: each member keeps the place that its value came from.
struct Entry {
  Node node;

  void add(const char* key, Node value) {
    Node& member = node.add(key, std::move(value.value));
    member.place = value.place;
  }
};

Node object(const io::Place& place) { return {Node::Object(), place}; }

/// The names of silu and gelu in configs: gated blocks are swiglu and geglu, plain ones gelu.
std::optional<std::string> activation_of(const std::string& name, bool gated) {
  const bool silu = name == "silu" || name == "swish";
  const bool gelu = name.starts_with("gelu") || name == "quick_gelu" || name == "relu";
  if (gated) return silu ? std::optional("swiglu") : gelu ? std::optional("geglu") : std::nullopt;
  if (name == "relu2" || name == "squared_relu") return "squared_relu";
  // Two matrices and a cheap function between them, whichever it is.
  return gelu || silu ? std::optional("gelu") : std::nullopt;
}

void add_activation(ConfigReader& config, Entry& entry, bool gated) {
  const Names names{"hidden_act", "activation_function"};
  const std::string name = config.text(names).value_or(gated ? "silu" : "gelu");
  const auto activation = activation_of(name, gated);
  const Node* place = config.find(names);
  if (activation)
    return entry.add("activation", {*activation, (place ? *place : entry.node).place});
  if (place && place->get<std::string>()) {
    config.unsupported(*place, gated ? "\"silu\" or \"gelu\"" : "\"gelu\", \"relu\" or \"relu2\"");
  }
}

void add_tied(ConfigReader& config, Entry& entry, bool otherwise) {
  entry.add("tied_embeddings", {config.flag({"tie_word_embeddings"}, otherwise), entry.node.place});
}

/// Windows of attention narrower than the sequence save work that the forecast counts.
void warn_of_windows(ConfigReader& config) {
  const Node* window = config.find({"sliding_window"});
  if (!window || !config.flag({"use_sliding_window"}, true)) return;
  config.diagnostics().warning(
      window->place, "attention within a sliding window is forecast as attention to all tokens");
}

/// Llama and its kin: RMS norms, rotary positions, gated feed-forward block.
void add_llama(ConfigReader& config, Entry& entry) {
  const Node heads = config.count({"num_attention_heads"}, "attention heads");
  entry.add("layers", config.count({"num_hidden_layers"}, "layers"));
  entry.add("hidden", config.count({"hidden_size"}, "hidden size"));
  entry.add("heads", heads);
  entry.add("kv_heads", config.count({"num_key_value_heads"}, "key and value heads", 1,
                                     *heads.get<std::int64_t>()));
  entry.add("head_width", config.count({"head_dim"}, "width of a head", 0, 0));
  entry.add("feed_forward", config.count({"intermediate_size"}, "width of the feed-forward block"));
  entry.add("vocabulary", config.count({"vocab_size"}, "vocabulary size"));
  add_activation(config, entry, true);
  add_tied(config, entry, false);
  warn_of_windows(config);
}

void add_mixtral(ConfigReader& config, Entry& entry) {
  add_llama(config, entry);
  Entry experts{object(entry.node.place)};
  experts.add("count", config.count({"num_local_experts"}, "experts per layer", 2));
  experts.add("top_k", config.count({"num_experts_per_tok"}, "experts that a token passes"));
  experts.add("feed_forward", config.count({"intermediate_size"}, "width of an expert"));
  entry.add("experts", std::move(experts.node));
}

void add_qwen3_moe(ConfigReader& config, Entry& entry) {
  add_llama(config, entry);
  Entry experts{object(entry.node.place)};
  experts.add("count", config.count({"num_experts"}, "experts per layer", 2));
  experts.add("top_k", config.count({"num_experts_per_tok"}, "experts that a token passes"));
  experts.add("feed_forward", config.count({"moe_intermediate_size"}, "width of an expert"));
  experts.add("every",
              config.count({"decoder_sparse_step"}, "layers per layer with experts", 1, 1));
  entry.add("experts", std::move(experts.node));
  const Node* dense = config.find({"mlp_only_layers"});
  const auto* list = dense ? dense->get<Node::Array>() : nullptr;
  if (list && !list->empty()) config.unsupported(*dense, "no layers without experts");
}

void add_deepseek(ConfigReader& config, Entry& entry) {
  add_llama(config, entry);
  Entry experts{object(entry.node.place)};
  experts.add("count", config.count({"n_routed_experts"}, "routed experts per layer", 2));
  experts.add("top_k", config.count({"num_experts_per_tok"}, "routed experts that a token passes"));
  experts.add("feed_forward", config.count({"moe_intermediate_size"}, "width of an expert"));
  experts.add("shared", config.count({"n_shared_experts"}, "experts for every token", 0, 0));
  experts.add("dense_layers",
              config.count({"first_k_dense_replace"}, "first layers without experts", 0, 0));
  const Node frequency = config.count({"moe_layer_freq"}, "layers per layer with experts", 1, 1);
  if (*frequency.get<std::int64_t>() != 1) config.unsupported(frequency, "1");
  entry.add("experts", std::move(experts.node));
  Entry latent{object(entry.node.place)};
  latent.add("query_rank", config.count({"q_lora_rank"}, "rank of the queries", 0, 0));
  latent.add("key_value_rank", config.count({"kv_lora_rank"}, "rank of keys and values"));
  latent.add("plain_width",
             config.count({"qk_nope_head_dim"}, "width of a key without rotary embedding"));
  latent.add("rotary_width", config.count({"qk_rope_head_dim"}, "width of a key's rotary part"));
  latent.add("value_width", config.count({"v_head_dim"}, "width of a value"));
  entry.add("latent_attention", std::move(latent.node));
}

/// Sizes of the models before Llama, which call them by many names.
struct OldNames {
  Names layers, hidden, heads, feed_forward;
};

void add_old(ConfigReader& config, Entry& entry, const OldNames& names, std::int64_t widths = 4) {
  const Node hidden = config.count(names.hidden, "hidden size");
  entry.add("layers", config.count(names.layers, "layers"));
  entry.add("hidden", hidden);
  entry.add("heads", config.count(names.heads, "attention heads"));
  entry.add("feed_forward", config.count(names.feed_forward, "width of the feed-forward block", 1,
                                         widths * *hidden.get<std::int64_t>()));
  entry.add("vocabulary", config.count({"vocab_size"}, "vocabulary size"));
}

void add_gpt2(ConfigReader& config, Entry& entry) {
  add_old(config, entry, {{"n_layer"}, {"n_embd"}, {"n_head"}, {"n_inner"}});
  entry.add("learned_positions", config.count({"n_positions"}, "positions"));
  add_activation(config, entry, false);
  add_tied(config, entry, true);
}

void add_gpt_neox(ConfigReader& config, Entry& entry) {
  add_old(config, entry,
          {{"num_hidden_layers"}, {"hidden_size"}, {"num_attention_heads"}, {"intermediate_size"}});
  add_activation(config, entry, false);
  add_tied(config, entry, false);
}

void add_bloom(ConfigReader& config, Entry& entry) {
  add_old(config, entry,
          {{"n_layer", "num_hidden_layers"},
           {"hidden_size", "n_embed"},
           {"n_head", "num_attention_heads"},
           {}});
  entry.add("activation", {std::string("gelu"), entry.node.place});
  add_tied(config, entry, true);
}

void add_mpt(ConfigReader& config, Entry& entry) {
  const std::int64_t widths = config.number({"expansion_ratio"}, "expansion ratio", 1, 4);
  add_old(config, entry, {{"n_layers"}, {"d_model"}, {"n_heads"}, {}}, widths);
  const Node none = object(entry.node.place);
  const Node* found = config.find({"attn_config"});
  ConfigReader attention(found && found->get<Node::Object>() ? *found : none, config.diagnostics());
  if (attention.find({"kv_n_heads"})) {
    entry.add("kv_heads", attention.count({"kv_n_heads"}, "key and value heads"));
  }
  if (config.flag({"learned_pos_emb"}, true) && !attention.flag({"alibi"}, false)) {
    entry.add("learned_positions", config.count({"max_seq_len"}, "positions"));
  }
  entry.add("activation", {std::string("gelu"), entry.node.place});
  add_tied(config, entry, true);
}

void add_opt(ConfigReader& config, Entry& entry) {
  add_old(config, entry,
          {{"num_hidden_layers"}, {"hidden_size"}, {"num_attention_heads"}, {"ffn_dim"}});
  const std::int64_t hidden = config.number({"hidden_size"}, "hidden size", 1, 1);
  const Node* projected = config.find({"word_embed_proj_dim"});
  if (projected && config.number({"word_embed_proj_dim"}, "width of the embedding") != hidden) {
    config.unsupported(*projected, fmt::format("{}, the hidden size", hidden));
  }
  const Node positions = config.count({"max_position_embeddings"}, "positions");
  entry.add("learned_positions", {*positions.get<std::int64_t>() + 2, positions.place});
  add_activation(config, entry, false);
  add_tied(config, entry, true);
}

void add_bert(ConfigReader& config, Entry& entry) {
  add_old(config, entry,
          {{"num_hidden_layers"}, {"hidden_size"}, {"num_attention_heads"}, {"intermediate_size"}});
  entry.add("learned_positions", config.count({"max_position_embeddings"}, "positions"));
  entry.add("bidirectional", {!config.flag({"is_decoder"}, false), entry.node.place});
  add_activation(config, entry, false);
  add_tied(config, entry, true);
}

struct ModelType {
  const char* name;
  void (*add)(ConfigReader&, Entry&);
};

constexpr ModelType kModelTypes[] = {{"bert", add_bert},
                                     {"bloom", add_bloom},
                                     {"deepseek_v3", add_deepseek},
                                     {"gpt2", add_gpt2},
                                     {"gpt_neox", add_gpt_neox},
                                     {"llama", add_llama},
                                     {"mistral", add_llama},
                                     {"mixtral", add_mixtral},
                                     {"mpt", add_mpt},
                                     {"opt", add_opt},
                                     {"qwen2", add_llama},
                                     {"qwen3", add_llama},
                                     {"qwen3_moe", add_qwen3_moe}};

/// Null after an error, which names the kinds that can be read.
const ModelType* model_type_of(ConfigReader& config) {
  const Node* found = config.find({"model_type"});
  const auto* name = found ? found->get<std::string>() : nullptr;
  for (const ModelType& type : kModelTypes) {
    if (name && *name == type.name) return &type;
  }
  const std::vector<std::string> known = huggingface_model_types();
  const Node& place = found ? *found : config.config();
  io::Diagnostic& entry = config.diagnostics().error(
      found ? place.place
            : io::Place{place.place.document, place.place.begin, place.place.begin + 1},
      fmt::format("found {}, expected one of {}",
                  found ? "model_type " + io::found_text(place) : "no \"model_type\"",
                  fmt::join(known, ", ")));
  const auto nearest = name ? io::nearest_name(*name, known) : std::nullopt;
  entry.help = nearest
                   ? fmt::format("did you mean \"{}\"?", *nearest)
                   : "write the shape as an object: {\"name\": …, \"layers\": …, \"hidden\": …}";
  return nullptr;
}

/// "meta-llama/Llama-2-7b-hf" is called Llama-2-7b-hf.
std::string last_part(const std::string& name) {
  const std::size_t end = name.find_last_not_of('/');
  if (end == std::string::npos) return "";
  const std::size_t slash = name.find_last_of('/', end);
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
  return name.substr(begin, end + 1 - begin);
}

}  // namespace

bool is_huggingface_config(const Node& root) {
  return std::any_of(std::begin(kMarks), std::end(kMarks),
                     [&](const char* mark) { return root.find(mark) != nullptr; });
}

std::vector<std::string> huggingface_model_types() {
  std::vector<std::string> names;
  for (const ModelType& type : kModelTypes) names.emplace_back(type.name);
  return names;
}

std::optional<Node> read_huggingface_config(const Node& config, const std::string& name,
                                            io::Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  ConfigReader reader(config, diagnostics);
  const ModelType* type = model_type_of(reader);
  if (!type) return std::nullopt;
  const std::string given = last_part(reader.text({"_name_or_path"}).value_or(""));
  const std::string known_as = io::printable(given.empty() || given == "." ? name : given);
  Entry entry{object(config.place)};
  entry.add("name", {known_as, config.place});
  entry.add("title", {fmt::format("{} ({})", known_as, type->name), config.place});
  type->add(reader, entry);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return std::move(entry.node);
}

}  // namespace sextant::importer
