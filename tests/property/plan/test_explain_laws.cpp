#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "sextant/training/step_model.h"
#include "src/plan/explain.h"
#include "tests/support/step_fixtures.h"

namespace sextant::plan {
namespace {

/// A layout that divides, dense or with experts, of any software.
StepInputs random_inputs() {
  const auto power = [](int most) { return 1 << *rc::gen::inRange(0, most + 1); };
  const auto flag = [] { return *rc::gen::arbitrary<bool>(); };
  StepInputs inputs = fixtures::inputs();
  Layout& layout = inputs.layout;
  layout.tensor = power(3);
  layout.pipeline = power(2);
  layout.virtual_stages = layout.pipeline > 1 ? power(1) : 1;
  const int data = power(3);
  inputs.accelerators = layout.tensor * layout.pipeline * data;
  layout.zero = *rc::gen::inRange(0, 4);
  layout.micro_batch = power(1);
  inputs.global_batch = data * layout.micro_batch * layout.pipeline * *rc::gen::inRange(1, 5);
  layout.recompute = *rc::gen::element(Recompute::kNone, Recompute::kSelective, Recompute::kFull);
  inputs.precision = *rc::gen::element(Precision::kBf16, Precision::kFp8);
  if (flag()) {
    inputs.model.experts = Experts{.count = 8, .top_k = 2, .feed_forward = 4096};
    layout.expert = std::min(8, data);
  }
  Software& software = inputs.software;
  software.attention = *rc::gen::element(AttentionKernel::kUnfused, AttentionKernel::kFlash2);
  software.tensor_overlap = flag();
  software.data_overlap = flag();
  software.gather_overlap = flag();
  software.cuda_graphs = flag();
  inputs.node.accelerator.memory.value = Bytes(*rc::gen::element(8e9, 80e9, 800e9));
  return inputs;
}

RC_GTEST_PROP(ExplainLaws, ChangesAreOrderedFitAndAreTriedOnce, ()) {
  const StepInputs inputs = random_inputs();
  const Calibration calibration = fixtures::calibration();
  const StepProfile now = forecast_step(inputs, calibration);
  const Bytes memory = std::max<Bytes>(inputs.node.accelerator.memory.value, now.peak_memory());
  const StepExplanation explanation = explain_step(inputs, calibration);
  std::set<std::string> seen;
  Seconds before;
  for (const StepChange& change : explanation.changes) {
    RC_ASSERT(change.step >= before);
    RC_ASSERT(change.peak_memory <= memory);
    RC_ASSERT(std::abs((change.step + change.saved - now.time) / now.time) < 1e-12);
    RC_ASSERT(change.kind == ChangeKind::kChoice || change.saved_share > -1e-12);
    RC_ASSERT(seen.insert(change.change).second);
    before = change.step;
  }
  for (const RejectedChange& change : explanation.rejected) {
    RC_ASSERT(!change.why.empty());
    RC_ASSERT(seen.insert(change.change).second);
  }
}

}  // namespace
}  // namespace sextant::plan
