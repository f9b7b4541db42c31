#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "src/report/settings_writers.h"

namespace sextant::report {
namespace {

using Notes = std::vector<std::string>;

YAML::Node run_section(const LaunchPhase& phase, const char* model_type) {
  YAML::Node run;
  run["name"] = phase.count > 1 ? fmt::format("{}-{}", phase.scenario.name, phase.number)
                                : phase.scenario.name;
  if (model_type != nullptr) run["model_type"] = model_type;
  return run;
}

YAML::Node trainer_section(const LaunchPhase& phase) {
  YAML::Node trainer;
  trainer["devices"] = phase.devices_per_node();
  trainer["num_nodes"] = phase.scenario.cluster.nodes;
  if (phase.steps) trainer["max_steps"] = *phase.steps;
  if (phase.plan.evaluation) {
    trainer["val_check_interval"] = phase.plan.evaluation->every;
    trainer["limit_val_batches"] = *phase.evaluation_batches();
  }
  return trainer;
}

void note_duration(const LaunchPhase& phase, Notes& notes) {
  if (!phase.plan.duration) return;
  notes.push_back(
      fmt::format("the phase ends after {:.0f} s: set trainer.max_steps, or "
                  "run.time_limit",
                  phase.plan.duration->si()));
}

void note_stages(const LaunchPhase& phase, Notes& notes) {
  if (phase.split() == StageSplit::kEven) return;
  notes.push_back(fmt::format("the stages have {} layers, which there is no word for here",
                              fmt::join(phase.stages(), ", ")));
}

void note_ramp(const LaunchPhase& phase, Notes& notes) {
  if (!phase.plan.batch_ramp) return;
  notes.push_back(
      fmt::format("the batch grows from {} by {} over {} sequences, which there is no "
                  "word for here",
                  phase.plan.batch_ramp->start, phase.plan.batch_ramp->increment,
                  phase.plan.batch_ramp->sequences));
}

/// A recipe for NeuronX Distributed Training, on Trainium: model_type neuron-hf.
class NeuronRecipe {
 public:
  NeuronRecipe(const LaunchPhase& phase, Notes& notes) : phase_(phase), notes_(notes) {}

  YAML::Node tree() {
    for (std::string& note : unsaid_by_megatron(phase_)) notes_.push_back(std::move(note));
    note_duration(phase_, notes_);
    note_stages(phase_, notes_);
    note_ramp(phase_, notes_);
    YAML::Node tree;
    tree["run"] = run_section(phase_, "neuron-hf");
    tree["model_source"] = "hf";
    tree["trainer"] = trainer_section(phase_);
    tree["exp_manager"]["name"] = phase_.scenario.name;
    tree["distributed_strategy"] = strategy();
    tree["data"]["micro_batch_size"] = phase_.layout().micro_batch;
    tree["data"]["global_batch_size"] = phase_.inputs.global_batch;
    tree["model"] = model();
    tree["precision"]["type"] = "mixed_precision";
    return tree;
  }

 private:
  YAML::Node strategy() {
    const Layout& layout = phase_.layout();
    YAML::Node strategy;
    strategy["tensor_model_parallel_size"] = layout.tensor;
    strategy["pipeline_model_parallel_size"] = layout.pipeline;
    strategy["virtual_pipeline_model_parallel_size"] = layout.virtual_stages;
    strategy["zero1"] = layout.zero > 0;
    strategy["sequence_parallel"] = layout.sequence_parallel && layout.tensor > 1;
    strategy["kv_replicator"] =
        std::max<std::int64_t>(1, layout.tensor / phase_.model().key_value_heads());
    if (layout.zero > 1) {
      notes_.push_back(fmt::format("ZeRO-{} in the forecast, ZeRO-1 here", layout.zero));
    }
    if (layout.context > 1 || layout.expert > 1) {
      notes_.push_back(
          fmt::format("{} context and {} expert ranks, which there are no words for "
                      "here",
                      layout.context, layout.expert));
    }
    return strategy;
  }

  YAML::Node model() const {
    const Transformer& shape = phase_.model();
    YAML::Node model;
    model["encoder_seq_length"] = phase_.inputs.sequence_length;
    model["max_position_embeddings"] = phase_.inputs.sequence_length;
    model["num_layers"] = shape.layers;
    model["hidden_size"] = shape.hidden;
    model["qkv_linear"] = shape.key_value_heads() < shape.heads;
    if (phase_.layout().recompute == Recompute::kSelective ||
        phase_.layout().recompute == Recompute::kFull) {
      model["activations_checkpoint_granularity"] =
          std::string(enum_name(phase_.layout().recompute));
    } else {
      model["activations_checkpoint_granularity"] = YAML::Null;
    }
    model["fusions"]["flash_attention"] =
        phase_.plan.software.attention != AttentionKernel::kUnfused;
    return model;
  }

  const LaunchPhase& phase_;
  Notes& notes_;
};

/// A recipe for FSDP with SageMaker's model parallelism: model_type hf.
class FsdpRecipe {
 public:
  FsdpRecipe(const LaunchPhase& phase, Notes& notes) : phase_(phase), notes_(notes) {}

  YAML::Node tree() {
    note();
    YAML::Node tree;
    tree["run"] = run_section(phase_, "hf");
    YAML::Node trainer = trainer_section(phase_);
    trainer["accelerator"] = "gpu";
    trainer["precision"] = lightning_precision(phase_.plan.precision);
    tree["trainer"] = trainer;
    tree["exp_manager"]["name"] = phase_.scenario.name;
    tree["use_smp_model"] = true;
    tree["distributed_backend"] = "nccl";
    tree["model"] = model();
    return tree;
  }

 private:
  void note() {
    for (std::string& note : unsaid_by_megatron(phase_)) notes_.push_back(std::move(note));
    note_duration(phase_, notes_);
    note_ramp(phase_, notes_);
    const int microbatches = phase_.inputs.microbatches();
    if (microbatches > 1) {
      notes_.push_back(fmt::format(
          "{} microbatches make a step of {} sequences; a recipe has no "
          "word for that, and steps after one, {} sequences",
          microbatches, phase_.inputs.global_batch, phase_.inputs.global_batch / microbatches));
    }
    if (phase_.layout().recompute == Recompute::kSelective) {
      notes_.emplace_back("recomputes the attention core: here whole layers or nothing");
    }
    if (phase_.model().latent_attention) {
      notes_.emplace_back("multi-head latent attention, which there is no word for here");
    }
  }

  YAML::Node model() {
    YAML::Node model;
    model["model_type"] = phase_.model().experts ? "mixtral" : "llama_v3";
    notes_.emplace_back("model.model_type names a family: llama_v3, mistral, mixtral, qwen_v2 …");
    model["train_batch_size"] = phase_.layout().micro_batch;
    model["tensor_model_parallel_degree"] = phase_.layout().tensor;
    model["expert_model_parallel_degree"] = phase_.layout().expert;
    model["context_parallel_degree"] = phase_.layout().context;
    model["moe"] = phase_.model().experts.has_value();
    model["activation_checkpointing"] = phase_.layout().recompute == Recompute::kFull;
    model["offload_activations"] = false;
    model["sharding_strategy"] = sharding_strategy();
    model["shard_degree"] = shard_degree();
    model["fp8"] = phase_.plan.precision == Precision::kFp8;
    add_shape(model);
    return model;
  }

  /// Expert ranks are beside the shard's, not among them.
  std::int64_t shard_degree() const {
    const std::int64_t most = phase_.inputs.accelerators /
                              (std::int64_t{phase_.layout().tensor} * phase_.layout().expert);
    return std::min<std::int64_t>(phase_.inputs.shard_ranks(), most);
  }

  const char* sharding_strategy() const {
    const bool grouped = phase_.sharded_in_groups();
    if (phase_.layout().zero == 2) return grouped ? "_hybrid_shard_zero2" : "shard_grad_op";
    return grouped ? "hybrid_shard" : "full_shard";
  }

  void add_shape(YAML::Node& model) const {
    const Transformer& shape = phase_.model();
    model["max_context_width"] = phase_.inputs.sequence_length;
    model["num_hidden_layers"] = shape.layers;
    model["hidden_size"] = shape.hidden;
    model["num_attention_heads"] = shape.heads;
    model["num_key_value_heads"] = shape.key_value_heads();
    model["intermediate_size"] = shape.experts ? shape.experts->feed_forward : shape.feed_forward;
    model["vocab_size"] = shape.vocabulary;
    model["tie_word_embeddings"] = shape.tied_embeddings;
    model["use_flash_attention"] = phase_.plan.software.attention != AttentionKernel::kUnfused;
    if (!shape.experts) return;
    model["num_local_experts"] = shape.experts->count;
    model["num_experts_per_tok"] = shape.experts->top_k;
  }

  const LaunchPhase& phase_;
  Notes& notes_;
};

/// A recipe with NeMo's model, which knows pipelines.
YAML::Node nemo_recipe(const LaunchPhase& phase, Notes& notes) {
  const YAML::Node nemo = nemo_tree(phase, notes);
  YAML::Node tree;
  tree["run"] = run_section(phase, nullptr);
  tree["trainer"] = nemo["trainer"];
  tree["exp_manager"]["name"] = phase.scenario.name;
  tree["model"] = nemo["model"];
  return tree;
}

YAML::Node recipe(const LaunchPhase& phase, Notes& notes) {
  const Layout& layout = phase.layout();
  if (phase.plan.software.framework == "neuronx") return NeuronRecipe(phase, notes).tree();
  if (layout.pipeline == 1 && layout.zero >= 2 && layout.offload == Offload::kNone) {
    return FsdpRecipe(phase, notes).tree();
  }
  return nemo_recipe(phase, notes);
}

}  // namespace

std::string hyperpod_settings(const LaunchPhase& phase) {
  Notes notes;
  const YAML::Node tree = recipe(phase, notes);
  const std::string use = fmt::format("in recipes_collection/config.yaml: instance_type: {}",
                                      phase.scenario.cluster.instance->name);
  return settings_heading(phase, "Amazon SageMaker HyperPod, recipe for release 1.3.1", use,
                          notes) +
         YAML::Dump(tree) + "\n";
}

}  // namespace sextant::report
