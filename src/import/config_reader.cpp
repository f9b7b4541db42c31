#include "src/import/config_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace sextant::importer {
namespace {

/// No size of a model comes near it, and products of two stay far from the end of 64 bits.
constexpr std::int64_t kMost = 1'000'000'000;

}  // namespace

const io::Node* ConfigReader::find(const Names& names) const {
  for (const char* name : names) {
    const io::Node* member = config_.find(name);
    if (member && !member->is_null()) return member;
  }
  return nullptr;
}

io::Node ConfigReader::count(const Names& names, const char* what, std::int64_t least,
                             std::optional<std::int64_t> otherwise) {
  const io::Node* member = find(names);
  if (!member) {
    if (otherwise) return {*otherwise, config_.place};
    const io::Place begin{config_.place.document, config_.place.begin, config_.place.begin + 1};
    io::Diagnostic& entry =
        diagnostics_.error(begin, fmt::format("key \"{}\" is missing: {}", names.front(), what));
    entry.pointer = io::pointer_step(names.front());
    return {std::max<std::int64_t>(least, 1), config_.place};
  }
  const auto* integer = member->get<std::int64_t>();
  if (integer && *integer >= least && *integer <= kMost) return *member;
  diagnostics_.error(member->place, fmt::format("found {}, expected {}: an integer from {} to {}",
                                                io::found_text(*member), what, least, kMost));
  return {std::max<std::int64_t>(least, 1), member->place};
}

std::int64_t ConfigReader::number(const Names& names, const char* what, std::int64_t least,
                                  std::optional<std::int64_t> otherwise) {
  return *count(names, what, least, otherwise).get<std::int64_t>();
}

bool ConfigReader::flag(const Names& names, bool otherwise) {
  const io::Node* member = find(names);
  if (!member) return otherwise;
  if (const auto* value = member->get<bool>()) return *value;
  report(*member, "true or false");
  return otherwise;
}

std::optional<std::string> ConfigReader::text(const Names& names) {
  const io::Node* member = find(names);
  if (!member) return std::nullopt;
  if (const auto* value = member->get<std::string>()) return *value;
  report(*member, "a text in double quotes");
  return std::nullopt;
}

void ConfigReader::unsupported(const io::Node& found, const std::string& expected) {
  report(found, expected.c_str());
}

void ConfigReader::report(const io::Node& found, const char* expected) {
  diagnostics_.error(found.place,
                     fmt::format("found {}, expected {}", io::found_text(found), expected));
}

}  // namespace sextant::importer
