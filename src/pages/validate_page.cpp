#include "src/pages/validate_page.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/training/parameters.h"
#include "src/report/step_interval.h"

namespace sextant::pages {
namespace {

using Json = nlohmann::ordered_json;

/// Names that stand once.
class Names {
 public:
  std::size_t of(const std::string& name) {
    const auto [entry, added] = index_.try_emplace(name, names_.size());
    if (added) names_.push_back(name);
    return entry->second;
  }
  Json take() { return std::move(names_); }

 private:
  std::map<std::string, std::size_t> index_;
  Json names_ = Json::array();
};

Json collectives_json(const std::vector<CollectiveForecast>& forecasts) {
  Names sets;
  Json json = {{"set", Json::array()},         {"bytes", Json::array()},
               {"ranks", Json::array()},       {"measured_s", Json::array()},
               {"predicted_s", Json::array()}, {"extrapolated", Json::array()}};
  for (const CollectiveForecast& one : forecasts) {
    json["set"].push_back(sets.of(one.set));
    json["bytes"].push_back(for_drawing(one.bytes));
    json["ranks"].push_back(one.ranks);
    json["measured_s"].push_back(for_drawing(one.measured_s));
    json["predicted_s"].push_back(for_drawing(one.predicted_s));
    json["extrapolated"].push_back(one.extrapolated ? 1 : 0);
  }
  json["sets"] = sets.take();
  return json;
}

std::string title_of(const std::vector<std::string>& files) {
  std::vector<std::string> names;
  for (const std::string& file : files)
    names.push_back(std::filesystem::path(file).stem().string());
  constexpr std::size_t kMost = 3;
  if (names.size() <= kMost) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more files", names.front(), names.size() - 1);
}

}  // namespace

Json step_pictures(const std::vector<validate::PublishedRun>& runs,
                   const validate::StepValidation& validation) {
  SEXTANT_ASSERT(runs.size() == validation.rows.size(), "{} runs, {} rows", runs.size(),
                 validation.rows.size());
  Names models, accelerators, frameworks;
  Json json = Json::object();
  for (const char* column :
       {"model", "parameters", "accelerator", "ranks", "framework", "interval_factor"}) {
    json[column] = Json::array();
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const StepInputs& inputs = runs[i].inputs;
    const bool known = inputs.model.layers > 0;  // of some refused rows nothing is read
    json["model"].push_back(models.of(inputs.model.name));
    json["parameters"].push_back(known ? Json(for_drawing(total_parameters(inputs.model)))
                                       : Json());
    json["accelerator"].push_back(accelerators.of(inputs.node.accelerator.name));
    json["ranks"].push_back(inputs.accelerators);
    json["framework"].push_back(frameworks.of(inputs.software.framework));
    const StepProfile& profile = validation.rows[i].profile;
    const bool forecast = validation.rows[i].refused.empty();
    json["interval_factor"].push_back(
        forecast ? Json(for_drawing(report::interval80(profile)[1] / profile.time)) : Json());
  }
  json["names"] = {{"model", models.take()},
                   {"accelerator", accelerators.take()},
                   {"framework", frameworks.take()}};
  return json;
}

void shorten_rows(Json& document) {
  if (!document.contains("rows")) return;
  for (Json& row : document["rows"]) {
    for (auto& [key, value] : row.items()) {
      if (value.is_number_float()) value = for_drawing(value.get<double>());
    }
    if (!row.contains("breakdown")) continue;
    Json parts = Json::object();
    for (const auto& [part, time] : row["breakdown"].items()) {
      if (time.get<double>() > 0) parts[part] = for_drawing(time.get<double>());
    }
    row["breakdown"] = std::move(parts);
  }
}

PageDocument validate_page(const std::vector<std::string>& files,
                           const ValidationPictures& pictures, Json document) {
  shorten_rows(document);
  PageDocument page{.kind = "validate",
                    .title = title_of(files),
                    .question = "How far are forecasts from what was measured?",
                    .result = std::move(document),
                    .pictures = Json::object()};
  if (pictures.steps != nullptr)
    page.pictures["steps"] = step_pictures(pictures.runs, *pictures.steps);
  if (!pictures.collectives.empty()) {
    page.pictures["collectives"] = collectives_json(pictures.collectives);
  }
  return page;
}

}  // namespace sextant::pages
