#include "src/scenario/read_governance.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/io/description.h"
#include "src/io/json_text.h"
#include "src/scenario/change_policy.h"
#include "src/scenario/check_governance.h"
#include "src/scenario/read_scenario.h"
#include "src/scenario/resolve_policy.h"

namespace sextant::scenario {
namespace {

namespace fs = std::filesystem;

class GovernanceReader {
 public:
  GovernanceReader(const std::string& name, std::string text, catalog::Catalogue& catalogue)
      : catalogue_(catalogue), document_(name, std::move(text), false) {
    scenario_.folder = fs::path(name).parent_path().string();
  }

  GovernanceScenario read(std::string* warnings) {
    if (!io::parse(document_, diagnostics_)) throw_if_errors();
    io::ReadContext context{diagnostics_, &catalogue_, &places_};
    io::read_value(document_.root, scenario_, {}, context);
    throw_if_errors();
    for (FlavorPlan& flavor : scenario_.cluster.flavors) resolve_accelerator(flavor, context);
    throw_if_errors();
    check_governed_cluster(scenario_, places_, diagnostics_);
    throw_if_errors();
    const bool resolved =
        resolve_policy(scenario_, catalogue_, places_, policy_files_, diagnostics_);
    for (const JobPlan& job : scenario_.jobs) read_training(job);
    for (const TracePlan& trace : scenario_.traces) try_trace(trace);
    if (resolved) {
      change_policy(scenario_, places_, diagnostics_);
      check_governance(scenario_, places_, diagnostics_);
    }
    throw_if_errors();
    forget_places();
    if (warnings) *warnings = diagnostics_.render_warnings() + warnings_;
    return std::move(scenario_);
  }

 private:
  void resolve_accelerator(FlavorPlan& flavor, io::ReadContext& context) {
    const Instance& instance = *flavor.instance;
    if (flavor.accelerator || !instance.accelerator || instance.accelerators == 0) return;
    auto& accelerator = flavor.accelerator.emplace();
    accelerator.base = *instance.accelerator;
    const io::Diagnostics::Origin origin(diagnostics_, places_.of(flavor.instance));
    catalogue_.read(*instance.accelerator, places_.of(instance.accelerator), accelerator.value,
                    context);
  }

  fs::path beside(const std::string& file) const {
    return (fs::path(scenario_.folder) / file).lexically_normal();
  }

  template <class T>
  std::string asked_for(const T& member) const {
    const io::Position position = io::position_of(places_.of(member));
    return fmt::format("{}:{}:{}: note: asked for here\n", document_.name, position.line,
                       position.column);
  }

  /// The plan scenario of a training run, once for all jobs that name it.
  void read_training(const JobPlan& job) {
    if (!job.training) return;
    auto& trainings = scenario_.trainings;
    const bool known = std::any_of(trainings.begin(), trainings.end(),
                                   [&](const auto& run) { return run.file == *job.training; });
    if (known) return;
    try {
      std::string warnings;
      trainings.push_back(
          {*job.training, read_scenario(beside(*job.training), catalogue_, &warnings)});
      warnings_ += warnings;
    } catch (const io::InputError& error) {
      errors_of_files_ += error.what() + asked_for(job.training);
    }
  }

  /// Reads the beginning of a log, so that most of its faults are reported with all others.
  void try_trace(const TracePlan& trace) {
    try {
      importer::open_job_trace(beside(trace.file), {trace.format, trace.where})->next();
    } catch (const io::InputError& error) {
      errors_of_files_ += error.what() + asked_for(trace.file);
    }
  }

  void throw_if_errors() const {
    if (!diagnostics_.has_errors() && errors_of_files_.empty()) return;
    const std::string own = diagnostics_.has_errors() ? diagnostics_.render_errors() : "";
    throw io::InputError(own + errors_of_files_);
  }

  /// The policy's tree outlives its document.
  void forget_places() {
    for (auto* tree : {&scenario_.policy.kueue, &scenario_.policy.hyperpod}) {
      if (*tree) forget(**tree);
    }
  }
  static void forget(io::Node& node) {
    node.place = {};
    if (auto* array = std::get_if<io::Node::Array>(&node.value)) {
      for (io::Node& element : *array) forget(element);
    }
    if (auto* object = std::get_if<io::Node::Object>(&node.value)) {
      for (io::Node::Member& member : *object) {
        member.key_place = {};
        forget(member.value);
      }
    }
  }

  catalog::Catalogue& catalogue_;
  io::Diagnostics diagnostics_;
  io::Document document_;
  importer::Documents policy_files_;
  io::PlaceMap places_;
  GovernanceScenario scenario_;
  std::string errors_of_files_;
  std::string warnings_;
};

}  // namespace

GovernanceScenario read_governance_text(const std::string& name, std::string text,
                                        catalog::Catalogue& catalogue, std::string* warnings) {
  return GovernanceReader(name, std::move(text), catalogue).read(warnings);
}

GovernanceScenario read_governance(const std::filesystem::path& path, catalog::Catalogue& catalogue,
                                   std::string* warnings) {
  io::Diagnostics diagnostics;
  std::optional<std::string> text = io::read_text_file(path, diagnostics);
  diagnostics.throw_if_errors();
  catalogue.record_file(path.string(), *text);
  return read_governance_text(path.string(), *std::move(text), catalogue, warnings);
}

std::string governance_schema(const catalog::Catalogue& catalogue) {
  std::map<std::string, std::vector<std::string>> names;
  for (const catalog::Family& family : catalog::families()) {
    names[family.name] = catalogue.names(family.name);
  }
  return io::to_text(io::json_schema(io::Description::of<GovernanceScenario>(),
                                     "Sextant governance scenario", names));
}

std::string governance_reference() {
  return "# Governance scenarios\n\n"
         "What `sextant govern` reads: many teams on one cluster. JSON with comments; names in "
         "models/…, units and sourced numbers are written as in REFERENCE.md. This page is "
         "generated from the code that reads the files; editors find the same in "
         "governance.schema.json.\n\n"
         "# Objects\n\n" +
         io::reference(io::Description::of<GovernanceScenario>());
}

}  // namespace sextant::scenario
