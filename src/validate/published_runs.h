#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/quantity.h"
#include "sextant/training/step_inputs.h"
#include "src/catalog/catalogue.h"
#include "src/io/parse.h"

namespace sextant::validate {

/// One measured training step that somebody published, as a forecast needs it.
struct PublishedRun {
  std::string id;
  std::string origin;    ///< the id's first word: who measured it, in whatever release
  std::string set;       ///< a line of the validation table: origin and accelerator, or the file's
  std::string family;    ///< origin × model × hardware × precision
  std::string baseline;  ///< source × accelerator × precision
  StepInputs inputs;
  Seconds measured;
  std::optional<Bytes> memory;            ///< measured peak
  std::vector<std::string> extrapolated;  ///< what the forecast takes from something else
  std::string refused;                    ///< why no forecast is made; empty: one is
};

/// Reads a JSON array of measured steps. What a row leaves open is filled in from what its software
/// is known to do (see models/published_runs/README.md); rows of models and hardware that Sextant
/// does not know are kept, with the reason. Other keys of a row are ignored.
/// @throws io::InputError naming every row that is no row: wrong types, missing members.
std::vector<PublishedRun> read_published_runs(const std::filesystem::path& path,
                                              catalog::Catalogue& catalogue);

/// The same from a tree that is already parsed; used by the fuzzer. Errors go to `diagnostics`.
std::vector<PublishedRun> read_published_runs(const io::Node& rows, catalog::Catalogue& catalogue,
                                              io::Diagnostics& diagnostics);

}  // namespace sextant::validate
