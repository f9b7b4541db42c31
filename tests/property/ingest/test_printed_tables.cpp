// What a tool prints of a random measurement is read back as exactly as its digits allow.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "calibrate/ingest/bus_factor.h"
#include "calibrate/ingest/fabtests.h"
#include "calibrate/ingest/osu.h"
#include "calibrate/ingest/perftest.h"
#include "calibrate/ingest/tables.h"
#include "tests/support/recording_sink.h"

namespace sextant::ingest {
namespace {

using fixtures::read_log;
using fixtures::RecordingSink;

/// A link's time for a message: random latency and bandwidth.
struct Link {
  double latency_s = 0;
  double bytes_per_s = 0;
  double time(double bytes) const { return latency_s + bytes / bytes_per_s; }
};

Link random_link() {
  return {*rc::gen::inRange(500, 50000) * 1e-9, *rc::gen::inRange(100, 400000) * 1e6};
}

/// Powers of two and one and a half times them, growing.
std::vector<double> random_sizes() {
  std::vector<double> sizes;
  for (double size = 1; size <= 1 << 28; size *= 2) {
    if (*rc::gen::inRange(0, 3) == 0) sizes.push_back(size);
    if (size > 1 && *rc::gen::inRange(0, 6) == 0) sizes.push_back(1.5 * size);
  }
  sizes.push_back(1 << 29);
  return sizes;
}

/// The sample's time is that of the link, as far as a figure with two digits behind the point says.
void expect_time(const Sample& sample, double expected, double figure, double half = 0.005) {
  const double slack = half / figure + 1e-9;
  RC_LOG() << sample.bytes << " bytes: " << sample.time_s << " s, expected " << expected;
  RC_ASSERT(std::abs(sample.time_s - expected) <= 1.01 * slack * expected);
}

RC_GTEST_PROP(PrintedTables, OsuLatencyAndNoise, ()) {
  const Link link = random_link();
  const std::vector<double> sizes = random_sizes();
  std::string log = "# OSU MPI Allreduce Latency Test v7.5\n# Size       Avg Latency(us)\n";
  for (const double size : sizes) {
    if (*rc::gen::arbitrary<bool>()) log += "[1645203303.8] [host2:43:0] worker.c:1 UCX  INFO x\n";
    log += fmt::format("{:<20.0f} {:>12.2f}\n", size, link.time(size) * 1e6);
  }
  const RecordingSink found = read_log<OsuReader>(log);
  RC_ASSERT(found.refusals.empty() && found.samples.size() == sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    RC_ASSERT(found.samples[i].bytes == sizes[i]);
    expect_time(found.samples[i], link.time(sizes[i]), link.time(sizes[i]) * 1e6);
  }
}

/// As fabtests prints sizes: cut off to one digit behind the point.
std::string suffixed(double value, double base, std::string_view suffixes) {
  double unit = 1;
  std::size_t power = 0;
  while (power < suffixes.size() && value >= unit * base) {
    unit *= base;
    ++power;
  }
  const auto whole = static_cast<long long>(value / unit);
  const auto tenth = static_cast<long long>(std::fmod(value, unit) * 10 / unit);
  const std::string suffix = power == 0 ? "" : std::string(1, suffixes[power - 1]);
  return whole < 10 && tenth > 0 ? fmt::format("{}.{}{}", whole, tenth, suffix)
                                 : fmt::format("{}{}", whole, suffix);
}

RC_GTEST_PROP(PrintedTables, Fabtests, ()) {
  const Link link = random_link();
  const bool ping_pong = *rc::gen::arbitrary<bool>();
  const std::vector<double> sizes = random_sizes();
  std::string log = "bytes   iters   total       time     MB/sec    usec/xfer   Mxfers/sec\n";
  std::vector<double> rows;
  for (const double size : sizes) {
    const double iterations = size > 1e6 ? 200 : 20000, time = link.time(size);
    if (size / time < 1e5) continue;  // would print as 0.0x MB/s
    rows.push_back(size);
    log += fmt::format("{:<8}{:<8}{:<8}{:8.2f}s{:10.2f}{:11.2f}{:11.2f}\n",
                       suffixed(size, 1024, "kmg"), suffixed(iterations, 1000, "kmb"),
                       suffixed(size * iterations * (ping_pong ? 2 : 1), 1024, "kmg"),
                       time * iterations, size / time * 1e-6, time * 1e6, 1e-6 / time);
  }
  const RecordingSink found = read_log<FabtestsReader>(log);
  for (const auto& refusal : found.refusals) RC_LOG() << refusal.line << refusal.reason << log;
  RC_ASSERT(found.refusals.empty() && found.samples.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Sample& sample = found.samples[i];
    const double time = link.time(rows[i]);
    RC_ASSERT(sample.bytes == rows[i]);
    RC_ASSERT((sample.operation == Operation::kPointToPoint) == ping_pong);
    expect_time(sample, time, std::max(rows[i] / time * 1e-6, time * 1e6));
  }
}

RC_GTEST_PROP(PrintedTables, PerftestOfServerAndClient, ()) {
  const Link link = random_link();
  const bool gigabits = *rc::gen::arbitrary<bool>();
  const double unit = gigabits ? 1e9 / 8 : 1048576;
  const std::vector<double> sizes = random_sizes();
  std::string title = "   RDMA_Write BW Test\n",
              header = fmt::format(
                  " #bytes     #iterations    BW peak[{0}]    BW average[{0}]   MsgRate[Mpps]\n",
                  gigabits ? "Gb/sec" : "MB/sec");
  const std::string ends[] = {
      " local address: LID 1 QPN 1 PSN 1\n remote address: LID 2 QPN 2 PSN 2\n",
      " local address: LID 2 QPN 2 PSN 2\n remote address: LID 1 QPN 1 PSN 1\n"};
  std::vector<double> rows;
  std::string table;
  for (const double size : sizes) {
    const double time = link.time(size);
    if (size / time / unit < 0.1 || time > 0.1) continue;  // few digits, or a rate of 0.0000x
    rows.push_back(size);
    table += fmt::format(" {:<10.0f} 5000  {:<7.2f}  {:<7.2f}  {:<7.6f}\n", size,
                         size / time / unit * 1.01 + 0.01, size / time / unit, 1e-6 / time);
  }
  const RecordingSink found =
      read_log<PerftestReader>(title + ends[0] + header + table + title + ends[1] + header + table);
  RC_ASSERT(found.samples.size() == rows.size());
  for (const auto& refusal : found.refusals) {
    RC_ASSERT(refusal.reason.find("server and client") != std::string::npos);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double time = link.time(rows[i]);
    RC_ASSERT(found.samples[i].bytes == rows[i]);
    expect_time(found.samples[i], time, rows[i] / time / unit);
  }
}

/// Cells of a table of collectives, the columns in any order, as CSV and as Markdown.
RC_GTEST_PROP(PrintedTables, TablesInAnyOrderOfColumns, ()) {
  const Link link = random_link();
  const int nodes = *rc::gen::inRange(1, 65), per_node = *rc::gen::inRange(2, 9);
  const auto operation = *rc::gen::element(Operation::kAllReduce, Operation::kAllGather,
                                           Operation::kAllToAll, Operation::kBroadcast);
  const double factor = bus_factor(operation, nodes * per_node);
  std::vector<std::pair<std::string, std::function<std::string(double, double)>>> columns{
      {"Nodes", [&](double, double) { return fmt::format("{}", nodes); }},
      {"GPUs", [&](double, double) { return fmt::format("{}", nodes * per_node); }},
      {"size (KiB)", [](double bytes, double) { return fmt::format("{}", bytes / 1024); }},
      {"algbw (GB/s)",
       [](double bytes, double s) { return fmt::format("{:.4f}", bytes / s * 1e-9); }},
      {"busbw (MB/s)",
       [&](double bytes, double s) { return fmt::format("{:.4f}", bytes / s * factor * 1e-6); }},
      {"remark", [](double, double) { return std::string("none"); }}};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::swap(columns[i], columns[*rc::gen::inRange(i, columns.size())]);
  }
  std::string csv, markdown = "|", rule = "|";
  for (const auto& [name, cell] : columns) {
    csv += (csv.empty() ? "" : ",") + name;
    markdown += name + "|";
    rule += "---|";
  }
  markdown += "\n" + rule;
  std::vector<double> rows;
  for (const double size : random_sizes()) {
    if (size < 1024 || size / link.time(size) < 1e7) continue;
    rows.push_back(size);
    csv += "\n";
    markdown += "\n|";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string cell = columns[i].second(size, link.time(size));
      csv += (i == 0 ? "" : ",") + cell;
      markdown += " **" + cell + "** |";
    }
  }
  for (const std::string& table : {csv, markdown}) {
    TablesReader reader;
    RecordingSink found;
    found.given.operation = operation;
    read_log(reader, table, found);
    for (const auto& refusal : found.refusals) RC_LOG() << refusal.line << refusal.reason << table;
    RC_ASSERT(found.refusals.empty() && found.samples.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      RC_ASSERT(found.samples[i].bytes == rows[i]);
      RC_ASSERT(found.samples[i].ranks == nodes * per_node);
      RC_ASSERT(found.samples[i].nodes == nodes);
      expect_time(found.samples[i], link.time(rows[i]), rows[i] / link.time(rows[i]) * 1e-9, 5e-5);
    }
  }
}

}  // namespace
}  // namespace sextant::ingest
