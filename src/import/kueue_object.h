#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/import/object_reader.h"

namespace sextant::importer {

/// One object of Kueue's API.
struct KueueObject {
  const io::Node* node = nullptr;
  std::string kind;
  std::string version;  ///< "v1beta2"
  std::string name;     ///< with its namespace in front, where it has one: "team-a/main"
  io::Place place;      ///< of the name

  /// "spec of ClusterQueue"
  std::string title(const char* part) const { return std::string(part) + " of " + kind; }
};

/// The object's spec, empty if it is absent; members beside it are checked.
const io::Node& spec_of(const KueueObject& object, ImportContext& context);

/// The objects of one kind, in the order of the file. A name given twice is reported.
using KueueObjects = std::vector<KueueObject>;
KueueObjects of_kind(std::span<const KueueObject> objects, std::string_view kind);

/// Every object of a kind that is simulated, out of lists and arrays within each other. Others are
/// noted and left out; what is no object of Kubernetes, or of another version, is an error.
KueueObjects collect_kueue_objects(const io::Node& objects, ImportContext& context);

}  // namespace sextant::importer
