#include "src/io/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/io/nearest_name.h"
#include "src/io/printable.h"
#include "src/io/quantity_text.h"
#include "src/io/units.h"

namespace sextant::io {
namespace {

/// "an integer", "an integer >= 1", "an integer from 0 to 3".
template <class Format>
std::string in_range(std::string_view what, double min, double max, double lowest, double highest,
                     Format&& format) {
  if (min > lowest && max < highest) {
    return fmt::format("{} from {} to {}", what, format(min), format(max));
  }
  if (min > lowest) return fmt::format("{} >= {}", what, format(min));
  if (max < highest) return fmt::format("{} <= {}", what, format(max));
  return std::string(what);
}

std::string number_expectation(std::string_view what, double min, double max) {
  constexpr double kFar = 2147483647.0;  // beyond it a bound says nothing to a person
  return in_range(what, min, max, -kFar - 1, kFar, [](double x) { return fmt::format("{}", x); });
}

std::string quantity_expectation(const Dimension& dimension, const Field& field) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return in_range(dimension_name(dimension), field.min, field.max, -kInfinity, kInfinity,
                  [&](double si) { return format_quantity(si, dimension); });
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", word);
  }
  return text;
}

Diagnostic& report(const Node& node, std::string_view fault, std::string_view expected,
                   ReadContext& context) {
  return context.diagnostics.error(
      node.place, fmt::format("found {}{}{}, expected {}", found_text(node),
                              fault.empty() ? "" : ", ", printable(fault), expected));
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const auto nearest = nearest_name(name, candidates);
  return nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "";
}

/// The number that somebody meant who wrote "12" or "2k" for an integer.
std::string integer_in_text(const Node& node) {
  const auto* text = node.get<std::string>();
  const auto count = text ? parse_count(*text).value : std::nullopt;
  if (!count || *count != std::floor(*count) || std::abs(*count) > 0x1p53) return "";
  return fmt::format("write {:.0f}", *count);
}

/// An integer, or a real number that is whole: 1e6.
std::optional<std::int64_t> whole_number(const Node& node) {
  if (const auto* integer = node.get<std::int64_t>()) return *integer;
  const auto* real = node.get<double>();
  if (real && *real == std::floor(*real) && std::abs(*real) <= 0x1p53) {
    return static_cast<std::int64_t>(*real);
  }
  return std::nullopt;
}

std::optional<double> any_number(const Node& node) {
  if (const auto* real = node.get<double>()) return *real;
  if (const auto* integer = node.get<std::int64_t>()) return static_cast<double>(*integer);
  if (const auto* large = node.get<std::uint64_t>()) return static_cast<double>(*large);
  return std::nullopt;
}

Place first_character(const Node& node) {
  return {node.place.document, node.place.begin, node.place.begin + 1};
}

}  // namespace

Reader::Reader(const Node& node, ReadContext& context, const Field* limits)
    : node_(node), context_(context), limits_(limits) {}

const Node* Reader::take(const char* key, const Field& field) {
  keys_.emplace_back(key);
  const Node* member = node_.find(key);
  if (!member && field.required) {
    Diagnostic& entry = context_.diagnostics.error(
        first_character(node_), fmt::format("key \"{}\" is missing: {}", key, field.doc));
    entry.pointer = pointer_step(key);
  }
  return member;
}

void Reader::finish() {
  for (const Node::Member& member : *node_.get<Node::Object>()) {
    if (std::find(keys_.begin(), keys_.end(), member.key) != keys_.end()) continue;
    Diagnostic& entry = context_.diagnostics.error(
        member.key_place,
        fmt::format("found unknown key \"{}\" in {}", printable(member.key), name_));
    entry.help = did_you_mean(member.key, keys_);
    if (entry.help.empty()) entry.help = "expected one of " + joined_words(keys_);
  }
}

bool is_object(const Node& node, std::string_view expected, ReadContext& context) {
  if (node.get<Node::Object>()) return true;
  report(node, "", expected, context);
  return false;
}

const Node::Array* read_array(const Node& node, std::size_t size, ReadContext& context) {
  const auto* elements = node.get<Node::Array>();
  if (!elements) {
    report(node, "", size == kAnySize ? "an array" : fmt::format("an array of {}", size), context);
    return nullptr;
  }
  if (size != kAnySize && elements->size() != size) {
    report(node, fmt::format("with {} elements", elements->size()),
           fmt::format("an array of {}", size), context);
    return nullptr;
  }
  return elements;
}

void read_bool(const Node& node, bool& value, ReadContext& context) {
  if (const auto* flag = node.get<bool>()) {
    value = *flag;
  } else {
    report(node, "", "true or false", context);
  }
}

void read_text(const Node& node, std::string& value, ReadContext& context) {
  if (const auto* text = node.get<std::string>()) {
    value = *text;
  } else {
    report(node, "", "a text in double quotes", context);
  }
}

void read_double(const Node& node, double& value, const Field& field, ReadContext& context) {
  std::optional<double> number = any_number(node);
  const std::string expected = number_expectation("a number", field.min, field.max);
  if (const auto* text = node.get<std::string>()) {
    const ParsedNumber parsed = parse_count(*text);
    if (!parsed.value) {
      report(node, parsed.fault, expected + ", as in 0.5 or \"15.6T\"", context).help = parsed.help;
      return;
    }
    number = parsed.value;
  }
  if (!number || !(*number >= field.min && *number <= field.max)) {
    report(node, "", expected, context);
    return;
  }
  value = *number;
}

std::optional<std::int64_t> read_integer(const Node& node, double min, double max,
                                         ReadContext& context) {
  const std::optional<std::int64_t> number = whole_number(node);
  if (number && static_cast<double>(*number) >= min && static_cast<double>(*number) <= max) {
    return number;
  }
  const bool too_large = any_number(node) && *any_number(node) > max && max > 1e9;
  report(node, "",
         too_large ? fmt::format("an integer <= {:.0f}", max)
                   : number_expectation("an integer", min, max),
         context)
      .help = integer_in_text(node);
  return std::nullopt;
}

std::optional<std::uint64_t> read_unsigned(const Node& node, const Field& field,
                                           ReadContext& context) {
  std::optional<std::uint64_t> number;
  if (const auto* large = node.get<std::uint64_t>()) number = *large;
  if (const auto whole = whole_number(node); whole && *whole >= 0) {
    number = static_cast<std::uint64_t>(*whole);
  }
  const double min = std::max(field.min, 0.0);
  if (number && static_cast<double>(*number) >= min && static_cast<double>(*number) <= field.max) {
    return number;
  }
  report(node, "", number_expectation("an integer", min, field.max), context).help =
      integer_in_text(node);
  return std::nullopt;
}

std::optional<std::size_t> read_word(const Node& node, const std::vector<std::string>& words,
                                     ReadContext& context, const char* or_else) {
  const auto* text = node.get<std::string>();
  for (std::size_t i = 0; text && i < words.size(); ++i) {
    if (words[i] == *text) return i;
  }
  Diagnostic& entry = report(node, "", "one of " + joined_words(words) + or_else, context);
  if (text) entry.help = did_you_mean(*text, words);
  return std::nullopt;
}

std::optional<double> read_quantity(const Node& node, const Dimension& dimension,
                                    const Field& field, ReadContext& context) {
  const auto* text = node.get<std::string>();
  if (!text) {
    Diagnostic& entry = report(node, "", dimension_expectation(dimension), context);
    if (any_number(node)) entry.help = "write the number with its unit, in double quotes";
    return std::nullopt;
  }
  const ParsedNumber parsed = parse_quantity(*text, dimension);
  if (!parsed.value) {
    report(node, parsed.fault, dimension_expectation(dimension), context).help = parsed.help;
    return std::nullopt;
  }
  if (!(*parsed.value >= field.min && *parsed.value <= field.max)) {
    report(node, "", quantity_expectation(dimension, field), context);
    return std::nullopt;
  }
  return parsed.value;
}

std::variant<std::monostate, std::size_t, double> read_word_or_quantity(
    const Node& node, const std::vector<std::string>& words, const Dimension& dimension,
    const Field& field, ReadContext& context) {
  const auto* text = node.get<std::string>();
  for (std::size_t i = 0; text && i < words.size(); ++i) {
    if (words[i] == *text) return i;
  }
  if (text && !text->empty() && parse_quantity(*text, dimension).value) {
    const auto si = read_quantity(node, dimension, field, context);
    if (si) return *si;
    return {};
  }
  const ParsedNumber parsed = text ? parse_quantity(*text, dimension) : ParsedNumber{};
  Diagnostic& entry =
      report(node, parsed.fault == "not a number" ? "" : parsed.fault,
             fmt::format("one of {}, or {}", joined_words(words), dimension_expectation(dimension)),
             context);
  if (text) entry.help = did_you_mean(*text, words);
  if (entry.help.empty()) entry.help = parsed.help;
  return {};
}

std::optional<Node> resolve_catalogue_item(const Node& node, const char* family, std::string& base,
                                           ReadContext& context) {
  const Node* name = node.get<Node::Object>() ? node.find("base") : &node;
  if (!name) return node;
  const auto* text = name->get<std::string>();
  if (!text) {
    report(*name, "", fmt::format("the name of an entry of models/{}, or an object", family),
           context);
    return std::nullopt;
  }
  if (!context.catalogue) {
    report(*name, "", "an object: names need a catalogue", context);
    return std::nullopt;
  }
  const Node* entry = context.catalogue->find(family, *text, name->place, context.diagnostics);
  if (!entry) return std::nullopt;
  base = *text;
  if (name == &node) return *entry;
  Node changes = node;
  std::erase_if(std::get<Node::Object>(changes.value),
                [](const Node::Member& member) { return member.key == "base"; });
  return merged(*entry, changes);
}

void check_date(const Node& coefficient, const std::string& date, ReadContext& context) {
  const Node* node = coefficient.find("date");
  if (!node || date.empty()) return;
  constexpr std::string_view kShape = "dddd-dd-dd";
  bool valid = date.size() == 4 || date.size() == 7 || date.size() == 10;
  for (std::size_t i = 0; valid && i < date.size(); ++i) {
    valid = kShape[i] == 'd' ? date[i] >= '0' && date[i] <= '9' : date[i] == kShape[i];
  }
  if (!valid) report(*node, "", "a date such as \"2024-07-23\", \"2024-07\" or \"2024\"", context);
}

void report_reversed_range(const Node& coefficient, ReadContext& context) {
  report(*coefficient.find("range"), "with its ends reversed", "[low, high]", context);
}

void warn_outside_range(const Node& coefficient, ReadContext& context) {
  const Node& value = *coefficient.find("value");
  context.diagnostics
      .warning(value.place,
               fmt::format("found {}, which is outside its own range", found_text(value)))
      .notes.push_back({coefficient.find("range")->place, "the range"});
}

}  // namespace sextant::io
