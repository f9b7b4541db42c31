#include "src/import/object_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/import/kubernetes_values.h"
#include "src/io/nearest_name.h"
#include "src/io/printable.h"

namespace sextant::importer {
namespace {

/// What a number was written as, or what stands in quotes.
std::optional<std::string> scalar_text(const io::Node& node) {
  if (const auto* text = node.get<std::string>()) return *text;
  const bool number = node.get<std::int64_t>() || node.get<std::uint64_t>() || node.get<double>();
  if (!number || !node.place.document) return std::nullopt;
  return node.place.document->text.substr(node.place.begin, node.place.end - node.place.begin);
}

std::string quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", word);
  }
  return text;
}

std::string nearest_or_all(std::string_view name, const std::vector<std::string>& words) {
  const auto nearest = io::nearest_name(name, words);
  return nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                 : "expected one of " + quoted(words);
}

}  // namespace

void ImportContext::note(const std::string& text) {
  if (std::find(notes.begin(), notes.end(), text) == notes.end()) notes.push_back(text);
}

void ImportContext::note(const io::Place& place, const std::string& text) {
  const std::size_t before = notes.size();
  note(text);
  if (notes.size() > before) diagnostics.warning(place, text);
}

io::Diagnostic& ImportContext::error(const io::Node& found, std::string_view expected) {
  return diagnostics.error(found.place,
                           fmt::format("found {}, expected {}", io::found_text(found), expected));
}

std::optional<std::string> read_name(const io::Node& node, ImportContext& context) {
  const auto* text = node.get<std::string>();
  if (text && is_object_name(*text)) return *text;
  context.error(node, "a name of lower case letters, digits, \"-\" and \".\"");
  return std::nullopt;
}

std::optional<std::int64_t> read_count(const io::Node& node, std::int64_t least, std::int64_t most,
                                       ImportContext& context) {
  const auto* number = node.get<std::int64_t>();
  if (number && *number >= least && *number <= most) return *number;
  context.error(node, fmt::format("an integer from {} to {}", least, most));
  return std::nullopt;
}

std::optional<std::int64_t> read_kubernetes_quantity(const io::Node& node, int decimals,
                                                     ImportContext& context) {
  const std::optional<std::string> text = scalar_text(node);
  const auto amount = text ? parse_kubernetes_quantity(*text, decimals) : std::nullopt;
  if (amount && *amount >= 0) return amount;
  context.error(node, "a quantity >= 0, as in 4, \"500m\" or \"64Gi\"");
  return std::nullopt;
}

std::optional<Seconds> read_go_duration(const io::Node& node, ImportContext& context) {
  const auto* text = node.get<std::string>();
  const auto duration = text ? parse_go_duration(*text) : std::nullopt;
  if (duration && *duration >= Seconds{0}) return duration;
  context.error(node, "a duration >= 0, as in \"5m\" or \"1h30m\"");
  return std::nullopt;
}

std::optional<std::size_t> read_word(const io::Node& node, const std::vector<std::string>& words,
                                     ImportContext& context) {
  const auto* text = node.get<std::string>();
  const auto found = std::find(words.begin(), words.end(), text ? *text : "");
  if (text && found != words.end()) return static_cast<std::size_t>(found - words.begin());
  io::Diagnostic& entry = context.error(node, "one of " + quoted(words));
  const auto nearest = text ? io::nearest_name(*text, words) : std::nullopt;
  if (nearest) entry.help = fmt::format("did you mean \"{}\"?", *nearest);
  return std::nullopt;
}

ObjectReader::ObjectReader(const io::Node& node, std::string name, ImportContext& context)
    : node_(node), name_(std::move(name)), context_(context) {
  if (!node.get<io::Node::Object>()) context_.error(node, fmt::format("{}: an object", name_));
}

const io::Node* ObjectReader::find(std::string_view key) {
  if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) keys_.emplace_back(key);
  const io::Node* member = node_.find(key);
  return member && !member->is_null() ? member : nullptr;
}

const io::Node* ObjectReader::require(std::string_view key) {
  const io::Node* member = find(key);
  if (!member && node_.get<io::Node::Object>()) {
    const io::Place begin{node_.place.document, node_.place.begin, node_.place.begin + 1};
    context_.diagnostics.error(begin, fmt::format("key \"{}\" is missing in {}", key, name_))
        .pointer = io::pointer_step(key);
  }
  return member;
}

const io::Node::Array& ObjectReader::list(std::string_view key, std::size_t most) {
  static const io::Node::Array kNone;
  const io::Node* member = find(key);
  if (!member) return kNone;
  const auto* elements = member->get<io::Node::Array>();
  if (!elements) {
    context_.error(*member, "a list");
    return kNone;
  }
  if (elements->size() > most) {
    context_.diagnostics.error(member->place, fmt::format("found {} elements, expected at most {}",
                                                          elements->size(), most));
  }
  return *elements;
}

const io::Node::Array& ObjectReader::required_list(std::string_view key, std::size_t most) {
  const io::Node* member = require(key);
  const io::Node::Array& elements = list(key, most);
  if (member && member->get<io::Node::Array>() && elements.empty()) {
    context_.diagnostics.error(member->place, "found an empty list, expected at least one element");
  }
  return elements;
}

bool ObjectReader::flag(std::string_view key, bool otherwise) {
  const io::Node* member = find(key);
  if (!member) return otherwise;
  if (const auto* value = member->get<bool>()) return *value;
  context_.error(*member, "true or false");
  return otherwise;
}

std::string ObjectReader::text(std::string_view key, std::string otherwise) {
  const io::Node* member = find(key);
  if (!member) return otherwise;
  if (const auto* value = member->get<std::string>()) return *value;
  context_.error(*member, "a text");
  return otherwise;
}

void ObjectReader::ignore(const std::vector<const char*>& keys) {
  keys_.insert(keys_.end(), keys.begin(), keys.end());
}

void ObjectReader::not_simulated(const std::vector<const char*>& keys) {
  for (const char* key : keys) {
    const io::Node* member = find(key);
    if (member) context_.note(member->place, fmt::format("{} in {} is not simulated", key, name_));
  }
}

void ObjectReader::finish() {
  const auto* members = node_.get<io::Node::Object>();
  if (!members) return;
  for (const io::Node::Member& member : *members) {
    if (std::find(keys_.begin(), keys_.end(), member.key) != keys_.end()) continue;
    context_.diagnostics
        .error(member.key_place,
               fmt::format("found unknown key \"{}\" in {}", io::printable(member.key), name_))
        .help = nearest_or_all(member.key, keys_);
  }
}

}  // namespace sextant::importer
