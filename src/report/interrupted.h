#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "src/report/text_style.h"

namespace sextant::report {

/// What a reader must know first: that a signal ended the work after some of the replicas, or
/// `what`, that were to be run. Empty where `of` is absent.
std::string interrupted_text(std::int64_t done, std::optional<std::int64_t> of, TextStyle style,
                             const std::string& what = "replicas");

/// The same as the document's member "interrupted"; adds nothing where `of` is absent.
void add_interrupted(std::int64_t done, std::optional<std::int64_t> of,
                     nlohmann::ordered_json& document, const std::string& what = "replicas");

}  // namespace sextant::report
