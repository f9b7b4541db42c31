#include <fmt/format.h>

#include "src/report/fit_report.h"
#include "src/report/human.h"
#include "src/report/text_table.h"

namespace sextant::report {
namespace {

std::string errors_text(const fit::CollectiveErrors& errors) {
  using Align = TextTable::Align;
  TextTable table(
      {Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
  table.row({"operation", "nodes", "points", "fitted", "left out", "90th percentile"});
  for (const FitErrors& row : errors.by_count) {
    table.row({row.operation, fmt::format("{}", row.nodes), fmt::format("{}", row.points),
               percent(row.fitted_median),
               row.left_out_median ? percent(*row.left_out_median) : "–",
               row.left_out_p90 ? percent(*row.left_out_p90) : "–"});
  }
  if (errors.points == 0) {
    return table.render() +
           "  no number of nodes can be left out: measure on another one to see the error\n";
  }
  return table.render() +
         fmt::format(
             "  without each number of nodes: median {}, 90th percentile {} ({} points "
             "≥ 1 MB)\n",
             percent(errors.left_out_median), percent(errors.left_out_p90), errors.points);
}

std::string kernels_text(const FittedKernels& kernels) {
  const std::size_t fitted = fit::fitted_points(kernels.points);
  std::string text;
  if (fitted > 0) {
    text = fmt::format("  {} kernels: {} fitted, median error {}\n", fitted,
                       fmt::join(kernels.fit.fitted, ", "), percent(kernels.fit.median_error));
  }
  for (const fit::ComputeCheck& check : kernels.fit.checks) {
    text += fmt::format("  {}: {} points, not fitted, forecast with a median error of {}\n",
                        check.kernels, check.points, percent(check.median_error));
  }
  return text;
}

std::string left_out_text(const std::map<std::string, int>& left_out) {
  std::string text;
  for (const auto& [reason, count] : left_out) {
    text += fmt::format("  {} not fitted: {}\n",
                        count == 1 ? "1 sample is" : fmt::format("{} samples are", count), reason);
  }
  return text;
}

}  // namespace

std::string fitted_node_text(const FittedNode& node, const TextStyle& style) {
  std::string text = style.bold(node.instance) + "\n";
  if (!node.assumed_from.empty()) {
    return text +
           fmt::format("  no measurements: assumed from the network's coefficients of '{}'\n",
                       node.assumed_from);
  }
  if (node.collectives) text += errors_text(node.collectives->errors);
  if (node.kernels) text += kernels_text(*node.kernels);
  if (node.store) {
    text +=
        fmt::format("  {} transfers, storage \"{}\": median error {}\n", node.store->points.size(),
                    node.store->name, percent(node.store->fit.median_error));
  }
  if (node.full_nodes_assumed > 0) {
    text += fmt::format("  {} samples do not say how many ranks a node had: taken as {}\n",
                        node.full_nodes_assumed, node.prior.ranks_per_node);
  }
  return text + left_out_text(node.left_out);
}

}  // namespace sextant::report
