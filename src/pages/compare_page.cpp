#include "src/pages/compare_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "src/plan/difference.h"

namespace sextant::pages {
namespace {

using compare::ComparedRun;
using compare::Comparison;
using Json = nlohmann::ordered_json;

struct Quantity {
  const char* name;
  const Sample* (*of)(const plan::Forecast::Samples& samples);
};

const Sample* pointer(const std::optional<Sample>& sample) { return sample ? &*sample : nullptr; }

constexpr std::array kQuantities{
    Quantity{"cost_usd", [](const auto& samples) { return pointer(samples.cost_usd); }},
    Quantity{"wall_time_s", [](const auto& samples) { return &samples.wall_time_s; }},
    Quantity{"energy_j", [](const auto& samples) { return pointer(samples.energy_j); }}};

/// A run and its replicas.
struct Entry {
  const ComparedRun* run;
  const Sample* sample;
  double mean;
};

/// The run of the least mean, and the one behind it with by how much, on common random numbers.
Json least_json(const Comparison& comparison, const Quantity& quantity) {
  std::vector<Entry> entries;
  for (const ComparedRun& run : comparison.runs) {
    const Sample* sample = run.plan ? quantity.of(run.plan->forecast.samples) : nullptr;
    if (sample) entries.push_back({&run, sample, sample->moments().mean()});
  }
  if (entries.empty()) return {};
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.mean < b.mean; });
  Json json = {{"quantity", quantity.name}, {"least", entries[0].run->label}};
  if (entries.size() == 1) return json;
  const plan::PairedDifference behind =
      plan::paired_difference(*entries[1].sample, *entries[0].sample);
  json["next"] = entries[1].run->label;
  json["behind"] = behind.value.mean;
  json["behind_ci95"] = {behind.value.ci95.low, behind.value.ci95.high};
  json["certain"] = behind.certain();
  return json;
}

std::string title_of(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const ComparedRun& run : comparison.runs) {
    const std::string& name = run.scenario.name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

/// What the scenarios ask, if they all ask the same: one of several questions would mislead.
std::string question_of(const Comparison& comparison) {
  if (comparison.runs.empty()) return {};
  const std::string& first = comparison.runs.front().scenario.question;
  const bool same =
      std::all_of(comparison.runs.begin(), comparison.runs.end(),
                  [&](const ComparedRun& run) { return run.scenario.question == first; });
  return same ? first : std::string{};
}

}  // namespace

PageDocument compare_page(const Comparison& comparison, Json document) {
  PageDocument page;
  page.kind = "compare";
  page.title = title_of(comparison);
  page.question = question_of(comparison);
  page.result = std::move(document);
  Json least = Json::array();
  for (const Quantity& quantity : kQuantities) {
    Json json = least_json(comparison, quantity);
    if (!json.empty()) least.push_back(std::move(json));
  }
  page.pictures = {{"least", std::move(least)}};
  return page;
}

}  // namespace sextant::pages
