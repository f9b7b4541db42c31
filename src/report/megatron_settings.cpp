#include <fmt/format.h>
#include <fmt/ranges.h>

#include "src/report/settings_writers.h"

namespace sextant::report {
namespace {

/// Command-line arguments, one a line.
class Arguments {
 public:
  void flag(std::string_view name, bool given = true) {
    if (given) text_ += fmt::format("  --{}\n", name);
  }
  template <class T>
  void option(std::string_view name, const T& value) {
    text_ += fmt::format("  --{} {}\n", name, value);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// As the argument takes it: E the embedding, t a layer, L the loss, | between stages.
std::string stage_list(const std::vector<int>& stages) {
  std::string text = "E";
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (i > 0) text += '|';
    if (stages[i] == 1) text += 't';
    if (stages[i] > 1) text += fmt::format("t*{}", stages[i]);
  }
  return text + "L";
}

/// Which layers have experts: of every so many the last, after the first ones, which have none.
std::string expert_layers(const Transformer& model) {
  const Experts& experts = *model.experts;
  const std::int64_t periods = model.expert_layers();
  const std::int64_t rest = model.layers - experts.dense_layers - periods * experts.every;
  if (experts.every == 1 && experts.dense_layers == 0) return "1";
  std::string list;
  if (experts.dense_layers > 0) list += fmt::format("[0]*{}+", experts.dense_layers);
  list += experts.every == 1 ? fmt::format("[1]*{}", periods)
                             : fmt::format("([0]*{}+[1])*{}", experts.every - 1, periods);
  if (rest > 0) list += fmt::format("+[0]*{}", rest);
  return "'(" + list + ")'";
}

class Writer {
 public:
  explicit Writer(const LaunchPhase& phase)
      : phase_(phase),
        layout_(phase.layout()),
        model_(phase.model()),
        software_(phase.plan.software),
        notes_(unsaid_by_megatron(phase)) {}

  std::string write() {
    write_model();
    write_experts();
    write_batch();
    write_parallelism();
    write_sharding();
    write_recompute();
    write_precision();
    write_software();
    const std::string array =
        phase_.count > 1 ? fmt::format("PHASE_{}", phase_.number) : std::string("SETTINGS");
    const std::string use =
        fmt::format("torchrun --nnodes {} --nproc-per-node {} … pretrain_gpt.py \"${{{}[@]}}\" …",
                    phase_.scenario.cluster.nodes, phase_.devices_per_node(), array);
    return settings_heading(phase_, "Megatron-LM, arguments of its main branch of August 2026,",
                            use, notes_) +
           array + "=(\n" + arguments_.text() + ")\n";
  }

 private:
  void write_model() {
    arguments_.option("num-layers", model_.layers);
    arguments_.option("hidden-size", model_.hidden);
    arguments_.option("ffn-hidden-size", model_.feed_forward);
    arguments_.option("num-attention-heads", model_.heads);
    if (model_.latent_attention) {
      write_latent_attention(*model_.latent_attention);
    } else {
      if (model_.key_value_heads() < model_.heads) {
        arguments_.flag("group-query-attention");
        arguments_.option("num-query-groups", model_.key_value_heads());
      }
      arguments_.option("kv-channels", model_.head_width());
    }
    arguments_.flag("swiglu", model_.activation == FeedForward::kSwiglu);
    arguments_.flag("squared-relu", model_.activation == FeedForward::kSquaredRelu);
    if (model_.activation == FeedForward::kGeglu) {
      notes_.emplace_back("the activation is geglu, which has no argument but --quick-geglu");
    }
    arguments_.option("position-embedding-type",
                      model_.learned_positions > 0 ? "learned_absolute" : "rope");
    arguments_.option("max-position-embeddings", model_.learned_positions > 0
                                                     ? model_.learned_positions
                                                     : phase_.inputs.sequence_length);
    arguments_.flag("untie-embeddings-and-output-weights", !model_.tied_embeddings);
    arguments_.option("vocab-size", model_.vocabulary);
  }

  void write_latent_attention(const LatentAttention& latent) {
    arguments_.flag("multi-latent-attention");
    if (latent.query_rank > 0) arguments_.option("q-lora-rank", latent.query_rank);
    arguments_.option("kv-lora-rank", latent.key_value_rank);
    arguments_.option("qk-head-dim", latent.plain_width);
    arguments_.option("qk-pos-emb-head-dim", latent.rotary_width);
    arguments_.option("v-head-dim", latent.value_width);
  }

  void write_experts() {
    if (!model_.experts) return;
    const Experts& experts = *model_.experts;
    arguments_.option("num-experts", experts.count);
    arguments_.option("moe-router-topk", experts.top_k);
    arguments_.option("moe-ffn-hidden-size", experts.feed_forward);
    if (experts.shared > 0) {
      arguments_.option("moe-shared-expert-intermediate-size",
                        experts.shared * experts.feed_forward);
    }
    arguments_.option("moe-layer-freq", expert_layers(model_));
    arguments_.option("moe-token-dispatcher-type", "alltoall");
    if (experts.capacity_factor) {
      arguments_.option("moe-expert-capacity-factor", *experts.capacity_factor);
      arguments_.flag("moe-pad-expert-input-to-capacity");
    }
    arguments_.flag("moe-grouped-gemm", software_.grouped_experts);
    arguments_.flag("overlap-moe-expert-parallel-comm", software_.expert_overlap);
  }

  void write_batch() {
    const scenario::PhasePlan& plan = phase_.plan;
    const StepInputs& inputs = phase_.inputs;
    arguments_.option("seq-length", inputs.sequence_length);
    arguments_.option("micro-batch-size", layout_.micro_batch);
    arguments_.option("global-batch-size", inputs.global_batch);
    if (const auto& ramp = plan.batch_ramp) {
      arguments_.option("rampup-batch-size",
                        fmt::format("{} {} {}", ramp->start, ramp->increment, ramp->sequences));
    }
    if (plan.tokens && plan.batch_stages.empty()) {
      const auto tokens = static_cast<std::int64_t>(*plan.tokens);
      arguments_.option("train-samples",
                        (tokens + inputs.sequence_length - 1) / inputs.sequence_length);
    } else if (phase_.steps) {
      arguments_.option("train-iters", *phase_.steps);
    }
    if (plan.duration) {
      arguments_.option("exit-duration-in-mins",
                        static_cast<std::int64_t>(plan.duration->si() / 60));
    }
    if (plan.evaluation) {
      arguments_.option("eval-interval", plan.evaluation->every);
      arguments_.option("eval-iters", *phase_.evaluation_batches());
    }
  }

  void write_parallelism() {
    arguments_.option("tensor-model-parallel-size", layout_.tensor);
    arguments_.flag("sequence-parallel", layout_.sequence_parallel && layout_.tensor > 1);
    arguments_.option("pipeline-model-parallel-size", layout_.pipeline);
    write_stages();
    arguments_.option("context-parallel-size", layout_.context);
    if (layout_.context > 1) {
      arguments_.option("cp-comm-type",
                        layout_.context_exchange == ContextExchange::kRing ? "p2p" : "a2a");
    }
    if (!model_.experts) return;
    arguments_.option("expert-model-parallel-size", layout_.expert);
    arguments_.option("expert-tensor-parallel-size", layout_.expert_tensor_ranks());
  }

  void write_stages() {
    if (phase_.split() == StageSplit::kListed) {
      return arguments_.option("pipeline-model-parallel-layout",
                               '"' + stage_list(phase_.stages()) + '"');
    }
    if (layout_.virtual_stages > 1) {
      arguments_.option("num-virtual-stages-per-pipeline-rank", layout_.virtual_stages);
    }
    arguments_.flag("account-for-embedding-in-pipeline-split",
                    phase_.split() == StageSplit::kWithEnds);
    arguments_.flag("account-for-loss-in-pipeline-split", phase_.split() == StageSplit::kWithEnds);
  }

  void write_sharding() {
    arguments_.flag("use-distributed-optimizer", layout_.zero > 0);
    if (layout_.zero >= 2) {
      arguments_.flag("use-megatron-fsdp");
      arguments_.option("data-parallel-sharding-strategy",
                        layout_.zero == 2 ? "optim_grads" : "optim_grads_params");
      arguments_.option("ckpt-format", "fsdp_dtensor");
      notes_.emplace_back("Megatron-FSDP: leave CUDA_DEVICE_MAX_CONNECTIONS unset, or above 1");
    }
    if (layout_.zero > 0 && phase_.sharded_in_groups()) {
      arguments_.option("num-distributed-optimizer-instances",
                        phase_.replicas() / phase_.inputs.shard_ranks());
    }
    arguments_.flag("optimizer-cpu-offload", layout_.offload == Offload::kOptimizer);
    arguments_.flag("use-precision-aware-optimizer", precision_aware_optimizer());
    arguments_.flag("overlap-grad-reduce", software_.data_overlap);
    arguments_.flag("overlap-param-gather", software_.gather_overlap && layout_.zero > 0);
  }

  bool precision_aware_optimizer() const {
    return layout_.offload == Offload::kOptimizer ||
           software_.optimizer == Optimizer::kAdamBf16Moments ||
           software_.optimizer == Optimizer::kAdam8bit;
  }

  void write_recompute() {
    if (layout_.recompute == Recompute::kSelective) {
      arguments_.option("recompute-granularity", "selective");
    }
    if (layout_.recompute == Recompute::kFull) {
      const bool all = layout_.recompute_every == 1;
      arguments_.option("recompute-granularity", "full");
      arguments_.option("recompute-method", all ? "uniform" : "block");
      arguments_.option("recompute-num-layers", all ? 1 : phase_.recomputed_layers());
    }
  }

  void write_precision() {
    const Precision precision = phase_.plan.precision;
    arguments_.flag("bf16", precision == Precision::kBf16 || precision == Precision::kFp8);
    arguments_.flag("fp16", precision == Precision::kFp16);
    if (precision == Precision::kFp8) arguments_.option("fp8-format", "hybrid");
    arguments_.flag("fp8-param-gather", software_.fp8_gather);
    arguments_.flag("grad-reduce-in-bf16", software_.gradients == GradientType::kBf16);
    write_optimizer();
  }

  void write_optimizer() {
    switch (software_.optimizer) {
      case Optimizer::kAdam:
        return arguments_.option("optimizer", "adam");
      case Optimizer::kAdamBf16Moments:
      case Optimizer::kAdam8bit: {
        const bool bf16 = software_.optimizer == Optimizer::kAdamBf16Moments;
        arguments_.option("optimizer", "adam");
        arguments_.option("exp-avg-dtype", bf16 ? "bf16" : "fp8");
        return arguments_.option("exp-avg-sq-dtype", bf16 ? "bf16" : "fp8");
      }
      case Optimizer::kLion:
        return arguments_.option("optimizer", "lion");
      case Optimizer::kSgd:
        return arguments_.option("optimizer", "sgd");
      case Optimizer::kLamb:
      case Optimizer::kAdafactor:
        notes_.push_back(fmt::format("the optimizer is {}, which there is no argument for",
                                     enum_name(software_.optimizer)));
    }
  }

  void write_software() {
    arguments_.flag("tp-comm-overlap", software_.tensor_overlap && layout_.tensor > 1);
    arguments_.option("attention-backend", attention());
    if (software_.cuda_graphs) arguments_.option("cuda-graph-impl", "transformer_engine");
    if (!software_.fused_elementwise) {
      arguments_.flag("no-bias-gelu-fusion");
      arguments_.flag("no-bias-swiglu-fusion");
      arguments_.flag("no-bias-dropout-fusion");
    }
  }

  std::string_view attention() const {
    switch (software_.attention) {
      case AttentionKernel::kUnfused:
        return "unfused";
      case AttentionKernel::kFlash1:
      case AttentionKernel::kFlash2:
        return "flash";
      case AttentionKernel::kCudnn:
        return "fused";
    }
    return "auto";
  }

  const LaunchPhase& phase_;
  const Layout& layout_;
  const Transformer& model_;
  const Software& software_;
  std::vector<std::string> notes_;
  Arguments arguments_;
};

}  // namespace

std::string megatron_settings(const LaunchPhase& phase) { return Writer(phase).write(); }

}  // namespace sextant::report
