#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/catalog/check.h"
#include "src/catalog/families.h"
#include "src/report/text_style.h"

namespace sextant::report {

/// `sextant catalog list`: every entry below the name and the sentence of its family.
std::string catalog_list_text(const std::vector<catalog::Entry>& entries, TextStyle style);
nlohmann::ordered_json catalog_list_json(const std::vector<catalog::Entry>& entries);

/// `sextant catalog show`: every figure of each entry with its source, date and method.
std::string catalog_show_text(const std::vector<catalog::Shown>& shown, TextStyle style);
nlohmann::ordered_json catalog_show_json(const std::vector<catalog::Shown>& shown);

/// `sextant catalog check`: what the figures rest on, and those that a reader should doubt.
std::string catalog_check_text(const catalog::CheckResult& result, TextStyle style);
nlohmann::ordered_json catalog_check_json(const catalog::CheckResult& result);

}  // namespace sextant::report
