#include "src/validate/published_runs.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "sextant/training/parameters.h"
#include "src/catalog/families.h"
#include "src/validate/nanotron_stages.h"
#include "src/validate/read_rows.h"
#include "src/validate/release_date.h"
#include "src/validate/row_view.h"

namespace sextant::validate {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;
constexpr std::int64_t kGpt2Vocabulary = 50257;      ///< where a source gives none
constexpr const char* kUsualFramework = "megatron";  ///< where a framework has no coefficients

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Catalogue name of the accelerator that a source calls `gpu`; empty if there is none.
std::string accelerator_name(const std::string& gpu) {
  if (has(gpu, "A100")) return has(gpu, "40GB") ? "a100-40gb" : "a100-80gb";
  if (has(gpu, "H100")) return has(gpu, "96GB") ? "h100-96gb-500w" : "h100-80gb";
  if (has(gpu, "GB200")) return "gb200-186gb";
  if (has(gpu, "H200") && !has(gpu, "GH200")) return "h200-141gb";
  if (has(gpu, "B200")) return "b200-180gb";
  if (has(gpu, "B300")) return "b300-288gb";
  if (has(gpu, "V100")) return has(gpu, "16GB") ? "v100-16gb" : "v100-32gb";
  if (has(gpu, "Trainium2")) return "trainium2";
  if (has(gpu, "Trainium1")) return "trainium1";
  return {};
}

std::string fabric_name(const std::string& inter) {
  if (has(inter, "InfiniBand")) return "infiniband";
  if (has(inter, "EFA")) return "efa";
  if (has(inter, "Omni-Path")) return "omni-path";
  return "roce";
}

/// The whole number right behind `key` in words like "q_lora 1536, kv_lora 512"; 0 if there is
/// none.
std::int64_t number_after(const std::string& words, const std::string& key) {
  constexpr std::int64_t kMost = 1'000'000;
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = words.find(key); at != std::string::npos; at = words.find(key, at + 1)) {
    std::int64_t number = 0;
    for (std::size_t i = at + key.size(); i < words.size() && digit(words[i]); ++i) {
      number = std::min(10 * number + (words[i] - '0'), kMost);
    }
    if (number > 0) return number;
  }
  return 0;
}

/// Key of the framework's coefficients; empty if it has none.
std::string framework_name(const std::string& framework, const std::string& release) {
  if (has(framework, "Bridge") || has(framework, "NeMo")) return "nemo";
  if (has(framework, "nanotron")) return "nanotron";
  if (has(framework, "AXLearn")) return "axlearn";
  if (has(framework, "foundry")) return "llm-foundry";
  if (has(framework, "torchtitan")) return "torchtitan";
  if (has(framework, "InternEvo")) return "internevo";
  if (has(framework, "ZeRO-3")) return has(release, "2021") ? "deepspeed-2021" : "deepspeed";
  if (has(lower(framework), "neuron")) return "neuronx";
  if (has(framework, "Megatron")) return "megatron";
  return {};
}

std::optional<AttentionKernel> attention_of(const std::string& text) {
  if (const auto exact = enum_from_name<AttentionKernel>(text)) return exact;
  const std::string words = lower(text);
  if (has(words, "cudnn") || has(words, "transformerengine")) return AttentionKernel::kCudnn;
  if (has(words, "flash")) return AttentionKernel::kFlash2;
  return std::nullopt;
}

Recompute recompute_of(const std::string& text) {
  if (text == "full") return Recompute::kFull;
  if (has(text, "(op)")) return Recompute::kOperator;
  return has(text, "selective") ? Recompute::kSelective : Recompute::kNone;
}

/// Experts, from the row's counts and from words like "first 3 layers dense; 1 shared expert".
std::optional<Experts> read_experts(const RowView& row, const std::string& words) {
  if (row.number("moe_experts").value_or(0) <= 1) return std::nullopt;
  Experts experts;
  experts.count = row.count("moe_experts");
  experts.top_k = row.count("moe_topk");
  experts.feed_forward = row.count("moe_ffn", row.count("ffn"));
  experts.dense_layers = number_after(words, "first ");
  experts.shared = has(words, "1 shared expert") ? 1 : 0;
  return experts;
}

std::optional<LatentAttention> read_latent_attention(const std::string& words) {
  if (!has(words, "MLA")) return std::nullopt;
  const LatentAttention latent{number_after(words, "q_lora "), number_after(words, "kv_lora "),
                               number_after(words, "nope "), number_after(words, "rope "),
                               number_after(words, " v ")};
  const bool told = latent.key_value_rank > 0 && latent.plain_width > 0 && latent.value_width > 0;
  if (!told) return std::nullopt;
  return latent;
}

Transformer read_model(const RowView& row) {
  Transformer model;
  model.name = row.text("name");
  model.layers = row.count("layers");
  model.hidden = row.count("hidden");
  model.heads = row.count("heads");
  model.kv_heads = row.count("kv_heads", model.heads);
  model.feed_forward = row.count("ffn");
  model.activation = enum_from_name<FeedForward>(row.text("ffn_type")).value_or(FeedForward::kGelu);
  model.vocabulary = row.count("vocab", kGpt2Vocabulary);
  model.tied_embeddings = row.flag("tied").value_or(false);
  model.bidirectional = has(lower(model.name), "bert");
  const std::string attention = row.text("attention");
  model.latent_attention = read_latent_attention(attention);
  model.head_size = number_after(attention, "head dim ");
  model.experts = read_experts(row, attention);
  return model;
}

Layout read_layout(const RowView& parallelism, const RowView& batch) {
  Layout layout;
  const auto degree = [&](const char* key, std::optional<std::int64_t> otherwise = 1) {
    return static_cast<int>(parallelism.count(key, otherwise));
  };
  layout.tensor = degree("tp");
  layout.pipeline = degree("pp");
  layout.virtual_stages = degree("vp");
  layout.context = degree("cp");
  layout.expert = degree("ep");
  if (parallelism.number("etp")) layout.expert_tensor = degree("etp");
  layout.data = degree("dp");
  layout.zero = parallelism.zero_stage("zero");
  if (parallelism.number("shard_group")) layout.shard_group = degree("shard_group");
  layout.sequence_parallel = parallelism.flag("sequence_parallel").value_or(false);
  layout.micro_batch = static_cast<int>(batch.count("micro"));
  layout.recompute = recompute_of(batch.text("recompute"));
  return layout;
}

/// What a source leaves open, its framework answers: NVIDIA's stack overlaps and uses cuDNN
/// attention; others of the A100's time neither overlap nor fuse attention.
Software read_software(const RowView& row, const std::string& generation,
                       const std::string& precision, int tensor) {
  Software software;
  const std::string known = framework_name(row.text("framework"), row.text("release"));
  software.framework = known.empty() ? kUsualFramework : known;
  software.release = release_date(row.text("release"));
  const bool nemo = software.framework == "nemo";
  const bool older = generation == "a100" || generation == "v100" || generation.starts_with("trn");
  // Transformer Engine before 1.0 ran long sequences through FlashAttention 1.
  const bool early = has(row.text("release"), "TE 0.");
  const AttentionKernel usual = nemo && early ? AttentionKernel::kFlash1
                                : nemo        ? AttentionKernel::kCudnn
                                : older       ? AttentionKernel::kUnfused
                                              : AttentionKernel::kFlash2;
  software.attention = attention_of(row.text("attention")).value_or(usual);
  software.tensor_overlap = row.flag_or_words("tp_overlap").value_or(nemo && tensor > 1);
  software.data_overlap = row.flag_or_words("dp_overlap").value_or(nemo);
  software.gather_overlap =
      row.flag_or_words("param_gather_overlap").value_or(software.data_overlap);
  // Whole graphs, without a host.
  const bool compiled = software.framework == "neuronx" || software.framework == "axlearn";
  software.cuda_graphs = row.flag_or_words("cuda_graphs").value_or(compiled);
  if (row.text("optimizer") == "lamb") software.optimizer = Optimizer::kLamb;
  software.grouped_experts = row.flag_or_words("moe_grouped_gemm").value_or(true);
  software.expert_overlap = row.flag_or_words("moe_a2a_overlap").value_or(false);
  software.fp8_gather = row.flag_or_words("fp8_comm").value_or(false);
  const bool eager = software.framework == "llm-foundry" || software.framework == "torchtitan" ||
                     software.framework == "nanotron";
  software.fused_elementwise = !eager || row.flag_or_words("compile").value_or(false);
  const std::string gradients = row.text("grad_dtype");
  const bool half_precision_era = has(precision, "fp16") || !has(precision, "16");
  software.gradients = has(gradients, "fp32") || (gradients.empty() && !half_precision_era)
                           ? GradientType::kFp32
                           : GradientType::kBf16;
  return software;
}

/// The row's line of the validation table: what the file suggests, or who measured it on which
/// chip.
std::string set_of(const RowView& row, const std::string& origin, const std::string& chip,
                   const Layout& layout) {
  const std::string suggested = row.text("suggested_set");
  if (suggested == "cross-node-tp") return "tensor parallelism across nodes";
  if (suggested == "core") return layout.pipeline > 1 ? "core, pp > 1" : "core, pp 1";
  if (!suggested.empty()) return suggested;
  return fmt::format("{} {}", origin, chip.substr(0, chip.find_first_of(" -")));
}

/// Step time, from whichever figure the source gives.
std::optional<Seconds> measured_time(const RowView& measured, const RowView& derived,
                                     const StepInputs& inputs) {
  const double sequences = static_cast<double>(inputs.global_batch);
  const double tokens = sequences * static_cast<double>(inputs.sequence_length);
  const double ranks = static_cast<double>(inputs.accelerators);
  if (const auto time = measured.number("iter_time_s")) return Seconds(*time);
  if (const auto rate = measured.number("tokens_s")) return Seconds(tokens / *rate);
  if (const auto rate = measured.number("tokens_s_gpu")) return Seconds(tokens / (*rate * ranks));
  if (const auto rate = measured.number("samples_s")) return Seconds(sequences / *rate);
  if (const auto time = derived.number("iter_time_s")) return Seconds(*time);
  if (const auto time = measured.number("iter_time_from_formula_s")) return Seconds(*time);
  if (const auto rate = measured.number("tflops_per_gpu")) {
    // Megatron's count: attention in full, and a recomputed forward pass as work.
    const double share = inputs.layout.recompute == Recompute::kFull ? 4.0 / 3.0 : 1.0;
    const double attention = 6.0 * static_cast<double>(inputs.model.layers) *
                             static_cast<double>(inputs.model.hidden) *
                             static_cast<double>(inputs.sequence_length);
    const double flops =
        model_flops_per_token(inputs.model, inputs.sequence_length).si() + attention;
    return Seconds(tokens * flops * share / (*rate * 1e12 * ranks));
  }
  return std::nullopt;
}

class RunReader {
 public:
  RunReader(catalog::Catalogue& catalogue, io::Diagnostics& diagnostics)
      : catalogue_(catalogue), diagnostics_(diagnostics) {}

  PublishedRun read(const io::Node& node) {
    const RowView row(node, diagnostics_);
    PublishedRun run;
    run.id = row.text("id");
    const RowView hardware = row.object("hardware");
    const std::string gpu = hardware.text("gpu");
    const RowView batch = row.object("batch");
    const std::string precision = lower(batch.text("precision"));
    const std::size_t errors = diagnostics_.error_count();
    run.inputs.layout = read_layout(row.object("parallelism"), batch);
    run.origin = run.id.substr(0, run.id.find('-'));
    run.inputs.precision =
        has(precision, "fp8") || has(precision, "float8") ? Precision::kFp8 : Precision::kBf16;
    if (precision == "fp32") run.inputs.precision = Precision::kFp32;
    const RowView model = row.object("model");
    const std::string name = accelerator_name(gpu);
    // A name may tell no size: the width makes the model, whose depth rows of one family vary.
    run.family = fmt::format("{} {} {} {} {}", run.origin, model.text("name"),
                             model.count("hidden"), gpu, precision);
    run.baseline =
        fmt::format("{} {} {}", row.text("source"), gpu, enum_name(run.inputs.precision));
    run.set = set_of(row, run.origin, name.empty() ? gpu : name, run.inputs.layout);
    if (name.empty()) {
      run.refused = fmt::format("accelerator {} is not in the catalogue", gpu);
      return run;
    }
    fill_inputs(run, row, precision, name);
    if (diagnostics_.error_count() > errors) return run;
    if (const auto faults = layout_faults(run.inputs); !faults.empty()) {
      run.refused = faults.front();
      return run;
    }
    fill_measured(run, row);
    return run;
  }

 private:
  void fill_inputs(PublishedRun& run, const RowView& row, const std::string& precision,
                   const std::string& accelerator) {
    const RowView hardware = row.object("hardware");
    const RowView batch = row.object("batch");
    StepInputs& inputs = run.inputs;
    inputs.node.accelerator = device_share(load(accelerator));
    inputs.node.accelerators = static_cast<int>(hardware.count("gpus_per_node", 8));
    inputs.node.link_domain = static_cast<int>(number_after(hardware.text("intra"), "NVL"));
    inputs.accelerators = hardware.count("num_gpus");
    inputs.node.fabric = fabric_name(hardware.text("inter"));
    // Where a source gives no rate, the card per accelerator of its generation's reference design.
    const std::string& generation = inputs.node.accelerator.generation;
    const double usual = generation == "a100" || generation == "v100" ? 200.0 : 400.0;
    const double gigabits =
        hardware.number("inter_gbps_per_node").value_or(usual * inputs.node.accelerators);
    inputs.node.network_bandwidth = BytesPerSecond(gigabits * 1e9 / 8.0);
    inputs.model = read_model(row.object("model"));
    inputs.sequence_length = row.object("model").count("seq_len");
    inputs.global_batch = batch.count("global");
    const std::string framework = row.object("software").text("framework");
    if (framework_name(framework, {}).empty()) {
      run.extrapolated.push_back(fmt::format("software {} is forecast with the coefficients of {}",
                                             framework.empty() ? "that is not stated" : framework,
                                             kUsualFramework));
    }
    inputs.software = read_software(row.object("software"), inputs.node.accelerator.generation,
                                    precision, inputs.layout.tensor);
    if (inputs.software.framework == "nanotron" && inputs.layout.pipeline > 1) {
      inputs.layout.stages = nanotron_stages(inputs.model, inputs.layout.pipeline);
    }
  }

  void fill_measured(PublishedRun& run, const RowView& row) {
    const RowView measured = row.object("measured");
    const auto time = measured_time(measured, row.object("derived"), run.inputs);
    if (time && *time > Seconds(0)) {
      run.measured = *time;
    } else {
      run.refused = "the source gives no step time, rate or throughput";
    }
    if (const auto memory = measured.number("memory_gib")) run.memory = Bytes(*memory * kGiB);
  }

  const Accelerator& load(const std::string& name) {
    const auto found = accelerators_.find(name);
    if (found != accelerators_.end()) return found->second;
    const Accelerator device = device_share(catalogue_.load<Accelerator>(name));
    return accelerators_.emplace(name, device).first->second;
  }

  catalog::Catalogue& catalogue_;
  io::Diagnostics& diagnostics_;
  std::map<std::string, Accelerator> accelerators_;
};

}  // namespace

std::vector<PublishedRun> read_published_runs(const io::Node& rows, catalog::Catalogue& catalogue,
                                              io::Diagnostics& diagnostics) {
  const auto* array = rows.get<io::Node::Array>();
  if (!array) {
    diagnostics.error(rows.place, fmt::format("found {}, expected an array of measured steps",
                                              io::found_text(rows)));
    return {};
  }
  RunReader reader(catalogue, diagnostics);
  return read_each(*array, "a measured step", diagnostics,
                   [&](const io::Node& row) { return reader.read(row); });
}

std::vector<PublishedRun> read_published_runs(const std::filesystem::path& path,
                                              catalog::Catalogue& catalogue) {
  return read_file(path, catalogue, [](auto&... parts) { return read_published_runs(parts...); });
}

}  // namespace sextant::validate
