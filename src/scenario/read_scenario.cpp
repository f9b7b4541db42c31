#include "src/scenario/read_scenario.h"

#include <fmt/format.h>

#include <set>

#include "src/io/description.h"
#include "src/io/json_text.h"
#include "src/io/units.h"
#include "src/scenario/check_scenario.h"
#include "src/scenario/target_tiers.h"

namespace sextant::scenario {
namespace {

/// Fills in the accelerator that the instance names, unless the scenario gives its own. The
/// instance has some: check_instance() has been here.
void resolve_accelerator(ClusterPlan& cluster, catalog::Catalogue& catalogue,
                         io::ReadContext& context) {
  if (cluster.accelerator) return;
  const std::string& name = *cluster.instance->accelerator;
  auto& accelerator = cluster.accelerator.emplace();
  accelerator.base = name;
  const io::Diagnostics::Origin origin(context.diagnostics, context.places->of(cluster.instance));
  catalogue.read(name, context.places->of(cluster.instance->accelerator), accelerator.value,
                 context);
}

/// Completes the phases with what the training says. Where a phase is silent about its length or
/// its ramp, nothing else can know.
void complete_phases(const io::Node& training_node, TrainingPlan& training,
                     io::ReadContext& context) {
  context.places->record(static_cast<PhasePlan&>(training), training_node.place);
  io::Node common = training_node;
  std::erase_if(std::get<io::Node::Object>(common.value), [](const io::Node::Member& member) {
    static const std::set<std::string> own = {
        "tokens", "steps", "duration", "batch_ramp", "batch_stages", "stated_mfu", "phases"};
    return own.contains(member.key);
  });
  const io::Node* list = training_node.find("phases");
  for (std::size_t i = 0; i < training.phases.size(); ++i) {
    const io::Node& said = std::get<io::Node::Array>(list->value)[i];
    PhasePlan& phase = training.phases[i];
    phase = {};
    io::read_value(io::merged(common, said), phase, {}, context);
    context.places->record(phase, said.place);
  }
  if (training.phases.empty()) return;
  // Said now by the phases: a scenario that is written and read again is the same, also where a
  // phase has taken something back.
  training.layout = {};
  training.evaluation.reset();
}

/// A store that was measured, where the scenario names it and says no more.
void take_measured_storage(const io::Node& root, Scenario& scenario) {
  StorageTarget& storage = scenario.checkpoint.storage;
  const auto measured = scenario.calibration->storage.find(storage.name);
  if (measured == scenario.calibration->storage.end()) return;
  const io::Node* said = root.find("checkpoint")->find("storage");
  if (!said->find("write_bandwidth")) storage.write_bandwidth = measured->second.write_bandwidth;
  if (!said->find("read_bandwidth")) storage.read_bandwidth = measured->second.read_bandwidth;
}

/// What follows once every member is read: what one member leaves to another, then the checks.
void complete(const io::Node& root, Scenario& scenario, catalog::Catalogue& catalogue,
              io::ReadContext& context, LayoutUse layouts) {
  io::Diagnostics& diagnostics = context.diagnostics;
  diagnostics.throw_if_errors();
  check_instance(scenario, *context.places, diagnostics);
  diagnostics.throw_if_errors();
  complete_phases(*root.find("training"), scenario.training, context);
  resolve_accelerator(scenario.cluster, catalogue, context);
  take_measured_storage(root, scenario);
  diagnostics.throw_if_errors();
  check_scenario(scenario, *context.places, diagnostics, layouts);
  diagnostics.throw_if_errors();
  scenario.checkpoint.faster = tiers_of(scenario.checkpoint);
}

/// Errors that `diagnostics` has already are thrown together with those of the tree.
Scenario read_tree(const io::Node& root, catalog::Catalogue& catalogue,
                   io::Diagnostics& diagnostics, std::string* warnings,
                   LayoutUse layouts = LayoutUse::kAsGiven) {
  Scenario scenario;
  io::PlaceMap places;
  io::ReadContext context{diagnostics, &catalogue, &places};
  io::read_value(root, scenario, {}, context);
  complete(root, scenario, catalogue, context, layouts);
  if (warnings) *warnings = diagnostics.render_warnings();
  return scenario;
}

/// The archive that reads only some members of a scenario: those whose keys are, or are not, among
/// the given ones.
class SomeMembers {
 public:
  SomeMembers(const io::Node& root, const std::set<std::string>& keys, bool among,
              io::ReadContext& context)
      : reader_(root, context), keys_(keys), among_(among) {}

  void object(const char* name, const char* doc) { reader_.object(name, doc); }

  template <class T>
  void field(const char* key, T& value, const Field& field = {}) {
    if (keys_.contains(key) == among_) reader_.field(key, value, field);
  }

 private:
  io::Reader reader_;
  const std::set<std::string>& keys_;
  bool among_;
};

}  // namespace

Scenario read_scenario_tree(const io::Node& root, catalog::Catalogue& catalogue,
                            std::string* warnings, LayoutUse layouts) {
  io::Diagnostics diagnostics;
  return read_tree(root, catalogue, diagnostics, warnings, layouts);
}

Scenario read_scenario_text(const std::string& name, std::string text,
                            catalog::Catalogue& catalogue, std::string* warnings) {
  io::Diagnostics diagnostics;
  io::Document document(name, std::move(text), false);
  if (!io::parse(document, diagnostics)) diagnostics.throw_if_errors();
  return read_tree(document.root, catalogue, diagnostics, warnings);
}

Scenario read_scenario(const std::filesystem::path& path, catalog::Catalogue& catalogue,
                       std::string* warnings) {
  io::Diagnostics diagnostics;
  std::optional<std::string> text = io::read_text_file(path, diagnostics);
  diagnostics.throw_if_errors();
  catalogue.record_file(path.string(), *text);
  return read_scenario_text(path.string(), *std::move(text), catalogue, warnings);
}

VariantReader::VariantReader(const io::Node& root, std::set<std::string> changing,
                             catalog::Catalogue& catalogue, LayoutUse layouts)
    : changing_(std::move(changing)), catalogue_(catalogue), layouts_(layouts) {
  io::Diagnostics diagnostics;
  io::ReadContext context{diagnostics, &catalogue_};
  SomeMembers unchanged(root, changing_, false, context);
  visit(unchanged, common_);
  diagnostics.throw_if_errors();
}

Scenario VariantReader::read(const io::Node& root) const {
  try {
    io::Diagnostics diagnostics;
    io::PlaceMap places;
    io::ReadContext context{diagnostics, &catalogue_, &places};
    Scenario scenario = common_;
    SomeMembers changed(root, changing_, true, context);
    visit(changed, scenario);
    complete(root, scenario, catalogue_, context, layouts_);
    return scenario;
  } catch (const io::InputError&) {  // some places are not known here
    return read_scenario_tree(root, catalogue_, nullptr, layouts_);
  }
}

std::string scenario_schema(const catalog::Catalogue& catalogue) {
  std::map<std::string, std::vector<std::string>> names;
  for (const catalog::Family& family : catalog::families()) {
    names[family.name] = catalogue.names(family.name);
  }
  return io::to_text(io::json_schema(io::Description::of<Scenario>(), "Sextant scenario", names));
}

std::string scenario_reference() {
  return "# Scenario files\n\n"
         "JSON with comments (`//` and `/* */`). Unknown keys are errors. This page is generated "
         "from the code that reads the files; editors find the same in scenario.schema.json.\n\n"
         "A number marked *sourced* is written bare (then its source is the scenario, and it "
         "counts "
         "as assumed) or as `{\"value\", \"source\", \"date\", \"method\", \"range\"}`; method is "
         "`measured`, `fitted`, `datasheet`, `derived` or `assumed`, range its 80 % range.\n\n"
         "Where a table says *name in models/…*, the value is a name of the catalogue, or a "
         "file whose name ends in `.json`, seen from this one (an entry of your own; for a model "
         "also the config.json of a Hugging Face model), or an object "
         "in full, or an object with `\"base\": \"name\"` and what differs from that entry: "
         "objects "
         "are merged member by member, a sourced number is replaced as a whole, null removes an "
         "optional member.\n\n"
         "# Units\n\n" +
         io::units_reference() + "\n# Objects\n\n" + io::reference(io::Description::of<Scenario>());
}

}  // namespace sextant::scenario
