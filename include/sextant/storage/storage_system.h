#pragma once

#include <optional>
#include <string>

#include "sextant/storage/file_system.h"
#include "sextant/storage/object_store.h"

namespace sextant {

/// Somewhere to keep checkpoints and training data: one of two kinds.
struct StorageSystem {
  std::string name;
  std::string title;
  std::optional<std::string> priced_as;  ///< a store of the price list; absent: its name
  std::optional<ObjectStore> object_store;
  std::optional<FileSystem> file_system;

  const std::string& price_name() const { return priced_as ? *priced_as : name; }
};

template <class Archive>
void visit(Archive& a, StorageSystem& s) {
  a.object("storage_system", "Somewhere to keep checkpoints and training data.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people"});
  a.field("priced_as", s.priced_as, {.doc = "A store of the price list; absent: its name"});
  a.field("object_store", s.object_store, {.doc = "A store of objects; or a file system"});
  a.field("file_system", s.file_system, {.doc = "A shared file system; or a store of objects"});
}

}  // namespace sextant
