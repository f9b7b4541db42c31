#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "calibrate/ingest/collective_row.h"
#include "calibrate/ingest/log_reader.h"

namespace sextant::ingest {

/// A row of nccom-test: the column's name and what it holds. The texts outlive the row.
using NccomCells = std::vector<std::pair<std::string_view, std::string_view>>;

/// Turns it into the columns of nccl-tests. Some versions mean GiB/s (2^30) by GB/s: whichever
/// bytes / time agrees with is taken, and GiB/s is warned of. Without size, time and bandwidths the
/// row has no figures.
void fill_nccom_row(const NccomCells& cells, CollectiveRow& row, LogSink& sink);

}  // namespace sextant::ingest
