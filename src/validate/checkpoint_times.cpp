#include "src/validate/checkpoint_times.h"

#include <fmt/format.h>

#include "sextant/cluster/network_cards.h"
#include "sextant/training/checkpoint_state.h"
#include "sextant/training/parameters.h"
#include "src/io/reader.h"
#include "src/validate/read_rows.h"

namespace sextant::validate {
namespace {

constexpr const char* kSchema = "sextant.checkpoint-times/1";

/// The i-th element of the list `key`, which was read from it.
const io::Node& element(const io::Node& root, const char* key, std::size_t i) {
  return (*root.find(key)->get<io::Node::Array>())[i];
}

/// What no range of a single member says.
class Checker {
 public:
  Checker(const io::Node& root, io::Diagnostics& diagnostics)
      : root_(root), diagnostics_(diagnostics) {}

  void check(const CheckpointTimes& published) const {
    if (published.schema != kSchema) {
      diagnostics_.error(root_.find("schema")->place,
                         fmt::format("found \"{}\", expected \"{}\"", published.schema, kSchema));
    }
    for (std::size_t i = 0; i < published.sizes.size(); ++i) {
      const PublishedSize& row = published.sizes[i];
      one_of(row.model.has_value(), row.parameters.has_value(), "model, parameters",
             element(root_, "sizes", i));
    }
    for (std::size_t i = 0; i < published.times.size(); ++i) {
      check(published.times[i], element(root_, "times", i));
    }
  }

 private:
  void check(const PublishedTime& row, const io::Node& node) const {
    one_of(row.time.has_value(), row.rate.has_value(), "time, rate", node);
    const StorageSystem& store = *row.store;
    one_of(store.object_store.has_value(), store.file_system.has_value(),
           "object_store, file_system", *node.find("store"));
    if (row.instance && row.node_bandwidth) {
      diagnostics_.error(node.place, "found instance and node_bandwidth, expected one of them");
    }
  }

  void one_of(bool first, bool second, const char* names, const io::Node& node) const {
    if (first == second) {
      diagnostics_.error(node.place, fmt::format("found {}, expected one of {}",
                                                 first ? "both" : "neither", names));
    }
  }

  const io::Node& root_;
  io::Diagnostics& diagnostics_;
};

/// IP bandwidth of one node; absent: no limit.
std::optional<BytesPerSecond> ip_bandwidth(const PublishedTime& row) {
  if (!row.instance) return row.node_bandwidth;
  return NetworkCards(**row.instance).ip_limit();
}

Seconds forecast(const PublishedTime& row) {
  const StoreClients clients{.nodes = row.nodes,
                             .ranks_per_node = row.ranks_per_node,
                             .ip_bandwidth = ip_bandwidth(row),
                             .efa_bandwidth = row.efa_bandwidth,
                             .serialization = row.serialization};
  const std::int64_t partitions = first_partitions(row.requests);
  if (row.what == PublishedMove::kSave) {
    return save_to(*row.store, row.requests, row.size, clients, partitions).time;
  }
  return restore_from(*row.store, row.requests, row.size, clients, row.everything, partitions).time;
}

Bytes forecast(const PublishedSize& row) {
  const double parameters = row.model ? total_parameters(**row.model) : *row.parameters;
  return Bytes(parameters * checkpoint_bytes_per_parameter(Optimizer::kAdam, Precision::kBf16));
}

/// What is common to published sizes and times.
template <class Published>
ExpectationRow row_of(const Published& published, std::string quantity, double expected,
                      double got) {
  ExpectationRow row;
  row.id = published.id;
  row.expected.kind = published.kind;
  row.expected.quantity = std::move(quantity);
  row.expected.value = expected;
  row.expected.tolerance = published.tolerance;
  row.expected.source = published.source;
  row.got = got;
  return row;
}

}  // namespace

bool holds_checkpoint_times(const io::Node& root) {
  const io::Node* schema = root.get<io::Node::Object>() ? root.find("schema") : nullptr;
  const auto* text = schema ? schema->get<std::string>() : nullptr;
  return text && text->starts_with("sextant.checkpoint-times/");
}

CheckpointTimes read_checkpoint_times(const io::Node& root, catalog::Catalogue& catalogue,
                                      io::Diagnostics& diagnostics) {
  CheckpointTimes published;
  io::ReadContext context{diagnostics, &catalogue};
  io::read_struct(root, published, context);
  if (!diagnostics.has_errors()) Checker(root, diagnostics).check(published);
  return published;
}

CheckpointTimes read_checkpoint_times(const std::filesystem::path& path,
                                      catalog::Catalogue& catalogue) {
  return read_file(path, catalogue, [](auto&... parts) { return read_checkpoint_times(parts...); });
}

std::vector<ExpectationRow> validate_checkpoint_times(const CheckpointTimes& published) {
  std::vector<ExpectationRow> rows;
  for (const PublishedSize& size : published.sizes) {
    rows.push_back(row_of(size, "size_bytes", size.size.si(), forecast(size).si()));
  }
  for (const PublishedTime& time : published.times) {
    const Seconds expected = time.time ? *time.time : time.size / *time.rate;
    rows.push_back(row_of(time, fmt::format("{}_s", enum_name(time.what)), expected.si(),
                          forecast(time).si()));
  }
  return rows;
}

}  // namespace sextant::validate
