#include "src/cli/import_policy.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "src/catalog/catalogue.h"
#include "src/catalog/families.h"
#include "src/cli/print_text.h"
#include "src/cli/usage_error.h"
#include "src/import/ec2_type.h"
#include "src/import/hyperpod.h"
#include "src/import/kueue.h"
#include "src/report/policy_report.h"
#include "src/scenario/governance_nodes.h"

namespace sextant::cli {
namespace {

std::vector<std::filesystem::path> files_of(const Arguments& arguments, const char* example) {
  const std::vector<std::string> names = arguments.texts("file");
  if (names.empty()) throw UsageError(fmt::format("import: which files? (sextant {})", example));
  return {names.begin(), names.end()};
}

/// "ml.p5.48xlarge=8"
std::pair<std::string, int> type_and_count(const std::string& text) {
  const std::size_t sign = text.find('=');
  int count = 0;
  const char* end = text.data() + text.size();
  const char* begin = sign == std::string::npos ? end : text.data() + sign + 1;
  const auto [stop, error] = std::from_chars(begin, end, count);
  if (sign == 0 || error != std::errc{} || stop != end || count < 1 || count > 1'000'000) {
    throw UsageError(fmt::format(
        "import: --instance: expected TYPE=COUNT as in ml.p5.48xlarge=8, found '{}'", text));
  }
  return {text.substr(0, sign), count};
}

importer::InstanceShape shape_of(const std::string& type, int count,
                                 catalog::Catalogue& catalogue) {
  scenario::GovernanceCluster cluster;
  scenario::FlavorPlan& flavor = cluster.flavors.emplace_back();
  flavor.instance.value = catalogue.load<Instance>(importer::ec2_type(type));
  if (flavor.instance->accelerator) {
    flavor.accelerator.emplace().value = catalogue.load<Accelerator>(*flavor.instance->accelerator);
  }
  const scenario::NodeKind kind = scenario::node_kinds(cluster).front();
  importer::InstanceShape shape;
  shape.type = type;
  shape.count = count;
  shape.vcpus = kind.amount_of("cpu") / 1000;
  shape.memory_bytes = kind.amount_of("memory");
  shape.accelerators = kind.devices;
  if (!kind.device.empty()) shape.accelerator_resource = kind.device;
  for (const auto& [resource, amount] : kind.capacity) {
    if (resource != "cpu" && resource != "memory" && resource != kind.device) {
      shape.devices.emplace_back(resource, amount);
    }
  }
  return shape;
}

ExitCode print(const std::optional<importer::ImportedPolicy>& imported,
               const io::Diagnostics& diagnostics, bool json) {
  fmt::print(stderr, "{}", diagnostics.render_warnings());
  diagnostics.throw_if_errors();
  if (json) {
    fmt::print("{}\n", report::policy_json(*imported).dump(2));
  } else {
    print_text(report::policy_text(*imported, report::style_of_stdout()));
  }
  return ExitCode::kOk;
}

}  // namespace

ExitCode import_kueue(const Arguments& arguments) {
  importer::Documents documents;
  io::Diagnostics diagnostics;
  const auto imported = importer::read_kueue_files(files_of(arguments, "import kueue queues.yaml"),
                                                   documents, diagnostics);
  return print(imported, diagnostics, arguments.has("json"));
}

ExitCode import_hyperpod(const Arguments& arguments) {
  constexpr const char* kExample = "import hyperpod quotas.json --instance ml.p5.48xlarge=8";
  const auto files = files_of(arguments, kExample);
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::vector<importer::InstanceShape> cluster;
  for (const std::string& text : arguments.texts("instance")) {
    const auto [type, count] = type_and_count(text);
    cluster.push_back(shape_of(type, count, catalogue));
  }
  if (cluster.empty()) {
    throw UsageError(fmt::format("import: which instances? (sextant {})", kExample));
  }
  importer::Documents documents;
  io::Diagnostics diagnostics;
  const auto imported = importer::read_hyperpod_files(files, cluster, documents, diagnostics);
  return print(imported, diagnostics, arguments.has("json"));
}

}  // namespace sextant::cli
