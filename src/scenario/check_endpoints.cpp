#include "src/scenario/check_endpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/io/quantity_text.h"
#include "src/scenario/governance_nodes.h"
#include "src/scenario/member_checks.h"

namespace sextant::scenario {
namespace {

class Checks : private PlacedChecks {
 public:
  Checks(const EndpointsScenario& scenario, const io::PlaceMap& places,
         io::Diagnostics& diagnostics)
      : PlacedChecks(places, diagnostics), s_(scenario) {}

  void run() {
    schema();
    load();
    grid_factors();
    duration();
    if (s_.alternatives.empty()) {
      error(s_.alternatives, "found no alternative, expected at least one way to serve the load");
    }
    for (const EndpointAlternative& alternative : s_.alternatives) {
      ways(alternative);
      if (alternative.instance) instance(alternative);
      if (alternative.estimate) estimate(alternative);
      if (alternative.bought) bought(*alternative.bought);
    }
  }

 private:
  void schema();
  void load();
  void grid_factors();
  void duration();
  void ways(const EndpointAlternative& alternative);
  void instance(const EndpointAlternative& alternative);
  void purchase(const EndpointAlternative& alternative);
  void estimate(const EndpointAlternative& alternative);
  void several_devices(const EndpointAlternative& alternative);
  void known_to_calibration(const EndpointAlternative& alternative);
  void bought(const BoughtService& service);

  const EndpointsScenario& s_;
};

void Checks::schema() {
  if (s_.schema == kEndpointsSchema) return;
  error(s_.schema, fmt::format("found \"{}\", expected \"{}\"", s_.schema, kEndpointsSchema)).help =
      "a training run is read by 'sextant plan', many teams by 'sextant govern'";
}

void Checks::load() {
  const EndpointLoad& load = s_.load;
  if (load.rate.has_value() == !load.curve.empty()) {
    error(load, "found neither or both of \"rate\" and \"curve\", expected one");
  }
  const Seconds* last = nullptr;
  double most = load.rate ? load.rate->si() : 0;
  for (const RequestPoint& point : load.curve) {
    most = std::max(most, point.rate.si());
    if (last && point.at <= *last) {
      error(point.at, fmt::format("found {} after {}, expected times that grow",
                                  io::format_quantity(point.at), io::format_quantity(*last)));
    }
    if (point.at >= load.period) {
      io::Diagnostic& entry = error(
          point.at, fmt::format("found {}, expected a time below the period of {}",
                                io::format_quantity(point.at), io::format_quantity(load.period)));
      note(entry, load.period, "the period");
    }
    last = &point.at;
  }
  if (most <= 0) error(load, "found no requests, expected a rate above 0");
}

void Checks::grid_factors() {
  if (s_.grid_factors.empty() || !s_.region) return;
  if ((*s_.region)->factor(s_.grid_factors)) return;
  error(s_.grid_factors, fmt::format("found \"{}\", expected a set of factors of {}",
                                     s_.grid_factors, (*s_.region)->name))
      .help = fmt::format("'sextant catalog show regions/{}' lists them", (*s_.region)->name);
}

/// A year is made of whole periods; a part of one is more or less busy than the rest.
void Checks::duration() {
  const auto& duration = s_.simulation.duration;
  if (!duration || s_.load.rate) return;
  const double periods = *duration / s_.load.period;
  if (std::abs(periods - std::round(periods)) < 1e-9) return;
  io::Diagnostic& entry = error(
      duration, fmt::format("found {}, expected whole periods of {}",
                            io::format_quantity(*duration), io::format_quantity(s_.load.period)));
  note(entry, s_.load.period, "the period");
}

void Checks::ways(const EndpointAlternative& a) {
  if (a.instance.has_value() == a.bought.has_value()) {
    error(a, "found neither or both of \"instance\" and \"bought\", expected one");
    return;
  }
  const char* kNeeds = "instances to serve with";
  if (a.bought && (a.throughput || a.estimate || a.scaling)) {
    error(a, fmt::format("found a throughput, an estimate or scaling of a service that is bought, "
                         "expected {}",
                         kNeeds));
  }
  if (a.instance && a.throughput.has_value() == a.estimate.has_value()) {
    error(a, "found neither or both of \"throughput\" and \"estimate\", expected one").help =
        "measure the throughput of one instance, or name a model to be estimated";
  }
  if (a.estimate && a.single) {
    error(a.single, "found a measured time beside an estimate, expected a throughput with it");
  }
}

void Checks::instance(const EndpointAlternative& a) {
  purchase(a);
  if (a.models_per_instance > s_.load.models) {
    io::Diagnostic& entry = error(
        a.models_per_instance, fmt::format("found {} models on an instance, expected at most the "
                                           "{} that there are",
                                           a.models_per_instance, s_.load.models));
    note(entry, s_.load.models, "models of the load");
  }
  if (a.scaling && a.scaling->most && *a.scaling->most < a.least) {
    io::Diagnostic& entry =
        error(a.scaling->most, fmt::format("found at most {} instances, expected no fewer than the "
                                           "least, {}",
                                           *a.scaling->most, a.least));
    note(entry, a.least, "the least");
  }
  if (a.single && a.batch == 1) {
    error(a.single, "found the time of a batch of one without batches, expected \"batch\" above 1")
        .help = "without batches a request takes concurrency / throughput";
  }
  if (a.throughput && a.single) {
    const double full = a.concurrency.value_or(1) * a.batch / a.throughput->value.si();
    if (a.single->value.si() > full * (1 + 1e-9)) {
      error(a.single,
            fmt::format("found {} for one request, expected at most the {} of a full "
                        "batch",
                        io::format_quantity(a.single->value), io::format_quantity(Seconds(full))))
          .help = "a full batch takes concurrency * batch / throughput: raise the concurrency";
    }
  }
  if (a.mig.empty()) return;
  if (!a.accelerator) {
    error(a.mig, fmt::format("found \"{}\", expected none: {} has no accelerators", a.mig,
                             (*a.instance)->name));
  } else if (!mig_instances(a.mig, (*a.accelerator)->memory)) {
    error(a.mig,
          fmt::format("found \"{}\", expected a MIG profile of {}", a.mig, (*a.accelerator)->title))
        .help = "compute slices and memory, such as \"1g.10gb\"";
  }
}

void Checks::purchase(const EndpointAlternative& a) {
  const PurchaseMode mode = a.purchase.mode;
  if (mode == PurchaseMode::kCapacityBlock || mode == PurchaseMode::kTrainingPlan) {
    error(a.purchase.mode,
          fmt::format("found \"{}\", expected on_demand, savings_plan or spot", enum_name(mode)))
        .help = "what serves without end is not booked for days";
  }
  if (!s_.prices || !s_.region || a.purchase.price) return;
  const std::string& name = (*a.instance)->name;
  const InstancePrice* price = (*s_.prices)->find(name, (*s_.region)->name);
  if (price && node_price(**s_.prices, *price, a.purchase)) return;
  io::Diagnostic& entry =
      error(a.instance, fmt::format("found {}, which {} does not sell so in {}", name,
                                    (*s_.prices)->name, (*s_.region)->name));
  entry.help = R"(give {"mode": "on_demand", "price": "1.50 USD/h"} as its purchase)";
}

void Checks::estimate(const EndpointAlternative& a) {
  const EstimatedModel& model = *a.estimate;
  const auto refuse = [&](const auto& member, const std::string& message) {
    error(member, message).help = "or give a measured throughput";
  };
  if (model.precision == Precision::kFp32 || model.precision == Precision::kTf32) {
    refuse(model.precision, fmt::format("found {}, expected bf16, fp16 or fp8: others are not "
                                        "estimated",
                                        enum_name(model.precision)));
  }
  if (model.model->bidirectional && model.output_tokens > 0) {
    refuse(model.output_tokens,
           fmt::format("found tokens generated by {}, an encoder, expected 0", model.model->name));
  }
  if (model.output_tokens > 0 && a.batch > 1) {
    refuse(a.batch,
           "found batches of generated texts, expected \"concurrency\": sequences come and "
           "go one by one");
  }
  for (const auto& [what, count] :
       {std::pair{"heads", model.model->heads},
        std::pair{"key and value heads", model.model->key_value_heads()}}) {
    if (count % model.tensor == 0) continue;
    refuse(model.tensor, fmt::format("found {}, expected a divisor of the {} {} of {}",
                                     model.tensor, count, what, model.model->name));
  }
  if (a.instance && !a.accelerator) {
    refuse(a.instance, fmt::format("found {}, which has no accelerators, expected some to estimate "
                                   "a model on",
                                   (*a.instance)->name));
  }
  if (!a.accelerator) return;
  if ((*a.accelerator)->device_count() > 1) {
    several_devices(a);
  } else {
    known_to_calibration(a);
  }
}

/// An estimate takes an accelerator for one device: how a copy is spread over the cores of a chip,
/// and what that costs, it does not know.
void Checks::several_devices(const EndpointAlternative& a) {
  const Accelerator& accelerator = **a.accelerator;
  io::Diagnostic& entry =
      error(a.estimate, fmt::format("found an estimate on {}, expected accelerators of one device",
                                    accelerator.title));
  entry.help = R"(give a measured "throughput" instead of the estimate)";
  note(entry, accelerator.devices, fmt::format("{} devices each", accelerator.device_count()));
}

void Checks::known_to_calibration(const EndpointAlternative& a) {
  const std::string& generation = (*a.accelerator)->generation;
  const int parts = a.mig.empty() ? 1 : mig_instances(a.mig, (*a.accelerator)->memory).value_or(1);
  if (a.estimate->tensor > (*a.instance)->accelerators * parts) {
    error(a.estimate->tensor, fmt::format("found {}, expected at most the {} accelerators or "
                                          "partitions of {}",
                                          a.estimate->tensor, (*a.instance)->accelerators * parts,
                                          (*a.instance)->name));
  }
  if (!s_.calibration) {
    error(a.estimate,
          "found an estimate without the scenario's \"calibration\", expected its "
          "coefficients")
        .help = R"(add "calibration": "reference")";
  } else if (!(*s_.calibration)->accelerators.contains(generation)) {
    error(a.estimate, fmt::format("found an estimate on {}, which calibration {} does not know",
                                  (*a.accelerator)->title, (*s_.calibration)->name))
        .help = "give a measured throughput";
  }
}

void Checks::bought(const BoughtService& service) {
  if (service.per_million.has_value() != service.per_year.has_value()) return;
  error(service, "found neither or both of \"per_million\" and \"per_year\", expected one");
}

}  // namespace

void check_endpoints(const EndpointsScenario& scenario, const io::PlaceMap& places,
                     io::Diagnostics& diagnostics) {
  Checks(scenario, places, diagnostics).run();
}

}  // namespace sextant::scenario
