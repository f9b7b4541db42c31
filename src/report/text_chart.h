#pragma once

#include <span>
#include <string>
#include <vector>

namespace sextant::report {

/// Columns of blocks, `height` lines from the top down; a value of 1 fills a column. Values outside
/// of 0 .. 1 are held there.
std::vector<std::string> text_chart(std::span<const double> values, int height);

/// Means of neighbours, so that there are at most `most` values. Those of a last group that is
/// shorter count alike.
std::vector<double> condensed(std::span<const double> values, std::size_t most);

}  // namespace sextant::report
