#include "src/pages/sweep_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sextant/kernel/distributions.h"
#include "src/pages/columns.h"

namespace sextant::pages {
namespace {

using sweep::Cell;
using Json = nlohmann::ordered_json;

/// Which rows of very many are carried: one from each of equal stretches, at a place that is
/// drawn. Every n-th of a grid would meet the same value of an input again and again.
class EvenSample {
 public:
  EvenSample(std::int64_t rows, std::int64_t most) : rows_(rows), count_(std::min(rows, most)) {
    draw();
  }

  /// Whether the next row is one.
  bool next() {
    if (row_++ != chosen_) return false;
    ++stretch_;
    draw();
    return true;
  }

 private:
  void draw() {
    if (stretch_ >= count_) return;
    const std::int64_t begin = stretch_ * rows_ / count_;
    const std::int64_t size = (stretch_ + 1) * rows_ / count_ - begin;
    RandomStream stream(1, "sweep.page", static_cast<std::uint32_t>(stretch_));
    chosen_ =
        begin + static_cast<std::int64_t>(draw_index(stream, static_cast<std::uint64_t>(size)));
  }

  std::int64_t rows_, count_;
  std::int64_t stretch_ = 0, row_ = 0, chosen_ = -1;
};

/// "T8 P16x8 C2 Z1 b1 full" of a layout's JSON.
std::string short_layout(const std::string& text) {
  const Json layout = Json::parse(text, nullptr, false);
  if (!layout.is_object()) return "";
  const auto number = [&](const char* key) { return layout.value(key, 1); };
  std::string words = fmt::format("T{} P{}", number("tensor"), number("pipeline"));
  if (number("virtual_stages") > 1) words += fmt::format("x{}", number("virtual_stages"));
  if (number("context") > 1) words += fmt::format(" C{}", number("context"));
  if (number("expert") > 1) words += fmt::format(" E{}", number("expert"));
  words += fmt::format(" Z{} b{}", number("zero"), number("micro_batch"));
  const std::string recompute = layout.value("recompute", "none");
  if (recompute != "none") words += " " + recompute;
  if (number("recompute_every") > 1) words += fmt::format("/{}", number("recompute_every"));
  return words;
}

/// The rows of a file by columns.
class PointTable {
 public:
  explicit PointTable(std::vector<std::string> names) : names_(std::move(names)) {}

  void add(const std::vector<Cell>& cells) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] != "digest") columns_.add(names_[i], cell_json(names_[i], cells[i]));
    }
    ++rows_;
  }

  Json take() {
    return {{"rows", rows_}, {"columns", columns_.take()}, {"messages", std::move(messages_)}};
  }

 private:
  Json cell_json(const std::string& name, const Cell& cell) {
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) return *integer;
    if (const auto* real = std::get_if<double>(&cell)) return for_drawing(*real);
    const auto* text = std::get_if<std::string>(&cell);
    if (!text) return {};
    if (name == "message") return message(*text);
    return name == "layout" ? short_layout(*text) : *text;
  }

  /// They are long, and of many points the same: each stands there once, and a cell is its number.
  Json message(const std::string& text) {
    if (text.empty()) return {};
    const auto [known, is_new] = message_numbers_.try_emplace(text, messages_.size());
    if (is_new) messages_.push_back(text);
    return known->second;
  }

  std::vector<std::string> names_;
  Columns columns_;
  std::map<std::string, std::size_t> message_numbers_;
  Json messages_ = Json::array();
  std::int64_t rows_ = 0;
};

Json inputs_json(const sweep::StudyRecord& record) {
  Json inputs = Json::array();
  for (const sweep::StudyRecord::Column& input : record.inputs) {
    inputs.push_back({{"name", input.pointer}, {"unit", input.unit}});
  }
  return inputs;
}

Json figures_json() {
  Json figures = Json::array();
  for (const sweep::Figure& figure : sweep::figures()) {
    figures.push_back({{"name", figure.name}, {"unit", figure.unit}, {"doc", figure.doc}});
  }
  return figures;
}

}  // namespace

PageDocument sweep_page(const report::SweepReport& report, Json document, sweep::Store& store) {
  PageDocument page;
  page.kind = "sweep";
  page.title = report.study.study.name;
  page.question = report.study.study.question;
  page.result = std::move(document);
  PointTable table(store.columns());
  EvenSample sample(store.done(), kPointsOnPage);
  store.for_each_row([&](const std::vector<Cell>& cells) {
    if (sample.next()) table.add(cells);
  });
  page.pictures = {{"layout", enum_name(report.study.study.layout)},
                   {"inputs", inputs_json(store.record())},
                   {"figures", figures_json()},
                   {"points", table.take()}};
  return page;
}

}  // namespace sextant::pages
