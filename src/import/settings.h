#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::importer {

/// An argument of a command line, or a key of a configuration.
struct Setting {
  std::string name;   ///< "tensor_model_parallel_size", "model.tensor_model_parallel_size"
  std::string shown;  ///< as its file has it: "--tensor-model-parallel-size"
  io::Node value;     ///< true for an argument without value, an array for one with several
  io::Place place;    ///< of the name
  std::vector<std::string> unknown{};  ///< what of the value cannot be told: "$TP"
  bool used = false;
};

/// What somebody else's launch says, setting by setting. Whoever asks for one takes it: what is
/// never asked for is listed as not used.
class Settings {
 public:
  using Names = std::initializer_list<const char*>;

  /// `prefixes`: where a name may stand, the first of them counts: "model.", "".
  Settings(io::Place whole, std::vector<std::string> prefixes, io::Diagnostics& diagnostics)
      : whole_(whole), prefixes_(std::move(prefixes)), diagnostics_(diagnostics) {}

  /// The same name with another value is an error, which shows both; so are more than
  /// kMostSettings.
  void add(Setting setting);

  /// The first that has one of these names and a value; null if there is none.
  const Setting* find(Names names);
  bool has(Names names) { return find(names) != nullptr; }

  // Values of a kind, at their places; nothing where there is none, or after an error.

  /// A whole number from `least` to kMost.
  std::optional<io::Node> count(Names names, std::int64_t least = 1, std::int64_t most = kMost);
  std::optional<std::int64_t> number(Names names, std::int64_t least = 1,
                                     std::int64_t most = kMost);
  std::optional<double> real(Names names, double least, double most);
  std::optional<std::string> text(Names names);
  bool flag(Names names);  ///< false where it is not set

  void unsupported(const Setting& setting, const std::string& expected, std::string help = {});
  /// Two settings that exclude one another.
  void contradiction(const Setting& a, const Setting& b, const std::string& message,
                     std::string help = {});

  const std::vector<Setting>& all() const { return settings_; }
  /// What cannot be told and stands behind an argument that takes no value: "$EXTRA_ARGS".
  const std::vector<const Setting*>& strays() const { return strays_; }
  io::Place whole() const { return whole_; }
  io::Diagnostics& diagnostics() { return diagnostics_; }
  /// The name that was asked for and is nearly this one: a slip of the pen.
  std::optional<std::string> meant(const Setting& setting) const;

  static constexpr std::int64_t kMost = 1'000'000'000'000;
  static constexpr std::size_t kMostSettings = 5000;

 private:
  /// Reports a value that cannot be told.
  bool is_known(const Setting& setting);

  io::Place whole_;
  std::vector<std::string> prefixes_;
  io::Diagnostics& diagnostics_;
  std::vector<Setting> settings_;
  std::map<std::string, std::size_t> by_name_;
  std::set<std::string> asked_;
  std::set<std::string> reported_;
  std::vector<const Setting*> strays_;
};

/// Where a setting's value stands; its name where it has none.
io::Place value_place(const Setting& setting);

}  // namespace sextant::importer
