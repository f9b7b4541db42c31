#include "calibrate/ingest/sheet_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "calibrate/ingest/bus_factor.h"
#include "calibrate/ingest/plausible.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Role = SheetColumn::Role;

/// A figure with so few digits that it may be this much off, as a share of itself.
constexpr double kCoarse = 0.05;

/// A cell for which nothing was measured.
bool is_absent(std::string_view cell) {
  const std::string text = lower(without_markup(cell));
  constexpr std::array kAbsent{"", "-", "n/a", "na", "nan", "\xE2\x80\x93", "\xE2\x80\x94"};
  return std::find(kAbsent.begin(), kAbsent.end(), text) != kAbsent.end();
}

}  // namespace

void SheetTable::open(Sheet header, SheetContext context) {
  sheet_ = std::move(header);
  context_ = context;
  reading_.reset();
  broken_ = false;
  open_ = true;
  ++tables_;
}

bool SheetTable::has_size(const std::vector<std::string>& cells) const {
  const auto column = sheet_.find(Role::kSize);
  return column && sheet_amount(cells[*column]);
}

void SheetTable::add(SheetRow row, LogSink& sink) {
  if (reading_) return take(row, sink);
  sheet_.rows.push_back(std::move(row));
  if (sheet_.rows.size() >= kHeld) hand_on(sink);
}

void SheetTable::add_broken(std::uint64_t line, LogSink& sink) {
  broken_ = true;
  sink.refuse(line, "not as many cells as the header has: cut off?");
}

void SheetTable::close(LogSink& sink) {
  if (open_ && !reading_ && has_figures(sheet_)) hand_on(sink);
  open_ = false;
}

void SheetTable::hand_on(LogSink& sink) {
  seen_ = true;
  if (sink.environment().tool.empty()) sink.environment().tool = "table";
  reading_ = read_sheet(sheet_, context_, sink);
  if (reading_->fault.empty() && sheet_.rows.empty() && !broken_) {
    reading_->fault = "no row follows this header";
  }
  if (!reading_->fault.empty()) sink.refuse(sheet_.line, reading_->fault);
  const std::vector<SheetRow> rows = std::move(sheet_.rows);
  sheet_.rows.clear();
  for (const SheetRow& row : rows) take(row, sink);
}

void SheetTable::take(const SheetRow& row, LogSink& sink) {
  if (!reading_->fault.empty()) return;
  Sample sample;
  std::string fault = complete(row, sample);
  if (!fault.empty()) return sink.refuse(row.line, fault);
  const auto busbw = sheet_figure(sheet_, row, reading_->figures.front().busbw);
  sink.begin_row(busbw ? std::optional(busbw->value * 1e-9) : std::nullopt);
  for (const FigureColumns& figures : reading_->figures) {
    Sample point = sample;
    fault = take_figures(row, figures, point, sink);
    if (!fault.empty()) sink.refuse(row.line, fault);
  }
  sink.end_row();
}

/// What all figures of a row have in common. Returns what is wrong.
std::string SheetTable::complete(const SheetRow& row, Sample& sample) const {
  const auto cell = [&](Role role) {
    const auto column = sheet_.find(role);
    return column ? without_markup(row.cells[*column]) : std::string();
  };
  const auto bytes = sheet_bytes(sheet_, row, reading_->binary_sizes);
  if (!bytes) return fmt::format("the size '{}' is no amount of data", cell(Role::kSize));
  sample.bytes = *bytes;
  const std::string name = cell(Role::kOperation);
  const auto operation = name.empty() ? reading_->operation : collective_named(name);
  if (!operation) return fmt::format("'{}' is no collective that Sextant knows", name);
  sample.operation = *operation;
  if (const auto wrong = to_number(cell(Role::kWrong)); wrong && *wrong != 0) {
    return fmt::format("{} elements arrived wrong", *wrong);
  }
  const auto repetitions = to_count(cell(Role::kIterations));
  if (repetitions && *repetitions >= 1) sample.repetitions = repetitions;
  if (const std::string type = cell(Role::kType); !type.empty()) sample.precision = type;
  sample.flags = reading_->flags;
  return {};
}

std::string SheetTable::take_figures(const SheetRow& row, const FigureColumns& figures,
                                     Sample& sample, LogSink& sink) {
  const auto absent = [&](std::optional<std::size_t> column) {
    return !column || is_absent(row.cells[*column]);
  };
  if (absent(figures.time) && absent(figures.algbw) && absent(figures.busbw)) return {};
  const SheetColumn& column = sheet_.columns[figures.first];
  std::string fault = place(row, figures, sink.hints(), sample);
  if (fault.empty()) fault = time(row, figures, sample);
  if (fault.empty() && !is_plausible(sample)) fault = kImplausible;
  if (fault.empty()) fault = repeated(sample, column.in_place, row.line);
  if (!fault.empty()) return fault;
  if (column.in_place) sample.flags.emplace_back("in_place");
  if (!column.algorithm.empty()) sample.algorithm = column.algorithm;
  if (!column.protocol.empty()) sample.protocol = column.protocol;
  sink.sample(sample);
  return {};
}

std::string SheetTable::place(const SheetRow& row, const FigureColumns& figures,
                              const LogHints& hints, Sample& sample) const {
  const SheetPlace found = sheet_place(sheet_, row, figures, hints);
  sample.ranks = found.ranks > 0 ? found.ranks : reading_->ranks;
  sample.nodes = found.nodes;
  sample.ranks_per_node = found.ranks_per_node;
  if (sample.ranks < 2) return fmt::format("{} ranks: nothing is communicated", sample.ranks);
  if (sample.nodes > 0 && sample.ranks != ranks_on(sample.nodes, sample.ranks_per_node)) {
    return fmt::format(
        "{} ranks on {} nodes{}", sample.ranks, sample.nodes,
        sample.ranks_per_node > 0 ? fmt::format(" of {} ranks", sample.ranks_per_node) : "");
  }
  return {};
}

/// The time by the column that says it most directly; the others must agree with it.
std::string SheetTable::time(const SheetRow& row, const FigureColumns& figures,
                             Sample& sample) const {
  const auto time = sheet_figure(sheet_, row, figures.time);
  const auto algbw = sheet_figure(sheet_, row, figures.algbw);
  const auto busbw = sheet_figure(sheet_, row, figures.busbw);
  for (const auto& figure : {time, algbw, busbw}) {
    if (figure && figure->value <= 0) return "a time or bandwidth prints as 0";
  }
  const double factor = bus_factor(sample.operation, sample.ranks);
  if (algbw && busbw) {
    constexpr double kSlack = 0.005;
    const double low = busbw->low() / algbw->high(), high = busbw->high() / algbw->low();
    const bool fits =
        factor >= low * (1 - kSlack) && (algbw->low() <= 0 || factor <= high * (1 + kSlack));
    if (!fits) {
      return fmt::format("busbw over algbw is {:.4g}, and {:.4g} for this operation and {} ranks",
                         busbw->value / algbw->value, factor, sample.ranks);
    }
  }
  if (time && algbw) {
    constexpr double kSlack = 0.03;
    const double implied = sample.bytes / algbw->value;
    const double slack = time->half + implied * algbw->half / algbw->value + kSlack * implied;
    if (std::abs(time->value - implied) > slack) {
      return fmt::format("size over time is {:.4g} GB/s, and algbw {:.4g}",
                         sample.bytes / time->value * 1e-9, algbw->value * 1e-9);
    }
  }
  const auto& direct = time ? time : algbw ? algbw : busbw;
  if (!direct || (!time && !algbw && factor == 0)) {
    return "a cell that should hold a time or bandwidth holds none";
  }
  if (direct->half > kCoarse * direct->value) sample.flags.emplace_back("coarse_figure");
  sample.time_s = time    ? time->value
                  : algbw ? sample.bytes / algbw->value
                          : sample.bytes * factor / busbw->value;
  return {};
}

std::string SheetTable::repeated(const Sample& sample, bool in_place, std::uint64_t line) {
  if (points_.size() >= kMostPoints) return {};
  const Point point{sample.operation, sample.bytes, sample.ranks,
                    sample.nodes,     in_place,     sample.time_s};
  const auto [found, fresh] = points_.try_emplace(point, tables_, line);
  const auto& [table, first] = found->second;
  if (fresh || table == tables_) return {};
  return fmt::format("the same as line {}, in another table: counted once", first);
}

}  // namespace sextant::ingest
