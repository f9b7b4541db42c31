#include "src/io/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "src/io/printable.h"

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

/// First character at or after `at` that is neither blank nor in a comment.
std::size_t skip_blank(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (std::string_view(" \t\r\n").find(text[at]) != std::string_view::npos) {
      ++at;
    } else if (text.substr(at, 2) == "//") {
      at = std::min(text.find_first_of("\r\n", at), text.size());
    } else if (text.substr(at, 2) == "/*") {
      const std::size_t end = text.find("*/", at + 2);
      at = end == std::string_view::npos ? text.size() : end + 2;
    } else {
      break;
    }
  }
  return at;
}

/// End of the JSON number that begins at `at`: a leading zero stands alone.
std::size_t number_end(std::string_view text, std::size_t at) {
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t first = at + (text.substr(at).starts_with('-') ? 1 : 0);
  const std::size_t second = text.find_first_of(kDigits, first + 1);
  if (text.substr(first).starts_with('0') && second == first + 1) return second;
  return std::min(text.find_first_not_of("0123456789+-.eE", at), text.size());
}

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
    report_duplicate_keys(std::get<Node::Object>(open_.back()->value));
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

  void report_duplicate_keys(const Node::Object& members);
  void close_at(const Place& error);
  std::size_t offending_token(std::size_t position) const;

  Document& document_;
  Diagnostics& diagnostics_;
  const ParseLimits& limits_;
  std::size_t taken_ = 0;
  std::size_t last_end_ = 0;
  std::size_t last_number_ = 0;  ///< where the last number began
  std::vector<Node*>
      open_;  ///< from the root inwards; a parent does not grow while a child is open
};

void TreeBuilder::report_duplicate_keys(const Node::Object& members) {
  std::vector<const Node::Member*> sorted;
  sorted.reserve(members.size());
  for (const Node::Member& member : members) sorted.push_back(&member);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->key < b->key; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->key != sorted[i - 1]->key) continue;
    diagnostics_
        .error(sorted[i]->key_place,
               fmt::format("found \"{}\" a second time in one object", printable(sorted[i]->key)))
        .notes.push_back({sorted[i - 1]->key_place, "given before"});
  }
}

/// Where the token begins at which the parser, having read `position` characters, gave up.
std::size_t TreeBuilder::offending_token(std::size_t position) const {
  std::size_t at = skip_blank(text(), last_end_);
  while (at < text().size() && (text()[at] == ',' || text()[at] == ':')) {
    const std::size_t next = skip_blank(text(), at + 1);
    if (next >= position) break;  // the separator itself is one too many
    at = next;
  }
  return at;
}

/// The parser's "… parsing object key - unexpected '}'; expected string literal" in our words.
std::string syntax_message(std::string_view what) {
  const std::size_t dash = what.find(" - ");
  std::string message(dash == std::string_view::npos ? what : what.substr(dash + 3));
  message = message.substr(0, message.find("; last read"));
  const auto replace = [&](std::string_view old_text, std::string_view new_text) {
    const std::size_t at = message.find(old_text);
    if (at != std::string::npos) message.replace(at, old_text.size(), new_text);
  };
  const bool key = what.find("object key") != std::string_view::npos;
  replace("; expected ", ", expected ");
  replace("unexpected ", "found ");
  replace(" literal; ", " ");
  replace("expected string literal", key ? "expected a key in double quotes" : "expected a string");
  replace("found string literal", "found a string");
  replace("found number literal", "found a number");
  replace("found true literal", "found true");
  replace("found false literal", "found false");
  replace("found null literal", "found null");
  replace("found end of input", "found the end of the file");
  replace("expected end of input", "expected the end of the file");
  replace("expected '[', '{', or a literal", "expected a value");
  return message;
}

std::string syntax_help(std::string_view text, std::size_t at, std::string_view message) {
  const std::string_view rest = text.substr(std::min(at, text.size()));
  std::size_t before = at;
  while (before > 0 &&
         std::string_view(" \t\r\n").find(text[before - 1]) != std::string_view::npos) {
    --before;
  }
  const bool after_comma = before > 0 && text[before - 1] == ',';
  if ((rest.starts_with('}') || rest.starts_with(']')) && after_comma) {
    return "remove the comma before it";
  }
  for (std::string_view word : {"NaN", "nan", "Infinity", "inf", "-Infinity", "-inf"}) {
    if (rest.starts_with(word)) return "numbers are finite; leave the key out if there is no value";
  }
  if (rest.starts_with('\'')) return "strings and keys are written in double quotes";
  if (rest.starts_with('#')) return "comments begin with // or stand between /* and */";
  if (rest.starts_with('+')) return "numbers have no plus sign";
  if (rest.starts_with("True") || rest.starts_with("False") || rest.starts_with("None")) {
    return "JSON writes true, false and null";
  }
  if (rest.starts_with('.')) return "write a zero before the point";
  if (message.ends_with("expected '}'") || message.ends_with("expected ']'")) {
    const bool at_end = message.starts_with("found the end of the file");
    return at_end ? "a bracket is not closed" : "is a comma missing before it?";
  }
  const bool letter = !rest.empty() && ((rest[0] | 0x20) >= 'a' && (rest[0] | 0x20) <= 'z');
  if (letter) return "texts, names and quantities are written in double quotes";
  return "";
}

/// The first byte from `at` on that belongs to no UTF-8 character; there is one.
std::size_t first_ill_formed(std::string_view text, std::size_t at) {
  while (at + 1 < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  return std::min(at, text.size() - 1);
}

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
  const std::string_view what = error.what();
  std::size_t begin = offending_token(taken_);
  std::size_t end = std::clamp(taken_, begin, text().size());
  std::string message = syntax_message(what);
  const bool continues_number =  // as in 12k or 012
      begin == last_end_ && begin > 0 && number_end(text(), last_number_) == begin &&
      text().find_first_of(" \t\r\n,:]}", begin) != begin && begin < text().size();
  if (what.find("unexpected end of input") != std::string_view::npos) {
    begin = text().find_last_not_of(" \t\r\n") + 1;  // just after what is there
    end = begin;
  } else if (error.id == 406) {
    end = number_end(text(), begin);
    message = fmt::format("found {}, a number beyond the range of a double",
                          printable(text().substr(begin, std::min<std::size_t>(end - begin, 40))));
  } else if (what.find("ill-formed UTF-8") != std::string_view::npos) {
    begin = first_ill_formed(text(), begin);
    end = begin + 1;
    message = fmt::format("found byte 0x{:02X}, which is not UTF-8",
                          static_cast<unsigned char>(text()[begin]));
  } else if (what.find("control character") != std::string_view::npos &&
             text()[taken_ - 1] != '\n' && text()[taken_ - 1] != '\r') {
    begin = taken_ - 1;
    end = taken_;
    message = "found a control character in a string";
  } else if (what.find("invalid string: control character") != std::string_view::npos ||
             what.find("missing closing quote") != std::string_view::npos) {
    message = "found a string without its closing quote";
  } else if (what.find("invalid literal") != std::string_view::npos ||
             what.find("invalid number") != std::string_view::npos || continues_number) {
    if (continues_number) begin = last_number_;
    end = std::min(text().find_first_of(" \t\r\n,:]}", begin + 1), text().size());
    message = fmt::format("found {}, expected a JSON value",
                          printable(text().substr(begin, std::min<std::size_t>(end - begin, 40))));
  }
  close_at(place(begin, std::max(end, begin + 1)));
  const std::string help = syntax_help(text(), begin, message);
  diagnostics_.error(place(begin, end), std::move(message)).help = help;
  return false;
}

bool report_unusable_text(const Document& document, Diagnostics& diagnostics) {
  const std::string_view text = document.text;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    diagnostics.error_in_file(document.name, "found UTF-16 text, expected UTF-8").help =
        "save the file as UTF-8";
    return true;
  }
  const std::size_t nul = text.find('\0');  // the parser would take it for the end of the text
  if (nul != std::string_view::npos) {
    const auto at = static_cast<std::uint32_t>(nul);
    diagnostics.error({&document, at, at + 1}, "found a NUL byte, expected text");
    return true;
  }
  const std::size_t first = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  if (skip_blank(text, first) == text.size()) {
    diagnostics.error_in_file(document.name, "found an empty file, expected a JSON object");
    return true;
  }
  return false;
}

}  // namespace

bool parse(Document& document, Diagnostics& diagnostics, const ParseLimits& limits) {
  if (document.text.size() > std::min<std::size_t>(limits.bytes, UINT32_MAX)) {
    diagnostics.error_in_file(document.name, fmt::format("found {} bytes, expected at most {}",
                                                         document.text.size(), limits.bytes));
    return false;
  }
  if (report_unusable_text(document, diagnostics)) return false;
  TreeBuilder builder(document, diagnostics, limits);
  const char* begin = document.text.data();
  return nlohmann::json::sax_parse(CountingIterator(begin, builder.taken()),
                                   CountingIterator(begin + document.text.size(), builder.taken()),
                                   &builder, nlohmann::json::input_format_t::json, true, true);
}

}  // namespace sextant::io
