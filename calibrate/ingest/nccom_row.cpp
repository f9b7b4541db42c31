#include "calibrate/ingest/nccom_row.h"

#include <array>

#include "calibrate/ingest/nccl_names.h"
#include "calibrate/ingest/text.h"

namespace sextant::ingest {
namespace {

using Text = std::string_view;

constexpr double kGibi = 1.073741824;  // GiB per GB

PrintedNumber scaled(const PrintedNumber& number, double factor) {
  return {number.value * factor, number.half * factor};
}

Text cell(const NccomCells& cells, Text name) {
  for (const auto& [key, value] : cells) {
    if (key == name) return value;
  }
  return {};
}

/// The names that versions give to the mean time; the oldest prints the median as "time".
std::optional<PrintedNumber> time_of(const NccomCells& cells) {
  for (const Text name : {"time:avg(us)", "time(us)", "time:p50(us)"}) {
    if (const auto time = parse_printed(cell(cells, name))) return time;
  }
  return std::nullopt;
}

std::optional<double> microseconds(const NccomCells& cells, Text name) {
  const auto time = parse_printed(cell(cells, name));
  return time ? std::optional(time->value) : std::nullopt;
}

/// The names of nccl-tests.
Text type_name(Text type) {
  using Name = std::pair<Text, Text>;
  static constexpr std::array kNames{Name{"fp32", "float"}, Name{"fp16", "half"},
                                     Name{"bf16", "bfloat16"}};
  for (const auto& [known, name] : kNames) {
    if (type == known) return name;
  }
  return type;
}

}  // namespace

void fill_nccom_row(const NccomCells& cells, CollectiveRow& row, LogSink& sink) {
  const auto bytes = to_count(cell(cells, "size(B)"));
  const auto time = time_of(cells);
  const auto algbw = parse_printed(cell(cells, "algbw(GB/s)"));
  const auto busbw = parse_printed(cell(cells, "busbw(GB/s)"));
  if (!bytes || !time || !algbw || !busbw) return;
  row.bytes = *bytes;
  row.type = type_name(cell(cells, "type"));
  row.algorithm = algorithm_name(cell(cells, "algorithm"));  // Neuron has others besides
  RowFigures figures{*time, *algbw, *busbw};
  RowFigures binary{*time, scaled(*algbw, kGibi), scaled(*busbw, kGibi)};
  if (!is_consistent(row.bytes, figures) && is_consistent(row.bytes, binary)) {
    figures = binary;
    sink.warn(
        "algbw and busbw are in GiB/s (2^30), though the header says GB/s: size/time shows it");
  }
  figures.p50_us = microseconds(cells, "time:p50(us)");
  figures.p99_us = microseconds(cells, "time:p99(us)");
  row.out_of_place = figures;
}

}  // namespace sextant::ingest
