#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/catalogue_item.h"
#include "src/io/description.h"
#include "src/io/diagnostics.h"
#include "src/io/node.h"

namespace sextant::sweep {

/// A member of scenarios, named by its JSON pointer (RFC 6901). It may go on where a scenario has
/// the name of an entry of the catalogue, or one word for an object.
class ScenarioPointer {
 public:
  /// Nothing, after an error at `place` with the nearest pointer that exists.
  static std::optional<ScenarioPointer> find(const std::string& text, const io::Place& place,
                                             io::Diagnostics& diagnostics);

  const std::string& text() const { return text_; }
  /// Of the member; of a sourced number, that of the number.
  const io::TypeDescription& type() const { return type_; }
  /// Key of the outermost member that it goes through.
  const std::string& outermost() const { return steps_.front().key; }

  /// Gives the member another value. On the way, names of the catalogue become objects that are
  /// based on them, and what is absent is added.
  /// @throws io::InputError where a list has no such element
  void set(io::Node& scenario, const io::Node& value, io::CatalogueLookup& catalogue) const;

 private:
  /// From one value to a value within.
  struct Step {
    std::string key;
    io::TypeDescription container;
    std::string word_key;  ///< of a container that may be one word: the member that the word is
  };
  class Setter;

  std::string text_;
  std::vector<Step> steps_;
  io::TypeDescription type_;
};

}  // namespace sextant::sweep
