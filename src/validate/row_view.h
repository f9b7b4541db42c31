#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::validate {

/// Typed access to the members of an object whose other members do not matter. An absent member and
/// null are the same: the source does not say. Wrong types are reported.
class RowView {
 public:
  RowView(const io::Node& node, io::Diagnostics& diagnostics)
      : node_(node), diagnostics_(diagnostics) {}

  RowView object(const char* key) const {
    static const io::Node kEmpty{io::Node::Object(), {}};
    const io::Node* member = present(key);
    if (!member) {
      expected(node_, key, "an object");
      return {kEmpty, diagnostics_};
    }
    if (!member->get<io::Node::Object>()) {
      expected(*member, nullptr, "an object");
      return {kEmpty, diagnostics_};
    }
    return {*member, diagnostics_};
  }

  std::string text(const char* key) const {
    const io::Node* member = present(key);
    if (!member) return {};
    if (const auto* text = member->get<std::string>()) return *text;
    expected(*member, nullptr, "a text or null");
    return {};
  }

  std::optional<bool> flag(const char* key) const {
    const io::Node* member = present(key);
    if (!member) return std::nullopt;
    if (const auto* flag = member->get<bool>()) return *flag;
    expected(*member, nullptr, "true, false or null");
    return std::nullopt;
  }

  /// A flag, or words that answer it ("none (ALL_REDUCE mode)", "overlapped with the backward");
  /// words that do not are as good as none.
  std::optional<bool> flag_or_words(const char* key) const {
    const io::Node* member = present(key);
    if (!member) return std::nullopt;
    if (const auto* flag = member->get<bool>()) return *flag;
    const auto* text = member->get<std::string>();
    if (!text) {
      expected(*member, nullptr, "true, false, words or null");
      return std::nullopt;
    }
    for (const char* no : {"none", "no ", "false", "off"}) {
      if (text->starts_with(no)) return false;
    }
    for (const char* yes : {"true", "yes", "overlap", "async", "XLA"}) {
      if (text->find(yes) != std::string::npos) return true;
    }
    return std::nullopt;
  }

  std::optional<double> number(const char* key) const {
    const io::Node* member = present(key);
    if (!member) return std::nullopt;
    std::optional<double> value;
    if (const auto* integer = member->get<std::int64_t>()) value = static_cast<double>(*integer);
    if (const auto* real = member->get<double>()) value = *real;
    if (!value || !std::isfinite(*value)) expected(*member, nullptr, "a number or null");
    return value;
  }

  /// A count from 1 to 2^31 − 1; `otherwise` where the source does not say.
  std::int64_t count(const char* key, std::optional<std::int64_t> otherwise = {}) const {
    const io::Node* member = present(key);
    if (!member && otherwise) return *otherwise;
    if (!member) {
      expected(node_, key, "a count of at least 1");
      return 1;
    }
    const std::optional<double> value = number(key);
    constexpr double kMost = std::numeric_limits<std::int32_t>::max();
    if (value && *value >= 1.0 && *value <= kMost && *value == std::floor(*value)) {
      return static_cast<std::int64_t>(*value);
    }
    if (value) expected(*member, nullptr, "a count of at least 1");
    return 1;
  }

  /// A ZeRO stage, 0 to 3; 0 where the source does not say.
  int zero_stage(const char* key) const {
    const double stage = number(key).value_or(0);
    if (stage == 0 || stage == 1 || stage == 2 || stage == 3) return static_cast<int>(stage);
    expected(*present(key), nullptr, "a ZeRO stage from 0 to 3");
    return 0;
  }

 private:
  const io::Node* present(const char* key) const {
    const io::Node* member = node_.find(key);
    return member && !member->is_null() ? member : nullptr;
  }

  /// Reports `node`, or its missing member `key`.
  void expected(const io::Node& node, const char* key, const char* what) const {
    if (!key) {
      diagnostics_.error(node.place,
                         fmt::format("found {}, expected {}", io::found_text(node), what));
      return;
    }
    diagnostics_.error(node.place, fmt::format("missing, expected {}", what)).pointer =
        io::pointer_step(key);
  }

  const io::Node& node_;
  io::Diagnostics& diagnostics_;
};

}  // namespace sextant::validate
