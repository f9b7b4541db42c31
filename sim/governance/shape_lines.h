#pragma once

#include <map>
#include <set>
#include <utility>

#include "request_shape.h"

namespace sextant {

/// Those who wait, in one line for each shape, in the order of `Rank`. Where the first of a shape
/// finds no room, the others of that line need not be asked.
template <class Rank>
class ShapeLines {
 public:
  using Lines = std::map<ShapeIndex, std::set<Rank>>;

  void insert(ShapeIndex shape, const Rank& rank) { lines_[shape].insert(rank); }
  void erase(ShapeIndex shape, const Rank& rank) {
    const auto line = lines_.find(shape);
    line->second.erase(rank);
    if (line->second.empty()) lines_.erase(line);
  }

  bool empty() const { return lines_.empty(); }
  const Lines& lines() const { return lines_; }
  const std::set<Rank>& line(ShapeIndex shape) const { return lines_.at(shape); }

  /// The first one of a line after `rank`, which may have left it; nullptr if there is none.
  const Rank* after(ShapeIndex shape, const Rank& rank) const {
    const auto line = lines_.find(shape);
    if (line == lines_.end()) return nullptr;
    const auto next = line->second.upper_bound(rank);
    return next == line->second.end() ? nullptr : &*next;
  }

 private:
  Lines lines_;
};

}  // namespace sextant
