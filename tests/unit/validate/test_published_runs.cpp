#include "src/validate/published_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant::validate {
namespace {

using testing::HasSubstr;

/// One row in the published format, with `changes` put in place of what it says.
std::string row_text(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
  std::string text = R"([{
    "id": "lab-7b", "source": "a lab", "notes": "of no interest here",
    "model": {"name": "7B", "layers": 32, "hidden": 4096, "heads": 32, "kv_heads": null,
              "ffn": 11008, "ffn_type": "swiglu", "vocab": null, "seq_len": 4096,
              "moe_experts": null},
    "parallelism": {"tp": 2, "pp": 2, "vp": null, "dp": 4, "cp": 1, "zero": 1,
                    "sequence_parallel": true},
    "batch": {"micro": 1, "global": 64, "recompute": "none", "precision": "bf16"},
    "hardware": {"gpu": "A100-SXM4-80GB", "gpus_per_node": 8, "num_gpus": 16,
                 "inter": "8x200Gb/s HDR InfiniBand", "inter_gbps_per_node": 1600},
    "software": {"framework": "Megatron-LM", "attention": "flash2"},
    "measured": {"iter_time_s": 4.5, "memory_gib": 60},
    "derived": {}
  }])";
  for (const auto& [from, to] : changes) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  return text;
}

std::vector<PublishedRun> read(const std::string& text) {
  catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");
  io::Diagnostics diagnostics;
  io::Document document("rows.json", text, false);
  std::vector<PublishedRun> runs;
  if (io::parse(document, diagnostics)) {
    runs = read_published_runs(document.root, catalogue, diagnostics);
  }
  diagnostics.throw_if_errors();
  return runs;
}

PublishedRun read_one(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
  return read(row_text(changes)).at(0);
}

std::string error_of(const std::string& text) {
  try {
    read(text);
  } catch (const io::InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(PublishedRuns, SetIsOriginAndAcceleratorUnlessTheFileSuggestsOne) {
  const auto set = [](const std::string& suggested, const std::string& pipeline) {
    const std::string id = R"("id": "lab-7b", "suggested_set": )" + suggested;
    const std::string tensor = pipeline == "1" ? R"("tp": 4, "pp": 1)" : R"("tp": 2, "pp": 2)";
    return read_one({{R"("id": "lab-7b")", id}, {R"("tp": 2, "pp": 2)", tensor}}).set;
  };
  EXPECT_EQ(set("null", "2"), "lab a100");
  EXPECT_EQ(set(R"("core")", "1"), "core, pp 1");
  EXPECT_EQ(set(R"("core")", "2"), "core, pp > 1");
  EXPECT_EQ(set(R"("cross-node-tp")", "2"), "tensor parallelism across nodes");
}

TEST(PublishedRuns, ReadsARow) {
  const PublishedRun run = read_one();
  EXPECT_EQ(run.refused, "");
  EXPECT_EQ(run.set, "lab a100");
  EXPECT_EQ(run.measured, Seconds(4.5));
  EXPECT_EQ(run.memory, Bytes(60.0 * 0x1p30));
  EXPECT_EQ(run.inputs.node.accelerator.name, "a100-80gb");
  EXPECT_EQ(run.inputs.node.fabric, "infiniband");
  EXPECT_EQ(run.inputs.node.network_bandwidth, BytesPerSecond(200e9));
  EXPECT_EQ(run.inputs.model.vocabulary, 50257);
  EXPECT_EQ(run.inputs.layout.pipeline, 2);
  EXPECT_EQ(run.inputs.software.framework, "megatron");
}

TEST(PublishedRuns, TakesWhicheverFigureTheSourceGives) {
  const double tokens = 64.0 * 4096.0;
  const auto measured = [](const std::string& figure) {
    return read_one({{R"("iter_time_s": 4.5)", figure}}).measured.si();
  };
  EXPECT_DOUBLE_EQ(measured(R"("tokens_s": 1000)"), tokens / 1000.0);
  EXPECT_DOUBLE_EQ(measured(R"("tokens_s_gpu": 1000)"), tokens / 16000.0);
  EXPECT_DOUBLE_EQ(measured(R"("samples_s": 8)"), 8.0);
  EXPECT_GT(measured(R"("tflops_per_gpu": 150)"), 0.0);
}

TEST(PublishedRuns, KeepsWhatItDoesNotKnowWithTheReason) {
  EXPECT_THAT(read_one({{"A100-SXM4-80GB", "Cerebras WSE"}}).refused,
              HasSubstr("Cerebras WSE is not in the catalogue"));
  EXPECT_THAT(read_one({{R"("dp": 4)", R"("dp": 8)"}}).refused, HasSubstr("not the 16"));
  EXPECT_THAT(read_one({{R"("iter_time_s": 4.5)", R"("iter_time_s": null)"}}).refused,
              HasSubstr("no step time"));
}

TEST(PublishedRuns, ReadsExpertsAndLatentAttention) {
  const StepInputs inputs =
      read_one({{R"("moe_experts": null)",
                 R"("moe_experts": 8, "moe_topk": 2, "moe_ffn": 2048, "attention": "MLA (q_lora )"
                 R"(1536, kv_lora 512, nope 128, rope 64, v 96); first 3 layers dense; 1 shared )"
                 R"(expert")"},
                {R"("cp": 1)", R"("cp": 1, "ep": 4, "etp": 1)"}})
          .inputs;
  ASSERT_TRUE(inputs.model.experts);
  EXPECT_EQ(inputs.model.experts->count, 8);
  EXPECT_EQ(inputs.model.experts->top_k, 2);
  EXPECT_EQ(inputs.model.experts->feed_forward, 2048);
  EXPECT_EQ(inputs.model.experts->dense_layers, 3);
  EXPECT_EQ(inputs.model.experts->shared, 1);
  ASSERT_TRUE(inputs.model.latent_attention);
  EXPECT_EQ(inputs.model.latent_attention->query_rank, 1536);
  EXPECT_EQ(inputs.model.latent_attention->key_value_rank, 512);
  EXPECT_EQ(inputs.model.latent_attention->value_width, 96);
  EXPECT_EQ(inputs.layout.expert, 4);
  EXPECT_EQ(inputs.layout.expert_tensor_ranks(), 1);
}

TEST(PublishedRuns, KnowsRacksAndDevices) {
  const PublishedRun rack =
      read_one({{"A100-SXM4-80GB", "GB200"},
                {R"("inter":)", R"("intra": "NVLink5 1800 GB/s, NVL72 domain", "inter":)"}});
  EXPECT_EQ(rack.inputs.node.linked(), 72);
  const PublishedRun chip = read_one({{"A100-SXM4-80GB", "Trainium1 NeuronCore-v2"}});
  EXPECT_EQ(chip.refused, "");
  EXPECT_EQ(chip.inputs.node.accelerator.device_count(), 1);  // a core, not the chip
  EXPECT_EQ(chip.inputs.software.attention, AttentionKernel::kFlash2);
}

// Transformer Engine 0.8 had no cuDNN attention for sequences of 2,048.
TEST(PublishedRuns, EarlyNvidiaStacksUsedFlashAttention) {
  const auto attention = [](const std::string& release) {
    return read_one({{R"("framework": "Megatron-LM", "attention": "flash2")",
                      R"("framework": "NeMo", "release": ")" + release + "\""}})
        .inputs.software.attention;
  };
  EXPECT_EQ(attention("NeMo 1.17.0, TE 0.8"), AttentionKernel::kFlash1);
  EXPECT_EQ(attention("nemo:24.09"), AttentionKernel::kCudnn);
}

// Some sources answer in words what others answer with true or false.
TEST(PublishedRuns, ReadsWordsForFlags) {
  const auto software = [](const std::string& members) {
    return read_one({{R"("attention": "flash2")", members}}).inputs.software;
  };
  EXPECT_TRUE(software(R"("dp_overlap": "buckets, overlapped with backward")").data_overlap);
  EXPECT_FALSE(software(R"("dp_overlap": "none at all")").data_overlap);
  EXPECT_TRUE(software(R"("tp_overlap": "async=true")").tensor_overlap);
  EXPECT_FALSE(software(R"("tp_overlap": "who knows")").tensor_overlap);
  EXPECT_EQ(software(R"("attention": "FlashAttention-2, assumed")").attention,
            AttentionKernel::kFlash2);
  EXPECT_EQ(software(R"("grad_dtype": "fp32 accumulation")").gradients, GradientType::kFp32);
}

TEST(PublishedRuns, SaysWhenSoftwareHasNoCoefficients) {
  EXPECT_TRUE(read_one().extrapolated.empty());
  EXPECT_THAT(read_one({{"Megatron-LM", "homegrown"}}).extrapolated.at(0),
              HasSubstr("software homegrown is forecast with the coefficients of megatron"));
}

TEST(PublishedRuns, NamesThePlaceOfWhatIsWrong) {
  EXPECT_THAT(error_of(row_text({{R"("layers": 32)", R"("layers": "32")"}})),
              HasSubstr("rows.json:3:39: error: /0/model/layers: found \"32\""));
  EXPECT_THAT(error_of(row_text({{R"("hidden": 4096)", R"("hidden": 0.5)"}})),
              HasSubstr("expected a count of at least 1"));
  EXPECT_THAT(error_of(row_text({{R"("global": 64, )", ""}})),
              HasSubstr("/0/batch/global: missing, expected a count"));
  EXPECT_THAT(error_of("{}"), HasSubstr("expected an array of measured steps"));
  EXPECT_THAT(error_of("[3]"), HasSubstr("/0: found 3, expected a measured step"));
}

}  // namespace
}  // namespace sextant::validate
