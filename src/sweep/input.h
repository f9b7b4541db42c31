#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "src/io/diagnostics.h"
#include "src/io/node.h"
#include "src/sweep/scenario_pointer.h"
#include "src/sweep/study.h"

namespace sextant::sweep {

/// A value as a table has it: nothing, a number (quantities in base units) or a text.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

/// What one value of this member is in a table.
Cell cell_of(const io::Node& value, const io::TypeDescription& type);

/// The unit of such cells: "s", "B/s"; empty for plain numbers and texts.
std::string unit_of(const io::TypeDescription& type);

/// A member that a study changes, and the values that it takes.
class Input {
 public:
  /// Without values of its own: those of a list.
  explicit Input(ScenarioPointer pointer) : pointer_(std::move(pointer)) {}

  /// Nothing, after errors. `node` is what `plan` was read from; its document outlives the input.
  static std::optional<Input> read(const InputPlan& plan, const io::Node& node, bool grid,
                                   io::Diagnostics& diagnostics);

  const ScenarioPointer& pointer() const { return pointer_; }
  /// Values on a grid.
  std::int64_t count() const;
  /// @pre 0 <= i < count()
  io::Node value(std::int64_t i) const;
  /// The value at a coordinate of the unit cube: whole numbers and listed values each own an equal
  /// stretch of it.
  io::Node at(double unit) const;
  /// Every listed value, or both ends of the range.
  std::vector<io::Node> landmarks() const;

 private:
  /// Between two ends.
  struct Range {
    double from = 0;
    double to = 0;
    std::int64_t steps = 0;
    Scale scale = Scale::kLinear;

    double at(double unit) const;
  };
  class RangeReader;

  bool whole() const;
  io::Node node_of(double number) const;

  ScenarioPointer pointer_;
  std::vector<io::Node> values_;
  std::optional<Range> range_;
  io::Place place_;
};

}  // namespace sextant::sweep
