#pragma once

#include <optional>
#include <string>

#include "sextant/kernel/enum_names.h"

namespace sextant::scenario {

/// Verification: the outcome follows from the scenario's own inputs, so that a difference is a
/// fault of the program. Validation: it was measured, and the inputs come from elsewhere.
enum class ExpectationKind { kVerification, kValidation };

/// A measured or published outcome that `sextant validate` holds against the forecast: a value with
/// one tolerance, or bounds, where no more than that was published.
struct Expectation {
  ExpectationKind kind = ExpectationKind::kValidation;
  std::string quantity;
  std::optional<double> value;
  std::optional<double> tolerance;  ///< relative; of a value of 0: absolute
  std::optional<double> absolute_tolerance;
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::string source;
};

template <class Archive>
void visit(Archive& a, Expectation& s) {
  a.object("expectation", "An outcome that validate holds against the forecast.");
  a.field("kind", s.kind, {.doc = "Whether the outcome follows from the inputs, or was measured"});
  a.field("quantity", s.quantity,
          {.doc = "JSON pointer into the document that plan --json prints", .required = true});
  a.field("value", s.value,
          {.doc = "The outcome, in that document's unit; absent: only bounds are known"});
  a.field("tolerance", s.tolerance,
          {.doc = "Largest relative difference from the value", .min = 0});
  a.field("absolute_tolerance", s.absolute_tolerance,
          {.doc = "Instead: largest difference, in the document's unit", .min = 0});
  a.field("at_least", s.at_least, {.doc = "Instead of a value: what the outcome exceeds"});
  a.field("at_most", s.at_most, {.doc = "Instead of a value, or besides: what it stays below"});
  a.field("source", s.source, {.doc = "Who measured or published it", .required = true});
}

}  // namespace sextant::scenario

namespace sextant {
template <>
struct EnumNames<scenario::ExpectationKind> {
  static constexpr std::array table{
      std::pair{scenario::ExpectationKind::kVerification, "verification"},
      std::pair{scenario::ExpectationKind::kValidation, "validation"}};
};
}  // namespace sextant
