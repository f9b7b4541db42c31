#pragma once

#include <memory>
#include <optional>
#include <string>

#include "src/catalog/catalogue.h"
#include "src/cli/arguments.h"
#include "src/import/imported_run.h"
#include "src/io/diagnostics.h"

namespace sextant::cli {

/// What a user adds to an imported run: text as typed, by option. Empty: not given.
struct RunWishes {
  std::string name, model, instance, nodes, tokens, sequence_length, global_batch, vocabulary;
  std::string calibration, region, prices, failures, checkpoint_store;
};

/// Reads them from the options that `import` and `init` have.
RunWishes run_wishes(const Arguments& arguments);

/// The newest price list that has the instance in the region; empty: none has.
std::string newest_prices(catalog::Catalogue& catalogue, const std::string& instance,
                          const std::string& region);

/// An imported run with what it needs to be planned.
struct CompletedRun {
  importer::ImportedRun run;
  /// The wishes, as the messages about them show them. Places of the run point into it.
  std::unique_ptr<io::Document> wishes;
};

/// Adds the wishes, which count more than the file, and then sensible values for what is left:
/// calibration, failures and prices that belong to the instance, a store for checkpoints, the
/// fastest layout that fits where the file has none. What cannot be assumed is listed in
/// run.missing; if nothing is, the scenario has been read and checked.
/// `source`: what the file is called, for the scenario's name.
/// @throws io::InputError with the places in the file that was imported
CompletedRun complete_run(importer::ImportedRun run, const RunWishes& wishes,
                          const std::string& source, catalog::Catalogue& catalogue);

}  // namespace sextant::cli
