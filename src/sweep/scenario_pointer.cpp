#include "src/sweep/scenario_pointer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "src/io/nearest_name.h"
#include "src/io/printable.h"
#include "src/scenario/scenario.h"

namespace sextant::sweep {
namespace {

using Kind = io::TypeDescription::Kind;

const io::Description& description() {
  static const io::Description all = io::Description::of<scenario::Scenario>();
  return all;
}

/// The keys of a pointer; nothing where it is none.
std::optional<std::vector<std::string>> keys_of(std::string_view text) {
  if (text.empty() || text[0] != '/') return std::nullopt;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      keys.emplace_back();
    } else if (text[i] != '~') {
      keys.back() += text[i];
    } else if (++i < text.size() && (text[i] == '0' || text[i] == '1')) {
      keys.back() += text[i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return keys;
}

bool is_list(const io::TypeDescription& type) {
  return type.kind == Kind::kList || type.kind == Kind::kWordOrList;
}

std::optional<std::size_t> index_of(const std::string& key) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  const bool whole = error == std::errc() && end == key.data() + key.size();
  if (!whole || (key.size() > 1 && key[0] == '0')) return std::nullopt;
  return index;
}

/// The member that one word for the object stands for.
std::string word_key_of(const io::TypeDescription& type) {
  if (type.kind != Kind::kObject || type.words.empty()) return "";
  const auto& fields = description().object(type.object).fields;
  const auto word = std::find_if(fields.begin(), fields.end(), [&](const auto& field) {
    return field.type.kind == Kind::kWord && field.type.words == type.words;
  });
  return word == fields.end() ? "" : word->key;
}

/// What is found for a key within a value of some type, or why there is nothing.
struct Found {
  const io::TypeDescription* type = nullptr;
  std::string fault = {};
  std::string help = {};
};

Found member_of(const io::TypeDescription& type, const std::string& key,
                const std::string& before) {
  std::vector<std::string> keys;
  for (const io::FieldDescription& field : description().object(type.object).fields) {
    if (field.key == key) return {.type = &field.type};
    if (field.key[0] != '$') keys.push_back(field.key);
  }
  Found none{.fault = fmt::format("{} has no member \"{}\"",
                                  before.empty() ? "a scenario" : io::printable(before),
                                  io::printable(key))};
  const auto nearest = io::nearest_name(key, keys);
  none.help = nearest ? fmt::format("did you mean \"{}{}\"?", io::printable(before),
                                    io::pointer_step(*nearest))
                      : fmt::format("it has {}", fmt::join(keys, ", "));
  return none;
}

Found find_within(const io::TypeDescription& type, const std::string& key,
                  const std::string& before) {
  if (type.kind == Kind::kObject || type.kind == Kind::kCatalogueItem) {
    return member_of(type, key, before);
  }
  if (type.kind == Kind::kMap) return {.type = &type.element.front()};
  if (is_list(type)) {
    if (index_of(key)) return {.type = &type.element.front()};
    return {.fault = fmt::format("{} is a list, and \"{}\" no index of it", io::printable(before),
                                 io::printable(key)),
            .help = fmt::format("write {}/0 for its first element", io::printable(before))};
  }
  return {.fault = fmt::format("{} has no members", io::printable(before)),
          .help = fmt::format("write \"{}\"", io::printable(before))};
}

const io::TypeDescription& root_type() {
  static const io::TypeDescription type{.kind = Kind::kObject, .object = "scenario"};
  return type;
}

}  // namespace

std::optional<ScenarioPointer> ScenarioPointer::find(const std::string& text,
                                                     const io::Place& place,
                                                     io::Diagnostics& diagnostics) {
  const auto keys = keys_of(text);
  if (!keys) {
    diagnostics
        .error(place, fmt::format("found \"{}\", expected a JSON pointer into the scenario",
                                  io::printable(text)))
        .help = "a pointer begins with \"/\", as \"/cluster/nodes\"";
    return std::nullopt;
  }
  ScenarioPointer pointer;
  pointer.text_ = text;
  const io::TypeDescription* type = &root_type();
  std::string before;
  for (const std::string& key : *keys) {
    const Found found = find_within(*type, key, before);
    if (!found.type) {
      diagnostics
          .error(place, fmt::format("found pointer \"{}\": {}", io::printable(text), found.fault))
          .help = found.help;
      return std::nullopt;
    }
    pointer.steps_.push_back({key, *type, word_key_of(*type)});
    type = found.type;
    before += io::pointer_step(key);
  }
  pointer.type_ =
      type->kind == Kind::kCoefficient ? io::TypeDescription(type->element.front()) : *type;
  return pointer;
}

/// Walks to the member. Beside the scenario's own tree goes that of the entry that it is based on,
/// if it is: lists are taken over from there as a whole.
class ScenarioPointer::Setter {
 public:
  Setter(const ScenarioPointer& pointer, const io::Node& value, io::CatalogueLookup& catalogue)
      : pointer_(pointer), value_(value), catalogue_(catalogue) {}

  void set(io::Node& node, const io::Node* entry, std::size_t i) {
    if (i == pointer_.steps_.size()) {
      node = value_;
      return;
    }
    const Step& step = pointer_.steps_[i];
    if (is_list(step.container)) return set_element(node, entry, i);
    if (step.container.kind == Kind::kCatalogueItem) {
      entry = make_based(node, step.container.family, entry);
    }
    if (!step.word_key.empty()) make_object(node, step.word_key);
    if (!node.get<io::Node::Object>()) node = {io::Node::Object(), value_.place};
    set(member(node, step.key), entry ? entry->find(step.key) : nullptr, i + 1);
  }

 private:
  /// The tree of the entry that an item is based on; a bare name becomes an object.
  const io::Node* make_based(io::Node& node, const std::string& family, const io::Node* outer) {
    make_object(node, "base");
    const io::Node* base = node.find("base");
    const auto* name = base ? base->get<std::string>() : nullptr;
    if (!name) return outer;
    io::Diagnostics diagnostics;
    const io::Node* entry = catalogue_.find(family, *name, base->place, diagnostics);
    diagnostics.throw_if_errors();
    return entry;
  }

  static void make_object(io::Node& node, const std::string& key) {
    if (!node.get<std::string>()) return;
    io::Node object{io::Node::Object(), node.place};
    std::get<io::Node::Object>(object.value).push_back({key, node, node.place});
    node = std::move(object);
  }

  io::Node& member(io::Node& object, const std::string& key) const {
    auto& members = std::get<io::Node::Object>(object.value);
    for (io::Node::Member& candidate : members) {
      if (candidate.key == key) return candidate.value;
    }
    members.push_back({key, io::Node(nullptr, value_.place), value_.place});
    return members.back().value;
  }

  void set_element(io::Node& node, const io::Node* entry, std::size_t i) {
    if (!node.get<io::Node::Array>() && entry && entry->get<io::Node::Array>()) node = *entry;
    auto* elements = std::get_if<io::Node::Array>(&node.value);
    const std::size_t index = index_of(pointer_.steps_[i].key).value_or(0);
    if (!elements || index >= elements->size()) {
      io::Diagnostics diagnostics;
      diagnostics.error(
          value_.place,
          fmt::format("found pointer \"{}\", expected one into the {} elements that "
                      "the scenario has there",
                      io::printable(pointer_.text_), elements ? elements->size() : 0));
      diagnostics.throw_if_errors();
    }
    set((*elements)[index], nullptr, i + 1);
  }

  const ScenarioPointer& pointer_;
  const io::Node& value_;
  io::CatalogueLookup& catalogue_;
};

void ScenarioPointer::set(io::Node& scenario, const io::Node& value,
                          io::CatalogueLookup& catalogue) const {
  Setter(*this, value, catalogue).set(scenario, nullptr, 0);
}

}  // namespace sextant::sweep
