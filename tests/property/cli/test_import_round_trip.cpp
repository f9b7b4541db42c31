// A layout that is written as launch settings, and imported again, is the same layout.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "sextant/training/step_inputs.h"
#include "src/cli/complete_run.h"
#include "src/import/launches.h"
#include "src/io/parse.h"
#include "src/plan/phases.h"
#include "src/report/launch_phase.h"
#include "src/report/launch_settings.h"
#include "src/scenario/read_scenario.h"
#include "tests/support/shipped_scenario.h"

namespace sextant::cli {
namespace {

using report::LaunchPhase;
using report::SettingsFormat;
using scenario::Scenario;

constexpr int kRanks = 128;  // of the shipped scenario: 16 p5.48xlarge

const Scenario& shipped() {
  static const Scenario scenario = fixtures::shipped_scenario("mixtral-8x7b-p5.json");
  return scenario;
}

int power(int most) { return 1 << *rc::gen::inRange(0, most + 1); }

/// Layers that the stages divide: with the ends as one each, without, or listed.
void cut_stages(Scenario& scenario, bool listed) {
  Layout& layout = scenario.training.layout;
  const int chunks = layout.pipeline * layout.virtual_stages;
  const int each = *rc::gen::inRange(2, 5);
  scenario.model.value.layers = std::int64_t{chunks} * each;
  if (chunks > 2 && *rc::gen::arbitrary<bool>()) scenario.model.value.layers -= 2;
  if (!listed || chunks == 1) return;
  std::vector<int> stages;
  for (int i = 0; i < chunks; ++i) stages.push_back(*rc::gen::inRange(1, 4));
  scenario.model.value.layers = std::accumulate(stages.begin(), stages.end(), 0);
  layout.stages = stages;
}

void add_experts(Scenario& scenario, bool with_own_tensor) {
  Layout& layout = scenario.training.layout;
  Experts& experts = *scenario.model.value.experts;
  layout.expert = power(3);
  if (with_own_tensor && *rc::gen::arbitrary<bool>()) layout.expert_tensor = 1;
  experts.shared = *rc::gen::inRange(0, 3);
  experts.dense_layers = *rc::gen::inRange(0, 2);
  if (*rc::gen::arbitrary<bool>()) experts.capacity_factor = 1.5;
}

/// What both formats can say; `all`: and what only Megatron-LM can.
Scenario random_run(bool all) {
  Scenario scenario = shipped();
  Layout& layout = scenario.training.layout;
  layout = Layout();
  layout.tensor = power(3);
  layout.pipeline = power(2);
  layout.virtual_stages = layout.pipeline > 1 ? power(2) : 1;
  layout.context = power(1);
  layout.context_exchange = *rc::gen::element(ContextExchange::kRing, ContextExchange::kAllToAll);
  layout.zero = *rc::gen::inRange(0, layout.pipeline > 1 ? 2 : 4);
  layout.micro_batch = power(1);
  layout.sequence_parallel = *rc::gen::arbitrary<bool>();
  layout.recompute = *rc::gen::element(Recompute::kNone, Recompute::kSelective, Recompute::kFull);
  if (layout.recompute == Recompute::kFull) layout.recompute_every = *rc::gen::inRange(1, 4);
  const int replicas = kRanks / (layout.tensor * layout.pipeline);
  if (layout.zero == 1 || (all && layout.zero > 1)) {
    if (replicas >= 4 && *rc::gen::arbitrary<bool>()) layout.shard_group = replicas / 2;
  }
  cut_stages(scenario, all && *rc::gen::arbitrary<bool>());
  if (*rc::gen::arbitrary<bool>()) {
    add_experts(scenario, all);
  } else {
    scenario.model.value.experts.reset();
  }
  const int data = replicas / layout.context;
  scenario.training.global_batch =
      std::int64_t{data} * layout.micro_batch * layout.pipeline * *rc::gen::inRange(1, 5);
  scenario.training.tokens = 1e12;
  return scenario;
}

Scenario imported(io::Document& document, SettingsFormat format, catalog::Catalogue& catalogue) {
  io::Diagnostics diagnostics;
  auto run = format == SettingsFormat::kMegatron
                 ? importer::read_megatron(document, {}, diagnostics)
                 : importer::read_nemo(document, {}, diagnostics);
  diagnostics.throw_if_errors();
  RunWishes wishes;
  wishes.instance = "p5.48xlarge";
  wishes.nodes = "16";
  wishes.tokens = "1T";
  wishes.vocabulary = "32000";
  const CompletedRun completed = complete_run(*std::move(run), wishes, "run", catalogue);
  return scenario::read_scenario_tree(completed.run.scenario, catalogue);
}

void expect_same_layout(const LaunchPhase& a, const LaunchPhase& b) {
  const Layout &x = a.layout(), &y = b.layout();
  RC_ASSERT(x.tensor == y.tensor);
  RC_ASSERT(x.pipeline == y.pipeline);
  RC_ASSERT(x.virtual_stages == y.virtual_stages);
  RC_ASSERT(a.stages() == b.stages());
  RC_ASSERT(x.context == y.context);
  RC_ASSERT(x.context == 1 || x.context_exchange == y.context_exchange);
  RC_ASSERT(x.zero == y.zero);
  RC_ASSERT(a.inputs.shard_ranks() == b.inputs.shard_ranks());
  RC_ASSERT(x.micro_batch == y.micro_batch);
  RC_ASSERT(x.tensor == 1 || x.sequence_parallel == y.sequence_parallel);
  RC_ASSERT(x.recompute == y.recompute);
  RC_ASSERT(x.recompute != Recompute::kFull || a.recomputed_layers() == b.recomputed_layers());
  RC_ASSERT(x.offload == y.offload);
  RC_ASSERT(a.inputs.global_batch == b.inputs.global_batch);
  RC_ASSERT(a.inputs.sequence_length == b.inputs.sequence_length);
  RC_ASSERT(a.inputs.accelerators == b.inputs.accelerators);
}

void expect_same_model(const LaunchPhase& a, const LaunchPhase& b) {
  const Transformer &x = a.model(), &y = b.model();
  RC_ASSERT(x.layers == y.layers);
  RC_ASSERT(x.hidden == y.hidden);
  RC_ASSERT(x.heads == y.heads);
  RC_ASSERT(x.key_value_heads() == y.key_value_heads());
  RC_ASSERT(x.head_width() == y.head_width());
  RC_ASSERT(x.feed_forward == y.feed_forward);
  RC_ASSERT(x.activation == y.activation);
  RC_ASSERT(x.vocabulary == y.vocabulary);
  RC_ASSERT(x.tied_embeddings == y.tied_embeddings);
  RC_ASSERT(x.experts.has_value() == y.experts.has_value());
  if (!x.experts) return;
  RC_ASSERT(a.layout().expert == b.layout().expert);
  RC_ASSERT(a.layout().expert_tensor_ranks() == b.layout().expert_tensor_ranks());
  RC_ASSERT(x.experts->count == y.experts->count);
  RC_ASSERT(x.experts->top_k == y.experts->top_k);
  RC_ASSERT(x.experts->feed_forward == y.experts->feed_forward);
  RC_ASSERT(x.experts->shared == y.experts->shared);
  RC_ASSERT(x.experts->capacity_factor == y.experts->capacity_factor);
  for (std::int64_t layer = 0; layer < x.layers; ++layer) {
    RC_ASSERT(x.has_experts(layer) == y.has_experts(layer));
  }
}

void round_trip(SettingsFormat format) {
  static catalog::Catalogue catalogue(SEXTANT_SOURCE_DIR "/models");  // reads each file once
  const Scenario scenario = random_run(format == SettingsFormat::kMegatron);
  RC_PRE(layout_faults(plan::step_inputs_of(scenario)).empty());
  const std::string text = report::launch_settings(scenario, format);
  RC_LOG() << text;
  io::Document document(format == SettingsFormat::kMegatron ? "run.sh" : "run.yaml", text, false);
  const Scenario again = imported(document, format, catalogue);
  const LaunchPhase before = report::launch_phases(scenario).front();
  const LaunchPhase after = report::launch_phases(again).front();
  expect_same_layout(before, after);
  expect_same_model(before, after);
}

RC_GTEST_PROP(ImportRoundTrip, OfMegatronsArguments, ()) { round_trip(SettingsFormat::kMegatron); }

RC_GTEST_PROP(ImportRoundTrip, OfNemosConfiguration, ()) { round_trip(SettingsFormat::kNemo); }

}  // namespace
}  // namespace sextant::cli
