#pragma once

#include <limits>
#include <map>
#include <memory>
#include <string>
#include <typeindex>
#include <utility>
#include <vector>

#include "sextant/kernel/field.h"
#include "src/io/catalogue_item.h"
#include "src/io/type_traits.h"
#include "src/io/writer.h"

namespace sextant::io {

/// The type of a member as a value: what the schema and the reference need to know of it.
struct TypeDescription {
  enum class Kind {
    kBoolean,
    kInteger,
    kNumber,
    kText,
    kWord,
    kQuantity,
    kWordOrQuantity,
    kWordOrList,
    kCoefficient,
    kList,
    kMap,
    kObject,
    kCatalogueItem,
    kTree
  };
  Kind kind = Kind::kObject;
  double min = -std::numeric_limits<double>::infinity();  ///< of the type itself: 0 if unsigned
  Dimension dimension = {};
  std::vector<std::string> words = {};        ///< of an object: those that may stand for it
  std::vector<TypeDescription> element = {};  ///< one, of a list, a map or a coefficient
  std::size_t size = 0;                       ///< of a list of fixed size
  std::string object = {};                    ///< name of the struct
  std::string family = {};                    ///< of a catalogue item
};

struct FieldDescription {
  std::string key;
  Field field;
  TypeDescription type;
  bool optional = false;
  Node::Value default_value;  ///< null for optional members
};

struct ObjectDescription {
  std::string name;
  std::string doc;
  std::vector<FieldDescription> fields;
};

/// The structs that a declarative struct is made of, outermost first, each once.
class Description {
 public:
  template <class T>
  static Description of() {
    Description description;
    description.type<T>();
    return description;
  }

  const std::vector<std::unique_ptr<ObjectDescription>>& objects() const { return objects_; }
  const ObjectDescription& object(const std::string& name) const;

 private:
  template <class T>
  TypeDescription type();
  template <class T>
  std::string add_object();

  friend class Describer;
  std::vector<std::unique_ptr<ObjectDescription>> objects_;
  std::map<std::type_index, const ObjectDescription*> known_;
};

/// The archive that describes one struct.
class Describer {
 public:
  Describer(Description& description, ObjectDescription& object)
      : description_(description), object_(object) {}

  void object(const char* name, const char* doc) {
    object_.name = name;
    object_.doc = doc;
  }

  template <class T>
  void field(const char* key, const T& value, const Field& field = {}) {
    if constexpr (kIsOptional<T>) {
      auto type = description_.type<typename T::value_type>();
      object_.fields.push_back({key, field, std::move(type), true, nullptr});
    } else {
      auto type = description_.type<T>();
      object_.fields.push_back({key, field, std::move(type), false, write_value(value)});
    }
  }

 private:
  Description& description_;
  ObjectDescription& object_;
};

/// JSON Schema (draft 2020-12) of the first struct of the description. `names` holds the catalogue
/// entries of each family that an editor should propose.
Node::Value json_schema(const Description& description, const std::string& title,
                        const std::map<std::string, std::vector<std::string>>& names);

/// One Markdown table per struct: key, type, default, range, meaning.
std::string reference(const Description& description);

// -- implementation ------------------------------------------------------------------------------

template <class T>
std::string Description::add_object() {
  const auto known = known_.find(typeid(T));
  if (known != known_.end()) return known->second->name;
  ObjectDescription& object = *objects_.emplace_back(std::make_unique<ObjectDescription>());
  known_[typeid(T)] = &object;
  const auto defaults = std::make_unique<T>();  // on the stack, gcc 12 takes parts of it for unset
  Describer describer(*this, object);
  visit(describer, *defaults);
  return object.name;
}

template <class T>
TypeDescription Description::type() {
  using Kind = TypeDescription::Kind;
  if constexpr (std::is_same_v<T, bool>) {
    return {.kind = Kind::kBoolean};
  } else if constexpr (std::is_integral_v<T>) {
    TypeDescription integer{.kind = Kind::kInteger};
    if (std::is_unsigned_v<T>) integer.min = 0;
    return integer;
  } else if constexpr (std::is_same_v<T, double>) {
    return {.kind = Kind::kNumber};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return {.kind = Kind::kText};
  } else if constexpr (kIsTree<T>) {
    return {.kind = Kind::kTree};
  } else if constexpr (std::is_enum_v<T>) {
    return {.kind = Kind::kWord, .words = enum_words<T>()};
  } else if constexpr (kIsQuantity<T>) {
    return {.kind = Kind::kQuantity, .dimension = kDimensionOf<T>};
  } else if constexpr (kIsWordOrQuantity<T>) {
    return {.kind = Kind::kWordOrQuantity,
            .dimension = kDimensionOf<std::variant_alternative_t<1, T>>,
            .words = enum_words<std::variant_alternative_t<0, T>>()};
  } else if constexpr (kIsWordOrList<T>) {
    return {.kind = Kind::kWordOrList,
            .words = enum_words<std::variant_alternative_t<0, T>>(),
            .element = {type<std::variant_alternative_t<1, T>>()}};
  } else if constexpr (kIsCoefficient<T>) {
    return {.kind = Kind::kCoefficient, .element = {type<decltype(T::value)>()}};
  } else if constexpr (kIsVector<T>) {
    return {.kind = Kind::kList, .element = {type<typename T::value_type>()}};
  } else if constexpr (kIsArray<T>) {
    return {.kind = Kind::kList,
            .element = {type<typename T::value_type>()},
            .size = std::tuple_size_v<T>};
  } else if constexpr (kIsMap<T>) {
    return {.kind = Kind::kMap, .element = {type<typename T::mapped_type>()}};
  } else if constexpr (kIsCatalogueItem<T>) {
    using Entry = decltype(T::value);
    return {.kind = Kind::kCatalogueItem, .object = add_object<Entry>(), .family = kFamily<Entry>};
  } else if constexpr (kHasShortForm<T>) {
    using Word = std::remove_cvref_t<decltype(std::declval<T>().*kShortForm<T>)>;
    return {.kind = Kind::kObject, .words = enum_words<Word>(), .object = add_object<T>()};
  } else {
    return {.kind = Kind::kObject, .object = add_object<T>()};
  }
}

}  // namespace sextant::io
