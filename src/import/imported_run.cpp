#include "src/import/imported_run.h"

#include <fmt/format.h>

#include <algorithm>

namespace sextant::importer {
namespace {

std::string_view take_step(std::string_view& pointer) {
  const std::size_t slash = std::min(pointer.find('/'), pointer.size());
  const std::string_view step = pointer.substr(0, slash);
  pointer.remove_prefix(std::min(slash + 1, pointer.size()));
  return step;
}

}  // namespace

void ImportedRun::set(std::string_view pointer, io::Node value) {
  io::Node* object = &scenario;
  while (!pointer.empty()) {
    const std::string_view step = take_step(pointer);
    auto& members = std::get<io::Node::Object>(object->value);
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const io::Node::Member& m) { return m.key == step; });
    io::Node* member = nullptr;
    if (found == members.end()) {
      member = &object->add(std::string(step), io::Node::Object());
      member->place = scenario.place;
    } else {
      member = &found->value;
    }
    if (pointer.empty()) {
      *member = std::move(value);
      return;
    }
    if (!member->get<io::Node::Object>()) *member = {io::Node::Object(), scenario.place};
    object = member;
  }
}

void ImportedRun::take(std::string_view pointer, io::Node::Value value, const Setting& from) {
  take(pointer, {std::move(value), value_place(from)}, from.shown, value_place(from));
}

void ImportedRun::take(std::string_view pointer, io::Node value, std::string from,
                       io::Place place) {
  if (value.place.document == nullptr) value.place = place;
  forget(pointer);
  set(pointer, std::move(value));
  taken.push_back({fmt::format("/{}", pointer), std::move(from), place});
}

void ImportedRun::assume(std::string_view pointer, io::Node::Value value, std::string reason) {
  forget(pointer);
  set(pointer, {std::move(value), scenario.place});
  assumed.push_back({fmt::format("/{}", pointer), std::move(reason)});
}

void ImportedRun::forget(std::string_view pointer) {
  for (std::vector<Remark>* remarks : {&taken, &assumed}) {
    std::erase_if(*remarks, [&](const Remark& remark) {
      const std::string_view of = std::string_view(remark.pointer).substr(1);
      return of == pointer || (of.starts_with(pointer) && of[pointer.size()] == '/');
    });
  }
}

void ImportedRun::remove(std::string_view pointer) {
  const std::size_t slash = pointer.rfind('/');
  const bool nested = slash != std::string_view::npos;
  const io::Node* parent = nested ? find(pointer.substr(0, slash)) : &scenario;
  const std::string_view key = nested ? pointer.substr(slash + 1) : pointer;
  if (!parent || !parent->find(key)) return;
  forget(pointer);
  io::Node without = *parent;
  std::erase_if(std::get<io::Node::Object>(without.value),
                [&](const io::Node::Member& member) { return member.key == key; });
  if (nested) {
    set(pointer.substr(0, slash), std::move(without));
  } else {
    scenario = std::move(without);
  }
}

const io::Node* ImportedRun::find(std::string_view pointer) const {
  const io::Node* node = &scenario;
  while (node && !pointer.empty()) node = node->find(take_step(pointer));
  return node;
}

std::optional<std::int64_t> ImportedRun::number(std::string_view pointer) const {
  const io::Node* node = find(pointer);
  const auto* value = node ? node->get<std::int64_t>() : nullptr;
  return value ? std::optional(*value) : std::nullopt;
}

void ImportedRun::list_not_used(const Settings& settings) {
  for (const Setting* stray : settings.strays()) {
    not_used.push_back({stray->unknown.front(), value_place(*stray),
                        "not known here: what it holds is not taken"});
  }
  for (const Setting& setting : settings.all()) {
    if (setting.used) continue;
    const auto meant = settings.meant(setting);
    not_used.push_back({setting.shown, setting.place,
                        meant ? fmt::format("did you mean {}?", *meant) : std::string()});
  }
}

}  // namespace sextant::importer
