#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "src/io/diagnostics.h"
#include "src/io/node.h"
#include "src/sweep/input.h"
#include "src/sweep/sampling.h"
#include "src/sweep/study.h"

namespace sextant::sweep {

/// One value for each input; absent: as the scenario has it.
using PointValues = std::vector<std::optional<io::Node>>;

/// The points of a study. Each is a function of its number alone.
class Points {
 public:
  /// Nothing, after errors. `root` is what `study` was read from; its document outlives the points.
  static std::optional<Points> read(const Study& study, const io::Node& root,
                                    io::Diagnostics& diagnostics);

  const DesignPlan& design() const { return design_; }
  std::uint64_t seed() const { return seed_; }
  const std::vector<Input>& inputs() const { return inputs_; }
  std::int64_t count() const { return count_; }
  /// Outermost members of the scenario that change.
  std::set<std::string> outermost() const;

  /// @pre 0 <= point < count()
  PointValues values(std::int64_t point) const;

  /// The base scenario with these values. @throws io::InputError as ScenarioPointer::set
  io::Node scenario(const io::Node& base, const PointValues& values,
                    io::CatalogueLookup& catalogue) const;

  /// Calls `probe` with values among which each listed one, and both ends of every range, occur at
  /// least once; they need not be those of a point.
  void for_each_probe(const std::function<void(const PointValues&)>& probe) const;

 private:
  bool check_design(const io::Node& root, io::Diagnostics& diagnostics) const;
  bool read_inputs(const Study& study, const io::Node& root, io::Diagnostics& diagnostics);
  bool read_list(const Study& study, const io::Node& root, io::Diagnostics& diagnostics);
  std::optional<std::size_t> input_of(const io::Node::Member& member, io::Diagnostics& diagnostics);
  bool check_inputs(const io::Node& root, io::Diagnostics& diagnostics);
  bool count_points(const io::Node& root, io::Diagnostics& diagnostics);
  UnitPoint unit_point(std::int64_t point) const;

  DesignPlan design_;
  std::uint64_t seed_ = 1;
  std::vector<Input> inputs_;
  std::vector<std::size_t> order_;  ///< in which they are applied: outer members first
  std::vector<PointValues> listed_;
  std::int64_t count_ = 0;
};

}  // namespace sextant::sweep
