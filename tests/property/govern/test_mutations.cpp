// A valid governance scenario, changed at random, either says what is wrong or has inputs, and jobs
// that come in order.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>

#include "src/govern/inputs.h"
#include "src/plan/infeasible.h"
#include "src/scenario/read_governance.h"
#include "tests/support/mutations.h"

namespace sextant::govern {
namespace {

const std::string kFolder = SEXTANT_SOURCE_DIR "/tests/data/";

const std::string& valid_scenario() {
  static const std::string text = [] {
    std::ifstream file(kFolder + "governance/small.json");
    std::ostringstream stream;
    stream << file.rdbuf();
    return stream.str();
  }();
  return text;
}

void check_jobs(const scenario::GovernanceScenario& scenario) {
  inputs_of(scenario);
  accounts_of(scenario);
  const auto jobs = jobs_of(scenario, {1, 0});
  SimTime last;
  for (int i = 0; i < 100; ++i) {
    const auto job = jobs->next();
    if (!job) break;
    RC_ASSERT(job->submit >= last);
    RC_ASSERT(!job->podsets.empty());
    last = job->submit;
  }
}

void read_or_report(const std::string& mutant) {
  catalog::Catalogue catalogue(kFolder + "models");
  try {
    check_jobs(
        scenario::read_governance_text(kFolder + "governance/mutant.json", mutant, catalogue));
    RC_TAG("reads");
  } catch (const io::InputError& error) {
    RC_TAG("reported");
    RC_ASSERT(std::string(error.what()).find("error: ") != std::string::npos);
  } catch (const plan::InfeasiblePlan&) {
    RC_TAG("infeasible");
  }
}

RC_GTEST_PROP(Mutations, OfCharacters, ()) {
  read_or_report(mutations::of_characters(valid_scenario()));
}

RC_GTEST_PROP(Mutations, OfValues, ()) { read_or_report(mutations::of_values(valid_scenario())); }

}  // namespace
}  // namespace sextant::govern
