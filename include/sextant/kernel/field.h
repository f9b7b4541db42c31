#pragma once

#include <limits>

namespace sextant {

/// What a visitor says about one member of a declarative struct.
///
/// A declarative struct is plain data with defaults in place and one free function beside it,
///
///     template <class Archive> void visit(Archive& a, Checkpoint& s) {
///       a.object("checkpoint", "How often the run saves its state, and how.");
///       a.field("write_time", s.write_time, {.doc = "Time of one save", .min = 0});
///     }
///
/// which serves the reader, the writer, the JSON Schema and the reference documentation
/// (src/io/archive). Keys that no visitor names are errors.
struct Field {
  const char* doc = "";
  /// Smallest and largest allowed value in SI base units, both inclusive.
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool required = false;
};

/// Files may give some structs as one word, that of one of their members: "spot" is
/// {"mode": "spot"}. A specialisation points to that member.
template <class T>
inline constexpr auto kShortForm = nullptr;

}  // namespace sextant
