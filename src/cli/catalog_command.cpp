#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "src/catalog/catalogue.h"
#include "src/catalog/families.h"
#include "src/cli/command.h"
#include "src/cli/usage_error.h"
#include "src/report/catalog_report.h"

namespace po = boost::program_options;

namespace sextant::cli {
namespace {

void declare(po::options_description& options, po::positional_options_description& positional) {
  options.add_options()("action", po::value<std::string>(), "list | show")(
      "name", po::value<std::string>(), "list: a family; show: NAME or FAMILY/NAME")(
      "json", "print one JSON document")("models", po::value<std::string>()->value_name("DIR"),
                                         "folder of the models");
  positional.add("action", 1).add("name", 1);
}

template <class Result>
ExitCode print(const Arguments& arguments, const Result& result,
               std::string (*text)(const Result&, report::TextStyle),
               nlohmann::ordered_json (*json)(const Result&)) {
  if (arguments.has("json")) {
    fmt::print("{}\n", json(result).dump(2));
  } else {
    fmt::print("{}", text(result, report::style_of_stdout()));
  }
  return ExitCode::kOk;
}

ExitCode run(const Arguments& arguments) {
  const std::string action = arguments.text("action").value_or("list");
  const auto name = arguments.text("name");
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  if (action == "list") {
    return print(arguments, catalog::list(catalogue, name.value_or("")), report::catalog_list_text,
                 report::catalog_list_json);
  }
  if (action == "show") {
    if (!name) throw UsageError("catalog show: which entry? ('sextant catalog list' names them)");
    return print(arguments, catalog::show(catalogue, *name), report::catalog_show_text,
                 report::catalog_show_json);
  }
  throw UsageError(fmt::format("catalog: expected 'list' or 'show', found '{}'", action));
}

}  // namespace

const Command kCatalogCommand{
    .name = "catalog",
    .summary = "list what is known, or show the figures of one entry and their sources",
    .synopsis = "list [FAMILY] | show NAME [--json]",
    .example = "show h100-sxm",
    .declare = declare,
    .run = run};

}  // namespace sextant::cli
