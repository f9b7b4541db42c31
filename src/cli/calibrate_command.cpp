#include <algorithm>
#include <array>
#include <boost/program_options/value_semantic.hpp>

#include "src/cli/calibrate_actions.h"
#include "src/cli/command.h"
#include "src/cli/usage_error.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("action", text("ACTION"), "ingest, fit or check")(
      "file", po::value<std::vector<std::string>>()->value_name("FILE"),
      "ingest, check: logs, - for stdin; check, fit: measurements; fit: measured steps in JSON")(
      "base", text("NAME"), "fit of measurements: what it differs from; default: reference")(
      "instance", text("NAME"), "where it was measured, if the file does not say")(
      "tuner", text("NAME"), "fit of measurements: tuner regions; default: aws-ofi-nccl-1.21")(
      "storage", text("NAME"), "fit of measurements: name of the store; default: measured")(
      "prior", text("NAME"),
      "fit of steps: calibration whose ranges are the priors; default: prior")(
      "output", text("FILE"),
      "ingest: measurements document; fit: calibration, whose name is the file's stem")(
      "summary", "ingest: what was found in each log, instead of the samples")(
      "json", "ingest: the summary as JSON; fit, check: one JSON document")(
      "html", text("FILE"), "fit, check: also write a page with pictures, for any browser")(
      "operation", text("NAME"), "ingest: what was timed, where the log does not say: all_gather")(
      "nodes", text("N"), "ingest, check: nodes, where the log does not say")(
      "ranks-per-node", text("N"), "ingest, check: ranks on each node, where the log does not say")(
      "threads", text("N"), "threads; default: one per processor. Does not change the result")(
      "models", text("DIR"), "folder of the models");
  positional.add("action", 1).add("file", -1);
}

struct Action {
  const char* name;
  ExitCode (*run)(const Arguments&);
};
constexpr std::array kActions{Action{"ingest", calibrate_ingest}, Action{"fit", calibrate_fit},
                              Action{"check", calibrate_check}};

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const std::string wanted = arguments.text("action").value_or("");
  const auto* action = std::find_if(kActions.begin(), kActions.end(),
                                    [&](const Action& known) { return wanted == known.name; });
  if (action == kActions.end()) {
    throw UsageError(
        "calibrate: expected 'ingest', 'fit' or 'check': sextant calibrate check LOG…");
  }
  return action->run(arguments);
}

}  // namespace

const Command kCalibrateCommand{
    .name = "calibrate",
    .summary = "read logs of microbenchmarks, fit coefficients to them, check a cluster's health",
    .synopsis = "ingest|fit|check FILE… [--output FILE] [--instance NAME] [--json] [--html FILE]",
    .example = "check all_reduce.log --instance p5.48xlarge",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
