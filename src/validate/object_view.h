#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sextant/kernel/enum_names.h"
#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::validate {

/// Typed access to the members of an object, nested as it is; reports what is wrong. Absent members
/// and null are the same.
class ObjectView {
 public:
  ObjectView(const io::Node& node, io::Diagnostics& diagnostics)
      : node_(node), diagnostics_(diagnostics) {}

  const io::Node& node() const { return node_; }
  const io::Node* present(const char* key) const {
    const io::Node* member = node_.find(key);
    return member && !member->is_null() ? member : nullptr;
  }

  void expected(const io::Node& at, const std::string& what) const {
    diagnostics_.error(at.place, fmt::format("found {}, expected {}", io::found_text(at), what));
  }
  void missing(const char* key, const char* what) const {
    diagnostics_.error(node_.place, fmt::format("missing, expected {}", what)).pointer =
        io::pointer_step(key);
  }

  std::string text(const char* key, const std::string& otherwise = {}) const {
    const io::Node* member = present(key);
    if (!member) return otherwise;
    if (const auto* text = member->get<std::string>()) return *text;
    expected(*member, "a text");
    return otherwise;
  }

  std::string name(const char* key) const {
    const std::string text = this->text(key);
    if (text.empty() && !present(key)) missing(key, "a name");
    return text;
  }

  bool flag(const char* key) const {
    const io::Node* member = present(key);
    if (!member) return false;
    if (const auto* flag = member->get<bool>()) return *flag;
    expected(*member, "true or false");
    return false;
  }

  static std::optional<double> number_of(const io::Node& node) {
    if (const auto* integer = node.get<std::int64_t>()) return static_cast<double>(*integer);
    if (const auto* large = node.get<std::uint64_t>()) return static_cast<double>(*large);
    if (const auto* real = node.get<double>()) return *real;
    return std::nullopt;
  }

  double number(const char* key, double otherwise, double least, double most) const {
    const io::Node* member = present(key);
    if (!member) return otherwise;
    const std::optional<double> value = number_of(*member);
    if (value && *value >= least && *value <= most) return *value;
    expected(*member, fmt::format("a number from {} to {}", least, most));
    return otherwise;
  }

  std::int64_t integer(const char* key, std::int64_t otherwise, double least, double most) const {
    const double value = number(key, static_cast<double>(otherwise), least, most);
    if (value == std::floor(value)) return static_cast<std::int64_t>(value);
    expected(*present(key), "an integer");
    return otherwise;
  }

  template <class Enum>
  Enum word(const char* key, Enum otherwise) const {
    const io::Node* member = present(key);
    if (!member) return otherwise;
    return word_of<Enum>(*member).value_or(otherwise);
  }

  template <class Enum>
  std::optional<Enum> word_of(const io::Node& node) const {
    const auto* text = node.get<std::string>();
    if (text) {
      if (const std::optional<Enum> value = enum_from_name<Enum>(*text)) return value;
    }
    std::vector<std::string> words;
    for (const auto& [value, name] : EnumNames<Enum>::table) words.emplace_back(name);
    expected(node, fmt::format("one of {}", fmt::join(words, ", ")));
    return std::nullopt;
  }

  /// Elements of a list; none if it is absent.
  const io::Node::Array& list(const char* key) const {
    static const io::Node::Array kNone;
    const io::Node* member = present(key);
    if (!member) return kNone;
    if (const auto* array = member->get<io::Node::Array>()) return *array;
    expected(*member, "a list");
    return kNone;
  }

  template <class Use>
  void each_object(const char* key, const char* what, const Use& use) const {
    for (const io::Node& element : list(key)) {
      if (element.get<io::Node::Object>()) {
        use(ObjectView(element, diagnostics_));
      } else {
        expected(element, what);
      }
    }
  }

  /// An object; an empty one if it is absent.
  ObjectView object(const char* key) const {
    static const io::Node kEmpty{io::Node::Object(), {}};
    const io::Node* member = present(key);
    if (member && member->get<io::Node::Object>()) return {*member, diagnostics_};
    if (member) expected(*member, "an object");
    return {kEmpty, diagnostics_};
  }

  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> found;
    for (const io::Node& element : list(key)) {
      if (const auto* text = element.get<std::string>()) {
        found.push_back(*text);
      } else {
        expected(element, "a text");
      }
    }
    return found;
  }

 private:
  const io::Node& node_;
  io::Diagnostics& diagnostics_;
};

}  // namespace sextant::validate
