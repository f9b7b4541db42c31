#include "src/import/huggingface.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/parse.h"

namespace sextant::importer {
namespace {

using testing::HasSubstr;

const char* const kLlama = R"({
  "model_type": "llama",
  "hidden_size": 4096,
  "intermediate_size": 11008,
  "num_hidden_layers": 32,
  "num_attention_heads": 32,
  "vocab_size": 32000,
  "hidden_act": "silu"
})";

class HuggingFace : public testing::Test {
 protected:
  std::optional<io::Node> read(std::string text) {
    document_ = std::make_unique<io::Document>("config.json", std::move(text), false);
    EXPECT_TRUE(io::parse(*document_, diagnostics_)) << diagnostics_.render_errors();
    return read_huggingface_config(document_->root, "fallback", diagnostics_);
  }

  /// The Llama config with one piece of text replaced.
  std::optional<io::Node> read_with(const std::string& from, const std::string& to) {
    std::string text = kLlama;
    text.replace(text.find(from), from.size(), to);
    return read(text);
  }

  void expect_error(const std::optional<io::Node>& entry, const char* text) {
    EXPECT_FALSE(entry.has_value());
    EXPECT_THAT(diagnostics_.render_errors(), HasSubstr(text));
  }

  static std::int64_t integer(const io::Node& entry, const char* key) {
    return *entry.find(key)->get<std::int64_t>();
  }

  io::Diagnostics diagnostics_;
  std::unique_ptr<io::Document> document_;
};

TEST_F(HuggingFace, ReadsAShape) {
  const auto entry = read(kLlama);
  ASSERT_TRUE(entry.has_value()) << diagnostics_.render_errors();
  EXPECT_EQ(integer(*entry, "layers"), 32);
  EXPECT_EQ(integer(*entry, "kv_heads"), 32);
  EXPECT_EQ(*entry->find("activation")->get<std::string>(), "swiglu");
  EXPECT_EQ(*entry->find("name")->get<std::string>(), "fallback");
  EXPECT_EQ(io::position_of(entry->find("layers")->place).line, 5U);
}

TEST_F(HuggingFace, TakesTheModelsOwnName) {
  const auto entry =
      read_with("\"hidden_act\": \"silu\"", "\"_name_or_path\": \"meta-llama/Llama-2-7b-hf\"");
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(*entry->find("name")->get<std::string>(), "Llama-2-7b-hf");
}

TEST_F(HuggingFace, NamesTheKindsItReads) {
  expect_error(read_with("\"llama\"", "\"t5\""),
               "config.json:2:17: error: /model_type: found model_type \"t5\", expected one of "
               "bert, bloom, deepseek_v3");
}

TEST_F(HuggingFace, SuggestsTheNearestKind) {
  expect_error(read_with("\"llama\"", "\"lama\""), "did you mean \"llama\"?");
}

TEST_F(HuggingFace, SaysWhatToDoWithoutAKind) {
  expect_error(read_with("\"model_type\": \"llama\"", "\"architectures\": []"),
               "help: write the shape as an object");
}

TEST_F(HuggingFace, NamesTheMissingKey) {
  expect_error(read_with("\"num_hidden_layers\": 32,", ""),
               "/num_hidden_layers: key \"num_hidden_layers\" is missing: layers");
}

TEST_F(HuggingFace, ReportsEveryMistakeAtOnce) {
  const auto entry = read(R"({"model_type": "gpt2", "n_layer": 0, "n_embd": "wide", "n_head": 12,
                              "n_positions": 1e3, "vocab_size": -1})");
  EXPECT_FALSE(entry.has_value());
  EXPECT_EQ(diagnostics_.error_count(), 4U);
}

TEST_F(HuggingFace, RefusesWhatNoForecastKnows) {
  expect_error(read_with("\"silu\"", "\"mish\""), "found \"mish\", expected \"silu\" or \"gelu\"");
}

TEST_F(HuggingFace, WarnsOfWindows) {
  EXPECT_TRUE(
      read_with("\"vocab_size\": 32000", "\"vocab_size\": 32000, \"sliding_window\": 4096"));
  EXPECT_THAT(diagnostics_.render_warnings(), HasSubstr("forecast as attention to all tokens"));
}

TEST_F(HuggingFace, NullIsAbsent) {
  const auto entry =
      read_with("\"vocab_size\": 32000", "\"vocab_size\": 32000, \"head_dim\": null");
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(integer(*entry, "head_width"), 0);
}

TEST_F(HuggingFace, MptHasPositionsUnlessItUsesAlibi) {
  const char* const mpt = R"({"model_type": "mpt", "d_model": 768, "n_layers": 12, "n_heads": 12,
                              "max_seq_len": 2048, "vocab_size": 50368})";
  const auto learned = read(mpt);
  ASSERT_TRUE(learned.has_value()) << diagnostics_.render_errors();
  EXPECT_EQ(integer(*learned, "learned_positions"), 2048);
  EXPECT_EQ(integer(*learned, "feed_forward"), 3072);
}

TEST(HuggingFaceConfig, IsRecognised) {
  io::Diagnostics diagnostics;
  io::Document entry("entry.json", R"({"name": "tiny", "layers": 2})", false);
  io::Document config("config.json", R"({"architectures": ["LlamaForCausalLM"]})", false);
  ASSERT_TRUE(io::parse(entry, diagnostics) && io::parse(config, diagnostics));
  EXPECT_FALSE(is_huggingface_config(entry.root));
  EXPECT_TRUE(is_huggingface_config(config.root));
}

}  // namespace
}  // namespace sextant::importer
