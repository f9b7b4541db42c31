#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/quantity.h"
#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::importer {

/// What reading somebody else's objects needs besides them. A note says what a reader of the
/// forecast should know.
struct ImportContext {
  io::Diagnostics& diagnostics;
  std::vector<std::string>& notes;

  /// Once, however often it is given; with a place it is a warning, too.
  void note(const std::string& text);
  void note(const io::Place& place, const std::string& text);
  io::Diagnostic& error(const io::Node& found, std::string_view expected);
};

// One function per kind of leaf; each returns nothing after reporting what is wrong.
std::optional<std::string> read_name(const io::Node& node, ImportContext& context);
std::optional<std::int64_t> read_count(const io::Node& node, std::int64_t least, std::int64_t most,
                                       ImportContext& context);
/// >= 0, in units of 10^-`decimals`.
std::optional<std::int64_t> read_kubernetes_quantity(const io::Node& node, int decimals,
                                                     ImportContext& context);
std::optional<Seconds> read_go_duration(const io::Node& node, ImportContext& context);
std::optional<std::size_t> read_word(const io::Node& node, const std::vector<std::string>& words,
                                     ImportContext& context);

/// The members of an object of somebody else's API. It remembers which it was asked for, so that
/// the others can be reported. A member that is null counts as absent.
class ObjectReader {
 public:
  /// `name` is what the object is called in messages: "spec of ClusterQueue". `node` may be
  /// anything: what is no object is reported, and has no members.
  ObjectReader(const io::Node& node, std::string name, ImportContext& context);

  const io::Node& node() const { return node_; }
  const std::string& name() const { return name_; }

  /// Null if it is absent.
  const io::Node* find(std::string_view key);
  /// Reported if it is absent.
  const io::Node* require(std::string_view key);
  /// The elements of an array, at most `most`; none if it is absent.
  const io::Node::Array& list(std::string_view key, std::size_t most);
  /// Reported if it is absent or empty.
  const io::Node::Array& required_list(std::string_view key, std::size_t most);

  bool flag(std::string_view key, bool otherwise);
  std::string text(std::string_view key, std::string otherwise = "");

  /// One of the enum's names.
  template <class Enum>
  Enum word(std::string_view key, Enum otherwise) {
    std::vector<std::string> words;
    for (const auto& [value, name] : EnumNames<Enum>::table) words.emplace_back(name);
    const io::Node* member = find(key);
    const auto index = member ? read_word(*member, words, context_) : std::nullopt;
    return index ? EnumNames<Enum>::table[*index].first : otherwise;
  }

  /// Members that change nothing that is simulated.
  void ignore(const std::vector<const char*>& keys);
  /// Members that would change the forecast: each is a note.
  void not_simulated(const std::vector<const char*>& keys);
  /// Reports the members that nobody has asked for.
  void finish();

 private:
  const io::Node& node_;
  std::string name_;
  ImportContext& context_;
  std::vector<std::string> keys_;
};

}  // namespace sextant::importer
