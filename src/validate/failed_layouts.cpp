#include "src/validate/failed_layouts.h"

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/format.h>

#include "sextant/training/step_model.h"
#include "src/catalog/families.h"
#include "src/validate/nanotron_stages.h"
#include "src/validate/read_rows.h"
#include "src/validate/row_view.h"

namespace sextant::validate {
namespace {

constexpr std::int64_t kSequenceLength = 4096;
constexpr const char* kInstance = "p5.48xlarge";

const io::Node::Array* rows_of(const io::Node& root) {
  const io::Node* rows = root.get<io::Node::Object>() ? root.find("rows") : &root;
  return rows ? rows->get<io::Node::Array>() : nullptr;
}

class LayoutReader {
 public:
  LayoutReader(catalog::Catalogue& catalogue, io::Diagnostics& diagnostics)
      : catalogue_(catalogue), diagnostics_(diagnostics) {}

  FailedLayout read(const io::Node& node) {
    const RowView row(node, diagnostics_);
    FailedLayout failed;
    failed.set = row.text("size");
    failed.also_succeeded = row.flag("also_succeeded").value_or(false);
    StepInputs& inputs = failed.inputs;
    inputs.model = model(node, failed.set);
    set_node(inputs.node);
    const int nodes = small_count(node, row, "nodes");
    inputs.accelerators = std::int64_t{nodes} * inputs.node.accelerators;
    inputs.sequence_length = kSequenceLength;
    Layout& layout = inputs.layout;
    layout.tensor = small_count(node, row, "tp");
    layout.pipeline = small_count(node, row, "pp");
    layout.data = small_count(node, row, "dp");
    layout.zero = row.zero_stage("zero");
    layout.micro_batch = small_count(node, row, "micro");
    layout.sequence_parallel = layout.tensor > 1;
    const int accumulated = small_count(node, row, "grad_accum");
    inputs.global_batch = std::int64_t{accumulated} * layout.micro_batch * *layout.data;
    inputs.software.framework = "nanotron";
    inputs.software.fused_elementwise = false;
    failed.id =
        fmt::format("{}, {} nodes: T{} P{} D{}, {} x {}, ZeRO-{}", failed.set, nodes, layout.tensor,
                    layout.pipeline, *layout.data, accumulated, layout.micro_batch, layout.zero);
    return failed;
  }

 private:
  /// A count of at most a million: products of three are in range.
  int small_count(const io::Node& node, const RowView& row, const char* key) {
    constexpr std::int64_t kMost = 1'000'000;
    const std::int64_t count = row.count(key);
    if (count <= kMost) return static_cast<int>(count);
    diagnostics_.error(node.find(key)->place,
                       fmt::format("found {}, expected at most {}", count, kMost));
    return 1;
  }

  /// The catalogue's transformer "nanotron-1b" for a size "1B".
  Transformer model(const io::Node& row, const std::string& size) {
    std::string name = "nanotron-" + size;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::vector<std::string> names = catalogue_.names("transformers");
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return catalogue_.load<Transformer>(name);
    }
    const io::Node* member = row.find("size");
    diagnostics_.error(member ? member->place : row.place,
                       fmt::format("no transformer {} in the catalogue for size '{}'", name, size));
    return {};
  }

  void set_node(StepNode& node) {
    if (!node_) {
      const auto instance = catalogue_.load<Instance>(kInstance);
      node_.emplace();
      node_->accelerator = device_share(catalogue_.load<Accelerator>(*instance.accelerator));
      node_->accelerators = instance.accelerators;
      node_->network_bandwidth = instance.network_bandwidth.value;
      node_->fabric = instance.fabric;
    }
    node = *node_;
  }

  catalog::Catalogue& catalogue_;
  io::Diagnostics& diagnostics_;
  std::optional<StepNode> node_;
};

/// What nanotron's pipeline asserts or needs, besides what any framework does.
std::string nanotron_fault(const StepInputs& inputs) {
  const int stages = inputs.layout.pipeline;
  if (inputs.microbatches() < stages - 1) {
    return fmt::format("{} microbatches are too few for nanotron's 1F1B in {} stages",
                       inputs.microbatches(), stages);
  }
  const int used = nanotron_stages_used(inputs.model, stages);
  if (used < stages) {
    return fmt::format("nanotron cuts the model into {} stages, not {}", used, stages);
  }
  return {};
}

std::string fault_of(const StepInputs& inputs) {
  const std::vector<std::string> faults = layout_faults(inputs);
  return faults.empty() ? nanotron_fault(inputs) : faults.front();
}

FailedLayoutRow judge(const FailedLayout& failed) {
  FailedLayoutRow row{.id = failed.id, .set = failed.set, .also_succeeded = failed.also_succeeded};
  row.reason = fault_of(failed.inputs);
  if (!row.reason.empty()) {
    row.verdict = LayoutVerdict::kImpossible;
    return row;
  }
  StepInputs inputs = failed.inputs;
  if (inputs.layout.pipeline > 1) {
    inputs.layout.stages = nanotron_stages(inputs.model, inputs.layout.pipeline);
  }
  row.memory = forecast_peak_memory(inputs);
  const Bytes capacity = inputs.node.accelerator.memory.value;
  row.filled = row.memory / capacity;
  if (row.filled <= 1.0 - kMemoryError) return row;
  row.verdict =
      row.filled > 1.0 + kMemoryError ? LayoutVerdict::kTooLarge : LayoutVerdict::kDoubtful;
  row.reason = fmt::format("needs {:.0f} GiB of memory, the accelerator has {:.0f}",
                           row.memory.si() / 0x1p30, capacity.si() / 0x1p30);
  return row;
}

void count(const FailedLayoutRow& row, FailedLayoutSummary& summary) {
  if (row.also_succeeded) return;
  ++summary.n;
  summary.impossible += row.verdict == LayoutVerdict::kImpossible ? 1 : 0;
  summary.too_large += row.verdict == LayoutVerdict::kTooLarge ? 1 : 0;
  summary.doubtful += row.verdict == LayoutVerdict::kDoubtful ? 1 : 0;
  const bool fits = row.verdict == LayoutVerdict::kFits;
  summary.fits += fits ? 1 : 0;
  summary.fits_easily += fits && row.filled < kEasily ? 1 : 0;
}

}  // namespace

bool holds_failed_layouts(const io::Node& root) {
  const io::Node::Array* rows = rows_of(root);
  if (!rows || rows->empty()) return false;
  const io::Node& first = rows->front();
  return first.get<io::Node::Object>() && first.find("size") && !first.find("measured");
}

std::vector<FailedLayout> read_failed_layouts(const io::Node& root, catalog::Catalogue& catalogue,
                                              io::Diagnostics& diagnostics) {
  const io::Node::Array* rows = rows_of(root);
  if (!rows) {
    diagnostics.error(root.place, fmt::format("found {}, expected an object with rows of layouts",
                                              io::found_text(root)));
    return {};
  }
  LayoutReader reader(catalogue, diagnostics);
  return read_each(*rows, "a layout", diagnostics,
                   [&](const io::Node& row) { return reader.read(row); });
}

std::vector<FailedLayout> read_failed_layouts(const std::filesystem::path& path,
                                              catalog::Catalogue& catalogue) {
  return read_file(path, catalogue, [](auto&... parts) { return read_failed_layouts(parts...); });
}

FailedLayoutValidation validate_failed_layouts(const std::vector<FailedLayout>& layouts) {
  FailedLayoutValidation validation;
  std::map<std::string, FailedLayoutSummary> sets;
  FailedLayoutSummary all{.set = "all"};
  for (const FailedLayout& failed : layouts) {
    const FailedLayoutRow& row = validation.rows.emplace_back(judge(failed));
    FailedLayoutSummary& set = sets[row.set];
    set.set = row.set;
    count(row, set);
    count(row, all);
  }
  for (const auto& [name, set] : sets) validation.sets.push_back(set);
  if (!layouts.empty()) validation.sets.push_back(all);
  return validation;
}

}  // namespace sextant::validate
