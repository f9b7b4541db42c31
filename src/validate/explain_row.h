#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/io/node.h"
#include "src/validate/published_runs.h"

namespace sextant::validate {

/// A row as its file has it.
struct SourceRow {
  struct Section {
    std::string name;                                             ///< "parallelism"; empty: the row
    std::vector<std::pair<std::string, io::Node::Value>> stated;  ///< key and value
    std::vector<std::string> open;                                ///< keys without a value
  };
  std::vector<Section> sections;
  std::vector<std::string> assumed;  ///< by whoever read the source, in words
};

/// The row of that id. @throws io::InputError if the file has none
SourceRow read_source_row(const std::filesystem::path& path, const std::string& id);

/// Another row, and how it differs.
struct NearRow {
  std::size_t row = 0;
  std::string differs;  ///< "tensor 4, micro_batch 2"; empty: in nothing that a forecast sees
};

/// Rows of the same model or the same cluster (origin and accelerator), the most alike first: by
/// how far their degrees, batches and sequences are apart, in factors of two, where another model,
/// accelerator, precision, framework or recomputation counts as two of them.
std::vector<NearRow> nearest_rows(const std::vector<PublishedRun>& runs, std::size_t row,
                                  std::size_t most);

/// The row of an id. @throws io::InputError with the nearest id if there is none
std::size_t find_row(const std::vector<PublishedRun>& runs, const std::string& id);

}  // namespace sextant::validate
