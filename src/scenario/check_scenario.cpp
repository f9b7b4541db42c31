#include "src/scenario/check_scenario.h"

#include <fmt/format.h>

#include "sextant/training/parameters.h"
#include "src/io/nearest_name.h"
#include "src/io/quantity_text.h"
#include "src/scenario/check_purchase.h"

namespace sextant::scenario {
namespace {

/// Simulated time is counted in 64-bit nanoseconds.
constexpr Seconds kLongestRun{292.0 * 365.25 * 86400};

class Checks {
 public:
  Checks(const Scenario& scenario, const io::PlaceMap& places, io::Diagnostics& diagnostics)
      : s_(scenario), places_(places), diagnostics_(diagnostics) {}

  void run() {
    format_version();
    tokens_or_duration();
    length_of_the_run();
    model_shape();
    ranks();
    precision();
    calibration();
    causes();
    repair_time();
    grid_factors();
    expectations();
  }

 private:
  /// An error at a member, to which notes() may add the other members of a conflict.
  template <class T>
  io::Diagnostic& error(const T& member, const std::string& message) {
    return diagnostics_.error(places_.of(member), message);
  }
  template <class T>
  void note(io::Diagnostic& entry, const T& member, std::string text) {
    const io::Place place = places_.of(member);
    if (place.document) entry.notes.push_back({place, std::move(text)});
  }

  void format_version();
  void tokens_or_duration();
  void length_of_the_run();
  void model_shape();
  void ranks();
  void batch(std::int64_t data_ranks);
  void precision();
  void calibration();
  template <class T>
  void covers(const std::map<std::string, T>& coefficients, const std::string& key);
  void causes();
  void repair_time();
  void grid_factors();
  void expectations();

  const Scenario& s_;
  const io::PlaceMap& places_;
  io::Diagnostics& diagnostics_;
};

void Checks::format_version() {
  if (s_.schema == kScenarioSchema) return;
  error(s_.schema, fmt::format("found \"{}\", expected \"{}\"", s_.schema, kScenarioSchema));
}

void Checks::tokens_or_duration() {
  const TrainingPlan& training = s_.training;
  if (training.tokens && training.duration) {
    io::Diagnostic& entry =
        error(training.duration, "found a duration besides the tokens, expected one of the two");
    note(entry, training.tokens, "the tokens");
  } else if (!training.tokens && !training.duration) {
    error(training, "found neither \"tokens\" nor \"duration\", expected one of the two").help =
        "\"tokens\": \"15.6T\" trains on so many tokens, \"duration\": \"54 d\" for so long";
  }
}

void Checks::length_of_the_run() {
  const TrainingPlan& training = s_.training;
  if (training.duration && *training.duration > kLongestRun) {
    error(training.duration, fmt::format("found {}, expected at most 292 years",
                                         io::format_quantity(*training.duration)));
  }
  if (!training.tokens) return;
  const Flops work = *training.tokens * model_flops_per_token(*s_.model, training.sequence_length);
  const Accelerator& accelerator = **s_.cluster.accelerator;
  const double accelerators = static_cast<double>(s_.cluster.accelerators());
  const Seconds least = work / (accelerators * accelerator.peak_16bit.value);
  if (least <= kLongestRun) return;
  io::Diagnostic& entry = error(
      training.tokens,
      fmt::format("found {:g} tokens, which take {:.0f} years at the accelerators' peak rate, "
                  "expected at most 292 years",
                  *training.tokens, least / Seconds(365.25 * 86400)));
  note(entry, s_.cluster.nodes, fmt::format("{} nodes", s_.cluster.nodes));
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

void Checks::ranks() {
  const Layout& layout = s_.training.layout;
  const std::int64_t devices = s_.cluster.ranks();
  // Four factors of 31 bits overflow an integer; a double is exact as far as they can agree.
  const double model_ranks = double{1} * layout.tensor * layout.pipeline * layout.context;
  const double ranks = model_ranks * layout.data.value_or(1);
  const auto available = static_cast<double>(devices);
  const bool whole = ranks <= available && devices % static_cast<std::int64_t>(ranks) == 0;
  if (layout.data ? ranks == available : whole) {
    batch(layout.data.value_or(static_cast<int>(available / model_ranks)));
    return;
  }
  const std::string product = fmt::format(
      "tensor {} x pipeline {} x context {}{} = {:.0f}", layout.tensor, layout.pipeline,
      layout.context, layout.data ? fmt::format(" x data {}", *layout.data) : "", ranks);
  const Accelerator& accelerator = **s_.cluster.accelerator;
  io::Diagnostic& entry =
      error(layout, fmt::format("found {} ranks, expected {} the {} {}", product,
                                layout.data ? "exactly" : "a divisor of", devices,
                                accelerator.devices ? "devices" : "accelerators"));
  note(entry, s_.cluster.nodes, fmt::format("{} nodes …", s_.cluster.nodes));
  note(entry, s_.cluster.instance->accelerators,
       fmt::format("… of {} accelerators", s_.cluster.instance->accelerators));
  if (accelerator.devices) {
    note(entry, accelerator.devices, fmt::format("… of {} devices", accelerator.device_count()));
  }
}

void Checks::batch(std::int64_t data_ranks) {
  const Layout& layout = s_.training.layout;
  const std::int64_t unit = data_ranks * layout.micro_batch;
  if (s_.training.global_batch % unit == 0) return;
  io::Diagnostic& entry =
      error(s_.training.global_batch,
            fmt::format("found {} sequences, expected a multiple of {} = {} data-parallel ranks x "
                        "microbatches of {}",
                        s_.training.global_batch, unit, data_ranks, layout.micro_batch));
  note(entry, layout, "the layout");
  const std::int64_t below = s_.training.global_batch / unit * unit;
  entry.help =
      below > 0 ? fmt::format("{} and {} are", below, below + unit) : fmt::format("{} is", unit);
}

void Checks::precision() {
  if (s_.training.precision != Precision::kFp8) return;
  const Accelerator& accelerator = **s_.cluster.accelerator;
  if (accelerator.peak_fp8) return;
  io::Diagnostic& entry =
      error(s_.training.precision,
            fmt::format("found \"fp8\", which {} does not have", accelerator.title));
  note(entry, accelerator.name, "no peak_fp8 here");
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
  covers(calibration.software, s_.training.software.framework);
  if (s_.cluster.nodes > 1) covers(calibration.fabrics, s_.cluster.instance->fabric);
}

void Checks::causes() {
  const FailureProfile& failures = *s_.failures;
  for (const auto* causes : {&failures.causes, &failures.job_causes}) {
    double weights = 0;
    for (const FailureCause& cause : *causes) weights += cause.weight;
    if (causes->empty() || weights > 0) continue;
    error(*causes, "found no cause with a weight above 0, expected at least one");
  }
}

void Checks::repair_time() {
  const RepairTime& repair = s_.recovery.repair;
  if (repair.law != RepairLaw::kLognormal || repair.median.value <= repair.mean.value) return;
  io::Diagnostic& entry =
      error(repair.median, fmt::format("found a median of {}, expected at most the mean",
                                       io::format_quantity(repair.median.value)));
  note(entry, repair.mean, fmt::format("the mean is {}", io::format_quantity(repair.mean.value)));
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

void Checks::expectations() {
  for (const Expectation& expectation : s_.expect) {
    if (expectation.quantity.starts_with('/')) continue;
    error(expectation.quantity,
          fmt::format("found \"{}\", expected a JSON pointer such as \"/forecast/ettr/p50\"",
                      expectation.quantity));
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
                    io::Diagnostics& diagnostics) {
  Checks(scenario, places, diagnostics).run();
  check_purchase(scenario, places, diagnostics);
}

}  // namespace sextant::scenario
