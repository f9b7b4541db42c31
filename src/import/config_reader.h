#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::importer {

/// The members of somebody else's JSON object, each with its place. What is missing or of another
/// kind goes to the diagnostics. A member that is null counts as absent.
class ConfigReader {
 public:
  ConfigReader(const io::Node& config, io::Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {}

  using Names = std::vector<const char*>;

  /// The first member that has one of these names; null if there is none.
  const io::Node* find(const Names& names) const;

  /// A whole number from `least` to a billion, as a node at its place. Reported if it is something
  /// else; if it is absent, too, unless there is a default.
  io::Node count(const Names& names, const char* what, std::int64_t least = 1,
                 std::optional<std::int64_t> otherwise = std::nullopt);
  std::int64_t number(const Names& names, const char* what, std::int64_t least = 1,
                      std::optional<std::int64_t> otherwise = std::nullopt);
  bool flag(const Names& names, bool otherwise);
  std::optional<std::string> text(const Names& names);

  /// Something that no forecast can take into account.
  void unsupported(const io::Node& found, const std::string& expected);

  io::Diagnostics& diagnostics() { return diagnostics_; }
  const io::Node& config() const { return config_; }

 private:
  void report(const io::Node& found, const char* expected);

  const io::Node& config_;
  io::Diagnostics& diagnostics_;
};

}  // namespace sextant::importer
