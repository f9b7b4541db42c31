#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/catalog/catalogue.h"
#include "src/io/node.h"
#include "src/scenario/check_training.h"
#include "src/sweep/points.h"
#include "src/sweep/study.h"

namespace sextant::sweep {

/// What the command line has otherwise than the study.
struct StudyChanges {
  std::optional<std::int64_t> replicas;
  std::optional<std::uint64_t> seed;
};

/// A study that was read, with its scenario and its points.
struct OpenStudy {
  std::string file;
  std::unique_ptr<io::Document> document;
  std::unique_ptr<io::Document> scenario_document;  ///< null: the scenario stands in the study
  Study study;
  Points points;

  const io::Node& scenario() const {
    return scenario_document ? scenario_document->root : study.scenario;
  }
  /// What becomes of the scenario's layouts.
  scenario::LayoutUse layouts() const {
    return study.layout == LayoutChoice::kBest ? scenario::LayoutUse::kToBeChosen
                                               : scenario::LayoutUse::kAsGiven;
  }
};

/// Reads a study file and the scenario that it names; nothing is simulated, and the values of the
/// inputs are not tried yet.
/// @throws io::InputError with everything that is wrong
OpenStudy open_study(const std::filesystem::path& path, const StudyChanges& changes = {});

/// The same for a text; `name` stands for the file in messages, and its folder for the study's.
OpenStudy open_study_text(const std::string& name, std::string text,
                          const StudyChanges& changes = {});

/// Reads the scenario with every value of the inputs, so that what can never be read is reported,
/// with its place in the study, before anything is simulated. Whether the values go together is
/// left to the points. Afterwards the catalogue has read all files of the study.
/// @throws io::InputError
void try_values(const OpenStudy& study, catalog::Catalogue& catalogue,
                std::string* warnings = nullptr);

/// The JSON Schema of study files.
std::string study_schema();

/// The reference of study files, and of the table that a sweep writes, in Markdown.
std::string study_reference();

}  // namespace sextant::sweep
