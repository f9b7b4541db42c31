#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "calibrate/ingest/collective_row.h"

namespace sextant::ingest {

/// What the header of a table of nccl-tests says of its columns.
struct NcclTestsColumns {
  bool in_place_first = false;  ///< mscclpp-test
  bool per_iteration = false;   ///< -I 1: minimum, maximum, p99 and variation per direction
};

/// A line that begins as a row does.
struct NcclTestsLine {
  CollectiveRow row;
  bool complete = false;  ///< false: the figures are missing, for something was printed in between
  std::string fault;      ///< why the row cannot be read; empty: it can
};

/// A row of nccl-tests of any age: size, count, type, redop, root as far as there are such columns,
/// then the figures. Nothing if the line is no row. The row points into `text`.
std::optional<NcclTestsLine> parse_nccl_tests_row(std::string_view text,
                                                  const NcclTestsColumns& columns);

/// The figures of a row whose first half came earlier. False if the line holds no figures.
bool complete_nccl_tests_row(std::string_view text, const NcclTestsColumns& columns,
                             NcclTestsLine& line);

}  // namespace sextant::ingest
