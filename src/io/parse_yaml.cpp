#include "src/io/parse_yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "src/io/duplicate_keys.h"
#include "src/io/printable.h"
#include "src/io/yaml_scalar.h"

namespace sextant::io {
namespace {

/// Ends the parser after an error that has been reported.
struct Stop {};

/// Values in a tree, the node itself included.
std::size_t value_count(const Node& node) {
  std::size_t count = 1;
  if (const auto* members = node.get<Node::Object>()) {
    for (const Node::Member& member : *members) count += value_count(member.value);
  } else if (const auto* elements = node.get<Node::Array>()) {
    for (const Node& element : *elements) count += value_count(element);
  }
  return count;
}

/// Builds the tree from yaml-cpp's events. An event says where its token begins; where it ends is
/// found in the text.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(Document& document, Diagnostics& diagnostics, const ParseLimits& limits)
      : document_(document), diagnostics_(diagnostics), limits_(limits) {
    document_.root = Node{Node::Array(), place(0, text().size())};
    if (text().starts_with("\xEF\xBB\xBF")) byte_order_mark_ = 3;
  }

  /// Offset in the text of a mark, which does not count the byte order mark.
  std::size_t offset(const YAML::Mark& mark) const {
    const auto at = static_cast<std::size_t>(std::max(mark.pos, 0)) + byte_order_mark_;
    return std::min(at, text().size());
  }
  Place place(std::size_t begin, std::size_t end) const {
    return {&document_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::size_t end = yaml_null_end(text(), offset(mark));
    const Place at = end > offset(mark) ? place(offset(mark), end) : nothing();
    add({nullptr, at}, anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Node::Array(), mark, tag, anchor, style == YAML::EmitterStyle::Flow ? "]" : "");
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Node::Object(), mark, tag, anchor, style == YAML::EmitterStyle::Flow ? "}" : "");
  }
  void OnMapEnd() override { close(); }

 private:
  /// A collection that is not complete.
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    const char* bracket;  ///< that ends it; "": its indentation does
    std::optional<std::pair<std::string, Place>> key = {};
    std::vector<Node> merged = {};  ///< what "<<" names
  };

  std::string_view text() const { return document_.text; }
  /// The character before a value that is not written.
  Place nothing() const { return place(last_end_, std::min(last_end_ + 1, text().size())); }

  [[noreturn]] void stop(const Place& at, std::string message, std::string help = "") {
    diagnostics_.error(at, std::move(message)).help = std::move(help);
    throw Stop{};
  }
  void open(Node::Value value, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor, const char* bracket);
  void close();
  void charge(std::size_t values, const Place& at);
  void add(Node node, YAML::anchor_t anchor);
  void put(Node node);
  void take_key(const Node& node);
  void take_merged(Node node);

  Document& document_;
  Diagnostics& diagnostics_;
  const ParseLimits& limits_;
  std::size_t byte_order_mark_ = 0;
  std::size_t last_end_ = 0;
  std::optional<std::size_t> document_begin_;
  std::size_t values_ = 0;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchored_;
};

/// yaml-cpp stays at a closing bracket that nothing opened, with one empty document after another.
void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  const std::size_t begin = offset(mark);
  if (document_begin_ == begin) {
    const Place at = place(begin, std::min(begin + 1, text().size()));
    stop(at, "not YAML: nothing can begin here", "is there a bracket too many?");
  }
  document_begin_ = begin;
  anchored_.clear();
  last_end_ = std::max(last_end_, begin);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  const YamlToken token = yaml_scalar_token(text(), offset(mark), value);
  const Place at = place(token.begin, token.end);
  std::optional<Node::Value> resolved = resolve_yaml_scalar(tag, value);
  if (!resolved) {
    stop(at, fmt::format("found the tag {}, expected plain YAML", printable(tag)),
         "leave the tag out");
  }
  add({std::move(*resolved), at}, anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const std::size_t begin = offset(mark);
  const std::size_t end = std::min(text().find_first_of(" \t\r\n,]}", begin), text().size());
  const auto found = anchored_.find(anchor);
  if (found == anchored_.end()) {
    stop(place(begin, end), "found an alias within what it names", "write the value out");
  }
  charge(value_count(found->second) - 1, place(begin, end));
  add(found->second, 0);
  last_end_ = std::max(last_end_, end);
}

void TreeBuilder::open(Node::Value value, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor, const char* bracket) {
  const std::size_t begin = yaml_content_begin(text(), offset(mark));
  const Place at = place(begin, begin + 1);
  if (tag != "?" && tag != "!" && !tag.starts_with("tag:yaml.org,2002:")) {
    stop(at, fmt::format("found the tag {}, expected plain YAML", printable(tag)),
         "leave the tag out");
  }
  if (open_.size() >= limits_.depth) {
    stop(at, fmt::format("found more than {} lists and maps within each other", limits_.depth));
  }
  last_end_ = std::max(last_end_, *bracket ? begin + 1 : begin);
  open_.push_back({{std::move(value), at}, anchor, bracket});
}

void TreeBuilder::close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  if (*done.bracket)
    last_end_ = std::min(text().find(done.bracket, last_end_), text().size() - 1) + 1;
  done.node.place.end =
      std::max(done.node.place.end, static_cast<std::uint32_t>(std::min(last_end_, text().size())));
  if (auto* members = std::get_if<Node::Object>(&done.node.value)) {
    report_duplicate_keys(*members, diagnostics_);
    for (const Node& base : done.merged) {
      for (const Node::Member& member : *base.get<Node::Object>()) {
        if (!done.node.find(member.key)) members->push_back(member);
      }
    }
  }
  add(std::move(done.node), done.anchor);
}

/// Counts values, before they are copied.
void TreeBuilder::charge(std::size_t values, const Place& at) {
  values_ += values;
  if (values_ <= kMostYamlValues) return;
  stop(at, fmt::format("found more than {} values, those that aliases repeat among them",
                       kMostYamlValues));
}

void TreeBuilder::add(Node node, YAML::anchor_t anchor) {
  charge(1, node.place);
  last_end_ = std::max<std::size_t>(last_end_, node.place.end);
  if (anchor != 0) anchored_[anchor] = node;
  put(std::move(node));
}

/// Where a value belongs: into the list, under its key, or as a key.
void TreeBuilder::put(Node node) {
  if (open_.empty()) {
    if (!node.is_null()) std::get<Node::Array>(document_.root.value).push_back(std::move(node));
    return;
  }
  Open& parent = open_.back();
  if (auto* elements = std::get_if<Node::Array>(&parent.node.value)) {
    elements->push_back(std::move(node));
  } else if (!parent.key) {
    take_key(node);
  } else if (parent.key->first == "<<") {
    take_merged(std::move(node));
  } else {
    auto& members = std::get<Node::Object>(parent.node.value);
    members.push_back({std::move(parent.key->first), std::move(node), parent.key->second});
    parent.key.reset();
  }
}

void TreeBuilder::take_key(const Node& node) {
  if (node.get<Node::Object>() || node.get<Node::Array>()) {
    stop(node.place, fmt::format("found {} as a key, expected a text", found_text(node)),
         "a template (\"{{ … }}\") must be filled in first");
  }
  const auto* key = node.get<std::string>();
  open_.back().key.emplace(key ? *key : found_text(node), node.place);
}

void TreeBuilder::take_merged(Node node) {
  Open& parent = open_.back();
  parent.key.reset();
  std::vector<Node> bases;
  if (auto* elements = std::get_if<Node::Array>(&node.value)) {
    bases = std::move(*elements);
  } else {
    bases.push_back(std::move(node));
  }
  for (Node& base : bases) {
    if (!base.get<Node::Object>()) {
      stop(base.place, fmt::format("found {}, expected a map to merge", found_text(base)));
    }
    parent.merged.push_back(std::move(base));
  }
}

/// Whether the line of the place begins with a tab among its blanks.
bool is_indented_by_tab(std::string_view text, std::size_t at) {
  const std::size_t line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  const std::size_t begin = std::min(text.find_first_not_of(" \t", line), text.size());
  return text.substr(line, begin - line).find('\t') != std::string_view::npos;
}

/// What to do about yaml-cpp's complaint at that place.
std::string remedy(std::string_view fault, std::string_view text, std::size_t at) {
  if (is_indented_by_tab(text, at)) return "indent with blanks instead of tabs";
  if (fault == YAML::ErrorMsg::END_OF_SEQ_FLOW) return "close the list with \"]\"";
  if (fault == YAML::ErrorMsg::END_OF_MAP_FLOW) return "close the map with \"}\"";
  if (fault == YAML::ErrorMsg::END_OF_MAP || fault == YAML::ErrorMsg::END_OF_SEQ ||
      fault == YAML::ErrorMsg::MAP_VALUE || fault == YAML::ErrorMsg::BLOCK_ENTRY) {
    return "check the indentation: lines of one map or list begin in the same column";
  }
  if (fault == YAML::ErrorMsg::EOF_IN_SCALAR) return "close the text with its quote";
  return "";
}

/// yaml-cpp would replace what is no text, and its marks would be off.
bool is_text(const Document& document, Diagnostics& diagnostics) {
  const std::string_view text = document.text;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : utf8_length(text.substr(i, 4));
    const bool control = byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    if (length == 0 || control) {
      const auto at = static_cast<std::uint32_t>(i);
      diagnostics.error({&document, at, at + 1}, control
                                                     ? "found a control character, expected text"
                                                     : "found a byte that is not UTF-8");
      return false;
    }
    i += length;
  }
  return true;
}

}  // namespace

bool parse_yaml(Document& document, Diagnostics& diagnostics, const ParseLimits& limits) {
  if (!check_text(document, diagnostics, limits) || !is_text(document, diagnostics)) return false;
  const std::size_t errors_before = diagnostics.error_count();
  TreeBuilder builder(document, diagnostics, limits);
  try {
    std::istringstream stream(document.text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
  } catch (const YAML::Exception& fault) {
    const std::size_t at = builder.offset(fault.mark);
    const std::size_t end = std::min(at + 1, document.text.size());
    diagnostics.error(builder.place(at, end), fmt::format("not YAML: {}", fault.msg)).help =
        remedy(fault.msg, document.text, at);
  }
  if (diagnostics.error_count() > errors_before) return false;
  if (!std::get<Node::Array>(document.root.value).empty()) return true;
  diagnostics.error_in_file(document.name, "found an empty file, expected YAML");
  return false;
}

bool parse_json_or_yaml(Document& document, Diagnostics& diagnostics, const ParseLimits& limits) {
  if (document.name.ends_with(".json")) return parse(document, diagnostics, limits);
  return parse_yaml(document, diagnostics, limits);
}

}  // namespace sextant::io
