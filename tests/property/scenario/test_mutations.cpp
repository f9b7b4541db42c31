// A valid scenario, changed at random, either reads or says what is wrong at a place in a file.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "src/scenario/read_scenario.h"
#include "tests/support/mutations.h"

namespace sextant::scenario {
namespace {

const std::string kSource = SEXTANT_SOURCE_DIR;

std::string file_text(const std::string& path) {
  std::ifstream file(kSource + path);
  std::ostringstream stream;
  stream << file.rdbuf();
  return stream.str();
}

/// A small one, one with every term of platform, purchase and storage, one with stores, or one of
/// several phases.
const std::string& valid_scenario() {
  static const std::vector<std::string> texts{
      file_text("/tests/data/good/small.json"), file_text("/tests/data/good/bought.json"),
      file_text("/tests/data/good/target.json"), file_text("/tests/data/good/phases.json")};
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
  read_or_report(mutations::of_characters(valid_scenario()));
}

RC_GTEST_PROP(Mutations, OfValues, ()) { read_or_report(mutations::of_values(valid_scenario())); }

}  // namespace
}  // namespace sextant::scenario
