#include "sextant/training/step_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <gtest/gtest.h>
#include <cmath>

#include "tests/support/step_fixtures.h"

namespace sextant {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Seconds part(const StepProfile& profile, StepPart which) {
  return profile.breakdown[static_cast<std::size_t>(which)];
}

TEST(StepModel, OneRankOnlyComputesAndUpdates) {
  StepInputs inputs = fixtures::inputs(1);
  inputs.software.cuda_graphs = true;
  const StepProfile profile = forecast_step(inputs, fixtures::calibration());
  EXPECT_NEAR((part(profile, StepPart::kCompute) + part(profile, StepPart::kOptimizer)).si(),
              profile.time.si(), 1e-12);
}

// Where launching takes as long as computing, the pass takes 2^(1/p) times either; far from that
// the longer of both.
TEST(StepModel, HostAndDeviceAddUpWhereTheyAreNear) {
  StepInputs inputs = fixtures::inputs(1);
  Calibration calibration = fixtures::calibration();
  Coefficient<Seconds>& launch = calibration.software["megatron"].host_per_kernel;
  inputs.software.cuda_graphs = true;
  const Seconds device = forecast_step(inputs, calibration).time;
  inputs.software.cuda_graphs = false;
  launch.value = Seconds(1e-9);
  EXPECT_NEAR(forecast_step(inputs, calibration).time / device, 1.0, 1e-6);
  launch.value = Seconds(1.0);
  const Seconds host_bound = forecast_step(inputs, calibration).time;
  launch.value = Seconds(2.0);
  EXPECT_NEAR(forecast_step(inputs, calibration).time / host_bound, 2.0, 1e-3);
  launch.value = Seconds(1.0) * (device / host_bound);
  const double together = forecast_step(inputs, calibration).time / device;
  EXPECT_GT(together, 1.1);
  EXPECT_LT(together, 1.35);  // 2^(1/3) = 1.26, and what has no device work beside it
}

// A ring takes a step for every rank: tensor by tensor, a wide gather costs latency and little
// else.
TEST(StepModel, BucketsSaveTheLatencyOfRings) {
  StepInputs inputs = fixtures::inputs(512);
  inputs.global_batch = 512;
  Calibration calibration = fixtures::calibration();
  const Seconds buckets = forecast_step(inputs, calibration).time;
  calibration.software["megatron"].gather_bucket.value = 0.0;
  const Seconds tensors = forecast_step(inputs, calibration).time;
  EXPECT_GT(tensors, buckets);
  calibration.fabrics["net"].latency.value = Seconds(1e-12);
  EXPECT_LT(forecast_step(inputs, calibration).time, tensors);
}

// A year of releases saves the share that it says of the kernels' time.
TEST(StepModel, LaterReleasesAreFaster) {
  StepInputs inputs = fixtures::inputs(1);
  inputs.software.cuda_graphs = true;
  Calibration calibration = fixtures::calibration();
  calibration.software["megatron"].yearly_gain.value = 0.05;
  const Seconds then = forecast_step(inputs, calibration).time;
  inputs.software.release = calibration.software["megatron"].release + 2.0;
  EXPECT_NEAR(forecast_step(inputs, calibration).time / then, std::exp(-0.1), 1e-9);
}

// Of n ranks of which each has its speed, the slowest sets the pace.
TEST(StepModel, TheSlowestRankSetsThePace) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.software.cuda_graphs = true;
  Calibration calibration = fixtures::calibration();
  const double before = part(forecast_step(inputs, calibration), StepPart::kCompute).si();
  calibration.rank_spread.value = 0.01;
  const double after = part(forecast_step(inputs, calibration), StepPart::kCompute).si();
  EXPECT_NEAR(after / before, 1.0143, 1e-4);  // the largest of eight is 1.43 deviations away
}

// The forward pass again: a third more than forward and backward, and the layers only.
TEST(StepModel, FullRecomputationAddsAForwardPass) {
  StepInputs inputs = fixtures::inputs(1);
  inputs.layout.recompute = Recompute::kFull;
  const StepProfile profile = forecast_step(inputs, fixtures::calibration());
  const double share = part(profile, StepPart::kRecompute) / part(profile, StepPart::kCompute);
  EXPECT_GT(share, 0.27);
  EXPECT_LT(share, 1.0 / 3.0);
}

// With one stage per rank and nothing in between, the bubble is (p − 1)/m of the work.
TEST(StepModel, BubbleOfOneForwardOneBackward) {
  StepInputs inputs = fixtures::inputs(4);
  inputs.model.vocabulary = 128;  // no head worth mentioning
  inputs.layout.pipeline = 4;
  inputs.layout.zero = 0;
  inputs.global_batch = 16;
  const StepProfile profile = forecast_step(inputs, fixtures::calibration());
  EXPECT_NEAR(part(profile, StepPart::kPipelineBubble) / part(profile, StepPart::kCompute),
              3.0 / 16.0, 0.01);
}

TEST(StepModel, OverlapHidesGradientReduction) {
  StepInputs inputs = fixtures::inputs(64);
  inputs.software.data_overlap = false;
  const Seconds exposed =
      part(forecast_step(inputs, fixtures::calibration()), StepPart::kDataParallel);
  inputs.software.data_overlap = true;
  const Seconds overlapped =
      part(forecast_step(inputs, fixtures::calibration()), StepPart::kDataParallel);
  EXPECT_LT(overlapped, 0.6 * exposed);
  EXPECT_GT(overlapped, Seconds(0));
}

TEST(StepModel, SmallKernelsWaitForTheHostUnlessGraphsLaunchThem) {
  StepInputs inputs = fixtures::inputs(1);
  inputs.model.hidden = 256;
  inputs.model.heads = 4;
  inputs.model.kv_heads = 4;
  inputs.model.feed_forward = 1024;
  inputs.sequence_length = 256;
  const StepProfile launched = forecast_step(inputs, fixtures::calibration());
  EXPECT_GT(part(launched, StepPart::kHost) / launched.time, 0.2);
  inputs.software.cuda_graphs = true;
  EXPECT_EQ(part(forecast_step(inputs, fixtures::calibration()), StepPart::kHost), Seconds(0));
}

StepInputs expert_inputs(int ranks) {
  StepInputs inputs = fixtures::inputs(ranks);
  inputs.model.experts = Experts{.count = 8, .top_k = 2, .feed_forward = 14336};
  return inputs;
}

TEST(StepModel, TokensTravelToTheirExperts) {
  StepInputs inputs = expert_inputs(16);
  const StepProfile local = forecast_step(inputs, fixtures::calibration());
  EXPECT_EQ(part(local, StepPart::kExpertParallel), Seconds(0));
  inputs.layout.expert = 8;
  const StepProfile spread = forecast_step(inputs, fixtures::calibration());
  EXPECT_GT(part(spread, StepPart::kExpertParallel), Seconds(0));
  EXPECT_LT(spread.peak_memory(), local.peak_memory());
  inputs.software.expert_overlap = true;
  const StepProfile overlapped = forecast_step(inputs, fixtures::calibration());
  EXPECT_LT(part(overlapped, StepPart::kExpertParallel), part(spread, StepPart::kExpertParallel));
}

TEST(StepModel, TheBusiestExpertSetsThePace) {
  StepInputs inputs = expert_inputs(16);
  inputs.layout.expert = 8;
  const Seconds even = forecast_step(inputs, fixtures::calibration()).time;
  inputs.model.experts->imbalance = 1.5;
  const Seconds uneven = forecast_step(inputs, fixtures::calibration()).time;
  EXPECT_GT(uneven, 1.15 * even);
  inputs.model.experts->capacity_factor = 1.0;  // what is above is dropped
  EXPECT_EQ(forecast_step(inputs, fixtures::calibration()).time, even);
}

TEST(StepModel, EncodersAttendInBothDirections) {
  StepInputs inputs = fixtures::inputs(1);
  const StepProfile causal = forecast_step(inputs, fixtures::calibration());
  inputs.model.bidirectional = true;
  const StepProfile both = forecast_step(inputs, fixtures::calibration());
  const double tokens = causal.tokens;
  EXPECT_DOUBLE_EQ((both.model_flops - causal.model_flops).si(),
                   tokens * 6.0 * 16.0 * 4096.0 * 4096.0);
  EXPECT_GT(both.time, causal.time);
}

// Two thirds of full training and the adapters' thin GEMMs: no weight gradients, and hardly any
// optimizer.
TEST(StepModel, AdaptersSaveTheWeightGradients) {
  StepInputs inputs = fixtures::inputs(8);
  const StepProfile full = forecast_step(inputs, fixtures::calibration());
  inputs.tuning.trainable = Trainable::kLora;
  const StepProfile lora = forecast_step(inputs, fixtures::calibration());
  EXPECT_LT(part(lora, StepPart::kCompute), 0.8 * part(full, StepPart::kCompute));
  EXPECT_GT(part(lora, StepPart::kCompute), 0.65 * part(full, StepPart::kCompute));
  EXPECT_LT(part(lora, StepPart::kDataParallel), 0.3 * part(full, StepPart::kDataParallel));
  EXPECT_LT(lora.memory[0].gradients, 0.01 * full.memory[0].gradients);
}

TEST(StepModel, AReferenceModelRunsForwardOnly) {
  StepInputs inputs = fixtures::inputs(8);
  const StepProfile plain = forecast_step(inputs, fixtures::calibration());
  inputs.tuning.reference_model = true;
  const StepProfile preference = forecast_step(inputs, fixtures::calibration());
  EXPECT_NEAR(part(preference, StepPart::kCompute) / part(plain, StepPart::kCompute), 4.0 / 3.0,
              0.03);
  EXPECT_EQ(preference.memory[0].weights, 2.0 * plain.memory[0].weights);
  EXPECT_EQ(preference.memory[0].optimizer, plain.memory[0].optimizer);
}

TEST(StepModel, ShardedWeightsOfAReferenceModelAreGatheredToo) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.layout.zero = 3;
  inputs.model.hidden = 16;  // hardly any work to hide the gathers behind
  inputs.model.heads = 2;
  inputs.model.feed_forward = 1 << 18;
  inputs.sequence_length = 16;
  inputs.software.gradients = GradientType::kBf16;
  const StepProfile plain = forecast_step(inputs, fixtures::calibration());
  inputs.tuning.reference_model = true;
  const StepProfile preference = forecast_step(inputs, fixtures::calibration());
  // Two gathers and a reduction of the same bytes are three gathers and a reduction.
  EXPECT_NEAR(part(preference, StepPart::kDataParallel) / part(plain, StepPart::kDataParallel),
              4.0 / 3.0, 0.1);
}

TEST(StepModel, RecomputesOneLayerInEveryFew) {
  StepInputs inputs = fixtures::inputs(1);
  inputs.layout.recompute = Recompute::kFull;
  const StepProfile all = forecast_step(inputs, fixtures::calibration());
  inputs.layout.recompute_every = 4;
  const StepProfile some = forecast_step(inputs, fixtures::calibration());
  EXPECT_NEAR(part(some, StepPart::kRecompute) / part(all, StepPart::kRecompute), 0.25, 1e-9);
  EXPECT_GT(some.peak_memory(), all.peak_memory());
}

TEST(StepModel, OffloadingTradesMemoryForTime) {
  StepInputs inputs = fixtures::inputs(8);
  const StepProfile device = forecast_step(inputs, fixtures::calibration());
  inputs.layout.offload = Offload::kOptimizer;
  inputs.node.host_link = BytesPerSecond(25e9);
  inputs.node.host_memory_bandwidth = BytesPerSecond(200e9);
  const StepProfile host = forecast_step(inputs, fixtures::calibration());
  EXPECT_EQ(host.memory[0].optimizer, Bytes(0));
  EXPECT_GT(part(host, StepPart::kOptimizer), 5.0 * part(device, StepPart::kOptimizer));
}

TEST(StepModel, ZeroBubbleBeatsOneForwardOneBackward) {
  StepInputs inputs = fixtures::inputs(4);
  inputs.model.vocabulary = 128;
  inputs.layout.pipeline = 4;
  inputs.global_batch = 16;
  const StepProfile plain = forecast_step(inputs, fixtures::calibration());
  inputs.layout.schedule = Schedule::kZeroBubble;
  const StepProfile zero_bubble = forecast_step(inputs, fixtures::calibration());
  EXPECT_LT(part(zero_bubble, StepPart::kPipelineBubble),
            0.6 * part(plain, StepPart::kPipelineBubble));
  EXPECT_NEAR(part(zero_bubble, StepPart::kCompute) / part(plain, StepPart::kCompute), 1.0, 1e-9);
}

TEST(StepModel, LinksReachBeyondAHostInARack) {
  StepInputs inputs = fixtures::inputs(16);
  inputs.layout.tensor = 16;
  inputs.node.network_bandwidth = BytesPerSecond(100e9);
  const StepProfile hosts = forecast_step(inputs, fixtures::calibration());
  inputs.node.link_domain = 72;
  const StepProfile rack = forecast_step(inputs, fixtures::calibration());
  EXPECT_LT(part(rack, StepPart::kTensorParallel), 0.9 * part(hosts, StepPart::kTensorParallel));
}

TEST(StepModel, WideFormatsAreSlowAndLarge) {
  StepInputs inputs = fixtures::inputs(8);
  inputs.software.attention = AttentionKernel::kUnfused;
  const StepProfile half = forecast_step(inputs, fixtures::calibration());
  inputs.precision = Precision::kFp32;
  const StepProfile wide = forecast_step(inputs, fixtures::calibration());
  EXPECT_GT(wide.time, 4.0 * half.time);
  EXPECT_GT(wide.memory[0].activations, 1.5 * half.memory[0].activations);
}

TEST(StepModel, SaysWhatIsExtrapolated) {
  StepInputs inputs = fixtures::inputs(16);
  EXPECT_THAT(forecast_step(inputs, fixtures::calibration()).extrapolated, IsEmpty());
  inputs.precision = Precision::kFp8;
  inputs.sequence_length = 131072;
  EXPECT_THAT(forecast_step(inputs, fixtures::calibration()).extrapolated,
              ElementsAre(HasSubstr("chip/fp8"), HasSubstr("sequence length 131072")));
  inputs = expert_inputs(16);
  inputs.software.optimizer = Optimizer::kLion;
  EXPECT_THAT(forecast_step(inputs, fixtures::calibration()).extrapolated,
              ElementsAre(HasSubstr("feature experts"), HasSubstr("feature optimizer lion")));
  Calibration assumed = fixtures::calibration();
  assumed.domain = {};
  EXPECT_THAT(forecast_step(inputs, assumed).extrapolated,
              ElementsAre(HasSubstr("not fitted to any run")));
}

}  // namespace
}  // namespace sextant
