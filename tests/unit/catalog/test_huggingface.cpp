#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sextant/training/parameters.h"
#include "src/catalog/families.h"

namespace sextant::catalog {
namespace {

std::string config(const std::string& name) {
  return SEXTANT_SOURCE_DIR "/tests/data/huggingface/" + name + ".json";
}

/// A config.json and the shipped entry of the same name describe one shape.
class SameShape : public testing::TestWithParam<const char*> {};

TEST_P(SameShape, AsTheShippedEntry) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  const auto read = catalogue.load<Transformer>(config(GetParam()));
  const auto shipped = catalogue.load<Transformer>(GetParam());
  EXPECT_EQ(read.name, GetParam());
  EXPECT_EQ(total_parameters(read), total_parameters(shipped));
  EXPECT_EQ(active_parameters(read), active_parameters(shipped));
  for (const std::int64_t sequence : {512, 8192}) {
    EXPECT_EQ(model_flops_per_token(read, sequence), model_flops_per_token(shipped, sequence));
  }
  EXPECT_EQ(read.activation, shipped.activation);
  EXPECT_EQ(read.key_value_heads(), shipped.key_value_heads());
  EXPECT_EQ(read.bidirectional, shipped.bidirectional);
}

INSTANTIATE_TEST_SUITE_P(HuggingFace, SameShape,
                         testing::Values("bert-large", "bloom-176b", "deepseek-v3", "gpt-neox-20b",
                                         "gpt2-1558m", "llama2-7b", "mistral-7b", "mixtral-8x7b",
                                         "mpt-7b", "qwen2-7b", "qwen3-235b-a22b"));

/// 6,658,473,984 in the checkpoint of facebook/opt-6.7b.
TEST(HuggingFace, CountsOptWithItsTwoExtraPositions) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  const auto opt = catalogue.load<Transformer>(config("opt-6.7b"));
  EXPECT_EQ(opt.learned_positions, 2050);
  EXPECT_NEAR(total_parameters(opt) / 6658473984.0, 1.0, 0.001);
}

TEST(HuggingFace, IsReadBesideTheFileThatNamesIt) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  const io::Document scenario(config("scenario"), "\"llama2-7b.json\"", false);
  io::Diagnostics diagnostics;
  const io::Node* entry =
      catalogue.find("transformers", "llama2-7b.json", {&scenario, 0, 16}, diagnostics);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(*entry->find("layers")->get<std::int64_t>(), 32);
  EXPECT_THAT(catalogue.used_files().back().path, testing::EndsWith("huggingface/llama2-7b.json"));
}

TEST(HuggingFace, NamesAFileThatIsMissing) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  try {
    catalogue.load<Transformer>(config("no-such-model"));
    FAIL();
  } catch (const io::InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("no-such-model.json"));
  }
}

TEST(UserFile, MayHoldAnEntryOfAnyFamily) {
  Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  const std::string chip = SEXTANT_SOURCE_DIR "/tests/data/models/accelerators/chip.json";
  EXPECT_EQ(catalogue.load<Accelerator>(chip).title, "A chip");
}

}  // namespace
}  // namespace sextant::catalog
