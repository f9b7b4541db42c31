#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "src/cli/command.h"
#include "src/cli/import_run.h"
#include "src/cli/init_questions.h"
#include "src/cli/usage_error.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

constexpr const char* kUsualFile = "scenario.json";

void declare(po::options_description& options, po::positional_options_description& positional) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("file", text("FILE"), "the scenario to write; default: scenario.json")(
      "instance", text("TYPE"), "instance of the nodes");
  declare_run_wishes(options);
  options.add_options()("yes", "ask nothing: defaults for what the options do not say")(
      "force", "write over a file that is there")("models", text("DIR"), "folder of the models");
  positional.add("file", 1);
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const std::string file = arguments.text("file").value_or(kUsualFile);
  if (!arguments.has("force") && std::filesystem::exists(file)) {
    throw UsageError(
        fmt::format("init: {} is there already: name another file, or give --force", file));
  }
  RunWishes wishes = run_wishes(arguments);
  wishes.instance = arguments.text("instance").value_or("");
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  std::istringstream nothing;
  const bool asks = !arguments.has("yes");
  wishes = ask_run(wishes, asks ? std::cin : nothing, std::cerr, asks && isatty(STDIN_FILENO) != 0,
                   catalogue);
  importer::ImportedRun run;
  run.format = "init";
  const ExitCode code = write_run(std::move(run), wishes, {"", "sextant init", file}, arguments);
  if (code == ExitCode::kOk) fmt::print(stderr, "wrote {}: sextant plan {}\n", file, file);
  return code;
}

}  // namespace

const Command kInitCommand{.name = "init",
                           .summary = "ask five questions and write a scenario of the answers",
                           .synopsis = "[FILE] [options]",
                           .example = "run.json --model llama3-8b --nodes 4",
                           .declare = declare,
                           .run = run};

}  // namespace sextant::cli
