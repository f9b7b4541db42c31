#include "src/io/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "src/io/duplicate_keys.h"
#include "src/io/json_scan.h"
#include "src/io/printable.h"
#include "src/io/syntax_fault.h"

namespace sextant::io {
namespace {

/// Walks over the text and leaves the number of characters taken in `taken`.
class CountingIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator() = default;
  CountingIterator(const char* at, std::size_t* taken) : at_(at), taken_(taken) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*taken_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_ = nullptr;
  std::size_t* taken_ = nullptr;
};

/// Handler of nlohmann's event parser. The parser says how far it has read; a token begins at the
/// first character after the end of the one before that is no blank, comment, comma or colon.
class TreeBuilder {
 public:
  TreeBuilder(Document& document, Diagnostics& diagnostics, const ParseLimits& limits)
      : document_(document), diagnostics_(diagnostics), limits_(limits) {
    if (document.text.starts_with("\xEF\xBB\xBF")) last_end_ = 3;
  }

  std::size_t* taken() { return &taken_; }

  bool null() { return add(nullptr, scalar()); }
  bool boolean(bool value) { return add(value, scalar()); }
  bool number_integer(std::int64_t value) { return add(value, number()); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return add(value, number());
    }
    return add(static_cast<std::int64_t>(value), number());
  }
  bool number_float(double value, const std::string&) { return add(value, number()); }
  bool string(std::string& value) { return add(std::move(value), scalar()); }
  bool binary(nlohmann::json::binary_t&) { return false; }  // text has none
  bool start_object(std::size_t) { return open(Node::Object()); }
  bool start_array(std::size_t) { return open(Node::Array()); }
  bool end_object() {
    report_duplicate_keys(std::get<Node::Object>(open_.back()->value), diagnostics_);
    return close();
  }
  bool end_array() { return close(); }
  bool key(std::string& value) {
    auto& members = std::get<Node::Object>(open_.back()->value);
    members.push_back({std::move(value), Node(), scalar()});
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::json::exception& error);

 private:
  std::string_view text() const { return document_.text; }

  Place place(std::size_t begin, std::size_t end) const {
    return {&document_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  std::size_t next_token() const {
    std::size_t at = skip_blank(text(), last_end_);
    while (at < text().size() && (text()[at] == ',' || text()[at] == ':')) {
      at = skip_blank(text(), at + 1);
    }
    return at;
  }
  Place scalar() {
    const std::size_t begin = next_token();
    last_end_ = taken_;
    return place(begin, last_end_);
  }
  Place number() {  // the parser has looked one character ahead
    last_number_ = next_token();
    last_end_ = number_end(text(), last_number_);
    return place(last_number_, last_end_);
  }

  Node& slot() {
    if (open_.empty()) return document_.root;
    Node& parent = *open_.back();
    if (auto* elements = std::get_if<Node::Array>(&parent.value)) return elements->emplace_back();
    return std::get<Node::Object>(parent.value).back().value;
  }
  bool add(Node::Value value, const Place& place) {
    slot() = Node{std::move(value), place};
    return true;
  }
  bool open(Node::Value value) {
    Node& node = slot();
    const std::size_t begin = next_token();
    node = Node{std::move(value), place(begin, begin + 1)};
    last_end_ = begin + 1;
    if (open_.size() >= limits_.depth) {
      diagnostics_.error(
          node.place,
          fmt::format("found more than {} objects and arrays within each other", limits_.depth));
      return false;
    }
    open_.push_back(&node);
    return true;
  }
  bool close() {
    last_end_ = taken_;
    open_.back()->place.end = static_cast<std::uint32_t>(last_end_);
    open_.pop_back();
    return true;
  }

  void close_at(const Place& error);

  Document& document_;
  Diagnostics& diagnostics_;
  const ParseLimits& limits_;
  std::size_t taken_ = 0;
  std::size_t last_end_ = 0;
  std::size_t last_number_ = 0;  ///< where the last number began
  /// From the root inwards. A parent does not grow while a child is open.
  std::vector<Node*> open_;
};

/// Gives the values that are not complete a place, so that the error has a pointer.
void TreeBuilder::close_at(const Place& error) {
  for (Node* node : open_) node->place.end = static_cast<std::uint32_t>(text().size()) + 1;
  if (open_.empty()) return;
  auto* members = std::get_if<Node::Object>(&open_.back()->value);
  if (!members || members->empty()) return;
  Node& last = members->back().value;
  if (!last.place.document || last.place.begin == error.begin) last.place = error;
}

bool TreeBuilder::parse_error(std::size_t, const std::string&,
                              const nlohmann::json::exception& error) {
  const SyntaxFault fault = describe_fault({text(), taken_, last_end_, last_number_}, error.what());
  close_at(place(fault.begin, std::max(fault.end, fault.begin + 1)));
  diagnostics_.error(place(fault.begin, fault.end), fault.message).help = fault.help;
  return false;
}

bool is_empty(const Document& document) {
  const std::size_t first = document.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  return skip_blank(document.text, first) == document.text.size();
}

}  // namespace

bool check_text(const Document& document, Diagnostics& diagnostics, const ParseLimits& limits) {
  const std::string_view text = document.text;
  if (text.size() > std::min<std::size_t>(limits.bytes, UINT32_MAX)) {
    diagnostics.error_in_file(document.name, fmt::format("found {} bytes, expected at most {}",
                                                         text.size(), limits.bytes));
    return false;
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    diagnostics.error_in_file(document.name, "found UTF-16 text, expected UTF-8").help =
        "save the file as UTF-8";
    return false;
  }
  const std::size_t nul = text.find('\0');  // the parsers would take it for the end of the text
  if (nul != std::string_view::npos) {
    const auto at = static_cast<std::uint32_t>(nul);
    diagnostics.error({&document, at, at + 1}, "found a NUL byte, expected text");
    return false;
  }
  return true;
}

bool parse(Document& document, Diagnostics& diagnostics, const ParseLimits& limits) {
  if (!check_text(document, diagnostics, limits)) return false;
  if (is_empty(document)) {
    diagnostics.error_in_file(document.name, "found an empty file, expected a JSON object");
    return false;
  }
  TreeBuilder builder(document, diagnostics, limits);
  const char* begin = document.text.data();
  return nlohmann::json::sax_parse(CountingIterator(begin, builder.taken()),
                                   CountingIterator(begin + document.text.size(), builder.taken()),
                                   &builder, nlohmann::json::input_format_t::json, true, true);
}

}  // namespace sextant::io
