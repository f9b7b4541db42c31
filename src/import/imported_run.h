#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/import/settings.h"
#include "src/io/node.h"

namespace sextant::importer {

/// Why a member of the scenario is what it is.
struct Remark {
  std::string pointer;  ///< "/training/layout/tensor"
  std::string text;     ///< "--tensor-model-parallel-size"
  io::Place place{};    ///< in the file that was imported; nowhere for what is assumed
};

/// A setting that the scenario leaves out.
struct NotUsed {
  std::string name;
  io::Place place;
  std::string reason;  ///< empty: it makes no difference to a forecast, or is not known
};

/// A member without which the scenario cannot be planned.
struct Missing {
  std::string pointer;  ///< "/cluster/instance"
  std::string remedy;   ///< "--instance p5.48xlarge"
};

/// A run as somebody else's files describe it: a scenario in which some members are still missing.
/// Its values keep their places in those files, so that whoever reads the scenario reports what is
/// wrong where the user wrote it.
struct ImportedRun {
  std::string format;  ///< "megatron"
  io::Node scenario{io::Node::Object(), {}};
  std::vector<Remark> taken;
  std::vector<Remark> assumed;
  std::vector<NotUsed> not_used;
  std::vector<Missing> missing;  ///< filled in by whoever completes the run

  // What says something about the scenario only together with the number of ranks.
  std::optional<io::Node> ranks_per_node;       ///< processes that the launch starts on each
  std::optional<io::Node> optimizer_instances;  ///< groups that the distributed optimizer forms
  bool one_microbatch = false;    ///< the global batch is `microbatches` a data-parallel rank
  std::int64_t microbatches = 1;  ///< one after another, where one_microbatch

  // What says something only together with the catalogue, and with the length of the run.
  std::optional<Remark> named_model;  ///< `text` as "meta-llama/Meta-Llama-3-8B", `pointer` its key
  std::optional<Remark> data_mode;    ///< `text` as "fast_file", `pointer` its key

  /// Sets a member, with the objects around it; "training/layout/tensor".
  void set(std::string_view pointer, io::Node value);
  void take(std::string_view pointer, io::Node::Value value, const Setting& from);
  void take(std::string_view pointer, io::Node value, std::string from, io::Place place);
  void assume(std::string_view pointer, io::Node::Value value, std::string reason);
  void remove(std::string_view pointer);
  const io::Node* find(std::string_view pointer) const;
  std::optional<std::int64_t> number(std::string_view pointer) const;
  void list_not_used(const Settings& settings);

 private:
  /// Remarks on a member that is going to be another, and on what is in it.
  void forget(std::string_view pointer);
};

}  // namespace sextant::importer
