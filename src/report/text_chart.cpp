#include "src/report/text_chart.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sextant::report {

std::vector<std::string> text_chart(std::span<const double> values, int height) {
  static constexpr std::array kEighths{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::vector<std::string> lines(static_cast<std::size_t>(height));
  for (const double value : values) {
    const long eighths = std::lround(std::clamp(value, 0.0, 1.0) * 8 * height);
    for (int line = 0; line < height; ++line) {
      const long below = 8L * (height - 1 - line);
      const auto filled = static_cast<std::size_t>(std::clamp(eighths - below, 0L, 8L));
      lines[static_cast<std::size_t>(line)] += kEighths[filled];
    }
  }
  return lines;
}

std::vector<double> condensed(std::span<const double> values, std::size_t most) {
  const std::size_t group = (values.size() + most - 1) / std::max<std::size_t>(1, most);
  std::vector<double> means;
  for (std::size_t from = 0; from < values.size(); from += group) {
    const std::size_t to = std::min(values.size(), from + group);
    double sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += values[i];
    means.push_back(sum / static_cast<double>(to - from));
  }
  return means;
}

}  // namespace sextant::report
