#include <fmt/format.h>

#include <algorithm>

#include "src/import/layer_lists.h"
#include "src/import/megatron_words.h"

namespace sextant::importer {
namespace {

using io::Node;
using Names = Settings::Names;

class LayoutWords {
 public:
  LayoutWords(Settings& settings, Dialect dialect, ImportedRun& run)
      : settings_(settings), dialect_(dialect), run_(run) {}

  void take() {
    tensor_ = degree("tensor", {"tensor_model_parallel_size", "tensor_model_parallel_degree"});
    pipeline_ = degree("pipeline", {"pipeline_model_parallel_size"});
    take_virtual_stages();
    take_stages();
    if (degree("context", {"context_parallel_size", "context_parallel_degree"}) > 1) {
      take_context_exchange();
    }
    if (run_.find("model/experts")) {
      degree("expert", {"expert_model_parallel_size", "expert_model_parallel_degree"});
      if (settings_.has({"expert_tensor_parallel_size"})) {
        degree("expert_tensor", {"expert_tensor_parallel_size"});
      }
    }
    degree("micro_batch", {"micro_batch_size", "train_batch_size"});
    take_sequence_parallel();
    take_sharding();
    take_recompute();
    if (settings_.flag({"optimizer_cpu_offload"})) {
      word("offload", "optimizer", {"optimizer_cpu_offload"});
    }
  }

 private:
  static constexpr std::int64_t kMostRanks = 10'000'000;

  void set(const char* key, Node::Value value, const Setting& from) {
    run_.take(fmt::format("training/layout/{}", key), std::move(value), from);
  }
  void word(const char* key, const char* text, Names from) {
    set(key, std::string(text), *settings_.find(from));
  }

  /// 1 where it is not given: the default everywhere.
  std::int64_t degree(const char* key, Names names) {
    const auto count = settings_.count(names, 1, kMostRanks);
    if (count) set(key, count->value, *settings_.find(names));
    return count ? *count->get<std::int64_t>() : 1;
  }

  void take_virtual_stages() {
    const Names each{"num_virtual_stages_per_pipeline_rank",
                     "virtual_pipeline_model_parallel_size"};
    const Names layers{"num_layers_per_virtual_pipeline_stage"};
    const Setting* by_layers = settings_.find(layers);
    if (const Setting* chunks = settings_.find(each)) {
      if (by_layers) {
        settings_.contradiction(
            *by_layers, *chunks,
            fmt::format("{} and {} exclude one another", by_layers->shown, chunks->shown),
            "keep one of the two");
      }
      virtual_stages_ = settings_.number(each, 1, 100'000).value_or(1);
      if (pipeline_ == 1) virtual_stages_ = 1;  // one rank has nothing to interleave with
      if (pipeline_ > 1) set("virtual_stages", virtual_stages_, *chunks);
      return;
    }
    const auto in_each = settings_.number(layers, 1, 100'000);
    const auto all = run_.number("model/layers");
    if (!in_each || !all) return;
    if (*all % (*in_each * pipeline_) != 0) {
      return settings_.contradiction(
          *by_layers, *settings_.find({"num_layers"}),
          fmt::format("{} layers are not {} pipeline ranks with chunks of {}", *all, pipeline_,
                      *in_each),
          "choose a number that divides the layers of a pipeline rank");
    }
    virtual_stages_ = *all / (*in_each * pipeline_);
    set("virtual_stages", virtual_stages_, *by_layers);
  }

  void take_stages() {
    if (const Setting* pattern = settings_.find({"pipeline_model_parallel_layout"})) {
      return take_pattern(*pattern);
    }
    const auto layers = run_.number("model/layers");
    const std::int64_t chunks = pipeline_ * virtual_stages_;
    if (!layers || chunks == 1 || chunks > *layers + 2) return;
    const Names first{"decoder_first_pipeline_num_layers", "num_layers_in_first_pipeline_stage"};
    const Names last{"decoder_last_pipeline_num_layers", "num_layers_in_last_pipeline_stage"};
    if (settings_.has(first) || settings_.has(last)) return take_ends(first, last, *layers);
    const bool embedding = settings_.flag({"account_for_embedding_in_pipeline_split"});
    const bool loss = settings_.flag({"account_for_loss_in_pipeline_split"});
    const std::int64_t items = *layers + (embedding ? 1 : 0) + (loss ? 1 : 0);
    const Setting& place = *settings_.find({"num_layers", "num_hidden_layers"});
    if (items % chunks != 0) {
      if (dialect_ == Dialect::kNeuron) return;  // cuts as it likes
      return settings_.unsupported(
          place,
          fmt::format("a multiple of {}, the stages of the pipeline, embedding and loss "
                      "counted as asked",
                      chunks),
          "--account-for-embedding-in-pipeline-split and --account-for-loss-in-pipeline-split "
          "count them as a layer each; --pipeline-model-parallel-layout lists the stages");
    }
    // Both: what an absent list means where the layers do not divide.
    if (embedding == loss) return;
    Node::Array stages(static_cast<std::size_t>(chunks), Node(items / chunks, {}));
    Node& shorter = embedding ? stages.front() : stages.back();
    shorter.value = items / chunks - 1;
    set("stages", std::move(stages),
        *settings_.find(
            {"account_for_embedding_in_pipeline_split", "account_for_loss_in_pipeline_split"}));
  }

  void take_ends(Names first, Names last, std::int64_t layers) {
    if (virtual_stages_ > 1) {
      return settings_.unsupported(
          *settings_.find({"decoder_first_pipeline_num_layers",
                           "num_layers_in_first_pipeline_stage", "decoder_last_pipeline_num_layers",
                           "num_layers_in_last_pipeline_stage"}),
          "one stage per pipeline rank", "list the stages: --pipeline-model-parallel-layout");
    }
    const auto of_first = settings_.number(first, 1, 100'000);
    const auto of_last = settings_.number(last, 1, 100'000);
    const std::int64_t between = pipeline_ - (of_first ? 1 : 0) - (of_last ? 1 : 0);
    const std::int64_t rest = layers - of_first.value_or(0) - of_last.value_or(0);
    const Setting& setting =
        of_first || !settings_.has(last) ? *settings_.find(first) : *settings_.find(last);
    if (rest < 0 || between < 0 || (between == 0 ? rest != 0 : rest % between != 0)) {
      return settings_.unsupported(
          setting, fmt::format("ends that leave each of the other {} stages as many of the {} "
                               "layers",
                               between, layers));
    }
    Node::Array stages;
    if (of_first) stages.emplace_back(*of_first, io::Place{});
    for (std::int64_t i = 0; i < between; ++i) stages.emplace_back(rest / between, io::Place{});
    if (of_last) stages.emplace_back(*of_last, io::Place{});
    set("stages", std::move(stages), setting);
  }

  void take_pattern(const Setting& setting) {
    const auto* text = setting.value.get<std::string>();
    const auto stages = text && setting.unknown.empty() ? stage_pattern(*text) : std::nullopt;
    const auto size = stages ? static_cast<std::int64_t>(stages->size()) : 0;
    if (!stages || size % pipeline_ != 0 ||
        (virtual_stages_ > 1 && size != pipeline_ * virtual_stages_)) {
      return settings_.unsupported(
          setting,
          fmt::format("E, t, L and | for a multiple of {} stages, as in \"Et*3|t*4L\"", pipeline_));
    }
    Node::Array list;
    for (const int layers : *stages) list.emplace_back(std::int64_t{layers}, value_place(setting));
    if (size > 1) set("stages", std::move(list), setting);
    if (size > pipeline_ && virtual_stages_ == 1) {
      set("virtual_stages", size / pipeline_, setting);
    }
  }

  void take_context_exchange() {
    const auto kind = settings_.text({"cp_comm_type"});
    if (!kind) return;
    if (*kind == "a2a") return word("context_exchange", "all_to_all", {"cp_comm_type"});
    if (*kind == "p2p") return word("context_exchange", "ring", {"cp_comm_type"});
    if (*kind != "all_gather" && *kind != "allgather" && *kind != "a2a+p2p") {
      return settings_.unsupported(*settings_.find({"cp_comm_type"}), "p2p or a2a");
    }
    run_.assume("training/layout/context_exchange", std::string("ring"),
                fmt::format("moves as much as {}, which has no word here", *kind));
  }

  void take_sequence_parallel() {
    const Setting* setting = settings_.find({"sequence_parallel"});
    const bool given = settings_.flag({"sequence_parallel"});
    if (tensor_ == 1) return;  // no difference
    if (setting) return set("sequence_parallel", given, *setting);
    if (dialect_ == Dialect::kFsdp) return;
    run_.assume("training/layout/sequence_parallel", false, "not asked for");
  }

  void take_sharding() {
    switch (dialect_) {
      case Dialect::kMegatron:
        return take_megatron_sharding();
      case Dialect::kNemo:
        return take_nemo_sharding();
      case Dialect::kNeuron: {
        const Setting* setting = settings_.find({"zero1"});
        const bool sharded = settings_.flag({"zero1"});
        if (setting) return set("zero", std::int64_t{sharded ? 1 : 0}, *setting);
        return run_.assume("training/layout/zero", std::int64_t{0}, "zero1 is not asked for");
      }
      case Dialect::kFsdp:
        return take_recipe_sharding();
    }
  }

  void take_megatron_sharding() {
    const Names stage{"zero_stage"};
    if (const auto count = settings_.count(stage, 0, 3)) {  // Megatron-DeepSpeed
      return set("zero", count->value, *settings_.find(stage));
    }
    const Names fsdp{"use_megatron_fsdp", "use_custom_fsdp"};
    const Setting* optimizer = settings_.find({"use_distributed_optimizer"});
    const bool sharded_optimizer = settings_.flag({"use_distributed_optimizer"});
    if (settings_.flag(fsdp)) {
      take_strategy(*settings_.find(fsdp));
    } else if (settings_.flag({"use_torch_fsdp2"})) {
      set("zero", std::int64_t{3}, *settings_.find({"use_torch_fsdp2"}));
    } else if (sharded_optimizer) {
      set("zero", std::int64_t{1}, *optimizer);
    } else {
      return run_.assume("training/layout/zero", std::int64_t{0},
                         "--use-distributed-optimizer is not there");
    }
    run_.optimizer_instances = settings_.count({"num_distributed_optimizer_instances"});
  }

  void take_strategy(const Setting& fsdp) {
    const Setting* setting = settings_.find({"data_parallel_sharding_strategy"});
    const std::string strategy =
        settings_.text({"data_parallel_sharding_strategy"}).value_or("no_shard");
    static constexpr const char* kStages[] = {"no_shard", "optim", "optim_grads",
                                              "optim_grads_params"};
    for (std::int64_t zero = 0; zero < 4; ++zero) {
      if (strategy == kStages[zero]) return set("zero", zero, setting ? *setting : fsdp);
    }
    settings_.unsupported(*setting, "no_shard, optim, optim_grads or optim_grads_params");
  }

  void take_nemo_sharding() {
    if (settings_.flag({"fsdp"})) {
      const auto strategy = settings_.text({"fsdp_sharding_strategy"}).value_or("full");
      const Setting* setting = settings_.find({"fsdp_sharding_strategy"});
      if (!setting) setting = settings_.find({"fsdp"});
      if (strategy == "grad") return set("zero", std::int64_t{2}, *setting);
      if (strategy == "full" || strategy == "hybrid") return set("zero", std::int64_t{3}, *setting);
      return settings_.unsupported(*setting, "full, hybrid or grad");
    }
    const Setting* optimizer = settings_.find({"optim.name"});
    const auto name = settings_.text({"optim.name"});
    const bool strategy = settings_.flag({"ddp.use_distributed_optimizer"});
    if (strategy) {
      set("zero", std::int64_t{1}, *settings_.find({"ddp.use_distributed_optimizer"}));
    } else if (name &&
               (name->starts_with("mcore_distributed") || name->starts_with("distributed_fused"))) {
      set("zero", std::int64_t{1}, *optimizer);
    } else {
      return run_.assume("training/layout/zero", std::int64_t{0},
                         "the optimizer is not a distributed one");
    }
    run_.optimizer_instances = settings_.count(
        {"optim.num_distributed_optimizer_instances", "ddp.num_distributed_optimizer_instances"});
  }

  void take_recipe_sharding() {
    const auto strategy = settings_.text({"sharding_strategy"}).value_or("hybrid_shard");
    const Setting* setting = settings_.find({"sharding_strategy"});
    const bool grouped = strategy.find("hybrid") != std::string::npos;
    const bool gradients = strategy == "_hybrid_shard_zero2" || strategy == "shard_grad_op";
    if (strategy == "no_shard") {
      set("zero", std::int64_t{0}, *setting);
    } else if (!setting) {
      run_.assume("training/layout/zero", std::int64_t{3}, "sharding_strategy is not given");
    } else if (gradients || strategy == "hybrid_shard" || strategy == "full_shard") {
      set("zero", std::int64_t{gradients ? 2 : 3}, *setting);
    } else {
      settings_.unsupported(
          *setting, "full_shard, hybrid_shard, shard_grad_op, _hybrid_shard_zero2 or no_shard");
    }
    if (const auto group = settings_.count({"shard_degree"}, 1, kMostRanks); grouped && group) {
      set("shard_group", group->value, *settings_.find({"shard_degree"}));
    }
  }

  void take_recompute() {
    const Names kind{"recompute_granularity", "activations_checkpoint_granularity"};
    const Names old{"recompute_activations"};
    const Names all{"checkpoint_activations", "activation_checkpointing"};
    if (const Setting* setting = settings_.find(kind)) {
      const std::string granularity = settings_.text(kind).value_or("");
      if (granularity == "selective") {
        word("recompute", "selective", kind);
      } else if (granularity == "full") {
        word("recompute", "full", kind);
        take_recomputed_layers();
      } else if (granularity != "none" && setting->unknown.empty()) {
        settings_.unsupported(*setting, "selective or full");
      }
    } else if (settings_.flag(all)) {
      word("recompute", "full", all);
    } else if (settings_.flag(old)) {
      word("recompute", "selective", old);
    }
  }

  /// Of each stage the first layers are recomputed, here one in so many of all: as much work, and
  /// nearly as much memory.
  void take_recomputed_layers() {
    const auto method =
        settings_.text({"recompute_method", "activations_checkpoint_method"}).value_or("uniform");
    const Names names{"recompute_num_layers", "activations_checkpoint_num_layers"};
    const auto some = settings_.number(names, 1, 100'000);
    const auto layers = run_.number("model/layers");
    if (method != "block" || !some || !layers) return;
    const std::int64_t chunks = std::max<std::int64_t>(
        1, pipeline_ * run_.number("training/layout/virtual_stages").value_or(1));
    const std::int64_t in_each = (*layers + chunks - 1) / chunks;
    std::int64_t every = 1;
    while (every < in_each && (in_each + every - 1) / every > *some) ++every;
    if (every > 1) set("recompute_every", every, *settings_.find(names));
  }

  Settings& settings_;
  Dialect dialect_;
  ImportedRun& run_;
  std::int64_t tensor_ = 1, pipeline_ = 1, virtual_stages_ = 1;
};

}  // namespace

void take_layout(Settings& settings, Dialect dialect, ImportedRun& run) {
  LayoutWords(settings, dialect, run).take();
}

}  // namespace sextant::importer
