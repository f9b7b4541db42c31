#include "src/scenario/check_scenario.h"

#include <fmt/format.h>

#include "src/io/nearest_name.h"
#include "src/scenario/check_checkpoint.h"
#include "src/scenario/check_data.h"
#include "src/scenario/check_network.h"
#include "src/scenario/check_purchase.h"
#include "src/scenario/check_reliability.h"
#include "src/scenario/check_stores.h"
#include "src/scenario/check_training.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

class Checks : private MemberChecks {
 public:
  Checks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : MemberChecks(scenario, places, diagnostics) {}

  void run() {
    format_version();
    model_shape();
    calibration();
    grid_factors();
    replicas();
    expectations();
  }

 private:
  void format_version();
  void model_shape();
  void calibration();
  template <class T>
  void covers(const std::map<std::string, T>& coefficients, const std::string& key);
  void grid_factors();
  void replicas();
  void expectations();
  void outcome(const Expectation& expectation);
};

void Checks::format_version() {
  if (s_.schema == kScenarioSchema) return;
  error(s_.schema, fmt::format("found \"{}\", expected \"{}\"", s_.schema, kScenarioSchema));
}

void Checks::model_shape() {
  const Transformer& model = *s_.model;
  if (model.hidden % model.heads != 0) {
    io::Diagnostic& entry = error(
        model.hidden, fmt::format("found {}, expected a multiple of the heads", model.hidden));
    note(entry, model.heads, fmt::format("{} heads", model.heads));
  }
  if (model.heads % model.key_value_heads() != 0) {
    io::Diagnostic& entry = error(
        model.kv_heads, fmt::format("found {}, expected a divisor of the heads", model.kv_heads));
    note(entry, model.heads, fmt::format("{} heads", model.heads));
  }
}

/// The calibration has coefficients under this key.
template <class T>
void Checks::covers(const std::map<std::string, T>& coefficients, const std::string& key) {
  if (coefficients.contains(key)) return;
  std::vector<std::string> keys;
  keys.reserve(coefficients.size());
  for (const auto& [known, unused] : coefficients) keys.push_back(known);
  io::Diagnostic& entry =
      error(key, fmt::format("found \"{}\", for which the calibration has no coefficients", key));
  entry.help = fmt::format("it has them for {}", fmt::join(keys, ", "));
  note(entry, coefficients, "the coefficients");
}

void Checks::calibration() {
  const Calibration& calibration = *s_.calibration;
  covers(calibration.accelerators, (*s_.cluster.accelerator)->generation);
  if (s_.cluster.nodes > 1) covers(calibration.fabrics, s_.cluster.instance->fabric);
}

void Checks::grid_factors() {
  const std::string& wanted = s_.cluster.grid_factors;
  if (s_.cluster.region && (*s_.cluster.region)->location_based.empty()) {
    error((*s_.cluster.region)->location_based, "found no grid factors, expected at least one");
    return;
  }
  if (wanted.empty()) return;
  if (!s_.cluster.region) {
    error(wanted, "found a set of grid factors, expected a region besides");
    return;
  }
  const Region& region = **s_.cluster.region;
  if (region.factor(wanted)) return;
  std::vector<std::string> sets;
  for (const GridFactor& factor : region.location_based) sets.push_back(factor.set);
  io::Diagnostic& entry =
      error(wanted, fmt::format("found \"{}\", expected a set of {}", wanted, region.name));
  const auto nearest = io::nearest_name(wanted, sets);
  entry.help = nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                       : fmt::format("sets: {}", fmt::join(sets, ", "));
  note(entry, region.location_based, "the sets");
}

void Checks::replicas() {
  const SimulationPlan& simulation = s_.simulation;
  if (!simulation.tolerance || simulation.max_replicas >= simulation.replicas) return;
  io::Diagnostic& entry =
      error(simulation.max_replicas, fmt::format("found {}, expected at least the {} replicas that "
                                                 "are always run",
                                                 simulation.max_replicas, simulation.replicas));
  note(entry, simulation.replicas, "the replicas");
}

void Checks::expectations() {
  for (const Expectation& expectation : s_.expect) {
    outcome(expectation);
    if (expectation.quantity.starts_with('/')) continue;
    error(expectation.quantity,
          fmt::format("found \"{}\", expected a JSON pointer such as \"/forecast/ettr/p50\"",
                      expectation.quantity));
  }
}

/// A value with one tolerance, or bounds in their order.
void Checks::outcome(const Expectation& e) {
  const bool bounded = e.at_least || e.at_most;
  if (e.value.has_value() == bounded) {
    error(e.value, fmt::format("found {}, expected \"value\" or else \"at_least\", \"at_most\"",
                               bounded ? "a value besides bounds" : "no outcome"));
  } else if (e.value && e.tolerance.has_value() == e.absolute_tolerance.has_value()) {
    error(e.tolerance, fmt::format("found {}, expected \"tolerance\" or \"absolute_tolerance\"",
                                   e.tolerance ? "two tolerances" : "no tolerance"));
  } else if (bounded && e.tolerance) {
    error(e.tolerance, "found a tolerance of bounds, expected none");
  } else if (bounded && e.absolute_tolerance) {
    error(e.absolute_tolerance, "found a tolerance of bounds, expected none");
  } else if (e.at_least && e.at_most && *e.at_least > *e.at_most) {
    note(error(e.at_least, fmt::format("found at least {}, expected no more than what is at most",
                                       *e.at_least)),
         e.at_most, fmt::format("at most {}", *e.at_most));
  }
}

}  // namespace

void check_instance(const Scenario& scenario, const io::PlaceMap& places,
                    io::Diagnostics& diagnostics) {
  const Instance& instance = *scenario.cluster.instance;
  if (instance.accelerators > 0 && instance.accelerator) return;
  io::Diagnostic& entry = diagnostics.error(
      places.of(scenario.cluster.instance),
      fmt::format("found {}, which has no accelerators, expected an instance to train on",
                  instance.name));
  entry.help = instance.accelerator ? fmt::format("give \"accelerators\": how many {} there are",
                                                  *instance.accelerator)
                                    : "'sextant catalog list instances' names those there are";
}

void check_scenario(const Scenario& scenario, const io::PlaceMap& places,
                    io::Diagnostics& diagnostics, LayoutUse layouts) {
  Checks(scenario, places, diagnostics).run();
  check_training(scenario, places, diagnostics, layouts);
  check_stores(scenario, places, diagnostics);
  check_checkpoint(scenario, places, diagnostics);
  check_data(scenario, places, diagnostics);
  check_reliability(scenario, places, diagnostics);
  check_purchase(scenario, places, diagnostics);
  check_network(scenario, places, diagnostics);
}

}  // namespace sextant::scenario
