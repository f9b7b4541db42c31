#include "src/cli/calibrate_measurements.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "calibrate/fit/measurement_fit.h"
#include "calibrate/ingest/measurement_file.h"
#include "sextant/network/tuner_table.h"
#include "src/catalog/families.h"
#include "src/cli/page_file.h"
#include "src/cli/usage_error.h"
#include "src/cli/write_file.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/pages/calibrate_page.h"
#include "src/report/fit_report.h"

namespace sextant::cli {
namespace {

/// What was measured on one kind of node.
struct Measured {
  std::vector<ingest::Measurements> documents;
  std::vector<std::string> sources;  ///< each once
  std::string date;                  ///< the latest
};

void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (text.empty() || std::find(texts.begin(), texts.end(), text) != texts.end()) return;
  texts.push_back(text);
}

/// What moved the bytes: NCCL and its plugin; for a document of MPI's or libfabric's, that.
std::string library_of(const ingest::Environment& environment) {
  const std::string backend = ingest::condition(environment, "backend");
  if (backend == "mpi") return ingest::condition(environment, "mpi");
  std::string library = environment.nccl.empty() ? "" : "NCCL " + environment.nccl;
  if (backend == "ofi") {
    library = fmt::format("libfabric {}, {}", environment.libfabric, environment.provider);
  } else if (!environment.plugin.empty()) {
    library += (library.empty() ? "" : ", ") + environment.plugin;
  }
  return library;
}

/// By instance.
std::map<std::string, Measured> read_all(const Arguments& arguments,
                                         const std::vector<std::string>& files) {
  std::map<std::string, Measured> all;
  for (const std::string& file : files) {
    ingest::Measurements document = ingest::read_measurements(file);
    const std::string instance = arguments.text("instance").value_or(document.environment.instance);
    if (instance.empty()) {
      io::Diagnostics diagnostics;
      diagnostics.error_in_file(file, "does not say on which instances it was measured").help =
          "name one of the catalogue: --instance p5.48xlarge; "
          "`sextant catalog list instances` lists them";
      diagnostics.throw_if_errors();
    }
    Measured& measured = all[instance];
    add_once(measured.sources, document.source.empty() ? file : document.source);
    measured.date = std::max(measured.date, document.date);
    measured.documents.push_back(std::move(document));
  }
  return all;
}

/// Of the documents whose collectives are fitted, each once.
std::string libraries_of(const Measured& measured, const fit::FitNode& node) {
  std::vector<std::string> libraries;
  for (const ingest::Measurements& document : measured.documents) {
    const std::string backend = ingest::condition(document.environment, "backend");
    if (backend.empty() || backend == node.backend) {
      add_once(libraries, library_of(document.environment));
    }
  }
  return fmt::format("{}", fmt::join(libraries, "; "));
}

std::string source_text(const Measured& measured, std::size_t points) {
  return fmt::format("fitted to {} measurements: {}", points, fmt::join(measured.sources, "; "));
}

fit::CollectivePrior prior_of(const Instance& instance, const Accelerator& accelerator,
                              const TunerTable& tuner) {
  const int devices = accelerator.device_count();
  return {.ranks_per_node = instance.accelerators_per_link_domain() * devices,
          .link = accelerator.link_bandwidth.value / static_cast<double>(devices),
          .network = instance.network_bandwidth.value *
                     (static_cast<double>(instance.accelerators_per_link_domain()) /
                      instance.accelerators),
          .nvls = accelerator.links_reduce,
          .regions = tuner.regions_for(instance.name)};
}

/// Adds what was fitted of one kind of node to the members of a calibration.
class Fitted {
 public:
  Fitted(catalog::Catalogue& catalogue, const Calibration& base, const TunerTable& tuner,
         std::string store)
      : catalogue_(catalogue), base_(base), tuner_(tuner), store_(std::move(store)) {}

  report::FittedNode add(const std::string& name, const Measured& measured) {
    const auto instance = catalogue_.load<Instance>(name);
    instances_.push_back(instance.name);
    if (!instance.accelerator) throw UsageError(fmt::format("{} has no accelerators", name));
    const auto accelerator = catalogue_.load<Accelerator>(*instance.accelerator);
    report::FittedNode node{.instance = name,
                            .prior = prior_of(instance, accelerator, tuner_),
                            .sources = measured.sources,
                            .date = measured.date,
                            .assumed_from = {},
                            .collectives = {},
                            .kernels = {},
                            .store = {},
                            .left_out_points = {},
                            .left_out = {}};
    if (measured.sources.empty()) {
      assume_collectives(instance, node);
    } else {
      fit(instance, accelerator, measured, node);
    }
    return node;
  }

  bool empty() const {
    return collectives_.empty() && storage_.empty() &&
           std::get<io::Node::Object>(accelerators_.value).empty();
  }

  io::Node::Value document(const std::string& name, const std::string& base) const {
    io::Node node{io::Node::Object(), {}};
    node.add("name", name);
    node.add("title", fmt::format("{}, with {} of {}", base,
                                  assumed_ ? "assumed collectives" : "measurements",
                                  fmt::join(instances_, ", ")));
    node.add("base", base);
    if (!std::get<io::Node::Object>(accelerators_.value).empty()) {
      node.add("accelerators", accelerators_.value);
    }
    if (!storage_.empty()) node.add("storage", io::write_value(storage_));
    node.add("collectives", io::write_value(collectives_));
    return std::move(node.value);
  }

 private:
  void fit(const Instance& instance, const Accelerator& accelerator, const Measured& measured,
           report::FittedNode& node) {
    const fit::FitNode kind =
        fit::fit_node(accelerator, node.prior.ranks_per_node, measured.documents);
    fit::FitPoints points;
    for (const ingest::Measurements& document : measured.documents) {
      fit::add_points(document, kind, points);
    }
    std::erase_if(points.collectives, [&](const fit::CollectivePoint& point) {
      const char* reason = fit::why_left_out(node.prior, point);
      if (reason == nullptr) return false;
      ++points.left_out[reason];
      node.left_out_points.push_back({point, reason});
      return true;
    });
    add_collectives(instance.name, points, libraries_of(measured, kind), node);
    add_kernels(accelerator, points, measured, node);
    add_storage(points, measured, node);
    node.full_nodes_assumed = points.full_nodes_assumed;
    node.left_out = std::move(points.left_out);
  }

  void add_collectives(const std::string& instance, const fit::FitPoints& all,
                       const std::string& library, report::FittedNode& node) {
    const auto& points = all.collectives;
    if (points.empty()) return;
    const fit::CollectiveFitOptions options{
        .source = fmt::format("fitted to {} measurements, see sources", points.size()),
        .date = node.date};
    CollectiveCoefficients c = fit::fit_collectives(node.prior, points, options);
    const fit::CollectiveErrors errors =
        fit::leave_one_node_count_out(node.prior, points, options, c);
    c.errors = errors.by_count;
    c.sources = node.sources;
    c.library = library;
    collectives_[instance] = c;
    node.collectives = {std::move(c), errors, points};
  }

  /// Nothing was measured: the shape of other nodes' collectives, at the share of the line rate
  /// that training steps on the same network reached.
  void assume_collectives(const Instance& instance, report::FittedNode& node) {
    const auto fabric = base_.fabrics.find(instance.fabric);
    if (fabric == base_.fabrics.end()) {
      throw UsageError(fmt::format("calibration '{}' has no coefficients for the network {}",
                                   base_.name, instance.fabric));
    }
    node.prior.reached = fabric->second.efficiency;
    CollectiveCoefficients c = fit::fit_collectives(node.prior, {}, {.source = "", .date = ""});
    c.library = fmt::format(
        "not measured: shapes of other nodes, at {:.2f} of the line rate, as "
        "steps on {} say (calibration {})",
        node.prior.reached, instance.fabric, base_.name);
    collectives_[instance.name] = c;
    assumed_ = true;
    node.assumed_from = base_.name;
    node.collectives = {std::move(c), {}, {}};
  }

  void add_kernels(const Accelerator& accelerator, const fit::FitPoints& points,
                   const Measured& measured, report::FittedNode& node) {
    if (points.kernels.empty()) return;
    const auto known = base_.accelerators.find(accelerator.generation);
    if (known == base_.accelerators.end()) {
      throw UsageError(fmt::format("calibration '{}' has no coefficients for {}", base_.name,
                                   accelerator.generation));
    }
    const std::size_t fitted = fit::fitted_points(points.kernels);
    const Accelerator device = device_share(accelerator);
    const fit::ComputeFit fit = fit::fit_compute(device, known->second, points.kernels,
                                                 source_text(measured, fitted), measured.date);
    const io::Node all{io::write_value(fit.coefficients), {}};
    io::Node changed{io::Node::Object(), {}};
    for (const std::string& key : fit.fitted) changed.add(key, all.find(key)->value);
    accelerators_.add(accelerator.generation, changed.value);
    node.kernels = {accelerator.generation, device, fit, points.kernels};
  }

  void add_storage(const fit::FitPoints& points, const Measured& measured,
                   report::FittedNode& node) {
    if (points.storage.empty()) return;
    const fit::StorageFit fit = fit::fit_storage(
        store_, points.storage, source_text(measured, points.storage.size()), measured.date);
    storage_[store_] = fit.target;
    node.store = {store_, fit, points.storage};
  }

  catalog::Catalogue& catalogue_;
  const Calibration& base_;
  const TunerTable& tuner_;
  std::string store_;
  std::vector<std::string> instances_;
  bool assumed_ = false;
  std::map<std::string, CollectiveCoefficients> collectives_;
  io::Node accelerators_{io::Node::Object(), {}};
  std::map<std::string, StorageTarget> storage_;
};

[[noreturn]] void nothing_to_fit(const std::string& file) {
  io::Diagnostics diagnostics;
  diagnostics.error_in_file(file, "holds nothing that can be fitted: see the reasons above").help =
      "measure all-reduce, all-gather, all-to-all, GEMMs, memory or storage with all "
      "ranks of each node; give --nodes and --ranks-per-node to `calibrate ingest` "
      "where the log does not say them";
  diagnostics.throw_if_errors();
  std::abort();  // not reached
}

}  // namespace

ExitCode fit_measurements(const Arguments& arguments, const std::vector<std::string>& files,
                          const std::string& output) {
  catalog::Catalogue catalogue(catalog::find_models(arguments.text("models")));
  const std::string base_name = arguments.text("base").value_or("reference");
  const auto base = catalogue.load<Calibration>(base_name);
  const auto tuner =
      catalogue.load<TunerTable>(arguments.text("tuner").value_or("aws-ofi-nccl-1.21"));
  const bool json = arguments.has("json");
  Fitted fitted(catalogue, base, tuner, arguments.text("storage").value_or("measured"));
  report::MeasurementFit fit{
      .name = std::filesystem::path(output).stem().string(), .base = base_name, .nodes = {}};
  const auto add = [&](const std::string& instance, const Measured& measured) {
    fit.nodes.push_back(fitted.add(instance, measured));
    fmt::print(json ? stderr : stdout, "{}",
               report::fitted_node_text(fit.nodes.back(), report::style_of_stdout()));
  };
  for (const auto& [instance, measured] : read_all(arguments, files)) add(instance, measured);
  if (files.empty()) add(*arguments.text("instance"), {});
  if (fitted.empty()) nothing_to_fit(files.front());
  write_file(output, io::to_text(fitted.document(fit.name, base_name)));
  const nlohmann::ordered_json document = report::measurement_fit_json(fit);
  if (json) fmt::print("{}\n", document.dump(2));
  fmt::print(json ? stderr : stdout, "wrote {}; a scenario uses it by \"calibration\": \"{}\"\n",
             output, fit.name);
  write_page(arguments, [&] { return pages::measurement_fit_page(fit, document); });
  return ExitCode::kOk;
}

}  // namespace sextant::cli
