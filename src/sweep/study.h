#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/enum_names.h"
#include "sextant/kernel/field.h"
#include "src/io/node.h"

namespace sextant::sweep {

/// Which points of the inputs' space are tried.
enum class DesignKind { kGrid, kList, kLatinHypercube, kMorris, kSobol };
/// How numbers between two ends are spaced.
enum class Scale { kLinear, kLog };
/// Every point runs the scenario's layout, or the best one that a search finds for it.
enum class LayoutChoice { kAsGiven, kBest };

}  // namespace sextant::sweep

namespace sextant {

template <>
struct EnumNames<sweep::DesignKind> {
  static constexpr std::array table{
      std::pair{sweep::DesignKind::kGrid, "grid"}, std::pair{sweep::DesignKind::kList, "list"},
      std::pair{sweep::DesignKind::kLatinHypercube, "latin_hypercube"},
      std::pair{sweep::DesignKind::kMorris, "morris"},
      std::pair{sweep::DesignKind::kSobol, "sobol"}};
};
template <>
struct EnumNames<sweep::Scale> {
  static constexpr std::array table{std::pair{sweep::Scale::kLinear, "linear"},
                                    std::pair{sweep::Scale::kLog, "log"}};
};
template <>
struct EnumNames<sweep::LayoutChoice> {
  static constexpr std::array table{std::pair{sweep::LayoutChoice::kAsGiven, "as_given"},
                                    std::pair{sweep::LayoutChoice::kBest, "best"}};
};

}  // namespace sextant

namespace sextant::sweep {

/// Most points of a study.
inline constexpr std::int64_t kMaxPoints = 10'000'000;

/// Which points, and how many.
struct DesignPlan {
  DesignKind kind = DesignKind::kGrid;
  std::int64_t samples = 100;
  std::int64_t trajectories = 20;
  int levels = 4;
  std::int64_t base = 128;
};

template <class Archive>
void visit(Archive& a, DesignPlan& s) {
  a.object("design", "Which points of the inputs' space are tried.");
  a.field("kind", s.kind,
          {.doc = "grid: every combination of the values; list: the points as listed; "
                  "latin_hypercube: samples that fill the space evenly; morris: a screening of "
                  "which inputs matter; sobol: shares of the outputs' variance"});
  a.field("samples", s.samples, {.doc = "Points of a Latin hypercube", .min = 1});
  a.field("trajectories", s.trajectories,
          {.doc = "Of Morris' screening, each of one point more than there are inputs", .min = 2});
  a.field("levels", s.levels,
          {.doc = "Of Morris' screening: values of each input; even", .min = 2, .max = 1000});
  a.field("base", s.base,
          {.doc = "Of Sobol's indices: points, for each of which there are as many again as "
                  "inputs, and one more",
           .min = 2});
}

/// A member of the scenario that the study changes, and its values.
struct InputPlan {
  std::string pointer;
  std::vector<io::Node> values;
  std::optional<io::Node> from;
  std::optional<io::Node> to;
  std::optional<std::int64_t> steps;
  Scale scale = Scale::kLinear;
};

template <class Archive>
void visit(Archive& a, InputPlan& s) {
  a.object("input", "A member of the scenario that the study changes, and its values.");
  a.field("pointer", s.pointer,
          {.doc = "JSON pointer into the scenario: \"/cluster/nodes\"; it may go on within an "
                  "entry of the catalogue that the scenario names: \"/failures/node_life\"",
           .required = true});
  a.field("values", s.values, {.doc = "Its values, as the scenario would have them"});
  a.field("from", s.from, {.doc = "Instead of values: the smallest number or quantity"});
  a.field("to", s.to, {.doc = "With from: the largest"});
  a.field("steps", s.steps,
          {.doc = "Values of a grid between the two, both included; absent: every whole number",
           .min = 2});
  a.field("scale", s.scale, {.doc = "How the values between the two are spaced"});
}

inline constexpr const char* kStudySchema = "sextant.study/1";

/// Many variants of one scenario.
struct Study {
  std::optional<std::string> editor_schema;
  std::string schema = kStudySchema;
  std::string name;
  std::string question;
  io::Node scenario;
  std::optional<std::int64_t> replicas;
  std::optional<std::uint64_t> seed;
  LayoutChoice layout = LayoutChoice::kAsGiven;
  DesignPlan design;
  std::vector<InputPlan> inputs;
  std::vector<io::Node> points;
};

template <class Archive>
void visit(Archive& a, Study& s) {
  a.object("study", "Many variants of one scenario.");
  a.field("$schema", s.editor_schema, {.doc = "For editors: study.schema.json"});
  a.field("schema", s.schema, {.doc = "Version of this format", .required = true});
  a.field("name", s.name, {.doc = "Name of the study", .required = true});
  a.field("question", s.question, {.doc = "The question that it answers"});
  a.field("scenario", s.scenario,
          {.doc = "What is varied: a scenario file, seen from this one, or a scenario in full",
           .required = true});
  a.field(
      "replicas", s.replicas,
      {.doc = "Simulated runs of each point; absent: as the scenario says", .min = 1, .max = 1e6});
  a.field("seed", s.seed,
          {.doc = "Seed of the design, and of every point's simulation: all meet the same luck; "
                  "absent: 1 for the design, and the scenario's"});
  a.field("layout", s.layout,
          {.doc = "The scenario's layout, or for every point the best one that a search finds"});
  a.field("design", s.design, {.doc = "Which points; one word where the defaults serve"});
  a.field("inputs", s.inputs, {.doc = "What is varied; of a list: nothing"});
  a.field("points", s.points,
          {.doc = "Of a list: one object for each point, with pointers as keys and values; what a "
                  "point does not name is as in the scenario"});
}

}  // namespace sextant::sweep

namespace sextant {

/// "design": "grid" where the defaults serve.
template <>
inline constexpr auto kShortForm<sweep::DesignPlan> = &sweep::DesignPlan::kind;

}  // namespace sextant
