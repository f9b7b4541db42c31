#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sextant/cluster/instance.h"
#include "sextant/kernel/enum_names.h"
#include "sextant/storage/store_move.h"
#include "sextant/training/transformer.h"
#include "src/catalog/catalogue.h"
#include "src/catalog/families.h"
#include "src/io/catalogue_item.h"
#include "src/validate/expectations.h"

namespace sextant::validate {

enum class PublishedMove { kSave, kRestore };

}  // namespace sextant::validate

namespace sextant {

template <>
struct EnumNames<validate::PublishedMove> {
  static constexpr std::array table{std::pair{validate::PublishedMove::kSave, "save"},
                                    std::pair{validate::PublishedMove::kRestore, "restore"}};
};

}  // namespace sextant

namespace sextant::validate {

/// A save or a restore whose time, or rate, somebody published, with its inputs.
struct PublishedTime {
  std::string id;
  scenario::ExpectationKind kind = scenario::ExpectationKind::kValidation;
  std::string source;
  std::string date;
  PublishedMove what = PublishedMove::kSave;
  std::optional<Seconds> time;         ///< published; or
  std::optional<BytesPerSecond> rate;  ///< published: of all nodes together
  double tolerance = 0;
  Bytes size;
  io::CatalogueItem<StorageSystem> store;
  RequestPlan requests;
  int nodes = 1;
  int ranks_per_node = 1;
  bool everything = false;                              ///< each node reads all of it
  std::optional<io::CatalogueItem<Instance>> instance;  ///< for its IP bandwidth
  std::optional<BytesPerSecond> node_bandwidth;         ///< IP, instead of the instance's
  std::optional<BytesPerSecond> efa_bandwidth;
  std::optional<BytesPerSecond> serialization;  ///< of one node
  std::vector<std::string> assumed;             ///< what the source does not state
};

/// The size of a checkpoint that somebody published.
struct PublishedSize {
  std::string id;
  scenario::ExpectationKind kind = scenario::ExpectationKind::kVerification;
  std::string source;
  std::string date;
  Bytes size;
  double tolerance = 0;
  std::optional<io::CatalogueItem<Transformer>> model;  ///< whose parameters are counted; or
  std::optional<double> parameters;
  std::vector<std::string> assumed;
};

/// A time that was published without what a forecast needs. Nothing is done with it: the list keeps
/// it from being looked for again.
struct NotReproducible {
  std::string id;
  std::string published;
  std::string source;
  std::string missing;
};

/// Published times and sizes of checkpoints: `sextant.checkpoint-times/1`.
struct CheckpointTimes {
  std::string schema;
  std::string note;
  std::vector<PublishedSize> sizes;
  std::vector<PublishedTime> times;
  std::vector<NotReproducible> not_reproducible;
};

template <class Archive>
void visit(Archive& a, PublishedTime& s) {
  a.object("published_time", "A save or a restore whose time was published, with its inputs.");
  a.field("id", s.id, {.doc = "Name of the row", .required = true});
  a.field("kind", s.kind, {.doc = "Measured (validation), or it follows (verification)"});
  a.field("source", s.source, {.doc = "Where it was published", .required = true});
  a.field("date", s.date, {.doc = "Date of the source, ISO 8601"});
  a.field("what", s.what, {.doc = "What was timed", .required = true});
  a.field("time", s.time, {.doc = "Published time; or rate", .min = 1e-6, .max = 1e9});
  a.field("rate", s.rate, {.doc = "Published, of all nodes together", .min = 1, .max = 1e18});
  a.field("tolerance", s.tolerance,
          {.doc = "Relative difference that is allowed", .min = 0, .max = 10, .required = true});
  a.field("size", s.size, {.doc = "Bytes in all", .min = 1, .max = 1e18, .required = true});
  a.field("store", s.store, {.doc = "Where to or from", .required = true});
  a.field("requests", s.requests, {.doc = "How the nodes talk to a store of objects"});
  a.field("nodes", s.nodes, {.doc = "That move it", .min = 1, .max = 1e6});
  a.field("ranks_per_node", s.ranks_per_node, {.doc = "Writers of one node", .min = 1, .max = 1e3});
  a.field("everything", s.everything, {.doc = "Each node reads all of it"});
  a.field("instance", s.instance, {.doc = "Its IP bandwidth limits a node"});
  a.field("node_bandwidth", s.node_bandwidth,
          {.doc = "Of one node; or that of an instance", .min = 1});
  a.field("efa_bandwidth", s.efa_bandwidth, {.doc = "Of one node, to a file system", .min = 1});
  a.field("serialization", s.serialization, {.doc = "Of one node, tensors into bytes", .min = 1});
  a.field("assumed", s.assumed, {.doc = "What the source does not state"});
}

template <class Archive>
void visit(Archive& a, PublishedSize& s) {
  a.object("published_size", "The size of a checkpoint that was published.");
  a.field("id", s.id, {.doc = "Name of the row", .required = true});
  a.field("kind", s.kind, {.doc = "Measured (validation), or it follows (verification)"});
  a.field("source", s.source, {.doc = "Where it was published", .required = true});
  a.field("date", s.date, {.doc = "Date of the source, ISO 8601"});
  a.field("size", s.size, {.doc = "Published", .min = 1, .max = 1e18, .required = true});
  a.field("tolerance", s.tolerance,
          {.doc = "Relative difference that is allowed", .min = 0, .max = 10, .required = true});
  a.field("model", s.model, {.doc = "Whose parameters are counted; or give them"});
  a.field("parameters", s.parameters, {.doc = "Of the model", .min = 1, .max = 1e16});
  a.field("assumed", s.assumed, {.doc = "What the source does not state"});
}

template <class Archive>
void visit(Archive& a, NotReproducible& s) {
  a.object("not_reproducible", "A time that was published without what a forecast needs.");
  a.field("id", s.id, {.doc = "Name", .required = true});
  a.field("published", s.published, {.doc = "What was published", .required = true});
  a.field("source", s.source, {.doc = "Where", .required = true});
  a.field("missing", s.missing, {.doc = "What it does not say", .required = true});
}

template <class Archive>
void visit(Archive& a, CheckpointTimes& s) {
  a.object("checkpoint_times", "Published times and sizes of checkpoints.");
  a.field("schema", s.schema, {.doc = "sextant.checkpoint-times/1", .required = true});
  a.field("note", s.note, {.doc = "What the rows are"});
  a.field("sizes", s.sizes, {.doc = "Sizes of checkpoints"});
  a.field("times", s.times, {.doc = "Saves and restores"});
  a.field("not_reproducible", s.not_reproducible, {.doc = "Left out, with the reason"});
}

/// Whether a file's tree says that it holds such times.
bool holds_checkpoint_times(const io::Node& root);

/// Reads a file as models/published_runs/README.md describes it.
/// @throws io::InputError naming every row that is wrong
CheckpointTimes read_checkpoint_times(const std::filesystem::path& path,
                                      catalog::Catalogue& catalogue);

/// The same from a tree that is already parsed; used by the fuzzer. Errors go to `diagnostics`.
CheckpointTimes read_checkpoint_times(const io::Node& root, catalog::Catalogue& catalogue,
                                      io::Diagnostics& diagnostics);

/// Every published size against the parameters and the bytes that a checkpoint holds of one, and
/// every published time against save_to() or restore_from(). Quantities: size_bytes, save_s,
/// restore_s.
std::vector<ExpectationRow> validate_checkpoint_times(const CheckpointTimes& published);

}  // namespace sextant::validate
