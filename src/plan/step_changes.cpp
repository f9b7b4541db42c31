#include "src/plan/step_changes.h"

#include <utility>

#include <fmt/format.h>

namespace sextant::plan {
namespace {

constexpr const char* kCoarser = "coarser arithmetic: watch the loss";

/// Collects changes of one step.
class Choices {
 public:
  explicit Choices(const StepInputs& inputs) : inputs_(inputs) {}

  std::vector<ChangedStep> all() {
    add_degrees();
    add_schedules();
    add_memory_for_time();
    add_overlaps();
    add_kernels();
    add_precision();
    return std::move(changes_);
  }

 private:
  StepInputs& add(std::string change, std::string caution = "") {
    StepInputs changed = inputs_;
    changed.layout.data.reset();  // follows from the other degrees
    changes_.push_back({std::move(change), std::move(caution), std::move(changed)});
    return changes_.back().inputs;
  }

  /// Listed stages are as many as before: with `cuts_anew` equal ones take their place.
  Layout& add_number(const char* key, int Layout::*member, int value, bool cuts_anew = false) {
    const int now = inputs_.layout.*member;
    Layout& layout = add(fmt::format("\"{}\": {} instead of {}", key, value, now)).layout;
    layout.*member = value;
    if (cuts_anew) layout.stages.reset();
    return layout;
  }
  void halve_and_double(const char* key, int Layout::*member, bool cuts_anew = false) {
    const int now = inputs_.layout.*member;
    if (now % 2 == 0) add_number(key, member, now / 2, cuts_anew);
    add_number(key, member, 2 * now, cuts_anew);
  }
  /// Only where it is off.
  void turn_on(const char* key, bool Software::*member) {
    if (inputs_.software.*member) return;
    add(fmt::format("\"{}\": true instead of false", key)).software.*member = true;
  }
  template <class Enum>
  static std::string word_change(const char* key, Enum value, Enum now) {
    return fmt::format("\"{}\": \"{}\" instead of \"{}\"", key, enum_name(value), enum_name(now));
  }

  void add_degrees() {
    halve_and_double("micro_batch", &Layout::micro_batch);
    halve_and_double("tensor", &Layout::tensor);
    halve_and_double("pipeline", &Layout::pipeline, true);
    halve_and_double("context", &Layout::context);
    if (inputs_.model.experts) halve_and_double("expert", &Layout::expert);
  }

  /// A schedule that the scenario names is not kept where the number of virtual stages rules it
  /// out.
  void add_schedules() {
    const Layout& layout = inputs_.layout;
    if (layout.pipeline == 1) return;
    const auto add_virtual = [&](int value) {
      add_number("virtual_stages", &Layout::virtual_stages, value, true).schedule.reset();
    };
    if (layout.virtual_stages % 2 == 0) add_virtual(layout.virtual_stages / 2);
    add_virtual(2 * layout.virtual_stages);
    for (const auto& [cut, name] : EnumNames<StageCut>::table) {
      add(fmt::format("\"stages\": \"{}\" instead of {}", name,
                      layout.stages ? "the present ones" : "equal numbers of layers"))
          .layout.stages = cut;
    }
    const Schedule now = layout.pipeline_schedule();
    if (layout.virtual_stages > 1 || now == Schedule::kZeroBubble) return;
    add(word_change("schedule", Schedule::kZeroBubble, now)).layout.schedule =
        Schedule::kZeroBubble;
  }

  void add_memory_for_time() {
    const Layout& layout = inputs_.layout;
    for (const auto& [recompute, name] : EnumNames<Recompute>::table) {
      if (recompute == layout.recompute) continue;
      add(word_change("recompute", recompute, layout.recompute)).layout.recompute = recompute;
    }
    for (int zero = 0; zero <= 3; ++zero) {
      if (zero != layout.zero) add_number("zero", &Layout::zero, zero);
    }
    if (layout.tensor > 1 && !layout.sequence_parallel) {
      add("\"sequence_parallel\": true instead of false").layout.sequence_parallel = true;
    }
    if (layout.offload != Offload::kNone) {
      add(word_change("offload", Offload::kNone, layout.offload)).layout.offload = Offload::kNone;
    }
  }

  void add_overlaps() {
    const Layout& layout = inputs_.layout;
    if (layout.tensor > 1) turn_on("tensor_overlap", &Software::tensor_overlap);
    turn_on("data_overlap", &Software::data_overlap);
    if (layout.zero >= 1) turn_on("gather_overlap", &Software::gather_overlap);
    if (layout.expert > 1) turn_on("expert_overlap", &Software::expert_overlap);
  }

  void add_kernels() {
    if (inputs_.model.experts) turn_on("grouped_experts", &Software::grouped_experts);
    turn_on("fused_elementwise", &Software::fused_elementwise);
    // What Trainium runs is compiled whole.
    if (!inputs_.node.accelerator.generation.starts_with("trn")) add_gpu_kernels();
  }

  void add_gpu_kernels() {
    turn_on("cuda_graphs", &Software::cuda_graphs);
    const AttentionKernel now = inputs_.software.attention;
    for (const auto& [kernel, name] : EnumNames<AttentionKernel>::table) {
      if (kernel <= now) continue;
      add(word_change("attention", kernel, now)).software.attention = kernel;
    }
  }

  void add_precision() {
    const Precision now = inputs_.precision;
    if (inputs_.node.accelerator.peak_fp8 && now != Precision::kFp8) {
      add(word_change("precision", Precision::kFp8, now), kCoarser).precision = Precision::kFp8;
    }
    if (now == Precision::kFp8) turn_on("fp8_gather", &Software::fp8_gather);
    const GradientType gradients = inputs_.software.gradients;
    if (gradients != GradientType::kBf16) {
      add(word_change("gradients", GradientType::kBf16, gradients), kCoarser).software.gradients =
          GradientType::kBf16;
    }
  }

  const StepInputs& inputs_;
  std::vector<ChangedStep> changes_;
};

/// Twice the bandwidth, the same latency.
void double_bandwidth(TransferCurve& curve) {
  if (curve.points.empty()) return;
  const Seconds latency = curve.points.front().time;
  for (CurvePoint& point : curve.points) point.time = latency + 0.5 * (point.time - latency);
}

void double_bandwidth(TreeCoefficients& tree) { tree.bandwidth.value *= 2.0; }

void double_network(CollectiveCoefficients& measured) {
  for (TransferCurve* curve : {&measured.ring, &measured.all_reduce_ring, &measured.two_nodes,
                               &measured.all_to_all, &measured.message}) {
    double_bandwidth(*curve);
  }
  double_bandwidth(measured.tree);
  if (measured.nvls_tree) double_bandwidth(*measured.nvls_tree);
}

void double_links(CollectiveCoefficients& measured) {
  for (TransferCurve* curve :
       {&measured.node_ring, &measured.node_all_reduce, &measured.node_all_to_all}) {
    double_bandwidth(*curve);
  }
}

}  // namespace

std::vector<ChangedStep> choices(const StepInputs& inputs) { return Choices(inputs).all(); }

std::vector<FasterHardware> faster_hardware(const StepInputs& inputs,
                                            const Calibration& calibration) {
  std::vector<FasterHardware> all;
  const auto add = [&](const char* change) -> FasterHardware& {
    return all.emplace_back(FasterHardware{change, inputs, calibration});
  };
  const auto measured = [&](FasterHardware& faster) -> CollectiveCoefficients* {
    const auto found = faster.calibration.collectives.find(inputs.node.platform);
    return found == faster.calibration.collectives.end() ? nullptr : &found->second;
  };
  if (inputs.accelerators > inputs.node.linked()) {
    FasterHardware& faster = add("a network between nodes with twice the bandwidth");
    faster.inputs.node.network_bandwidth = 2.0 * inputs.node.network_bandwidth;
    if (auto* collectives = measured(faster)) double_network(*collectives);
  }
  if (inputs.accelerators > 1) {
    FasterHardware& faster = add("links inside a node with twice the bandwidth");
    faster.inputs.node.accelerator.link_bandwidth.value *= 2.0;
    if (auto* collectives = measured(faster)) double_links(*collectives);
  }
  add("memory with twice the bandwidth").inputs.node.accelerator.memory_bandwidth.value *= 2.0;
  Accelerator& chip = add("twice the arithmetic").inputs.node.accelerator;
  chip.peak_16bit.value *= 2.0;
  if (chip.peak_fp8) chip.peak_fp8->value *= 2.0;
  return all;
}

}  // namespace sextant::plan
