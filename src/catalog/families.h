#pragma once

#include <span>
#include <string>
#include <vector>

#include "sextant/cluster/accelerator.h"
#include "sextant/cluster/fabric_plan.h"
#include "sextant/cluster/instance.h"
#include "sextant/fleet/failure_profile.h"
#include "sextant/ledger/price_list.h"
#include "sextant/ledger/region.h"
#include "sextant/network/health_norms.h"
#include "sextant/network/tuner_table.h"
#include "sextant/storage/storage_system.h"
#include "sextant/training/calibration.h"
#include "sextant/training/transformer.h"
#include "src/catalog/catalogue.h"
#include "src/io/catalogue_item.h"
#include "src/io/figures.h"

/// The folders of models/ and what stands in them. A new family is two lines here and two in
/// families.cpp; its struct's visitor does the rest.
namespace sextant::io {
template <>
inline constexpr const char* kFamily<Accelerator> = "accelerators";
template <>
inline constexpr const char* kFamily<Calibration> = "calibrations";
template <>
inline constexpr const char* kFamily<FabricPlan> = "fabrics";
template <>
inline constexpr const char* kFamily<FailureProfile> = "failures";
template <>
inline constexpr const char* kFamily<HealthNorms> = "health";
template <>
inline constexpr const char* kFamily<Instance> = "instances";
template <>
inline constexpr const char* kFamily<PriceList> = "prices";
template <>
inline constexpr const char* kFamily<Region> = "regions";
template <>
inline constexpr const char* kFamily<StorageSystem> = "storage";
template <>
inline constexpr const char* kFamily<Transformer> = "transformers";
template <>
inline constexpr const char* kFamily<TunerTable> = "tuners";

// Compiled in families.cpp alone: their visitors are long.
extern template void read_struct(const Node&, Accelerator&, ReadContext&);
extern template void read_struct(const Node&, Calibration&, ReadContext&);
extern template void read_struct(const Node&, FabricPlan&, ReadContext&);
extern template void read_struct(const Node&, FailureProfile&, ReadContext&);
extern template void read_struct(const Node&, HealthNorms&, ReadContext&);
extern template void read_struct(const Node&, Instance&, ReadContext&);
extern template void read_struct(const Node&, PriceList&, ReadContext&);
extern template void read_struct(const Node&, Region&, ReadContext&);
extern template void read_struct(const Node&, StorageSystem&, ReadContext&);
extern template void read_struct(const Node&, Transformer&, ReadContext&);
extern template void read_struct(const Node&, TunerTable&, ReadContext&);
}  // namespace sextant::io

namespace sextant::catalog {

/// A family without its type: what `sextant catalog` and the documentation need.
struct Family {
  const char* name;
  std::string doc;
  /// Every figure of one entry. @throws io::InputError if there is no such entry, or it is wrong.
  std::vector<io::Figure> (*figures)(Catalogue&, const std::string& entry);
};

/// In alphabetical order.
const std::vector<Family>& families();

/// One entry of the catalogue, for listings.
struct Entry {
  std::string family;
  std::string name;
  std::string title;
};

/// All entries of all families, or of one (empty: all).
/// @throws io::InputError if there is no such family, or a file is no JSON.
std::vector<Entry> list(Catalogue& catalogue, const std::string& family = "");

/// An entry with all its figures.
struct Shown {
  Entry entry;
  std::string file;
  std::vector<io::Figure> figures;
};

/// The entries called `name`, or the one called `family/name`.
/// @throws io::InputError with the nearest name if there is none.
std::vector<Shown> show(Catalogue& catalogue, const std::string& name);

}  // namespace sextant::catalog
