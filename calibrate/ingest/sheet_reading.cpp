#include "calibrate/ingest/sheet_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calibrate/ingest/bus_factor.h"

namespace sextant::ingest {
namespace {

using Role = SheetColumn::Role;
using Kind = SheetUnit::Kind;

const char* default_unit(Role role) {
  if (role == Role::kSize) return "B";
  return role == Role::kTime ? "us" : "GB/s";
}

/// Units that stand in the cells, and columns that only their cells show to be bandwidths.
void take_units_of_cells(Sheet& sheet) {
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    SheetColumn& column = sheet.columns[i];
    const auto with_unit = std::find_if(sheet.rows.begin(), sheet.rows.end(), [i](auto& row) {
      const auto amount = sheet_amount(row.cells[i]);
      return amount && amount->unit;
    });
    if (with_unit == sheet.rows.end() || column.unit) continue;
    const SheetUnit unit = *sheet_amount(with_unit->cells[i])->unit;
    if (column.role == Role::kOther && unit.kind == Kind::kRate && !column.comparison) {
      column.role = Role::kBandwidth;
    }
    if (column.role != Role::kOther) column.unit = unit;
  }
}

/// Columns that say only "bandwidth": which one they are, from the text, or none of them if others
/// do say. Returns what is wrong.
std::string settle_bandwidths(Sheet& sheet, const SheetContext& context) {
  const bool others = std::any_of(sheet.columns.begin(), sheet.columns.end(), [](auto& column) {
    return column.is_figure() && column.role != Role::kBandwidth;
  });
  for (SheetColumn& column : sheet.columns) {
    if (column.role != Role::kBandwidth) continue;
    if (!others && context.says_busbw == context.says_algbw) {
      return fmt::format("column '{}' does not say whether it is algbw or busbw: name it so",
                         column.name);
    }
    column.role = others ? Role::kOther : context.says_busbw ? Role::kBusbw : Role::kAlgbw;
  }
  return {};
}

std::string group_figures(const Sheet& sheet, std::vector<FigureColumns>& figures) {
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    const SheetColumn& column = sheet.columns[i];
    if (!column.is_figure()) continue;
    auto group = std::find_if(figures.begin(), figures.end(), [&](const FigureColumns& known) {
      return sheet.columns[known.first].key() == column.key();
    });
    if (group == figures.end()) group = figures.insert(figures.end(), FigureColumns{i, {}, {}, {}});
    auto& slot = column.role == Role::kTime    ? group->time
                 : column.role == Role::kAlgbw ? group->algbw
                                               : group->busbw;
    if (slot) {
      return fmt::format(
          "columns '{}' and '{}' differ in what is no condition that Sextant knows: "
          "keep one, or name nodes, GPUs, algorithm or protocol",
          sheet.columns[*slot].name, column.name);
    }
    slot = i;
  }
  return {};
}

/// Every column has a unit, or time and algbw will show that those of nccl-tests are meant.
std::string settle_units(Sheet& sheet, SheetReading& reading) {
  const bool can_check =
      std::all_of(reading.figures.begin(), reading.figures.end(),
                  [](const FigureColumns& figures) { return figures.time && figures.algbw; });
  for (SheetColumn& column : sheet.columns) {
    if (!column.is_figure() && column.role != Role::kSize) continue;
    if (!column.unknown_unit.empty() && !column.unit) {
      return fmt::format("column '{}': '{}' may be bits or bytes: write GB/s or Gb/s", column.name,
                         column.unknown_unit);
    }
    const Kind kind = column.role == Role::kSize   ? Kind::kBytes
                      : column.role == Role::kTime ? Kind::kTime
                                                   : Kind::kRate;
    const char* unit = default_unit(column.role);
    if (column.unit && column.unit->kind == kind) continue;
    if (column.unit || !can_check) {
      return fmt::format("column '{}' has no unit that fits: write '{} ({})'", column.name,
                         column.name, unit);
    }
    column.unit = sheet_unit(unit);
    if (reading.flags.empty()) reading.flags.emplace_back("units_assumed");
  }
  return {};
}

std::string find_figures(Sheet& sheet, const SheetContext& context, SheetReading& reading) {
  if (const auto application = sheet.find(Role::kApplication)) {
    return fmt::format("column '{}': run times of an application, not of an operation",
                       sheet.columns[*application].name);
  }
  if (!sheet.find(Role::kSize)) {
    return "no column says the size of the message: name one 'size (B)'";
  }
  std::string fault = settle_bandwidths(sheet, context);
  if (fault.empty()) fault = group_figures(sheet, reading.figures);
  if (fault.empty()) fault = settle_units(sheet, reading);
  return fault;
}

/// busbw over algbw, as exactly as they are printed.
std::optional<Interval> ratio(const Sheet& sheet, const SheetRow& row,
                              const FigureColumns& figures) {
  const auto algbw = sheet_figure(sheet, row, figures.algbw);
  const auto busbw = sheet_figure(sheet, row, figures.busbw);
  if (!algbw || !busbw || algbw->low() <= 0 || busbw->low() <= 0) return std::nullopt;
  return Interval{busbw->low() / algbw->high(), busbw->high() / algbw->low()};
}

/// Whether every ratio is all-reduce's and no other collective's. With two ranks it is 1.
bool is_all_reduce(const Sheet& sheet, const SheetReading& reading, const LogHints& hints) {
  std::size_t seen = 0;
  for (const SheetRow& row : sheet.rows) {
    for (const FigureColumns& figures : reading.figures) {
      const auto found = ratio(sheet, row, figures);
      const double ranks = sheet_place(sheet, row, figures, hints).ranks;
      if (!found) continue;
      const double factor = bus_factor(Operation::kAllReduce, ranks);
      if (ranks < 3 || found->low > factor || found->high < factor || found->low <= 1) return false;
      ++seen;
    }
  }
  return seen > 0;
}

std::string find_operation(const Sheet& sheet, const SheetContext& context, SheetReading& reading,
                           LogSink& sink) {
  if (sheet.find(Role::kOperation)) return {};
  const char* source = nullptr;
  if ((reading.operation = sink.hints().operation)) {
    if (bus_factor(*reading.operation, 2) == 0) return "--operation names no collective";
    return {};
  }
  if ((reading.operation = context.operation)) {
    source = "the text around the table";
  } else if ((reading.operation = collective_within(sink.hints().file))) {
    source = "the file's name";
  } else if (is_all_reduce(sheet, reading, sink.hints())) {
    reading.operation = Operation::kAllReduce;
    source = "busbw over algbw, which is all-reduce's";
  } else {
    return "nothing names the operation: give --operation (all_reduce, all_gather …)";
  }
  sink.warn(
      fmt::format("the operation of a table is taken from {}; --operation overrides it", source));
  return {};
}

bool is_power_of_two(double value) {
  int exponent = 0;
  return value > 0 && std::frexp(value, &exponent) == 0.5;
}

/// Powers of 1,000 or of 1,024: by time and algbw where there are both, else by the numbers.
void settle_sizes(const Sheet& sheet, SheetReading& reading, LogSink& sink) {
  const std::size_t column = *sheet.find(Role::kSize);
  double decimal_error = 0, binary_error = 0;
  bool doubtful = false, checked = false, all_powers = true;
  for (const SheetRow& row : sheet.rows) {
    const auto amount = sheet_amount(row.cells[column]);
    if (!amount) continue;
    const SheetUnit unit = amount->unit.value_or(*sheet.columns[column].unit);
    if (unit.factor == unit.binary_factor) continue;
    doubtful = true;
    all_powers = all_powers && is_power_of_two(amount->number.value);
    for (const FigureColumns& figures : reading.figures) {
      const auto time = sheet_figure(sheet, row, figures.time);
      const auto algbw = sheet_figure(sheet, row, figures.algbw);
      if (!time || !algbw || time->value <= 0 || algbw->value <= 0) continue;
      const double bytes = time->value * algbw->value;
      checked = true;
      decimal_error += std::abs(amount->number.value * unit.factor / bytes - 1);
      binary_error += std::abs(amount->number.value * unit.binary_factor / bytes - 1);
    }
  }
  reading.binary_sizes = checked ? binary_error < decimal_error : all_powers;
  if (!doubtful || checked) return;
  reading.flags.emplace_back(reading.binary_sizes ? "binary_units_assumed"
                                                  : "decimal_units_assumed");
  sink.warn(reading.binary_sizes
                ? "sizes in KB, MB or GB that are powers of two are taken as powers of 1,024"
                : "sizes in KB, MB or GB are taken as powers of 1,000");
}

/// The number of ranks that busbw over algbw tells, if it is only one.
int ranks_of_ratio(const Sheet& sheet, const SheetReading& reading) {
  if (!reading.operation) return 0;
  std::vector<Interval> intervals;
  for (const SheetRow& row : sheet.rows) {
    for (const FigureColumns& figures : reading.figures) {
      const auto found = ratio(sheet, row, figures);
      const auto ranks = found ? ranks_of_factor(*reading.operation, *found) : std::nullopt;
      if (ranks) intervals.push_back(*ranks);
    }
  }
  const auto common = most_common(intervals);
  if (!common || common->high > 1e6) return 0;
  const double ranks = std::ceil(common->low);
  return ranks <= common->high && ranks + 1 > common->high ? static_cast<int>(ranks) : 0;
}

std::string find_ranks(const Sheet& sheet, SheetReading& reading, LogSink& sink) {
  if (sheet.rows.empty()) return {};
  const LogHints& hints = sink.hints();
  bool nodes = true, ranks = true;
  for (const FigureColumns& figures : reading.figures) {
    const SheetPlace place = sheet_place(sheet, sheet.rows.front(), figures, hints);
    nodes = nodes && place.nodes > 0;
    ranks = ranks && place.ranks > 0;
  }
  if (ranks) return {};
  if (!nodes && (reading.ranks = ranks_of_ratio(sheet, reading)) > 0) {
    sink.warn("the number of ranks of a table is taken from busbw over algbw");
    return {};
  }
  return nodes ? "nothing says how many ranks a node has: give --ranks-per-node"
               : "nothing says how many ranks took part: give --nodes and --ranks-per-node";
}

}  // namespace

bool has_figures(const Sheet& sheet) {
  Sheet known = sheet;
  take_units_of_cells(known);
  const bool named = known.find(Role::kBusbw) || known.find(Role::kAlgbw);
  const bool figure = std::any_of(known.columns.begin(), known.columns.end(),
                                  [](const SheetColumn& column) { return column.is_figure(); });
  return named || (figure && known.find(Role::kSize));
}

SheetReading read_sheet(Sheet& sheet, const SheetContext& context, LogSink& sink) {
  SheetReading reading;
  take_units_of_cells(sheet);
  reading.fault = find_figures(sheet, context, reading);
  if (reading.fault.empty()) reading.fault = find_operation(sheet, context, reading, sink);
  if (reading.fault.empty()) reading.fault = find_ranks(sheet, reading, sink);
  if (reading.fault.empty()) settle_sizes(sheet, reading, sink);
  return reading;
}

}  // namespace sextant::ingest
