#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "src/catalog/catalogue.h"
#include "src/catalog/check.h"
#include "src/catalog/families.h"
#include "src/cli/command.h"
#include "src/cli/print_text.h"
#include "src/cli/usage_error.h"
#include "src/report/catalog_report.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  options.add_options()("action", po::value<std::string>(), "list | show | check")(
      "name", po::value<std::string>(), "list, check: a family; show, check: NAME or FAMILY/NAME")(
      "json", "print one JSON document")("models", po::value<std::string>()->value_name("DIR"),
                                         "folder of the models");
  positional.add("action", 1).add("name", 1);
}

template <class Result>
void print(const Arguments& arguments, const Result& result,
           std::string (*text)(const Result&, report::TextStyle),
           nlohmann::ordered_json (*json)(const Result&)) {
  if (arguments.has("json")) {
    fmt::print("{}\n", json(result).dump(2));
  } else {
    print_text(text(result, report::style_of_stdout()));
  }
}

/// 3 if a figure has no date or no source, for then the entry is wrong; what is assumed may stay.
ExitCode check(const Arguments& arguments, catalog::Catalogue& catalogue) {
  const auto result = catalog::check(catalogue, arguments.text("name").value_or(""));
  print(arguments, result, report::catalog_check_text, report::catalog_check_json);
  return result.undated.empty() ? ExitCode::kOk : ExitCode::kBadInput;
}

ExitCode run(const Arguments& arguments, const run::Ranks& /*ranks*/) {
  const std::string action = arguments.text("action").value_or("list");
  const auto name = arguments.text("name");
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  if (action == "list") {
    print(arguments, catalog::list(catalogue, name.value_or("")), report::catalog_list_text,
          report::catalog_list_json);
    return ExitCode::kOk;
  }
  if (action == "show") {
    if (!name) throw UsageError("catalog show: which entry? ('sextant catalog list' names them)");
    print(arguments, catalog::show(catalogue, *name), report::catalog_show_text,
          report::catalog_show_json);
    return ExitCode::kOk;
  }
  if (action == "check") return check(arguments, catalogue);
  throw UsageError(fmt::format("catalog: expected 'list', 'show' or 'check', found '{}'", action));
}

}  // namespace

const Command kCatalogCommand{
    .name = "catalog",
    .summary = "list what is known, show the figures of an entry and their sources, or check them",
    .synopsis = "list [FAMILY] | show NAME | check [FAMILY|NAME] [--json]",
    .example = "show h100-80gb",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
