#include "src/report/sweep_report.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "src/io/printable.h"
#include "src/io/quantity_text.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;
using sweep::Cell;

constexpr const char* kSchema = "sextant.sweep/1";
/// Share of an effect that is rounding.
constexpr double kNothing = 1e-9;

Json number_json(double number) { return std::isfinite(number) ? Json(number) : Json(); }

Json cell_json(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return *integer;
  if (const auto* real = std::get_if<double>(&cell)) return number_json(*real);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return {};
}

/// A value as people write it: quantities with their units.
std::string cell_text(const Cell& cell, const sweep::Input& input) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return grouped(*integer);
  if (const auto* real = std::get_if<double>(&cell)) {
    const io::TypeDescription& type = input.pointer().type();
    if (type.dimension == io::Dimension{}) return significant(*real);
    if (type.dimension == io::Dimension{.seconds = 1}) return human(Seconds(*real));
    return io::format_quantity(*real, type.dimension);
  }
  const auto* text = std::get_if<std::string>(&cell);
  return text ? io::printable(*text) : "as given";
}

std::string words_of(const std::string& output) {
  if (output.starts_with("wall_time")) return "time";
  return output.starts_with("cost") ? "cost" : "energy";
}

std::string figure_text(const sweep::StoredPoint& point, const char* figure) {
  const auto number = point.figures[sweep::figure_index(figure)];
  if (!number) return "";
  const std::string name = words_of(figure);
  if (name == "time") return human(Seconds(*number));
  return name == "cost" ? human(Usd(*number)) : human(Joules(*number));
}

/// Points with their figures and inputs, each beside what it is the least in.
class PointTable {
 public:
  PointTable(const SweepReport& report, const TextStyle& style)
      : inputs_(report.study.points.inputs()), table_(columns()) {
    std::vector<std::string> header = {"least", "point", "time", "cost", "energy"};
    for (const sweep::Input& input : inputs_) {
      header.push_back(io::printable(input.pointer().text()));
    }
    for (std::string& title : header) title = style.bold(title);
    table_.row(header);
  }

  void row(const std::string& least_in, const sweep::StoredPoint& point) {
    std::vector<std::string> row = {least_in, grouped(point.point)};
    for (const char* figure : {"wall_time_s_mean", "cost_usd_mean", "energy_j_mean"}) {
      row.push_back(figure_text(point, figure));
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      row.push_back(cell_text(point.inputs[i], inputs_[i]));
    }
    table_.row(row);
  }

  std::string render() const { return table_.render(); }

 private:
  std::vector<Align> columns() const {
    std::vector<Align> columns(5 + inputs_.size(), Align::kRight);
    columns.front() = Align::kLeft;
    return columns;
  }

  const std::vector<sweep::Input>& inputs_;
  TextTable table_;
};

std::string best_table(const SweepReport& report, const TextStyle& style) {
  PointTable table(report, style);
  for (const sweep::BestPoint& best : report.summary.best) {
    table.row(words_of(best.output), best.point);
  }
  return table.render();
}

/// All points of a short list, and for what they are the least.
std::string list_table(const SweepReport& report, const TextStyle& style) {
  PointTable table(report, style);
  for (const sweep::StoredPoint& point : report.summary.listed) {
    std::vector<std::string> least;
    for (const sweep::BestPoint& best : report.summary.best) {
      if (best.point.point == point.point) least.push_back(words_of(best.output));
    }
    const bool ok = point.status == sweep::PointStatus::kOk;
    table.row(ok ? fmt::format("{}", fmt::join(least, ", ")) : std::string(enum_name(point.status)),
              point);
  }
  return table.render();
}

std::string or_dash(double number, int digits = 2) {
  return std::isfinite(number) ? significant(number, digits) : "-";
}

std::string share_of(double share, const Interval& ci95) {
  if (!std::isfinite(share)) return "-";
  return fmt::format("{:.2f} ({:.2f} to {:.2f})", share, ci95.low, ci95.high);
}

/// The columns of one output for one input, and their titles.
std::vector<std::string> effect_titles(const sweep::Sensitivity& of) {
  const std::string name = words_of(of.output);
  if (!of.morris.empty()) {
    return {"mean effect on " + name, "its size", "its spread"};
  }
  if (!of.sobol.empty()) return {name + ": by itself", name + ": in all"};
  return {"rank correlation with " + name};
}

std::vector<std::string> effect_cells(const sweep::Sensitivity& of, std::size_t input) {
  if (!of.morris.empty()) {
    const sweep::MorrisEffect& effect = of.morris[input];
    const auto text = [&](double value) {
      if (!std::isfinite(value)) return std::string("-");
      if (std::abs(value) < kNothing * effect.mean_abs) value = 0;
      return words_of(of.output) == "time" ? human(Seconds(value)) : human(Usd(value));
    };
    return {text(effect.mean), text(effect.mean_abs), text(effect.sigma)};
  }
  if (!of.sobol.empty()) {
    const sweep::SobolIndex& index = of.sobol[input];
    return {share_of(index.first, index.first_ci95), share_of(index.total, index.total_ci95)};
  }
  const auto& correlation = of.rank_correlation[input];
  return {correlation ? or_dash(*correlation) : "-"};
}

std::string sensitivity_title(const sweep::Sensitivity& of) {
  if (!of.morris.empty()) {
    return "Elementary effects (Morris), of an input going from one end to the other";
  }
  if (!of.sobol.empty()) return "Shares of the variance (Sobol), with their 95 % intervals";
  return "Rank correlations (Spearman) between inputs and outputs";
}

std::string sensitivity_text(const SweepReport& report, const TextStyle& style) {
  const auto& all = report.summary.sensitivities;
  if (all.empty()) return "";
  std::vector<Align> columns = {Align::kLeft};
  std::vector<std::string> header = {style.bold("input")};
  for (const sweep::Sensitivity& of : all) {
    for (const std::string& title : effect_titles(of)) {
      columns.push_back(Align::kRight);
      header.push_back(style.bold(title));
    }
  }
  TextTable table(columns);
  table.row(header);
  const std::vector<sweep::Input>& inputs = report.study.points.inputs();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::vector<std::string> row = {io::printable(inputs[i].pointer().text())};
    for (const sweep::Sensitivity& of : all) {
      for (std::string& cell : effect_cells(of, i)) row.push_back(std::move(cell));
    }
    table.row(row);
  }
  return "\n" + style.bold(sensitivity_title(all.front())) + "\n" + table.render();
}

std::string reasons_text(const sweep::SweepSummary& summary) {
  std::string text;
  for (const sweep::CommonReason& reason : summary.reasons) {
    text += wrapped(fmt::format("{} {}: {}", grouped(reason.points), enum_name(reason.status),
                                io::printable(reason.example)));
  }
  return text.empty() ? "" : "\nWithout a forecast, the commonest reasons\n" + text;
}

Json point_json(const SweepReport& report, const sweep::StoredPoint& point) {
  Json inputs = Json::object(), figures = Json::object();
  for (std::size_t i = 0; i < point.inputs.size(); ++i) {
    inputs[report.study.points.inputs()[i].pointer().text()] = cell_json(point.inputs[i]);
  }
  for (std::size_t i = 0; i < point.figures.size(); ++i) {
    figures[sweep::figures()[i].name] = point.figures[i] ? number_json(*point.figures[i]) : Json();
  }
  return {{"point", point.point}, {"inputs", std::move(inputs)}, {"outputs", std::move(figures)}};
}

Json interval_json(const Interval& interval) {
  return {number_json(interval.low), number_json(interval.high)};
}

Json effect_json(const sweep::Sensitivity& of, std::size_t i) {
  if (!of.morris.empty()) {
    return {{"mean", number_json(of.morris[i].mean)},
            {"mean_abs", number_json(of.morris[i].mean_abs)},
            {"sigma", number_json(of.morris[i].sigma)}};
  }
  if (!of.sobol.empty()) {
    const sweep::SobolIndex& index = of.sobol[i];
    return {{"first", number_json(index.first)},
            {"first_ci95", interval_json(index.first_ci95)},
            {"total", number_json(index.total)},
            {"total_ci95", interval_json(index.total_ci95)}};
  }
  const auto& correlation = of.rank_correlation[i];
  return {{"rank_correlation", correlation ? number_json(*correlation) : Json()}};
}

Json sensitivity_json(const SweepReport& report) {
  Json json = Json::object();
  for (const sweep::Sensitivity& of : report.summary.sensitivities) {
    Json& inputs = json[of.output] = Json::object();
    for (std::size_t i = 0; i < report.study.points.inputs().size(); ++i) {
      inputs[report.study.points.inputs()[i].pointer().text()] = effect_json(of, i);
    }
  }
  return json;
}

std::string csv_field(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return fmt::to_string(*integer);
  if (const auto* real = std::get_if<double>(&cell)) return fmt::format("{}", *real);
  const auto* text = std::get_if<std::string>(&cell);
  if (!text) return "";
  if (text->find_first_of("\",\r\n") == std::string::npos) return *text;
  std::string quoted = "\"";
  for (const char c : *text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string sweep_text(const SweepReport& report, const TextStyle& style) {
  const sweep::SweepSummary& summary = report.summary;
  const sweep::Study& study = report.study.study;
  std::string text = style.bold(short_name(study.name)) + "\n";
  if (!study.question.empty()) text += wrapped(io::printable(study.question));
  text +=
      fmt::format("  {} of {} points in {}, {} of them now: {} ok, {} infeasible, {} in error\n",
                  grouped(summary.done()), grouped(summary.points), io::printable(report.file),
                  grouped(report.done_now), grouped(summary.ok), grouped(summary.infeasible),
                  grouped(summary.error));
  if (!summary.listed.empty()) {
    text += "\n" + list_table(report, style);
  } else if (!summary.best.empty()) {
    text += "\n" + best_table(report, style);
  }
  return text + sensitivity_text(report, style) + reasons_text(summary);
}

Json sweep_json(const SweepReport& report) {
  const sweep::SweepSummary& summary = report.summary;
  Json best = Json::object(), reasons = Json::array();
  for (const sweep::BestPoint& point : summary.best) {
    best[point.output] = point_json(report, point.point);
  }
  for (const sweep::CommonReason& reason : summary.reasons) {
    reasons.push_back({{"status", enum_name(reason.status)},
                       {"points", reason.points},
                       {"example", reason.example}});
  }
  return {{"schema", kSchema},
          {"study", report.study.study.name},
          {"study_hash", report.digest},
          {"file", report.file},
          {"design", enum_name(report.study.study.design.kind)},
          {"points",
           {{"total", summary.points},
            {"done", summary.done()},
            {"done_now", report.done_now},
            {"ok", summary.ok},
            {"infeasible", summary.infeasible},
            {"error", summary.error}}},
          {"best", std::move(best)},
          {"reasons", std::move(reasons)},
          {"sensitivity", sensitivity_json(report)}};
}

std::string csv_record(const std::vector<Cell>& cells) {
  std::string record;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) record += ',';
    record += csv_field(cells[i]);
  }
  return record + "\r\n";
}

}  // namespace sextant::report
