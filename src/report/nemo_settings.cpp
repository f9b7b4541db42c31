#include <fmt/format.h>
#include <fmt/ranges.h>

#include "src/report/settings_writers.h"

namespace sextant::report {
namespace {

using Notes = std::vector<std::string>;

/// The largest of the units of time that Lightning takes: days:hours:minutes:seconds.
std::string lightning_time(Seconds duration) {
  const auto seconds = static_cast<std::int64_t>(duration.si());
  return fmt::format("{:02}:{:02}:{:02}:{:02}", seconds / 86400, seconds / 3600 % 24,
                     seconds / 60 % 60, seconds % 60);
}

YAML::Node trainer(const LaunchPhase& phase) {
  YAML::Node trainer;
  trainer["devices"] = phase.devices_per_node();
  trainer["num_nodes"] = phase.scenario.cluster.nodes;
  trainer["accelerator"] = "gpu";
  trainer["precision"] = lightning_precision(phase.plan.precision);
  if (phase.steps) trainer["max_steps"] = *phase.steps;
  if (phase.plan.duration) trainer["max_time"] = lightning_time(*phase.plan.duration);
  if (phase.plan.evaluation) {
    trainer["val_check_interval"] = phase.plan.evaluation->every;
    trainer["limit_val_batches"] = *phase.evaluation_batches();
  }
  return trainer;
}

void add_parallelism(const LaunchPhase& phase, YAML::Node& model) {
  const Layout& layout = phase.layout();
  model["micro_batch_size"] = layout.micro_batch;
  model["global_batch_size"] = phase.inputs.global_batch;
  if (const auto& ramp = phase.plan.batch_ramp) {
    YAML::Node list;
    for (const std::int64_t value : {ramp->start, ramp->increment, ramp->sequences}) {
      list.push_back(value);
    }
    list.SetStyle(YAML::EmitterStyle::Flow);
    model["rampup_batch_size"] = list;
  }
  model["tensor_model_parallel_size"] = layout.tensor;
  model["sequence_parallel"] = layout.sequence_parallel && layout.tensor > 1;
  model["pipeline_model_parallel_size"] = layout.pipeline;
  if (layout.virtual_stages > 1) {
    model["virtual_pipeline_model_parallel_size"] = layout.virtual_stages;
  }
  if (phase.split() == StageSplit::kWithEnds) {
    model["account_for_embedding_in_pipeline_split"] = true;
    model["account_for_loss_in_pipeline_split"] = true;
  }
  model["context_parallel_size"] = layout.context;
  model["expert_model_parallel_size"] = layout.expert;
}

std::string_view activation(FeedForward feed_forward) {
  switch (feed_forward) {
    case FeedForward::kGelu:
      return "gelu";
    case FeedForward::kSwiglu:
      return "fast-swiglu";
    case FeedForward::kGeglu:
      return "fast-geglu";
    case FeedForward::kSquaredRelu:
      return "squared-relu";
  }
  return "gelu";
}

void add_shape(const LaunchPhase& phase, YAML::Node& model) {
  const Transformer& shape = phase.model();
  model["encoder_seq_length"] = phase.inputs.sequence_length;
  model["max_position_embeddings"] =
      shape.learned_positions > 0 ? shape.learned_positions : phase.inputs.sequence_length;
  model["num_layers"] = shape.layers;
  model["hidden_size"] = shape.hidden;
  model["ffn_hidden_size"] = shape.feed_forward;
  model["num_attention_heads"] = shape.heads;
  if (shape.key_value_heads() < shape.heads) model["num_query_groups"] = shape.key_value_heads();
  model["kv_channels"] = shape.head_width();
  model["activation"] = std::string(activation(shape.activation));
  model["position_embedding_type"] = shape.learned_positions > 0 ? "learned_absolute" : "rope";
  model["share_embeddings_and_output_weights"] = shape.tied_embeddings;
}

/// What NeMo hands on to Megatron core as it is.
YAML::Node core_settings(const LaunchPhase& phase) {
  YAML::Node core;
  if (phase.layout().context > 1) {
    core["cp_comm_type"] =
        phase.layout().context_exchange == ContextExchange::kRing ? "p2p" : "a2a";
  }
  if (!phase.model().experts) return core;
  const Experts& experts = *phase.model().experts;
  core["moe_ffn_hidden_size"] = experts.feed_forward;
  core["moe_token_dispatcher_type"] = "alltoall";
  if (experts.shared > 0) {
    core["moe_shared_expert_intermediate_size"] = experts.shared * experts.feed_forward;
  }
  if (experts.capacity_factor) {
    core["moe_expert_capacity_factor"] = *experts.capacity_factor;
    core["moe_pad_expert_input_to_capacity"] = true;
  }
  if (experts.dense_layers > 0 || experts.every > 1) {
    YAML::Node layers;
    for (std::int64_t layer = 0; layer < phase.model().layers; ++layer) {
      layers.push_back(phase.model().has_experts(layer) ? 1 : 0);
    }
    layers.SetStyle(YAML::EmitterStyle::Flow);
    core["moe_layer_freq"] = layers;
  }
  return core;
}

void add_experts(const LaunchPhase& phase, YAML::Node& model, Notes& notes) {
  if (!phase.model().experts) return;
  model["num_moe_experts"] = phase.model().experts->count;
  model["moe_router_topk"] = phase.model().experts->top_k;
  model["moe_grouped_gemm"] = phase.plan.software.grouped_experts;
  if (phase.layout().expert_tensor_ranks() != phase.layout().tensor) {
    notes.push_back(
        fmt::format("each expert is cut over {} tensor ranks: in NeMo 2.0's recipes "
                    "trainer.strategy.expert_tensor_parallel_size",
                    phase.layout().expert_tensor_ranks()));
  }
  if (phase.plan.software.expert_overlap) {
    notes.emplace_back(
        "all-to-alls run behind the work of another microbatch, which there is no "
        "word for here");
  }
}

void add_recompute(const LaunchPhase& phase, YAML::Node& model) {
  const Layout& layout = phase.layout();
  if (layout.recompute == Recompute::kSelective) {
    model["activations_checkpoint_granularity"] = "selective";
  }
  if (layout.recompute == Recompute::kFull) {
    const bool all = layout.recompute_every == 1;
    model["activations_checkpoint_granularity"] = "full";
    model["activations_checkpoint_method"] = all ? "uniform" : "block";
    model["activations_checkpoint_num_layers"] = all ? 1 : phase.recomputed_layers();
  }
}

void add_software(const LaunchPhase& phase, YAML::Node& model) {
  const Software& software = phase.plan.software;
  const Precision precision = phase.plan.precision;
  model["megatron_amp_O2"] = precision != Precision::kFp32 && precision != Precision::kTf32;
  if (precision == Precision::kFp8) {
    model["transformer_engine"] = true;
    model["fp8"] = true;
    model["fp8_hybrid"] = true;
    model["fp8_params"] = software.fp8_gather;
  }
  model["use_flash_attention"] = software.attention != AttentionKernel::kUnfused;
  model["ub_tp_comm_overlap"] = software.tensor_overlap && phase.layout().tensor > 1;
  if (software.cuda_graphs) {
    model["enable_cuda_graph"] = true;
    model["use_te_rng_tracker"] = true;
  }
}

/// ZeRO-1 is an optimizer here, ZeRO-2 and 3 are PyTorch's FSDP.
YAML::Node optimizer(const LaunchPhase& phase, Notes& notes) {
  const Software& software = phase.plan.software;
  YAML::Node optim;
  optim["name"] = phase.layout().zero == 1 ? "mcore_distributed_optim" : "fused_adam";
  if (phase.layout().zero == 1) {
    optim["overlap_grad_sync"] = software.data_overlap;
    optim["overlap_param_sync"] = software.gather_overlap;
    optim["grad_sync_dtype"] = std::string(enum_name(software.gradients));
    if (phase.sharded_in_groups()) {
      optim["num_distributed_optimizer_instances"] = phase.replicas() / phase.inputs.shard_ranks();
    }
  }
  if (software.optimizer != Optimizer::kAdam) {
    notes.push_back(fmt::format("the optimizer is {} in the forecast, Adam with fp32 moments here",
                                enum_name(software.optimizer)));
  }
  return optim;
}

void add_sharding(const LaunchPhase& phase, YAML::Node& model, Notes& notes) {
  const Layout& layout = phase.layout();
  if (layout.zero >= 2) {
    model["fsdp"] = true;
    model["fsdp_sharding_strategy"] = layout.zero == 2 ? "grad" : "full";
    model["fsdp_grad_reduce_dtype"] =
        phase.plan.software.gradients == GradientType::kFp32 ? "32" : "bf16";
    if (phase.sharded_in_groups()) {
      notes.push_back(fmt::format("shards span {} ranks in the forecast, all {} of them here",
                                  phase.inputs.shard_ranks(), phase.replicas()));
    }
  }
  if (layout.offload == Offload::kOptimizer) {
    notes.emplace_back(
        "the optimizer's state is kept in host memory, which there is no word for "
        "here");
  }
}

void note_stages(const LaunchPhase& phase, Notes& notes) {
  if (phase.split() != StageSplit::kListed) return;
  notes.push_back(
      fmt::format("the stages have {} layers: there are words for the first and the "
                  "last, model.num_layers_in_first_pipeline_stage and _last_",
                  fmt::join(phase.stages(), ", ")));
}

}  // namespace

YAML::Node lightning_precision(Precision precision) {
  switch (precision) {
    case Precision::kBf16:
    case Precision::kFp8:
      return YAML::Node("bf16");
    case Precision::kFp16:
      return YAML::Node(16);
    case Precision::kTf32:
    case Precision::kFp32:
      return YAML::Node(32);
  }
  return YAML::Node();
}

YAML::Node nemo_tree(const LaunchPhase& phase, Notes& notes) {
  for (std::string& note : unsaid_by_megatron(phase)) notes.push_back(std::move(note));
  note_stages(phase, notes);
  if (phase.model().latent_attention) {
    notes.emplace_back(
        "multi-head latent attention: NeMo 2.0's deepseek recipes have it, this "
        "configuration does not");
  }
  YAML::Node model;
  model["mcore_gpt"] = true;
  add_parallelism(phase, model);
  add_shape(phase, model);
  add_experts(phase, model, notes);
  add_recompute(phase, model);
  add_software(phase, model);
  add_sharding(phase, model, notes);
  if (const YAML::Node core = core_settings(phase); core.size() > 0) {
    model["mcore_customization_config"] = core;
  }
  model["optim"] = optimizer(phase, notes);
  YAML::Node tree;
  tree["trainer"] = trainer(phase);
  tree["model"] = model;
  return tree;
}

std::string nemo_settings(const LaunchPhase& phase) {
  Notes notes;
  const YAML::Node tree = nemo_tree(phase, notes);
  return settings_heading(phase, "NVIDIA NeMo, configuration of megatron_gpt_pretraining.py",
                          "NeMo 2.0's recipes say the parallel sizes at trainer.strategy", notes) +
         YAML::Dump(tree) + "\n";
}

}  // namespace sextant::report
