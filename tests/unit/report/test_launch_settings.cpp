#include "src/report/launch_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "tests/support/shipped_scenario.h"

namespace sextant::report {
namespace {

using scenario::Scenario;
using testing::HasSubstr;
using testing::Not;

/// 16 nodes, 128 H100, one phase; what a test does not change is plain.
Scenario mixtral() { return fixtures::shipped_scenario("mixtral-8x7b-p5.json"); }

std::string megatron(const Scenario& scenario) {
  return launch_settings(scenario, SettingsFormat::kMegatron);
}

YAML::Node tree(const Scenario& scenario, SettingsFormat format) {
  return YAML::Load(launch_settings(scenario, format));
}

/// A 70B model, sharded over all data ranks, with neither pipeline nor experts.
Scenario sharded_llama() {
  Scenario scenario = fixtures::shipped_scenario("llama3-70b-256xp5.json");
  Layout& layout = scenario.training.layout;
  layout = Layout();
  layout.tensor = 4;
  layout.context = 2;
  layout.zero = 3;
  layout.micro_batch = 2;
  scenario.training.global_batch = 1024;
  return scenario;
}

TEST(MegatronSettings, SayTheShape) {
  const std::string text = megatron(mixtral());
  for (const char* line :
       {"  --num-layers 32\n", "  --hidden-size 4096\n", "  --num-attention-heads 32\n",
        "  --group-query-attention\n", "  --num-query-groups 8\n", "  --ffn-hidden-size 14336\n",
        "  --swiglu\n", "  --num-experts 8\n", "  --moe-router-topk 2\n", "  --moe-layer-freq 1\n",
        "  --untie-embeddings-and-output-weights\n", "  --vocab-size 32000\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(MegatronSettings, SayTheLayout) {
  Scenario scenario = mixtral();
  Layout& layout = scenario.training.layout;
  layout = Layout();
  layout.tensor = 2;
  layout.pipeline = 4;
  layout.virtual_stages = 8;
  layout.context = 2;
  layout.expert = 8;
  layout.context_exchange = ContextExchange::kAllToAll;
  layout.expert_tensor = 1;
  layout.recompute = Recompute::kFull;
  layout.shard_group = 4;
  const std::string text = megatron(scenario);
  for (const char* line :
       {"  --tensor-model-parallel-size 2\n", "  --sequence-parallel\n",
        "  --pipeline-model-parallel-size 4\n", "  --num-virtual-stages-per-pipeline-rank 8\n",
        "  --context-parallel-size 2\n", "  --cp-comm-type a2a\n",
        "  --expert-model-parallel-size 8\n", "  --expert-tensor-parallel-size 1\n",
        "  --micro-batch-size 1\n", "  --use-distributed-optimizer\n",
        "  --num-distributed-optimizer-instances 4\n", "  --recompute-granularity full\n",
        "  --recompute-method uniform\n", "  --recompute-num-layers 1\n",
        "--nnodes 16 --nproc-per-node 8"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(MegatronSettings, HaveArgumentsForEveryZeroStage) {
  const char* strategies[] = {"", "", "optim_grads\n", "optim_grads_params\n"};
  for (int zero = 0; zero <= 3; ++zero) {
    Scenario scenario = sharded_llama();
    scenario.training.layout.zero = zero;
    const std::string text = megatron(scenario);
    EXPECT_EQ(text.find("--use-distributed-optimizer") != std::string::npos, zero >= 1);
    EXPECT_EQ(text.find("--use-megatron-fsdp") != std::string::npos, zero >= 2);
    if (zero >= 2) {
      EXPECT_THAT(text,
                  HasSubstr(std::string("--data-parallel-sharding-strategy ") + strategies[zero]));
    }
  }
}

TEST(MegatronSettings, ListStagesThatAreNotEven) {
  Scenario scenario = fixtures::shipped_scenario("llama3-70b-256xp5.json");
  scenario.training.layout = Layout();
  scenario.training.layout.tensor = 8;
  scenario.training.layout.pipeline = 4;
  scenario.training.layout.stages = std::vector<int>{19, 21, 21, 19};
  EXPECT_THAT(megatron(scenario),
              HasSubstr("--pipeline-model-parallel-layout \"Et*19|t*21|t*21|t*19L\"\n"));
  scenario.training.layout.stages = std::vector<int>{20, 20, 20, 20};
  EXPECT_THAT(megatron(scenario), Not(HasSubstr("pipeline-model-parallel-layout")));
}

TEST(MegatronSettings, CountTheEndsAsLayersWhereThatMakesStagesEven) {
  const std::string text = megatron(fixtures::shipped_scenario("llama3-405b-p5.json"));
  EXPECT_THAT(text, HasSubstr("--account-for-embedding-in-pipeline-split\n"));
  EXPECT_THAT(text, HasSubstr("--account-for-loss-in-pipeline-split\n"));
}

TEST(MegatronSettings, CutStagesThatAreStillAWord) {
  Scenario scenario = fixtures::shipped_scenario("llama3-70b-256xp5.json");
  scenario.training.layout = Layout();
  scenario.training.layout.tensor = 8;
  scenario.training.layout.pipeline = 4;
  scenario.training.layout.stages = StageCut::kMemory;
  EXPECT_THAT(megatron(scenario), HasSubstr("--pipeline-model-parallel-layout \"Et*"));
}

TEST(MegatronSettings, RecomputeTheFirstLayersOfAStageForOneInSoMany) {
  Scenario scenario = mixtral();
  scenario.training.layout = Layout();
  scenario.training.layout.pipeline = 4;
  scenario.training.layout.recompute = Recompute::kFull;
  scenario.training.layout.recompute_every = 3;
  const std::string text = megatron(scenario);
  EXPECT_THAT(text, HasSubstr("--recompute-method block\n  --recompute-num-layers 3\n"));
  EXPECT_THAT(text, HasSubstr("# - recomputes one layer in 3: here the first 3 of each stage\n"));
}

TEST(MegatronSettings, HaveOneArrayForEachPhase) {
  const std::string text = megatron(fixtures::shipped_scenario("llama3-405b-p5.json"));
  EXPECT_THAT(text, HasSubstr("phase 3 of 4: long context\n"));
  EXPECT_THAT(text, HasSubstr("PHASE_1=(\n"));
  EXPECT_THAT(text, HasSubstr("PHASE_4=(\n"));
  EXPECT_THAT(text, HasSubstr("# -   128 x 131072 tokens, from token 600000000000 of the phase"));
}

TEST(MegatronSettings, SayWhichLayersHaveExperts) {
  const Scenario deepseek = fixtures::shipped_scenario("deepseek-v3-p5en.json");
  EXPECT_THAT(megatron(deepseek), HasSubstr("--moe-layer-freq '([0]*3+[1]*58)'\n"));
  Scenario every_other = mixtral();
  Transformer model = *every_other.model;
  model.layers = 33;
  model.experts->every = 2;
  model.experts->dense_layers = 2;
  every_other.model.value = model;
  every_other.training.layout = Layout();
  EXPECT_THAT(megatron(every_other),
              HasSubstr("--moe-layer-freq '([0]*2+([0]*1+[1])*15+[0]*1)'\n"));
}

TEST(LaunchSettings, SayInACommentWhatTheFormatCannot) {
  Scenario scenario = mixtral();
  scenario.training.layout = Layout();
  scenario.training.layout.tensor = 4;
  scenario.training.layout.pipeline = 2;
  scenario.training.layout.schedule = Schedule::kZeroBubble;
  scenario.training.layout.recompute = Recompute::kOperator;
  for (const auto& [format, name] : EnumNames<SettingsFormat>::table) {
    const std::string text = launch_settings(scenario, format);
    EXPECT_THAT(text, HasSubstr("# - the pipeline runs 1F1B here, not the scenario's schedule "
                                "\"zero_bubble\"\n"))
        << name;
    EXPECT_THAT(text, HasSubstr("# - recomputes elementwise kernels")) << name;
  }
}

TEST(NemoSettings, SayTheLayout) {
  const YAML::Node nemo = tree(mixtral(), SettingsFormat::kNemo);
  EXPECT_EQ(nemo["trainer"]["num_nodes"].as<int>(), 16);
  EXPECT_EQ(nemo["trainer"]["devices"].as<int>(), 8);
  EXPECT_EQ(nemo["trainer"]["precision"].as<std::string>(), "bf16");
  const YAML::Node model = nemo["model"];
  EXPECT_EQ(model["tensor_model_parallel_size"].as<int>(), 1);
  EXPECT_EQ(model["pipeline_model_parallel_size"].as<int>(), 4);
  EXPECT_EQ(model["virtual_pipeline_model_parallel_size"].as<int>(), 8);
  EXPECT_EQ(model["expert_model_parallel_size"].as<int>(), 8);
  EXPECT_EQ(model["global_batch_size"].as<int>(), 1024);
  EXPECT_EQ(model["num_query_groups"].as<int>(), 8);
  EXPECT_EQ(model["optim"]["name"].as<std::string>(), "mcore_distributed_optim");
  EXPECT_TRUE(model["optim"]["overlap_grad_sync"].as<bool>());
  EXPECT_EQ(model["mcore_customization_config"]["moe_ffn_hidden_size"].as<int>(), 14336);
}

TEST(NemoSettings, ShardWithFsdp) {
  Scenario scenario = sharded_llama();
  scenario.training.layout.shard_group = 64;
  const YAML::Node model = tree(scenario, SettingsFormat::kNemo)["model"];
  EXPECT_TRUE(model["fsdp"].as<bool>());
  EXPECT_EQ(model["fsdp_sharding_strategy"].as<std::string>(), "full");
  EXPECT_THAT(launch_settings(scenario, SettingsFormat::kNemo),
              HasSubstr("# - shards span 64 ranks in the forecast, all 512 of them here\n"));
}

TEST(NemoSettings, AreADocumentForEachPhase) {
  const auto documents = YAML::LoadAll(
      launch_settings(fixtures::shipped_scenario("llama3-405b-p5.json"), SettingsFormat::kNemo));
  ASSERT_EQ(documents.size(), 4u);
  EXPECT_EQ(documents[0]["model"]["context_parallel_size"].as<int>(), 2);
  EXPECT_EQ(documents[2]["model"]["encoder_seq_length"].as<int>(), 131072);
}

TEST(HyperpodSettings, AreAnFsdpRecipeWhereThatCanSayTheLayout) {
  Scenario scenario = sharded_llama();
  scenario.training.layout.shard_group = 64;
  scenario.training.layout.recompute = Recompute::kFull;
  scenario.training.precision = Precision::kFp8;
  const YAML::Node recipe = tree(scenario, SettingsFormat::kHyperpod);
  EXPECT_EQ(recipe["run"]["model_type"].as<std::string>(), "hf");
  EXPECT_TRUE(recipe["use_smp_model"].as<bool>());
  EXPECT_EQ(recipe["trainer"]["num_nodes"].as<int>(), 256);
  const YAML::Node model = recipe["model"];
  EXPECT_EQ(model["train_batch_size"].as<int>(), 2);
  EXPECT_EQ(model["tensor_model_parallel_degree"].as<int>(), 4);
  EXPECT_EQ(model["context_parallel_degree"].as<int>(), 2);
  EXPECT_EQ(model["expert_model_parallel_degree"].as<int>(), 1);
  EXPECT_EQ(model["shard_degree"].as<int>(), 64);
  EXPECT_EQ(model["sharding_strategy"].as<std::string>(), "hybrid_shard");
  EXPECT_TRUE(model["activation_checkpointing"].as<bool>());
  EXPECT_TRUE(model["fp8"].as<bool>());
  EXPECT_THAT(launch_settings(scenario, SettingsFormat::kHyperpod),
              HasSubstr("# - 2 microbatches make a step of 1024 sequences"));
}

TEST(HyperpodSettings, AreNemosModelWhereThereIsAPipeline) {
  const std::string text = launch_settings(mixtral(), SettingsFormat::kHyperpod);
  EXPECT_THAT(text, HasSubstr("instance_type: p5.48xlarge\n"));
  const YAML::Node recipe = YAML::Load(text);
  EXPECT_EQ(recipe["run"]["name"].as<std::string>(), "mixtral-8x7b-p5");
  EXPECT_EQ(recipe["model"]["pipeline_model_parallel_size"].as<int>(), 4);
}

TEST(HyperpodSettings, AreANeuronRecipeOnTrainium) {
  const YAML::Node recipe =
      tree(fixtures::shipped_scenario("llama2-70b-trn1.json"), SettingsFormat::kHyperpod);
  EXPECT_EQ(recipe["run"]["model_type"].as<std::string>(), "neuron-hf");
  EXPECT_EQ(recipe["trainer"]["devices"].as<int>(), 32);
  const YAML::Node strategy = recipe["distributed_strategy"];
  EXPECT_EQ(strategy["tensor_model_parallel_size"].as<int>(), 32);
  EXPECT_EQ(strategy["pipeline_model_parallel_size"].as<int>(), 8);
  EXPECT_EQ(strategy["kv_replicator"].as<int>(), 4);
  EXPECT_TRUE(strategy["zero1"].as<bool>());
}

}  // namespace
}  // namespace sextant::report
