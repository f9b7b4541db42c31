#include "src/serve/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <utility>

#include "src/io/parse.h"
#include "src/io/reader.h"
#include "src/plan/choose_layout.h"
#include "src/plan/variation.h"
#include "src/scenario/read_scenario.h"
#include "src/sweep/scenario_pointer.h"

namespace sextant::serve {
namespace {

using Kind = io::TypeDescription::Kind;
using Documents = std::vector<std::unique_ptr<io::Document>>;

bool is_number(Kind kind) { return kind == Kind::kInteger || kind == Kind::kNumber; }

/// Whether a value is written as in JSON, and not as a text without quotes.
bool is_json(const std::string& value, Kind kind) {
  if (value.empty() || value == "null" || value[0] == '{' || value[0] == '[') return true;
  if (kind == Kind::kBoolean) return value == "true" || value == "false";
  return is_number(kind) && nlohmann::json::accept(value);
}

/// A document of one value, which is called by the pointer.
std::unique_ptr<io::Document> document_of(const Change& change, Kind kind,
                                          io::Diagnostics& diagnostics) {
  const bool json = is_json(change.value, kind);
  std::string text = json ? change.value : nlohmann::json(change.value).dump();
  if (text.empty()) text = "null";
  auto document = std::make_unique<io::Document>(change.pointer, std::move(text), false);
  io::parse(*document, diagnostics);
  return document;
}

/// Names of files lead anywhere on the disk, and what is wrong in them is shown.
void refuse_files(const io::Node& node, io::Diagnostics& diagnostics) {
  if (const auto* text = node.get<std::string>(); text && text->ends_with(".json")) {
    diagnostics.error(node.place, "found the name of a file, expected a name of the catalogue")
        .help = "write it into the scenario's file";
  } else if (const auto* elements = node.get<io::Node::Array>()) {
    for (const io::Node& element : *elements) refuse_files(element, diagnostics);
  } else if (const auto* members = node.get<io::Node::Object>()) {
    for (const io::Node::Member& member : *members) refuse_files(member.value, diagnostics);
  }
}

/// The changes, apart from those that bring something along.
class Patch {
 public:
  Patch(std::vector<Change> changes, catalog::Catalogue& catalogue)
      : changes_(std::move(changes)), catalogue_(catalogue) {
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
      return a.pointer < b.pointer;  // outer members first
    });
  }

  /// What is wrong with several changes is said at once.
  void apply(io::Node& root) {
    io::Diagnostics diagnostics;
    for (const Change& change : changes_) apply(change, root, diagnostics);
    diagnostics.throw_if_errors();
  }

  const plan::Variation& variation() const { return variation_; }
  bool varies() const { return variation_.instance || variation_.purchase; }

 private:
  void apply(const Change& change, io::Node& root, io::Diagnostics& diagnostics) {
    const io::Document& name = keep(std::make_unique<io::Document>(change.pointer, "null", false));
    const auto pointer = sweep::ScenarioPointer::find(
        change.pointer, {.document = &name, .begin = 0, .end = 4}, diagnostics);
    if (!pointer) return;
    const std::size_t errors_before = diagnostics.error_count();
    const io::Document& document = keep(document_of(change, pointer->type().kind, diagnostics));
    refuse_files(document.root, diagnostics);
    if (diagnostics.error_count() != errors_before || vary(document.root, *pointer, diagnostics)) {
      return;
    }
    pointer->set(root, document.root, catalogue_);
  }

  /// Whether the change is one that plan::varied makes.
  bool vary(const io::Node& value, const sweep::ScenarioPointer& pointer,
            io::Diagnostics& diagnostics) {
    const auto* text = value.get<std::string>();
    if (!text) return false;
    if (pointer.text() == "/cluster/instance") {
      catalogue_.find("instances", *text, value.place, diagnostics);
      variation_.instance = *text;
    } else if (pointer.text() == "/purchase/mode") {
      io::ReadContext context{diagnostics, &catalogue_};
      io::read_value(value, variation_.purchase.emplace(), {}, context);
    } else {
      return false;
    }
    return true;
  }

  const io::Document& keep(std::unique_ptr<io::Document> document) {
    return *documents_.emplace_back(std::move(document));
  }

  std::vector<Change> changes_;
  catalog::Catalogue& catalogue_;
  Documents documents_;
  plan::Variation variation_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::unique_ptr<io::Document> parse_scenario(const std::string& name, std::string text) {
  io::Diagnostics diagnostics;
  auto document = std::make_unique<io::Document>(name, std::move(text), false);
  if (!io::parse(*document, diagnostics)) diagnostics.throw_if_errors();
  return document;
}

ChangedScenario changed_scenario(const io::Document& document, const std::vector<Change>& changes,
                                 bool fastest, catalog::Catalogue& catalogue,
                                 const run::ParallelOptions& parallel) {
  io::Node root = document.root;
  Patch patch(changes, catalogue);
  patch.apply(root);
  const bool layout_stands = !fastest && !patch.varies();
  ChangedScenario changed;
  std::string warnings;
  changed.scenario = scenario::read_scenario_tree(
      root, catalogue, &warnings,
      layout_stands ? scenario::LayoutUse::kAsGiven : scenario::LayoutUse::kToBeChosen);
  changed.warnings = lines_of(warnings);
  if (patch.varies()) {
    auto varied = plan::varied(changed.scenario, patch.variation(), catalogue);
    changed.scenario = std::move(varied.scenario);
    changed.notes = std::move(varied.notes);
  }
  if (fastest) {
    search::SearchOptions options{.parallel = {.threads = parallel.threads}};
    if (parallel.stopped) options.stopped = [&] { return parallel.stopped(0); };
    changed.scenario = plan::choose_layouts(changed.scenario, options).scenario;
  }
  return changed;
}

}  // namespace sextant::serve
