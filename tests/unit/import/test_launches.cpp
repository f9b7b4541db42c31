#include "src/import/launches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/json_text.h"

namespace sextant::importer {
namespace {

using testing::HasSubstr;

const char* const kPlain =
    "--num-layers 32 --hidden-size 4096 --num-attention-heads 32 --vocab-size 32000 \\\n"
    "--seq-length 4096 --max-position-embeddings 4096 --micro-batch-size 1 \\\n"
    "--global-batch-size 256 --train-iters 1000 --bf16 ";

struct Read {
  enum Kind { kMegatron, kSlurm };
  explicit Read(std::string text, const LaunchOptions& options = {}, Kind kind = kMegatron)
      : document("run.sh", std::move(text), false),
        run(kind == kMegatron ? read_megatron(document, options, diagnostics)
                              : read_slurm(document, options, diagnostics)) {}

  std::string value(std::string_view pointer) const {
    const io::Node* node = run ? run->find(pointer) : nullptr;
    return node ? io::to_compact_text(node->value) : "nothing";
  }
  std::string reason(const std::string& name) const {
    for (const NotUsed& each : run->not_used) {
      if (each.name == name) return each.reason.empty() ? "none" : each.reason;
    }
    return "used";
  }
  std::string errors() const { return diagnostics.render_errors(); }

  io::Document document;
  io::Diagnostics diagnostics;
  std::optional<ImportedRun> run;
};

std::string plus(const char* more) { return std::string(kPlain) + more; }

TEST(Megatron, ReadsArgumentsAlone) {
  const Read read(kPlain);
  EXPECT_EQ(read.errors(), "");
  EXPECT_EQ(read.value("model/layers"), "32");
  EXPECT_EQ(read.value("training/steps"), "1000");
  EXPECT_EQ(read.value("training/precision"), "\"bf16\"");
}

TEST(Megatron, ReadsOneArgumentALine) {
  const Read read("--num-layers 4\n--hidden-size 64\n--num-attention-heads 4\n--swiglu\n");
  EXPECT_EQ(read.errors(), "");
  EXPECT_EQ(read.value("model/hidden"), "64");
  EXPECT_EQ(read.value("model/activation"), "\"swiglu\"");
  EXPECT_EQ(read.value("model/feed_forward"), "128");  // 8/3 of 64, in steps of 64
}

TEST(Megatron, HasMegatronsDefaults) {
  const Read read(kPlain);
  EXPECT_EQ(read.value("model/feed_forward"), "16384");
  EXPECT_EQ(read.value("model/activation"), "\"gelu\"");
  EXPECT_EQ(read.value("model/tied_embeddings"), "true");
  EXPECT_EQ(read.value("model/learned_positions"), "4096");
  EXPECT_EQ(read.value("training/layout/zero"), "0");
  EXPECT_EQ(read.value("training/software/data_overlap"), "false");
}

TEST(Megatron, TakesNodesOfTheLauncher) {
  const Read read("torchrun --nnodes=4 --nproc-per-node 8 pretrain_gpt.py " + plus(""));
  EXPECT_EQ(read.value("cluster/nodes"), "4");
  ASSERT_TRUE(read.run && read.run->ranks_per_node);
  EXPECT_EQ(*read.run->ranks_per_node->get<std::int64_t>(), 8);
}

TEST(Megatron, RefusesNodesThatDiffer) {
  const std::string text =
      "#SBATCH --nodes=8\ntorchrun --nnodes 4 --nproc-per-node 8 pretrain_gpt.py " + plus("");
  EXPECT_THAT(Read(text).errors(), HasSubstr("#SBATCH --nodes is 8, --nnodes is 4"));
  EXPECT_EQ(Read(text, {.variables = {}, .nodes_given = true}).errors(), "");
}

TEST(Megatron, ListsWhatItDoesNotUse) {
  const Read read(plus("--lr 1e-4 --overlap-grad-reducee --save-interval 500"));
  EXPECT_EQ(read.reason("--lr"), "none");
  EXPECT_THAT(read.reason("--overlap-grad-reducee"), HasSubstr("did you mean"));
  EXPECT_THAT(read.reason("--save-interval"), HasSubstr("steps"));
  EXPECT_EQ(read.reason("--num-layers"), "used");
}

TEST(Megatron, ReportsContradictionsAllAtOnce) {
  const std::string errors =
      Read(plus("--fp16 --train-samples 5 --micro-batch-size 2 --num-query-groups 5 "
                "--group-query-attention"))
          .errors();
  EXPECT_THAT(errors, HasSubstr("--fp16 and --bf16 exclude one another"));
  EXPECT_THAT(errors, HasSubstr("--train-iters and --train-samples exclude one another"));
  EXPECT_THAT(errors, HasSubstr("--micro-batch-size is given twice"));
  EXPECT_THAT(errors, HasSubstr("5 query groups do not divide 32 heads"));
}

TEST(Megatron, AsksForVariablesThatMatterOnly) {
  const Read wrong(plus("--tensor-model-parallel-size $TP --data-path $DATA"));
  EXPECT_THAT(wrong.errors(), HasSubstr("--set TP=VALUE"));
  EXPECT_THAT(wrong.errors(), testing::Not(HasSubstr("DATA=")));
  const Read right(plus("--tensor-model-parallel-size $TP"), {.variables = {{"TP", "4"}}});
  EXPECT_EQ(right.value("training/layout/tensor"), "4");
}

TEST(Megatron, KeepsAnUnknownVariableBehindAFlagApart) {
  const Read read(plus("--swiglu $MORE"));
  EXPECT_EQ(read.errors(), "");
  EXPECT_EQ(read.value("model/activation"), "\"swiglu\"");
  EXPECT_THAT(read.reason("$MORE"), HasSubstr("not known here"));
}

TEST(Megatron, WantsOneLaunch) {
  const std::string two = "python pretrain_gpt.py " + plus("--swiglu\n") +
                          "python pretrain_gpt.py " + plus("--squared-relu\n");
  EXPECT_THAT(Read(two).errors(), HasSubstr("second launch"));
  EXPECT_THAT(Read("echo hello").errors(), HasSubstr("found no launch"));
  EXPECT_THAT(Read("").errors(), HasSubstr("found no launch"));
}

TEST(Megatron, CutsStagesAsAsked) {
  EXPECT_THAT(Read(plus("--pipeline-model-parallel-size 5")).errors(), HasSubstr("multiple of 5"));
  const Read listed(
      plus("--pipeline-model-parallel-size 2 --pipeline-model-parallel-layout "
           "'Et*15|t*17L'"));
  EXPECT_EQ(listed.value("training/layout/stages"), "[15,17]");
  const Read ends(
      plus("--pipeline-model-parallel-size 4 --decoder-first-pipeline-num-layers 5 "
           "--decoder-last-pipeline-num-layers 7"));
  EXPECT_EQ(ends.value("training/layout/stages"), "[5,10,10,7]");
  const Read one(plus("--pipeline-model-parallel-size 3 --account-for-loss-in-pipeline-split"));
  EXPECT_EQ(one.value("training/layout/stages"), "[11,11,10]");
}

TEST(Megatron, TakesARamp) {
  const Read read(plus("--rampup-batch-size 16 16 5859375"));
  EXPECT_EQ(read.value("training/batch_ramp"),
            "{\"start\":16,\"increment\":16,\"sequences\":5859375}");
  EXPECT_THAT(Read(plus("--rampup-batch-size 16 16")).errors(), HasSubstr("three whole numbers"));
}

TEST(Slurm, TakesNodesWhereTheLaunchIsNotKnown) {
  const Read read(
      "#!/bin/bash\n#SBATCH -N 12\n#SBATCH --gres=gpu:h100:8\nsrun python train.py -x\n", {},
      Read::kSlurm);
  EXPECT_EQ(read.errors(), "");
  EXPECT_EQ(read.value("cluster/nodes"), "12");
  ASSERT_TRUE(read.run && read.run->ranks_per_node);
  EXPECT_EQ(*read.run->ranks_per_node->get<std::int64_t>(), 8);
}

TEST(Slurm, KnowsSlurmsVariables) {
  const Read read(
      "#SBATCH --nodes=3\nA=\"" +
          std::string("--num-layers 4 --hidden-size 64 "
                      "--num-attention-heads 4\"\nsrun bash -c \"torchrun --nnodes $SLURM_NNODES "
                      "--node_rank \\$SLURM_PROCID pretrain_gpt.py $A\"\n"),
      {}, Read::kSlurm);
  EXPECT_EQ(read.errors(), "");
  EXPECT_EQ(read.value("cluster/nodes"), "3");
  EXPECT_EQ(read.value("model/layers"), "4");
}

struct Nemo {
  explicit Nemo(std::string text, const char* name = "run.yaml")
      : document(name, std::move(text), false), run(read_nemo(document, {}, diagnostics)) {}

  std::string value(std::string_view pointer) const {
    const io::Node* node = run ? run->find(pointer) : nullptr;
    return node ? io::to_compact_text(node->value) : "nothing";
  }

  io::Document document;
  io::Diagnostics diagnostics;
  std::optional<ImportedRun> run;
};

TEST(Nemo, ResolvesReferences) {
  const Nemo nemo(
      "trainer: {num_nodes: 2, max_steps: 10}\nmodel:\n  encoder_seq_length: 2048\n"
      "  max_position_embeddings: ${.encoder_seq_length}\n  hidden_size: 1024\n"
      "  num_layers: 4\n  num_attention_heads: 16\n  micro_batch_size: 1\n"
      "  ffn_hidden_size: ${multiply:4, ${.hidden_size}}\n");
  EXPECT_THAT(nemo.diagnostics.render_errors(), HasSubstr("model.ffn_hidden_size: ${multiply"));
  const Nemo good(
      "model:\n  num_layers: 4\n  hidden_size: 64\n  num_attention_heads: 4\n"
      "  encoder_seq_length: ${model.data.seq_length}\n  data: {seq_length: 512}\n");
  EXPECT_EQ(good.diagnostics.render_errors(), "");
  EXPECT_EQ(good.value("training/sequence_length"), "512");
}

TEST(Nemo, ReadsOverridesOfALaunch) {
  const Nemo nemo(
      "python megatron_gpt_pretraining.py trainer.num_nodes=4 ++model.num_layers=8 "
      "model.hidden_size=128 model.num_attention_heads=8 model.sequence_parallel=True "
      "model.tensor_model_parallel_size=2\n",
      "run.sh");
  EXPECT_EQ(nemo.diagnostics.render_errors(), "");
  EXPECT_EQ(nemo.value("cluster/nodes"), "4");
  EXPECT_EQ(nemo.value("model/layers"), "8");
  EXPECT_EQ(nemo.value("training/layout/sequence_parallel"), "true");
}

TEST(Nemo, ReadsRecipesForFsdp) {
  const Nemo nemo(
      "run: {name: hf-70b, model_type: hf}\ntrainer: {num_nodes: 8, devices: 8}\n"
      "model:\n  train_batch_size: 2\n  shard_degree: 64\n"
      "  sharding_strategy: hybrid_shard\n  max_context_width: 8192\n"
      "  num_hidden_layers: 80\n  hidden_size: 8192\n  num_attention_heads: 64\n"
      "  num_key_value_heads: 8\n  intermediate_size: 28672\n  vocab_size: 128256\n"
      "  activation_checkpointing: true\n  tie_word_embeddings: false\n");
  EXPECT_EQ(nemo.diagnostics.render_errors(), "");
  EXPECT_EQ(nemo.value("training/layout/zero"), "3");
  EXPECT_EQ(nemo.value("training/layout/shard_group"), "64");
  EXPECT_EQ(nemo.value("training/layout/recompute"), "\"full\"");
  EXPECT_EQ(nemo.value("model/activation"), "\"swiglu\"");
  EXPECT_TRUE(nemo.run->one_microbatch);
}

TEST(Nemo, WantsOneTree) {
  EXPECT_THAT(Nemo("a: 1\n---\nb: 2\n").diagnostics.render_errors(), HasSubstr("second document"));
  EXPECT_THAT(Nemo("- 1\n").diagnostics.render_errors(), HasSubstr("expected trainer: and model:"));
}

}  // namespace
}  // namespace sextant::importer
