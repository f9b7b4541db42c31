#include "src/sweep/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sextant/kernel/assert.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/run/packing.h"

namespace sextant::sweep {
namespace {

constexpr std::array kFigures{
    Figure{"wall_time_s_p10", "s", "From the start to the end of the run: 10 % of runs take less"},
    Figure{"wall_time_s_p50", "s", "Half of the runs take less"},
    Figure{"wall_time_s_p90", "s", "90 % of runs take less"},
    Figure{"wall_time_s_mean", "s", "Mean"},
    Figure{"cost_usd_p10", "USD", "The bill; empty without a price list"},
    Figure{"cost_usd_p50", "USD", ""},
    Figure{"cost_usd_p90", "USD", ""},
    Figure{"cost_usd_mean", "USD", ""},
    Figure{"energy_j_p10", "J", "At the meter of the building; empty without a region"},
    Figure{"energy_j_p50", "J", ""},
    Figure{"energy_j_p90", "J", ""},
    Figure{"energy_j_mean", "J", ""},
    Figure{"co2e_kg_p10", "kg", "Of operation, location-based; empty without a region"},
    Figure{"co2e_kg_p50", "kg", ""},
    Figure{"co2e_kg_p90", "kg", ""},
    Figure{"co2e_kg_mean", "kg", ""},
    Figure{"ettr", "", "Share of the time that is effective training, mean"},
    Figure{"interruptions", "", "Of the job, mean"},
    Figure{"step_time_s", "s", "Of the main phase"},
    Figure{"mfu", "", "Of the same"},
    Figure{"peak_memory_bytes", "B", "Of the fullest accelerator"},
    Figure{"checkpoint_interval_s", "s", "Of the store, as given or found"},
    Figure{"nodes", "", "Of the job, without spares"},
    Figure{"spares", "", "That are rented"}};

/// Appends figures in the order of the table.
class FigureRow {
 public:
  void add(std::optional<double> number) { row_.push_back(number); }

  void add(const Summary& value) {
    for (const double number : {value.p10, value.p50, value.p90, value.mean}) add(number);
  }

  void add(const std::optional<Summary>& value) {
    if (value) return add(*value);
    row_.resize(row_.size() + 4);
  }

  std::vector<std::optional<double>> take() {
    SEXTANT_ASSERT(row_.size() == kFigures.size(), "{} figures for {} columns", row_.size(),
                   kFigures.size());
    return std::move(row_);
  }

 private:
  std::vector<std::optional<double>> row_;
};

template <class Archive>
void pack(Archive& archive, Outcome& outcome) {
  archive(outcome.point, outcome.status, outcome.message, outcome.figures, outcome.layout,
          outcome.digest);
}

}  // namespace

std::span<const Figure> figures() { return kFigures; }

std::size_t figure_index(std::string_view name) {
  const auto found = std::find_if(kFigures.begin(), kFigures.end(),
                                  [&](const Figure& figure) { return figure.name == name; });
  SEXTANT_ASSERT(found != kFigures.end(), "no figure is called {}", name);
  return static_cast<std::size_t>(found - kFigures.begin());
}

Outcome outcome_of(std::int64_t point, const plan::PlanResult& plan) {
  const plan::Forecast& forecast = plan.forecast;
  std::optional<Summary> co2e;
  if (forecast.co2e_kg) co2e = forecast.co2e_kg->location;
  FigureRow row;
  row.add(forecast.wall_time_s);
  row.add(forecast.cost_usd);
  row.add(forecast.energy_j);
  row.add(co2e);
  row.add(forecast.ettr.mean);
  row.add(forecast.interruptions.total.mean);
  row.add(plan.step.time.si());
  row.add(plan.step.mfu);
  row.add(plan.step.peak_memory().si());
  row.add(plan.interval.interval.si());
  row.add(plan.scenario.cluster.nodes);
  row.add(plan.scenario.fleet.spares);
  return {.point = point,
          .figures = row.take(),
          .layout = io::to_compact_text(io::write_value(plan.step_inputs.layout)),
          .digest = fmt::format("{:016x}", forecast.digest)};
}

std::string packed(const Outcome& outcome) {
  run::Packer packer;
  pack(packer, const_cast<Outcome&>(outcome));  // NOLINT: only read
  return packer.bytes();
}

Outcome unpacked(const std::string& bytes) {
  Outcome outcome;
  run::Unpacker unpacker(bytes);
  pack(unpacker, outcome);
  return outcome;
}

std::string table_reference(const std::string& columns) {
  return fmt::format(
      "# The file of a sweep\n\n"
      "A SQLite database of its own for each study, and for each shard of one: any SQLite reads "
      "it. Rows are committed about twice a second; a sweep that was killed goes on where it was. "
      "Two sweeps of one study, on any number of processes, or in shards that were merged, have "
      "the same rows.\n\n"
      "| table | what is in it |\n|---|---|\n"
      "| `study` | one row: `format` of this file (1), `name`, `study` (its text without "
      "comments), `study_hash`, `scenario_hash` (XXH64), `points` in all, `version` and `commit` "
      "of Sextant |\n"
      "| `files` | every file of the catalogue that was read: `path`, `hash` (XXH64) |\n"
      "| `inputs` | one row for each: `position`, `pointer`, `unit` |\n"
      "| `points` | one row for each point that is done |\n\n"
      "Columns of `points`: first `point` (from 0, in the order of the design: on a grid the last "
      "input changes fastest), `status` (`ok`; `infeasible`: it cannot work; `error`: its values "
      "do not go together) and `message`; then one column for each input, whose name is its "
      "pointer (quantities are numbers in base units; empty: as in the scenario); then:\n\n"
      "| column | unit | meaning |\n|---|---|---|\n{}"
      "| `layout` | | JSON, as a scenario would have it |\n"
      "| `digest` | | of the simulated runs: equal digests are equal runs |\n",
      columns);
}

}  // namespace sextant::sweep
