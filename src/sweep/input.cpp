#include "src/sweep/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sextant/kernel/portable_math.h"
#include "src/io/json_text.h"
#include "src/io/quantity_text.h"
#include "src/io/reader.h"
#include "src/io/units.h"

namespace sextant::sweep {
namespace {

using Kind = io::TypeDescription::Kind;

bool is_number(const io::TypeDescription& type) {
  return type.kind == Kind::kInteger || type.kind == Kind::kNumber ||
         type.kind == Kind::kQuantity || type.kind == Kind::kWordOrQuantity;
}

bool has_dimension(const io::TypeDescription& type) {
  return type.kind == Kind::kQuantity || type.kind == Kind::kWordOrQuantity;
}

}  // namespace

Cell cell_of(const io::Node& value, const io::TypeDescription& type) {
  const auto* text = value.get<std::string>();
  if (text && has_dimension(type)) {
    const auto parsed = io::parse_quantity(*text, type.dimension).value;
    return parsed ? Cell(*parsed) : Cell(*text);
  }
  if (text) {
    const auto parsed =
        type.kind == Kind::kNumber ? io::parse_count(*text).value : std::optional<double>();
    return parsed ? Cell(*parsed) : Cell(*text);
  }
  if (const auto* integer = value.get<std::int64_t>()) return *integer;
  if (const auto* real = value.get<double>()) return *real;
  if (value.is_null()) return {};
  return io::to_compact_text(value.value);
}

std::string unit_of(const io::TypeDescription& type) {
  return has_dimension(type) ? io::base_unit(type.dimension) : "";
}

/// Reads the ends of a range, and whether they fit together.
class Input::RangeReader {
 public:
  RangeReader(const InputPlan& plan, const io::TypeDescription& type, const io::Node& node,
              io::Diagnostics& diagnostics)
      : plan_(plan), type_(type), node_(node), diagnostics_(diagnostics) {}

  std::optional<Range> read(bool grid) {
    const std::size_t errors_before = diagnostics_.error_count();
    if (!plan_.from || !plan_.to) {
      fault(node_.place, "an input without values", "\"values\", or \"from\" and \"to\"");
    } else if (!is_number(type_)) {
      fault(plan_.from->place, "a range of what is no number", "\"values\"");
    } else {
      range_.from = number(*plan_.from);
      range_.to = number(*plan_.to);
      range_.scale = plan_.scale;
      if (diagnostics_.error_count() == errors_before) check();
      if (diagnostics_.error_count() == errors_before && grid) read_steps();
    }
    if (diagnostics_.error_count() != errors_before) return std::nullopt;
    return range_;
  }

 private:
  io::Diagnostic& fault(const io::Place& place, const std::string& found,
                        const std::string& expected) {
    return diagnostics_.error(place, fmt::format("found {}, expected {}", found, expected));
  }

  double number(const io::Node& node) {
    io::ReadContext context{diagnostics_};
    double value = 0;
    if (has_dimension(type_)) {
      return io::read_quantity(node, type_.dimension, {}, context).value_or(0);
    }
    if (type_.kind == Kind::kInteger) {
      const auto whole = io::read_integer(node, -0x1p53, 0x1p53, context);
      return static_cast<double>(whole.value_or(0));
    }
    io::read_double(node, value, {}, context);
    return value;
  }

  void check() {
    const io::Place& to = plan_.to->place;
    const std::string ends =
        fmt::format("{} to {}", io::found_text(*plan_.from), io::found_text(*plan_.to));
    if (range_.to == range_.from) {
      fault(to, fmt::format("an empty range, {}", ends), "\"to\" above \"from\"").help =
          "of one value there is nothing to study: write it into the scenario";
    } else if (range_.to < range_.from) {
      fault(to, fmt::format("a range with its ends reversed, {}", ends), "\"to\" above \"from\"");
    } else if (range_.scale == Scale::kLog && !(range_.from > 0)) {
      fault(plan_.from->place, ends + " on a logarithmic scale", "\"from\" above 0");
    }
  }

  void read_steps() {
    const double whole_numbers = range_.to - range_.from + 1;
    const bool whole = type_.kind == Kind::kInteger;
    if (!plan_.steps && !whole) {
      fault(node_.place, "a range without \"steps\"", "how many values of it a grid has");
      return;
    }
    range_.steps = plan_.steps.value_or(static_cast<std::int64_t>(whole_numbers));
    if (whole && static_cast<double>(range_.steps) > whole_numbers) {
      fault(node_.find("steps")->place, fmt::format("{} steps", range_.steps),
            fmt::format("at most {:.0f}, as many as there are whole numbers", whole_numbers));
    }
  }

  const InputPlan& plan_;
  const io::TypeDescription& type_;
  const io::Node& node_;
  io::Diagnostics& diagnostics_;
  Range range_;
};

std::optional<Input> Input::read(const InputPlan& plan, const io::Node& node, bool grid,
                                 io::Diagnostics& diagnostics) {
  auto pointer = ScenarioPointer::find(plan.pointer, node.find("pointer")->place, diagnostics);
  if (!pointer) return std::nullopt;
  Input input(*std::move(pointer));
  input.place_ = node.place;
  const io::Node* values = node.find("values");
  if (values && (plan.from || plan.to || plan.steps)) {
    diagnostics.error(values->place, "found values and a range, expected one of them");
    return std::nullopt;
  }
  if (values && plan.values.empty()) {
    diagnostics.error(values->place, "found no values, expected at least one");
    return std::nullopt;
  }
  input.values_ = plan.values;
  if (!values) {
    RangeReader reader(plan, input.pointer_.type(), node, diagnostics);
    input.range_ = reader.read(grid);
    if (!input.range_) return std::nullopt;
  }
  return input;
}

double Input::Range::at(double unit) const {
  if (unit <= 0) return from;
  if (unit >= 1) return to;
  const double number =
      scale == Scale::kLog
          ? portable_exp(portable_log(from) + unit * (portable_log(to) - portable_log(from)))
          : from + unit * (to - from);
  return std::clamp(number, from, to);
}

bool Input::whole() const { return pointer_.type().kind == Kind::kInteger; }

io::Node Input::node_of(double number) const {
  if (whole()) return {static_cast<std::int64_t>(std::round(number)), place_};
  if (has_dimension(pointer_.type())) {
    return {io::format_quantity(number, pointer_.type().dimension), place_};
  }
  return {number, place_};
}

std::int64_t Input::count() const { return range_ ? range_->steps : std::ssize(values_); }

io::Node Input::value(std::int64_t i) const {
  if (!range_) return values_[static_cast<std::size_t>(i)];
  return node_of(range_->at(static_cast<double>(i) / static_cast<double>(range_->steps - 1)));
}

io::Node Input::at(double unit) const {
  if (!range_) {
    const double n = static_cast<double>(values_.size());
    return values_[static_cast<std::size_t>(std::clamp(std::floor(unit * n), 0.0, n - 1))];
  }
  if (!whole()) return node_of(range_->at(unit));
  const Range stretches{.from = range_->from, .to = range_->to + 1, .scale = range_->scale};
  return node_of(std::min(std::floor(stretches.at(unit)), range_->to));
}

std::vector<io::Node> Input::landmarks() const {
  if (!range_) return values_;
  return {at(0), at(1)};
}

}  // namespace sextant::sweep
