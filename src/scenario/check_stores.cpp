#include "src/scenario/check_stores.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "src/io/json_text.h"
#include "src/io/quantity_text.h"
#include "src/io/writer.h"
#include "src/scenario/member_checks.h"
#include "src/scenario/target_tiers.h"

namespace sextant::scenario {
namespace {

/// A file that Sextant has written has every member; what it says is what is not the default.
template <class T>
bool says_something(const T& member) {
  return io::to_text(io::write_value(member)) != io::to_text(io::write_value(T{}));
}

class Checks : private MemberChecks {
 public:
  Checks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : MemberChecks(scenario, places, diagnostics), plan_(scenario.checkpoint) {}

  void run() {
    names();
    kinds();
    for (const FasterTierPlan& tier : plan_.faster) tier_store(tier);
    if (plan_.target.empty()) {
      requests_of_a_target();
    } else {
      target();
    }
  }

 private:
  void names();
  void kinds();
  void tier_store(const FasterTierPlan& tier);
  void requests_of_a_target();
  void target();
  void storage_besides();
  void faster_member(const std::string& member);
  void faster_besides();
  void requests(const StorageSystem& store);
  void size_limits(const StorageSystem& store);

  const CheckpointPlan& plan_;
};

void Checks::names() {
  std::set<std::string> seen;
  for (const auto& store : s_.stores) {
    if (!seen.insert(store->name).second) {
      error(store, fmt::format("found store \"{}\" a second time", store->name)).help =
          "give another \"name\"";
    }
    if (target_medium(store->name)) {
      error(store, fmt::format("found store \"{}\", which is the name of a medium of faster tiers",
                               store->name))
          .help = "give another \"name\"";
    }
  }
}

void Checks::kinds() {
  for (const auto& store : s_.stores) {
    if (store->object_store.has_value() != store->file_system.has_value()) continue;
    error(store, fmt::format("found store \"{}\" of {}, expected a store of objects or else a file "
                             "system",
                             store->name, store->object_store ? "both kinds" : "no kind"));
  }
}

void Checks::tier_store(const FasterTierPlan& tier) {
  if (!tier.store) return;
  if (tier.medium != CheckpointMedium::kFileSystem) {
    io::Diagnostic& entry = error(tier.store, "found a store, which only a file system is");
    note(entry, tier.medium, fmt::format("the medium is {}", enum_name(tier.medium)));
    return;
  }
  const StorageSystem* store = known_store(tier.store, *tier.store);
  if (!store || store->file_system) return;
  error(tier.store, fmt::format("found \"{}\", expected a file system", *tier.store)).help =
      "a store of objects is the last of \"target\"";
}

void Checks::requests_of_a_target() {
  if (!says_something(plan_.requests)) return;
  error(plan_.requests, "found requests, expected a \"target\" besides that is a store of objects");
}

void Checks::target() {
  storage_besides();
  faster_besides();
  std::set<std::string> seen;
  for (const std::string& member : plan_.target) {
    if (!seen.insert(member).second) {
      error(member, fmt::format("found \"{}\" a second time in the target", member));
    } else if (&member != &plan_.target.back()) {
      faster_member(member);
    }
  }
  const std::string& last = plan_.target.back();
  if (target_medium(last)) {
    error(last, fmt::format("found \"{}\", expected a store in the end: not all failures leave it",
                            last));
    return;
  }
  const StorageSystem* store = known_store(last, last);
  if (store) requests(*store);
}

void Checks::storage_besides() {
  if (!says_something(plan_.storage)) return;
  io::Diagnostic& entry =
      error(plan_.storage, "found \"storage\" besides \"target\", expected one of them");
  note(entry, plan_.target, "the target");
}

void Checks::faster_member(const std::string& member) {
  if (target_medium(member)) return;
  if (member == enum_name(CheckpointMedium::kFileSystem)) {
    error(member, "found \"file_system\", expected the name of one").help =
        "\"stores\" of the scenario says which it is";
    return;
  }
  const StorageSystem* store = known_store(member, member);
  if (!store || store->file_system) return;
  error(member, fmt::format("found \"{}\" before the last one, expected a file system or a medium "
                            "of faster tiers",
                            member));
}

/// Where the target names faster tiers, it names all of them.
void Checks::faster_besides() {
  if (plan_.target.size() < 2) return;
  for (const FasterTierPlan& tier : plan_.faster) {
    const bool named =
        std::any_of(plan_.target.begin(), plan_.target.end() - 1,
                    [&](const std::string& member) { return tier_given(plan_, member) == &tier; });
    if (named) continue;
    io::Diagnostic& entry = error(tier.medium, "found a tier that the target does not name");
    note(entry, plan_.target, "the target");
  }
}

void Checks::requests(const StorageSystem& store) {
  if (!store.object_store) {
    if (!says_something(plan_.requests)) return;
    io::Diagnostic& entry =
        error(plan_.requests, "found requests, which only a store of objects answers");
    note(entry, plan_.target.back(), fmt::format("{} is a file system", store.name));
    return;
  }
  size_limits(store);
}

void Checks::size_limits(const StorageSystem& store) {
  const auto within = [&](const auto& member, Bytes size, Bytes least, Bytes most) {
    if (size >= least && size <= most) return;
    error(member,
          fmt::format("found {}, expected {} .. {}, the limits of {}", io::format_quantity(size),
                      io::format_quantity(least), io::format_quantity(most), store.name));
  };
  const ObjectStore& limits = *store.object_store;
  const RequestPlan& plan = plan_.requests;
  within(plan.part, plan.part, limits.smallest_part, limits.largest_part);
  if (plan.object_size)
    within(plan.object_size, *plan.object_size, Bytes(1), limits.largest_object);
}

}  // namespace

void check_stores(const Scenario& scenario, const io::PlaceMap& places,
                  io::Diagnostics& diagnostics) {
  Checks(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario
