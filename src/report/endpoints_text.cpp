#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "src/io/printable.h"
#include "src/io/quantity_text.h"
#include "src/report/endpoints_report.h"
#include "src/report/evidence.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

using enum TextTable::Align;
using endpoints::Answer;
using endpoints::EndpointsResult;
using endpoints::Fleet;

constexpr std::size_t kSideBySide = 4;
constexpr std::size_t kMostAssumed = 12;

std::string rate_text(double per_s) {
  if (per_s >= 0.1) return significant(per_s) + " /s";
  return significant(per_s * 3600) + " /h";
}

// In one unit whatever their size: they stand side by side.
std::string usd_text(Usd value) { return significant(value.si()) + " USD"; }
std::string kwh_text(Joules value) { return significant(value.si() / 3.6e6) + " kWh"; }
std::string kg_text(GramsCo2e value) { return significant(value.si() / 1e3) + " kg"; }

/// A wait; below a microsecond there is none.
std::string wait_text(Seconds wait) { return wait < Seconds(1e-6) ? "none" : human(wait); }

std::string change_text(double value, double base) {
  if (base == 0) return "";
  return fmt::format("{:+.1f} %", 100 * (value / base - 1));
}

/// Some of the alternatives, one in each column.
class Columns {
 public:
  Columns(const EndpointsResult& result, std::size_t first, TextStyle style)
      : result_(result),
        first_(first),
        last_(std::min(first + kSideBySide, result.answers.size())),
        style_(style),
        table_(std::vector(last_ - first_ + 1, kLeft)) {}

  std::string render() {
    names();
    fleet_rows();
    latency_rows();
    account_rows();
    changes();
    stated();
    return table_.render();
  }

 private:
  using Cell = std::function<std::string(const Answer&, std::size_t)>;

  /// A row in which no alternative has anything to say is left out.
  void row(const std::string& what, const Cell& cell) {
    std::vector<std::string> cells{what};
    for (std::size_t i = first_; i < last_; ++i) cells.push_back(cell(result_.answers[i], i));
    const bool empty = std::all_of(cells.begin() + 1, cells.end(),
                                   [](const std::string& text) { return text.empty(); });
    if (!empty) table_.row(std::move(cells));
  }
  /// Of what can serve at all.
  void fleet_row(const std::string& what, const std::function<std::string(const Fleet&)>& cell) {
    row(what, [&](const Answer& answer, std::size_t) {
      const bool serves = answer.fleet && answer.fleet->instance.cannot.empty();
      return serves ? cell(*answer.fleet) : std::string();
    });
  }
  const scenario::EndpointAlternative& alternative(std::size_t i) const {
    return result_.scenario.alternatives[i];
  }
  double percentile() const {
    return result_.scenario.latency ? result_.scenario.latency->percentile : 0.99;
  }

  void names();
  void fleet_rows();
  void latency_rows();
  void account_rows();
  template <class Quantity>
  void account_row(const std::string& what, std::optional<Quantity> endpoints::YearlyAccount::*of,
                   const std::function<std::string(Quantity)>& text);
  void changes();
  void stated();

  const EndpointsResult& result_;
  std::size_t first_;
  std::size_t last_;
  TextStyle style_;
  TextTable table_;
};

void Columns::names() {
  row("",
      [&](const Answer& answer, std::size_t) { return style_.bold(io::printable(answer.name)); });
  row("", [&](const Answer& answer, std::size_t) {
    return answer.meets() ? "" : style_.warning("misses the target");
  });
}

void Columns::fleet_rows() {
  fleet_row("instances", [&](const Fleet& fleet) {
    const std::string total = grouped(fleet.total());
    if (fleet.groups == 1) return style_.bold(total);
    return style_.bold(total) + fmt::format(" ({} x {})", grouped(fleet.groups), fleet.instances);
  });
  row("on average", [&](const Answer& answer, std::size_t i) {
    if (!answer.fleet || !alternative(i).scaling) return std::string();
    return significant(answer.year.instance_hours / 8760);
  });
  fleet_row("one serves", [&](const Fleet& fleet) {
    return rate_text(fleet.instance.service.requests_per_s()) +
           (fleet.instance.estimate ? style_.warning(" (estimate)") : "");
  });
  fleet_row("tokens", [&](const Fleet& fleet) {
    const auto& estimate = fleet.instance.estimate;
    if (!estimate || estimate->decode_step == Seconds(0)) return std::string();
    return fmt::format("{} at a time, {} each", estimate->sequences, human(estimate->decode_step));
  });
  fleet_row("service", [&](const Fleet& fleet) {
    const ReplicaService& service = fleet.instance.service;
    if (service.batch == 1) return human(service.full);
    if (service.single == service.full) {
      return fmt::format("{} for up to {}", human(service.full), service.batch);
    }
    return fmt::format("{} to {} for 1 to {}", human(service.single), human(service.full),
                       service.batch);
  });
  fleet_row("busy at the peak",
            [&](const Fleet& fleet) { return percent(fleet.peak.utilisation); });
}

void Columns::latency_rows() {
  fleet_row("wait, closed form", [](const Fleet& fleet) {
    return fleet.peak.mean_wait ? wait_text(*fleet.peak.mean_wait) : "";
  });
  fleet_row("wait, simulated", [](const Fleet& fleet) {
    return fleet.simulated.wait.count() > 0 ? wait_text(Seconds(fleet.simulated.wait.mean())) : "";
  });
  const std::string p = fmt::format("p{:.4g}", 100 * percentile());
  fleet_row(p + ", closed form", [](const Fleet& fleet) {
    return fleet.peak.response ? human(*fleet.peak.response) : "";
  });
  fleet_row(p + ", simulated",
            [](const Fleet& fleet) { return fleet.response ? human(*fleet.response) : ""; });
  fleet_row("late", [&](const Fleet& fleet) {
    if (!result_.scenario.latency || fleet.simulated.wait.count() == 0) return std::string();
    return percent(static_cast<double>(fleet.simulated.late) /
                   static_cast<double>(fleet.simulated.wait.count()));
  });
  fleet_row("refused", [](const Fleet& fleet) {
    if (fleet.simulated.refused == 0) return std::string();
    return percent(static_cast<double>(fleet.simulated.refused) /
                   static_cast<double>(fleet.simulated.arrived));
  });
}

template <class Quantity>
void Columns::account_row(const std::string& what,
                          std::optional<Quantity> endpoints::YearlyAccount::*of,
                          const std::function<std::string(Quantity)>& text) {
  row(what + " per million", [&](const Answer& answer, std::size_t) {
    const auto& year = answer.year.*of;
    return year ? style_.bold(text(answer.year.per_million(*year))) : "";
  });
  row("  per year", [&](const Answer& answer, std::size_t) {
    const auto& year = answer.year.*of;
    return year ? text(*year) : "";
  });
}

void Columns::account_rows() {
  using endpoints::YearlyAccount;
  account_row<Usd>("cost", &YearlyAccount::cost, usd_text);
  account_row<Joules>("energy", &YearlyAccount::energy, kwh_text);
  row("CO2e per million", [&](const Answer& answer, std::size_t) {
    return answer.year.co2e ? kg_text(answer.year.per_million(answer.year.co2e->location)) : "";
  });
  row("  per year", [&](const Answer& answer, std::size_t) {
    return answer.year.co2e ? kg_text(answer.year.co2e->location) : "";
  });
  account_row<GramsCo2e>("of manufacture", &YearlyAccount::embodied, kg_text);
}

/// Against the first alternative.
void Columns::changes() {
  const endpoints::YearlyAccount& base = result_.answers.front().year;
  const auto change = [&](const char* what, auto of) {
    row(fmt::format("{} against the first", what), [&](const Answer& answer, std::size_t i) {
      const auto& value = answer.year.*of;
      if (i == 0 || !value || !(base.*of)) return std::string();
      return change_text(value->si(), (base.*of)->si());
    });
  };
  change("cost", &endpoints::YearlyAccount::cost);
  change("energy", &endpoints::YearlyAccount::energy);
}

void Columns::stated() {
  const auto stated_row = [&](const char* what, auto of, const auto& text) {
    row(fmt::format("stated {}", what), [&](const Answer&, std::size_t i) {
      const auto& stated = alternative(i).stated;
      return stated && (*stated).*of ? style_.dim(text(*((*stated).*of))) : "";
    });
  };
  using scenario::StatedOutcome;
  stated_row("instances", &StatedOutcome::instances, [](int n) { return grouped(n); });
  stated_row("cost per million", &StatedOutcome::cost_per_million, usd_text);
  stated_row("cost per year", &StatedOutcome::cost_per_year, usd_text);
  stated_row("energy against the first", &StatedOutcome::energy_change,
             [](double change) { return fmt::format("{:+.0f} %", 100 * change); });
}

std::string head(const EndpointsResult& result, TextStyle style) {
  const scenario::EndpointsScenario& s = result.scenario;
  std::string text = style.bold(short_name(s.name)) + "\n";
  if (!s.question.empty()) text += wrapped(io::printable(s.question));
  std::string load =
      s.load.rate ? fmt::format("{} requests a second", significant(result.peak_per_s))
                  : fmt::format("{} requests a second on average, {} at the peak",
                                significant(result.mean_per_s), significant(result.peak_per_s));
  if (s.load.models > 1) load += fmt::format(", for {} models", grouped(s.load.models));
  if (s.latency) {
    load += fmt::format("; {:.4g} % within {}", 100 * s.latency->percentile,
                        io::format_quantity(s.latency->target));
  }
  load += fmt::format("; at most {} busy", percent(s.target_utilisation));
  return text + wrapped(load);
}

/// What is said of several alternatives is said once.
class Notes {
 public:
  void add(const std::string& name, std::string text) {
    for (auto& [names, known] : notes_) {
      if (known != text) continue;
      names += ", " + name;
      return;
    }
    notes_.emplace_back(name, std::move(text));
  }
  std::string render() const {
    std::string text;
    for (const auto& [names, note] : notes_) text += wrapped(names + ": " + note + ".");
    return text;
  }

 private:
  std::vector<std::pair<std::string, std::string>> notes_;
};

std::string notes(const EndpointsResult& result, TextStyle style) {
  Notes notes;
  for (std::size_t i = 0; i < result.answers.size(); ++i) {
    const Answer& answer = result.answers[i];
    const std::string name = io::printable(answer.name);
    if (!answer.meets()) notes.add(name, "misses the target: " + answer.fleet->misses);
    const auto& stated = result.scenario.alternatives[i].stated;
    if (stated) notes.add(name, "stated by " + io::printable(stated->source));
    if (!answer.fleet || !answer.fleet->instance.estimate) continue;
    notes.add(name,
              "the throughput is an estimate, not a measurement: forward passes of the step model, "
              "and the memory traffic of every token");
    const auto& extrapolated = answer.fleet->instance.estimate->extrapolated;
    if (!extrapolated.empty()) {
      notes.add(name, fmt::format("extrapolated: {}", fmt::join(extrapolated, "; ")));
    }
  }
  const std::string text = notes.render();
  return text.empty() ? "" : "\n" + style.bold("Notes") + "\n" + text;
}

/// Figures that nobody has measured, each once for all alternatives that use it.
std::string assumed_text(const EndpointsResult& result, TextStyle style) {
  TextTable table({kLeft, kRight, kLeft});
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  std::size_t more = 0;
  for (const io::Figure& figure : assumed(result.figures)) {
    const std::string what = figure.key.substr(figure.key.find('.') + 1);
    if (!seen.emplace(what, figure.value, figure.source).second) continue;
    if (seen.size() > kMostAssumed) {
      ++more;
      continue;
    }
    table.row({io::printable(figure.key), figure.value, style.dim(io::printable(figure.source))});
  }
  if (seen.empty()) return "";
  std::string text = "\n" + style.bold("Assumed") + "\n" + table.render();
  if (more > 0) text += fmt::format("  and {} more (--json)\n", more);
  return text;
}

}  // namespace

std::string endpoints_text(const EndpointsResult& result, TextStyle style) {
  std::string text = head(result, style);
  for (std::size_t first = 0; first < result.answers.size(); first += kSideBySide) {
    text += "\n" + Columns(result, first, style).render();
  }
  return text + notes(result, style) + assumed_text(result, style);
}

}  // namespace sextant::report
