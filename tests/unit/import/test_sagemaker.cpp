#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/import/launches.h"
#include "src/io/json_text.h"

namespace sextant::importer {
namespace {

using testing::HasSubstr;

struct Job {
  explicit Job(std::string text)
      : document("job.json", std::move(text), false), run(read_sagemaker(document, diagnostics)) {}

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

/// An estimator with more arguments and these hyperparameters.
std::string estimator(const std::string& more, const std::string& hyperparameters = "") {
  return R"({"instance_type": "ml.p5.48xlarge", "instance_count": 4, )" + more +
         R"("hyperparameters": {)" + hyperparameters + "}}";
}

std::string api(const std::string& more, const std::string& hyperparameters = "") {
  return R"({"ResourceConfig": {"InstanceType": "ml.p4d.24xlarge", "InstanceCount": 2}, )" + more +
         R"("HyperParameters": {)" + hyperparameters + "}}";
}

TEST(SageMaker, TakesMachinesOfBothForms) {
  const Job sdk(estimator(""));
  EXPECT_EQ(sdk.errors(), "");
  EXPECT_EQ(sdk.value("cluster/instance"), "\"p5.48xlarge\"");
  EXPECT_EQ(sdk.value("cluster/nodes"), "4");
  EXPECT_EQ(sdk.value("platform/service"), "\"sagemaker_training\"");
  EXPECT_EQ(sdk.value("platform/profiler"), "nothing");
  EXPECT_EQ(sdk.value("platform/training_job/longest_run"), "\"24 h\"");
  const Job body(api(R"("StoppingCondition": {"MaxRuntimeInSeconds": 7200},)"));
  EXPECT_EQ(body.errors(), "");
  EXPECT_EQ(body.value("cluster/instance"), "\"p4d.24xlarge\"");
  EXPECT_EQ(body.value("platform/profiler"), "false");
  EXPECT_EQ(body.value("platform/training_job/longest_run"), "\"7200 s\"");
}

TEST(SageMaker, TakesOneGroupOfInstances) {
  const std::string one = R"({"InstanceType": "ml.p5.48xlarge", "InstanceCount": 3})";
  const Job job(R"({"ResourceConfig": {"InstanceGroups": [)" + one + "]}}");
  EXPECT_EQ(job.value("cluster/nodes"), "3");
  EXPECT_THAT(Job(R"({"ResourceConfig": {"InstanceGroups": [)" + one + "," + one + "]}}").errors(),
              HasSubstr("expected one group of instances"));
}

TEST(SageMaker, HasNoSpares) { EXPECT_EQ(Job(estimator("")).value("fleet/spares"), "0"); }

TEST(SageMaker, TakesThePurchase) {
  const Job spot(estimator(R"("use_spot_instances": true, "max_run": 3600, "max_wait": 7200,)"));
  EXPECT_EQ(spot.errors(), "");
  EXPECT_EQ(spot.value("purchase"), "\"spot\"");
  EXPECT_THAT(spot.reason("max_wait"), HasSubstr("simulated"));
  const Job planned(
      estimator(R"("training_plan": "arn:aws:sagemaker:us-east-2:1:training-plan/x",)"));
  EXPECT_EQ(planned.value("purchase"), "\"training_plan\"");
  EXPECT_EQ(planned.value("cluster/region"), "\"us-east-2\"");
}

TEST(SageMaker, RefusesWhatTheServiceRefuses) {
  EXPECT_THAT(Job(estimator(R"("max_wait": 7200,)")).errors(), HasSubstr("only spot instances"));
  EXPECT_THAT(
      Job(estimator(R"("use_spot_instances": true, "max_run": 7200, "max_wait": 3600,)")).errors(),
      HasSubstr("max_wait 3600 s are fewer than the 7200 s"));
  EXPECT_THAT(
      Job(estimator(R"("use_spot_instances": true, "keep_alive_period_in_seconds": 60,)")).errors(),
      HasSubstr("warm pool"));
  EXPECT_THAT(Job(estimator(R"("max_run": 2419201,)")).errors(), HasSubstr("from 60 to 2419200"));
  EXPECT_THAT(Job(estimator(R"("use_spot_instances": true, "training_plan": "arn:x",)")).errors(),
              HasSubstr("exclude one another"));
  EXPECT_THAT(Job(R"({"instance_type": "local_gpu"})").errors(), HasSubstr("ml.p5.48xlarge"));
  EXPECT_THAT(Job(R"({"instance_type": "ml.x", "HyperParameters": {}})").errors(),
              HasSubstr("one of the two forms"));
}

TEST(SageMaker, KeepsAWarmPool) {
  const Job job(estimator(R"("keep_alive_period_in_seconds": 600,)"));
  EXPECT_EQ(job.value("platform/training_job/warm_pool/keep"), "\"600 s\"");
  const Job none(estimator(R"("keep_alive_period_in_seconds": 0,)"));
  EXPECT_EQ(none.value("platform/training_job/warm_pool"), "nothing");
}

TEST(SageMaker, CopiesTheFolderOfCheckpointsToS3) {
  const Job job(estimator(R"("checkpoint_s3_uri": "s3://bucket/a/b",)"));
  EXPECT_EQ(job.value("checkpoint/target"), R"(["s3-standard"])");
  EXPECT_EQ(job.value("checkpoint/requests/sync"), "\"copier\"");
  EXPECT_EQ(job.value("checkpoint/restore"), "\"everything\"");
  const Job express(estimator(R"("checkpoint_s3_uri": "s3://bucket--use1-az4--x-s3/a",)"));
  EXPECT_EQ(express.value("stores"), R"(["s3-express-one-zone"])");
  EXPECT_THAT(Job(estimator(R"("checkpoint_s3_uri": "/fsx",)")).errors(), HasSubstr("s3://"));
}

TEST(SageMaker, SaysHowTheDataCome) {
  const Job fast(estimator(R"("input_mode": "FastFile",)"));
  ASSERT_TRUE(fast.run && fast.run->data_mode);
  EXPECT_EQ(fast.run->data_mode->text, "fast_file");
  EXPECT_THAT(Job(estimator(R"("input_mode": "Pipe",)")).reason("input_mode"), HasSubstr("Pipe"));
  EXPECT_THAT(Job(estimator(R"("input_mode": "Fast",)")).errors(), HasSubstr("FastFile or Pipe"));
  const Job channel(api(R"("AlgorithmSpecification": {"TrainingInputMode": "Pipe"},
      "InputDataConfig": [{"ChannelName": "test"},
                          {"ChannelName": "train", "InputMode": "File"}],)"));
  ASSERT_TRUE(channel.run && channel.run->data_mode);
  EXPECT_EQ(channel.run->data_mode->text, "file");
  const Job lustre(api(R"("InputDataConfig": [{"ChannelName": "train",
      "DataSource": {"FileSystemDataSource": {"FileSystemType": "FSxLustre"}}}],)"));
  EXPECT_FALSE(lustre.run->data_mode);
  EXPECT_THAT(lustre.reason("InputDataConfig: FileSystemDataSource"), HasSubstr("file_system"));
}

TEST(SageMaker, ReadsTheTrainersWords) {
  const Job job(estimator("", R"("model_name_or_path": "meta-llama/Meta-Llama-3-8B",
      "per_device_train_batch_size": 2, "gradient_accumulation_steps": 8, "block_size": 4096,
      "bf16": "True", "fsdp": "shard_grad_op auto_wrap", "num_train_epochs": 3)"));
  EXPECT_EQ(job.errors(), "");
  ASSERT_TRUE(job.run && job.run->named_model);
  EXPECT_EQ(job.run->named_model->text, "meta-llama/Meta-Llama-3-8B");
  EXPECT_EQ(job.value("training/layout/micro_batch"), "2");
  EXPECT_EQ(job.value("training/layout/zero"), "2");
  EXPECT_EQ(job.value("training/sequence_length"), "4096");
  EXPECT_EQ(job.value("training/precision"), "\"bf16\"");
  EXPECT_TRUE(job.run->one_microbatch);
  EXPECT_EQ(job.run->microbatches, 8);
  EXPECT_THAT(job.reason("num_train_epochs"), HasSubstr("--tokens"));
}

TEST(SageMaker, TrainersWithoutFsdpReplicate) {
  const Job job(estimator("", R"("per_device_train_batch_size": 1)"));
  EXPECT_EQ(job.value("training/layout/zero"), "0");
  EXPECT_EQ(job.value("training/precision"), "\"fp32\"");
  const Job deepspeed(estimator("", R"("per_device_train_batch_size": 1,
      "deepspeed": {"zero_optimization": {"stage": 2}})"));
  EXPECT_EQ(deepspeed.value("training/layout/zero"), "2");
  EXPECT_EQ(deepspeed.value("training/software/framework"), "\"deepspeed\"");
}

TEST(SageMaker, LeavesALayoutOpenThatNothingSpeaksOf) {
  EXPECT_EQ(Job(estimator("", R"("lr": 0.1)")).value("training/layout"), "nothing");
}

TEST(SageMaker, ReadsTheLibrarysParameters) {
  const std::string distribution =
      R"("distribution": {"smdistributed": {"modelparallel": {"enabled": true, "parameters": {
      "tensor_parallel_degree": 4, "pipeline_parallel_degree": 2, "microbatches": 8,
      "shard_optimizer_state": true, "ddp": true}}}, "mpi": {"processes_per_host": 8}},)";
  const Job job(estimator(distribution, R"("train_batch_size": 16)"));
  EXPECT_EQ(job.errors(), "");
  EXPECT_EQ(job.value("training/layout/tensor"), "4");
  EXPECT_EQ(job.value("training/layout/pipeline"), "2");
  EXPECT_EQ(job.value("training/layout/micro_batch"), "8");  // 4 tensor ranks, 16 each, in 8
  EXPECT_EQ(job.value("training/layout/zero"), "1");
  EXPECT_EQ(job.run->microbatches, 8);
  ASSERT_TRUE(job.run->ranks_per_node);
  EXPECT_THAT(Job(estimator(distribution, R"("train_batch_size": 3)")).errors(),
              HasSubstr("8 microbatches do not divide a batch of 12"));
  EXPECT_THAT(Job(estimator(distribution, R"("tensor_parallel_degree": 8)")).errors(),
              HasSubstr("given twice"));
}

TEST(SageMaker, ShardsAsTheLibraryIsTold) {
  const auto with = [](const char* parameters) {
    return Job(estimator(R"("distribution": {"smdistributed": {"modelparallel": {"parameters": {)" +
                             std::string(parameters) + "}}}},",
                         R"("train_batch_size": 1)"));
  };
  const Job groups = with(R"("hybrid_shard_degree": 16)");
  EXPECT_EQ(groups.value("training/layout/zero"), "3");
  EXPECT_EQ(groups.value("training/layout/shard_group"), "16");
  const Job none = with(R"("hybrid_shard_degree": 1)");
  EXPECT_EQ(none.value("training/layout/zero"), "0");
  EXPECT_EQ(none.value("training/layout/shard_group"), "nothing");
  const Job all = with(R"("hybrid_shard_degree": 0)");
  EXPECT_EQ(all.errors(), "");
  EXPECT_EQ(all.value("training/layout/zero"), "3");
  EXPECT_EQ(all.value("training/layout/shard_group"), "nothing");
}

TEST(SageMaker, UnderstandsTheTextsOfTheApi) {
  const Job job(api("", R"("num-layers": "4", "hidden_size": "64", "num_attention_heads": "4",
      "micro_batch_size": "2", "bf16": "", "swiglu": "true",
      "tokenizer_type": "\"Llama2Tokenizer\"",
      "mp_parameters": "{\"tensor_parallel_degree\": 2}")"));
  EXPECT_EQ(job.errors(), "");
  EXPECT_EQ(job.value("model/layers"), "4");
  EXPECT_EQ(job.value("model/activation"), "\"swiglu\"");
  EXPECT_EQ(job.value("model/vocabulary"), "32000");
  EXPECT_EQ(job.value("training/layout/tensor"), "2");
  EXPECT_EQ(job.value("training/precision"), "\"bf16\"");
  EXPECT_THAT(Job(api("", R"("mp_parameters": "{")")).errors(), HasSubstr("object in JSON"));
}

TEST(SageMaker, OpensTextsThatHoldJson) {
  const Job job(api("", R"("per_device_train_batch_size": "1", "max_grad_norm": "[",
      "deepspeed": "{\"zero_optimization\": {\"stage\": 1}}",
      "rampup_batch_size": "[16, 16, 1000]")"));
  EXPECT_EQ(job.errors(), "");
  EXPECT_EQ(job.value("training/layout/zero"), "1");
  EXPECT_EQ(job.value("training/batch_ramp/sequences"), "1000");
}

TEST(SageMaker, SaysWhereAValueIsWrong) {
  const Job job("{\"instance_type\": \"ml.p5.48xlarge\",\n \"instance_count\": \"four\"}");
  EXPECT_THAT(job.errors(), HasSubstr("job.json:2:"));
  EXPECT_THAT(job.errors(), HasSubstr("found \"four\", expected a whole number"));
}

TEST(SageMaker, ListsWhatItDoesNotUse) {
  const Job job(estimator(R"("volume_size": 500, "entry_point": "train.py",
      "instance_cont": 4, "environment": {"A": "1"},)"));
  EXPECT_EQ(job.reason("volume_size"), "none");
  EXPECT_EQ(job.reason("environment.A"), "none");
  EXPECT_THAT(job.reason("instance_cont"), HasSubstr("did you mean instance_count"));
}

TEST(SageMaker, WantsAJob) {
  EXPECT_THAT(Job("[]").errors(), HasSubstr("found no training job"));
  EXPECT_THAT(Job(R"({"hidden_size": 4096})").errors(), HasSubstr("found no training job"));
  EXPECT_THAT(Job(R"({"hyperparameters": 3})").errors(), HasSubstr("object of hyperparameters"));
}

}  // namespace
}  // namespace sextant::importer
