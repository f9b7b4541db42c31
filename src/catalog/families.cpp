#include "src/catalog/families.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/io/description.h"
#include "src/io/nearest_name.h"
#include "src/io/printable.h"

namespace sextant::io {
template void read_struct(const Node&, Accelerator&, ReadContext&);
template void read_struct(const Node&, Calibration&, ReadContext&);
template void read_struct(const Node&, FabricPlan&, ReadContext&);
template void read_struct(const Node&, FailureProfile&, ReadContext&);
template void read_struct(const Node&, HealthNorms&, ReadContext&);
template void read_struct(const Node&, Instance&, ReadContext&);
template void read_struct(const Node&, PriceList&, ReadContext&);
template void read_struct(const Node&, Region&, ReadContext&);
template void read_struct(const Node&, StorageSystem&, ReadContext&);
template void read_struct(const Node&, Transformer&, ReadContext&);
template void read_struct(const Node&, TunerTable&, ReadContext&);
}  // namespace sextant::io

namespace sextant::catalog {
namespace {

template <class T>
Family family() {
  return {io::kFamily<T>, io::Description::of<T>().objects().front()->doc,
          [](Catalogue& catalogue, const std::string& entry) {
            return io::figures_of(catalogue.load<T>(entry));
          }};
}

std::string title_of(Catalogue& catalogue, const std::string& family, const std::string& name) {
  io::Diagnostics diagnostics;
  const io::Node* entry = catalogue.find(family, name, {}, diagnostics);
  diagnostics.throw_if_errors();
  const io::Node* title = entry->find("title");
  const auto* text = title ? title->get<std::string>() : nullptr;
  return text ? *text : "";
}

[[noreturn]] void throw_unknown(const std::string& what, const std::string& name,
                                const std::vector<std::string>& candidates) {
  const auto nearest = io::nearest_name(name, candidates);
  throw io::InputError(fmt::format(
      "error: found \"{}\", expected the name of {}\n  help: {}\n", io::printable(name), what,
      nearest ? fmt::format("did you mean \"{}\"?", *nearest)
              : fmt::format("one of {}", fmt::join(candidates, ", "))));
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> all{
      family<Accelerator>(),    family<Calibration>(), family<FabricPlan>(),
      family<FailureProfile>(), family<HealthNorms>(), family<Instance>(),
      family<PriceList>(),      family<Region>(),      family<StorageSystem>(),
      family<Transformer>(),    family<TunerTable>()};
  return all;
}

std::vector<Entry> list(Catalogue& catalogue, const std::string& family) {
  std::vector<Entry> entries;
  std::vector<std::string> known;
  bool found = family.empty();
  for (const Family& candidate : families()) {
    known.emplace_back(candidate.name);
    if (!family.empty() && candidate.name != family) continue;
    found = true;
    for (const std::string& name : catalogue.names(candidate.name)) {
      entries.push_back({candidate.name, name, title_of(catalogue, candidate.name, name)});
    }
  }
  if (!found) throw_unknown("a family of the catalogue", family, known);
  return entries;
}

std::vector<Shown> show(Catalogue& catalogue, const std::string& name) {
  std::vector<Shown> shown;
  std::vector<std::string> known;
  for (const Family& candidate : families()) {
    for (const std::string& entry : catalogue.names(candidate.name)) {
      known.push_back(entry);
      if (entry != name && fmt::format("{}/{}", candidate.name, entry) != name) continue;
      shown.push_back({{candidate.name, entry, title_of(catalogue, candidate.name, entry)},
                       catalogue.file_of(candidate.name, entry),
                       candidate.figures(catalogue, entry)});
    }
  }
  if (shown.empty()) throw_unknown("an entry of the catalogue", name, known);
  return shown;
}

}  // namespace sextant::catalog
