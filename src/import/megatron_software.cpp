#include <fmt/format.h>

#include "src/import/megatron_words.h"

namespace sextant::importer {
namespace {

using io::Node;
using Names = Settings::Names;

class SoftwareWords {
 public:
  SoftwareWords(Settings& settings, Dialect dialect, ImportedRun& run)
      : settings_(settings), dialect_(dialect), run_(run) {}

  void take() {
    take_precision();
    take_framework();
    take_overlap();
    take_attention();
    take_kernels();
    take_optimizer();
    take_adapters();
  }

 private:
  void set(const char* key, Node::Value value, const Setting& from) {
    run_.take(fmt::format("training/software/{}", key), std::move(value), from);
  }
  void flag(const char* key, Names names) {
    if (const Setting* setting = settings_.find(names)) set(key, settings_.flag(names), *setting);
  }

  void take_precision() {
    const Setting* fp8 = settings_.find({"fp8_format", "fp8"});
    if (fp8 && (fp8->value.get<std::string>() || settings_.flag({"fp8"}))) {
      return run_.take("training/precision", std::string("fp8"), *fp8);
    }
    if (dialect_ == Dialect::kMegatron) return take_megatron_precision();
    if (dialect_ == Dialect::kNeuron) return;
    const auto word = settings_.text({"precision"});
    const Setting* setting = settings_.find({"precision"});
    if (!word) return;
    if (word->starts_with("bf16"))
      return run_.take("training/precision", std::string("bf16"), *setting);
    if (word->starts_with("16"))
      return run_.take("training/precision", std::string("fp16"), *setting);
    if (word->starts_with("32"))
      return run_.take("training/precision", std::string("fp32"), *setting);
    settings_.unsupported(*setting, "bf16, 16 or 32");
  }

  void take_megatron_precision() {
    const Setting* bf16 = settings_.find({"bf16"});
    const Setting* fp16 = settings_.find({"fp16"});
    const bool with_bf16 = settings_.flag({"bf16"}), with_fp16 = settings_.flag({"fp16"});
    if (with_bf16 && with_fp16) {
      settings_.contradiction(*fp16, *bf16, "--fp16 and --bf16 exclude one another",
                              "keep one of the two");
    } else if (with_bf16) {
      run_.take("training/precision", std::string("bf16"), *bf16);
    } else if (with_fp16) {
      run_.take("training/precision", std::string("fp16"), *fp16);
    } else {
      run_.assume("training/precision", std::string("fp32"), "neither --bf16 nor --fp16 is there");
    }
  }

  void take_framework() {
    switch (dialect_) {
      case Dialect::kMegatron:
        if (settings_.has({"zero_stage"})) {
          return set("framework", std::string("deepspeed"), *settings_.find({"zero_stage"}));
        }
        return run_.assume("training/software/framework", std::string("megatron"),
                           "the arguments are Megatron-LM's");
      case Dialect::kNemo:
        return run_.assume("training/software/framework", std::string("nemo"),
                           "the configuration is NeMo's");
      case Dialect::kNeuron:
        return run_.assume("training/software/framework", std::string("neuronx"),
                           "the recipe is for NeuronX Distributed Training");
      case Dialect::kFsdp:
        return run_.assume("training/software/framework", std::string("torchtitan"),
                           "of the calibrated software the nearest to PyTorch's FSDP");
    }
  }

  void take_overlap() {
    if (dialect_ == Dialect::kMegatron) {
      const Setting* reduce = settings_.find({"overlap_grad_reduce"});
      if (reduce) {
        flag("data_overlap", {"overlap_grad_reduce"});
      } else {
        run_.assume("training/software/data_overlap", false, "--overlap-grad-reduce is not there");
      }
      const Setting* gather = settings_.find({"overlap_param_gather"});
      if (gather) {
        flag("gather_overlap", {"overlap_param_gather"});
      } else if (run_.number("training/layout/zero").value_or(0) > 0) {
        run_.assume("training/software/gather_overlap", false,
                    "--overlap-param-gather is not there");
      }
    } else {
      flag("data_overlap", {"optim.overlap_grad_sync", "ddp.overlap_grad_reduce"});
      flag("gather_overlap", {"optim.overlap_param_sync", "ddp.overlap_param_gather"});
    }
    if (run_.number("training/layout/tensor").value_or(1) > 1) {
      flag("tensor_overlap", {"tp_comm_overlap", "ub_tp_comm_overlap"});
    } else {
      settings_.find({"tp_comm_overlap", "ub_tp_comm_overlap"});
    }
    flag("expert_overlap", {"overlap_moe_expert_parallel_comm"});
  }

  void take_attention() {
    const Setting* backend = settings_.find({"attention_backend"});
    if (const auto name = settings_.text({"attention_backend"})) {
      if (*name == "flash") return set("attention", std::string("flash2"), *backend);
      if (*name == "fused") return set("attention", std::string("cudnn"), *backend);
      if (*name == "unfused" || *name == "local") {
        return set("attention", std::string("fused_softmax"), *backend);
      }
      if (*name != "auto") {
        return settings_.unsupported(*backend, "flash, fused, unfused, local or auto");
      }
    }
    const Names flash{"use_flash_attn", "use_flash_attention", "fusions.flash_attention"};
    if (const Setting* setting = settings_.find(flash)) {
      set("attention", std::string(settings_.flag(flash) ? "flash2" : "fused_softmax"), *setting);
    }
  }

  void take_kernels() {
    const auto graphs = settings_.text({"cuda_graph_impl"});
    if (graphs && *graphs != "none") set("cuda_graphs", true, *settings_.find({"cuda_graph_impl"}));
    flag("cuda_graphs", {"enable_cuda_graph", "external_cuda_graph"});
    const Names unfused{"no_bias_swiglu_fusion", "no_bias_gelu_fusion"};
    if (const Setting* setting = settings_.find(unfused)) {
      set("fused_elementwise", !settings_.flag(unfused), *setting);
    }
    settings_.find({"no_bias_dropout_fusion"});
    settings_.find({"no_bias_gelu_fusion"});
    if (run_.find("model/experts")) {
      const Setting* grouped = settings_.find({"moe_grouped_gemm"});
      if (grouped) {
        set("grouped_experts", settings_.flag({"moe_grouped_gemm"}), *grouped);
      } else if (dialect_ != Dialect::kFsdp) {
        run_.assume("training/software/grouped_experts", false, "grouped GEMM is not asked for");
      }
    }
    flag("fp8_gather", {"fp8_param_gather", "fp8_params"});
  }

  void take_optimizer() {
    const auto gradients = settings_.text({"optim.grad_sync_dtype"});
    if (settings_.flag({"grad_reduce_in_bf16"})) {
      set("gradients", std::string("bf16"), *settings_.find({"grad_reduce_in_bf16"}));
    } else if (gradients && gradients->starts_with("bf16")) {
      set("gradients", std::string("bf16"), *settings_.find({"optim.grad_sync_dtype"}));
    }
    if (dialect_ != Dialect::kMegatron) return;
    const auto name = settings_.text({"optimizer"});
    const Setting* setting = settings_.find({"optimizer"});
    if (name && *name == "sgd") return set("optimizer", std::string("sgd_momentum"), *setting);
    if (name && *name == "lion") return set("optimizer", *name, *setting);
    if (name && *name != "adam") {
      return settings_.unsupported(*setting, "adam, lion or sgd");
    }
    const auto moments = settings_.text({"exp_avg_dtype"});
    settings_.find({"exp_avg_sq_dtype"});
    settings_.find({"use_precision_aware_optimizer"});
    if (moments && *moments == "bf16") {
      set("optimizer", std::string("adam_bf16_moments"), *settings_.find({"exp_avg_dtype"}));
    } else if (moments && *moments == "fp8") {
      set("optimizer", std::string("adam_8bit"), *settings_.find({"exp_avg_dtype"}));
    }
  }

  void take_adapters() {
    if (dialect_ == Dialect::kMegatron) return;
    const Names scheme{"peft.peft_scheme", "peft.peft_type"};
    const auto name = settings_.text(scheme);
    if (!name || *name == "none" || *name == "null") return;
    const Setting& setting = *settings_.find(scheme);
    if (*name != "lora") return settings_.unsupported(setting, "lora or null");
    run_.take("training/tuning/trainable", std::string("lora"), setting);
    const Names rank{"peft.lora_tuning.adapter_dim", "peft.rank"};
    if (const auto count = settings_.count(rank, 1, 65'536)) {
      run_.take("training/tuning/rank", count->value, *settings_.find(rank));
    }
  }

  Settings& settings_;
  Dialect dialect_;
  ImportedRun& run_;
};

}  // namespace

void take_software(Settings& settings, Dialect dialect, ImportedRun& run) {
  SoftwareWords(settings, dialect, run).take();
}

}  // namespace sextant::importer
