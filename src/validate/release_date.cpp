#include "src/validate/release_date.h"

#include <regex>
#include <string>

namespace sextant::validate {
namespace {

std::optional<double> year_of(const std::string& words, const std::regex& date) {
  std::smatch found;
  if (!std::regex_search(words, found, date)) return std::nullopt;
  const double month = std::stoi(found[2].str());
  if (month < 1 || month > 12) return std::nullopt;
  return 2000.0 + std::stoi(found[1].str()) + (month - 1.0) / 12.0;
}

}  // namespace

std::optional<double> release_date(std::string_view view) {
  constexpr std::size_t kLongest = 1000;  // what std::regex walks through without harm
  const std::string words(view.substr(0, kLongest));
  static const std::regex neuron(R"(Neuron (?:SDK )?2\.(\d{1,2})\b)");
  static const std::regex dashed(R"(\b20(\d\d)-(\d\d)\b)");
  static const std::regex dotted(R"((?:^|[^\d.])(\d\d)\.(\d\d)(?!\d))");
  if (std::smatch found; std::regex_search(words, found, neuron)) {
    return 2023.35 + 0.153 * (std::stoi(found[1].str()) - 10);
  }
  if (const auto year = year_of(words, dashed)) return year;
  return year_of(words, dotted);
}

}  // namespace sextant::validate
