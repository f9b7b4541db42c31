#include <fmt/format.h>

#include "src/import/layer_lists.h"
#include "src/import/megatron_words.h"

namespace sextant::importer {
namespace {

using io::Node;
using Names = Settings::Names;

class ModelWords {
 public:
  ModelWords(Settings& settings, Dialect dialect, ImportedRun& run)
      : settings_(settings), dialect_(dialect), run_(run) {}

  void take() {
    const Setting* layers = settings_.find({"num_layers", "num_hidden_layers"});
    const Setting* hidden = settings_.find({"hidden_size"});
    if (!layers || !hidden) return note_missing(layers ? "--hidden-size" : "--num-layers");
    layers_ = take_count("model/layers", {"num_layers", "num_hidden_layers"}, 100'000);
    hidden_ = take_count("model/hidden", {"hidden_size"}, 10'000'000);
    heads_ = take_count("model/heads", {"num_attention_heads"}, 1'000'000);
    take_heads();
    const std::string activation = take_activation();
    take_feed_forward(activation);
    take_embeddings();
    take_latent_attention();
    take_experts();
  }

 private:
  bool is_recipe() const { return dialect_ == Dialect::kFsdp || dialect_ == Dialect::kNeuron; }

  std::optional<std::int64_t> take_count(const char* pointer, Names names, std::int64_t most) {
    const auto node = settings_.count(names, 1, most);
    if (!node) return std::nullopt;
    run_.take(pointer, node->value, *settings_.find(names));
    return *node->get<std::int64_t>();
  }

  /// Half a shape is a slip: a whole one, or a model of the catalogue.
  void note_missing(const char* name) {
    if (dialect_ != Dialect::kMegatron) return;
    if (!settings_.has({"num_layers", "hidden_size", "num_attention_heads"})) return;
    settings_.diagnostics().error(settings_.whole(), fmt::format("{} is missing", name)).help =
        "write it with the other arguments, or name a model of the catalogue: --model llama3-8b";
  }

  void take_heads() {
    const Setting* groups = settings_.find({"num_query_groups", "num_key_value_heads"});
    const bool grouped =
        dialect_ != Dialect::kMegatron || settings_.flag({"group_query_attention"});
    if (groups && grouped) {
      const auto count =
          take_count("model/kv_heads", {"num_query_groups", "num_key_value_heads"}, 1'000'000);
      if (count && heads_ && *heads_ % *count != 0) {
        settings_.contradiction(
            *groups, *settings_.find({"num_attention_heads"}),
            fmt::format("{} query groups do not divide {} heads", *count, *heads_));
      }
    } else if (dialect_ == Dialect::kMegatron && grouped) {
      run_.assume("model/kv_heads", std::int64_t{1}, "--num-query-groups is 1 in Megatron-LM");
    }
    const auto width = settings_.number({"kv_channels", "head_dim"}, 1, 10'000'000);
    if (width && heads_ && hidden_ && *width * *heads_ != *hidden_) {
      run_.take("model/head_width", *width, *settings_.find({"kv_channels", "head_dim"}));
    }
  }

  void take_word(const char* pointer, std::string word, const Setting& from) {
    run_.take(pointer, std::move(word), from);
  }

  std::string take_activation() {
    if (is_recipe()) {
      const auto name = settings_.text({"hidden_act"});
      const bool gelu = name && name->starts_with("gelu");
      return set_activation(gelu ? "geglu" : "swiglu", settings_.find({"hidden_act"}));
    }
    if (dialect_ == Dialect::kNemo) {
      const auto name = settings_.text({"activation"});
      const Setting* from = settings_.find({"activation"});
      if (!name) return set_activation("gelu", nullptr);
      if (name->ends_with("swiglu")) return set_activation("swiglu", from);
      if (name->ends_with("geglu")) return set_activation("geglu", from);
      if (name->ends_with("squared-relu")) return set_activation("squared_relu", from);
      if (*name == "gelu" || *name == "openai-gelu" || *name == "relu") {
        return set_activation("gelu", from);
      }
      settings_.unsupported(*from, "gelu, fast-swiglu, fast-geglu or squared-relu");
      return "gelu";
    }
    const Setting* swiglu = settings_.find({"swiglu"});
    const Setting* squared = settings_.find({"squared_relu"});
    if (swiglu && squared) {
      settings_.contradiction(*squared, *swiglu, "--squared-relu and --swiglu exclude one another");
    }
    if (settings_.flag({"swiglu"})) return set_activation("swiglu", swiglu);
    if (settings_.flag({"squared_relu"})) return set_activation("squared_relu", squared);
    if (settings_.flag({"quick_geglu"})) {
      return set_activation("geglu", settings_.find({"quick_geglu"}));
    }
    return set_activation("gelu", nullptr);
  }

  std::string set_activation(std::string word, const Setting* from) {
    if (from) {
      take_word("model/activation", word, *from);
    } else {
      run_.assume("model/activation", word,
                  is_recipe() ? "as models of this kind have" : "the default there");
    }
    return word;
  }

  void take_feed_forward(const std::string& activation) {
    const Names names{"ffn_hidden_size", "intermediate_size"};
    if (settings_.has(names)) {
      take_count("model/feed_forward", names, 1'000'000'000);
    } else if (hidden_ && !is_recipe()) {
      const bool narrow = activation == "swiglu" && dialect_ == Dialect::kMegatron;
      run_.assume("model/feed_forward", narrow ? *hidden_ * 8 / 3 / 64 * 64 : 4 * *hidden_,
                  narrow ? "Megatron-LM's default with --swiglu: 8/3 of the hidden size"
                         : "the default there: 4 times the hidden size");
    } else if (hidden_) {
      settings_.diagnostics()
          .error(settings_.whole(), "the width of the feed-forward block is not given")
          .help = "add model.intermediate_size, or name a model: --model llama3-8b";
    }
  }

  void take_embeddings() {
    if (settings_.has({"vocab_size"})) {
      take_count("model/vocabulary", {"vocab_size"}, 1'000'000'000);
    } else {
      take_vocabulary_of_tokenizer();
    }
    take_tied();
    const std::string positions = settings_.text({"position_embedding_type"})
                                      .value_or(is_recipe() ? "rope" : "learned_absolute");
    if (positions != "learned_absolute") return;
    const Setting* rows = settings_.find({"max_position_embeddings"});
    if (!rows) return;
    take_count("model/learned_positions", {"max_position_embeddings"}, 1'000'000'000);
  }

  void take_vocabulary_of_tokenizer() {
    struct Tokenizer {
      const char* name;
      std::int64_t size;
    };
    static constexpr Tokenizer kTokenizers[] = {{"GPT2BPETokenizer", 50'257},
                                                {"BertWordPieceLowerCase", 30'522},
                                                {"Llama2Tokenizer", 32'000}};
    const auto name = settings_.text({"tokenizer_type"});
    const Setting* setting = settings_.find({"tokenizer_type"});
    for (const Tokenizer& each : kTokenizers) {
      if (name && *name == each.name) {
        return run_.take("model/vocabulary", each.size, *setting);
      }
    }
  }

  void take_tied() {
    if (const Setting* untied = settings_.find({"untie_embeddings_and_output_weights"})) {
      const bool apart = settings_.flag({"untie_embeddings_and_output_weights"});
      return run_.take("model/tied_embeddings", !apart, *untied);
    }
    const Names names{"share_embeddings_and_output_weights", "tie_word_embeddings"};
    if (const Setting* tied = settings_.find(names)) {
      return run_.take("model/tied_embeddings", settings_.flag(names), *tied);
    }
    if (!is_recipe()) run_.assume("model/tied_embeddings", true, "the default there");
  }

  void take_latent_attention() {
    if (!settings_.flag({"multi_latent_attention"})) return;
    const Setting& from = *settings_.find({"multi_latent_attention"});
    const auto take = [&](const char* pointer, const char* name, std::int64_t otherwise) {
      const Setting* setting = settings_.find({name});
      const std::int64_t value = settings_.number({name}, 1, 10'000'000).value_or(otherwise);
      const Setting& source = setting ? *setting : from;
      run_.take(pointer, value, source);
    };
    if (settings_.has({"q_lora_rank"})) take("model/latent_attention/query_rank", "q_lora_rank", 1);
    take("model/latent_attention/key_value_rank", "kv_lora_rank", 32);
    take("model/latent_attention/plain_width", "qk_head_dim", 128);
    take("model/latent_attention/rotary_width", "qk_pos_emb_head_dim", 64);
    take("model/latent_attention/value_width", "v_head_dim", 128);
  }

  void take_experts() {
    const Names count{"num_experts", "num_moe_experts", "num_local_experts"};
    const Setting* setting = settings_.find(count);
    if (!setting) return;
    const auto experts = settings_.number(count, 1, 1'000'000);
    if (!experts || *experts < 2) return;
    run_.take("model/experts/count", *experts, *setting);
    const Names top_k{"moe_router_topk", "num_experts_per_tok"};
    if (settings_.has(top_k)) {
      take_count("model/experts/top_k", top_k, 1'000'000);
    } else {
      run_.assume("model/experts/top_k", std::int64_t{2}, "the default there");
    }
    const Names width{"moe_ffn_hidden_size", "moe_intermediate_size"};
    if (settings_.has(width)) {
      take_count("model/experts/feed_forward", width, 1'000'000'000);
    } else if (const auto whole = run_.number("model/feed_forward")) {
      run_.assume("model/experts/feed_forward", *whole, "as wide as the feed-forward block");
    }
    take_shared_experts();
    take_expert_layers();
    if (const auto factor = settings_.real({"moe_expert_capacity_factor"}, 0.1, 100)) {
      const Setting& from = *settings_.find({"moe_expert_capacity_factor"});
      run_.take("model/experts/capacity_factor", *factor, from);
    }
  }

  void take_shared_experts() {
    const Names names{"moe_shared_expert_intermediate_size"};
    const auto width = settings_.number(names);
    const auto each = run_.number("model/experts/feed_forward");
    if (!width || !each || *each < 1) return;
    const Setting& from = *settings_.find(names);
    if (*width % *each != 0) {
      return settings_.unsupported(from,
                                   fmt::format("a multiple of {}, the width of an expert", *each));
    }
    run_.take("model/experts/shared", *width / *each, from);
  }

  void take_expert_layers() {
    const Setting* setting = settings_.find({"moe_layer_freq"});
    if (!setting || !layers_) return;
    std::optional<std::vector<int>> pattern;
    if (const auto* every = setting->value.get<std::int64_t>()) {
      if (*every == 1) return;
      // Of every so many layers the first, here the last: as many of them.
      if (*every > 1 && *every <= *layers_) {
        return run_.take("model/experts/every", *every, *setting);
      }
    } else if (const auto* list = setting->value.get<Node::Array>()) {
      pattern.emplace();
      for (const Node& element : *list) {
        const auto* value = element.get<std::int64_t>();
        pattern->push_back(value && *value != 0 ? 1 : 0);
      }
    } else if (const auto* text = setting->value.get<std::string>()) {
      pattern = layer_pattern(*text);
    }
    const auto experts = pattern ? expert_pattern(*pattern) : std::nullopt;
    if (!experts || static_cast<std::int64_t>(pattern->size()) != *layers_) {
      return settings_.unsupported(
          *setting, fmt::format("{} layers, of which the first have no experts and then one in so "
                                "many has",
                                *layers_));
    }
    if (experts->dense_layers > 0) {
      run_.take("model/experts/dense_layers", experts->dense_layers, *setting);
    }
    if (experts->every > 1) run_.take("model/experts/every", experts->every, *setting);
  }

  Settings& settings_;
  Dialect dialect_;
  ImportedRun& run_;
  std::optional<std::int64_t> layers_, hidden_, heads_;
};

}  // namespace

void take_model(Settings& settings, Dialect dialect, ImportedRun& run) {
  ModelWords(settings, dialect, run).take();
}

}  // namespace sextant::importer
