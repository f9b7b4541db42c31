// A valid scenario, changed at random, either reads or says what is wrong at a place in a file.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "src/io/json_text.h"
#include "src/scenario/read_scenario.h"

namespace sextant::scenario {
namespace {

const std::string kSource = SEXTANT_SOURCE_DIR;

std::string file_text(const std::string& path) {
  std::ifstream file(kSource + path);
  std::ostringstream stream;
  stream << file.rdbuf();
  return stream.str();
}

/// A small one, one with every term of platform, purchase and storage, or one of several phases.
const std::string& valid_scenario() {
  static const std::vector<std::string> texts{file_text("/tests/data/good/small.json"),
                                              file_text("/tests/data/good/bought.json"),
                                              file_text("/tests/data/good/phases.json")};
  return texts[*rc::gen::inRange<std::size_t>(0, texts.size())];
}

/// The first error names a line and a column of the mutant, or another file.
void check_report(const std::string& report, const std::string& mutant) {
  RC_LOG(report);
  static const std::regex kFirstLine(
      R"(^(mutant\.json|[^:\n]*/models/[^:\n]*)(:(\d+):(\d+))?: error: .+)");
  std::smatch match;
  const std::string first = report.substr(0, report.find('\n'));
  RC_ASSERT(std::regex_match(first, match, kFirstLine));
  if (match[1] != "mutant.json" || !match[2].matched) return;
  const auto lines = std::count(mutant.begin(), mutant.end(), '\n') + 1;
  RC_ASSERT(std::stol(match[3]) >= 1 && std::stol(match[3]) <= lines);
  RC_ASSERT(std::stol(match[4]) >= 1);
}

void read_or_report(const std::string& mutant) {
  catalog::Catalogue catalogue(kSource + "/tests/data/models");
  try {
    read_scenario_text("mutant.json", mutant, catalogue);
    RC_TAG("reads");
  } catch (const io::InputError& error) {
    RC_TAG("reported");
    check_report(error.what(), mutant);
  }
}

RC_GTEST_PROP(Mutations, OfCharacters, ()) {
  std::string text = valid_scenario();
  for (int edits = *rc::gen::inRange(1, 5); edits > 0; --edits) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto length = *rc::gen::inRange<std::size_t>(0, 12);
    switch (*rc::gen::element(0, 1, 2, 3)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), length));
        break;
      case 2:
        text[at] = *rc::gen::arbitrary<char>();
        break;
      default:
        text[at] = *rc::gen::element('"', '{', '}', '[', ']', ',', ':', '0', '9', '-', '/');
    }
    if (text.empty()) return;
  }
  read_or_report(text);
}

/// Every value of a tree, inner ones too.
void collect(io::Node& node, std::vector<io::Node*>& found) {
  found.push_back(&node);
  if (auto* members = std::get_if<io::Node::Object>(&node.value)) {
    for (auto& member : *members) collect(member.value, found);
  }
  if (auto* elements = std::get_if<io::Node::Array>(&node.value)) {
    for (auto& element : *elements) collect(element, found);
  }
}

io::Node::Value replacement(const std::vector<io::Node*>& others) {
  switch (*rc::gen::element(0, 1, 2, 3, 4, 5, 6, 7)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return *rc::gen::arbitrary<double>();
    case 4:
      return *rc::gen::element<std::string>("", "box", "1 s", "5 GB", "-1 h", "1e300 year", "2k");
    case 5:
      return io::Node::Object();
    case 6:
      return *rc::gen::inRange<std::int64_t>(1, 65);
    default:
      return (*rc::gen::elementOf(others))->value;
  }
}

RC_GTEST_PROP(Mutations, OfValues, ()) {
  io::Document document("valid.json", valid_scenario(), false);
  io::Diagnostics diagnostics;
  RC_ASSERT(io::parse(document, diagnostics));
  for (int edits = *rc::gen::element(1, 1, 2, 3); edits > 0; --edits) {
    std::vector<io::Node*> values;
    collect(document.root, values);
    io::Node& victim = **rc::gen::elementOf(values);
    auto value = replacement(values);
    victim.value = std::move(value);
  }
  read_or_report(io::to_text(document.root.value));
}

}  // namespace
}  // namespace sextant::scenario
