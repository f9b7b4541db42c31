// What a writer of nccl-tests rows prints, in any dialect, is read back: operation, bytes, ranks
// and times.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "calibrate/ingest/bus_factor.h"
#include "tests/support/ingested.h"

namespace sextant::ingest {
namespace {

/// How one version, launcher and viewer write a log.
struct Dialect {
  bool root_column = true;   ///< since 2022
  bool two_decimals = true;  ///< since 2.17
  bool signs = true;         ///< '#' before what is no row
  bool header = true;
  bool rank_list = true;
  bool command = true;
  bool time_stamps = false;
  int iterations = 0;  ///< columns of -I 1
  std::string prefix;
  std::string end = "\n";
  std::string wrong = "0";
};

struct Table {
  Operation operation = Operation::kAllReduce;
  int ranks = 16;
  int per_node = 8;
  std::vector<std::pair<double, double>> rows;  ///< elements per rank, time [us]
};

const char* program_of(Operation operation) {
  static const std::map<Operation, const char*> programs{
      {Operation::kAllReduce, "all_reduce_perf"},
      {Operation::kAllGather, "all_gather_perf"},
      {Operation::kReduceScatter, "reduce_scatter_perf"},
      {Operation::kAllToAll, "alltoall_perf"},
      {Operation::kBroadcast, "broadcast_perf"},
      {Operation::kReduce, "reduce_perf"},
      {Operation::kSendRecv, "sendrecv_perf"}};
  return programs.at(operation);
}

std::string time_text(double time_us, const Dialect& dialect) {
  const int digits = dialect.two_decimals ? time_us >= 10'000 ? 1 : 2
                     : time_us >= 10'000  ? 0
                     : time_us >= 100     ? 1
                                          : 2;
  return fmt::format("{:.{}f}", time_us, digits);
}

bool reduces(Operation operation) {
  return operation == Operation::kAllReduce || operation == Operation::kReduce ||
         operation == Operation::kReduceScatter;
}

bool has_root(Operation operation) {
  return operation == Operation::kBroadcast || operation == Operation::kReduce;
}

std::string columns_of(Operation operation, const Dialect& dialect) {
  const std::string redop = reduces(operation) ? "sum" : dialect.root_column ? "none" : "";
  const std::string root = has_root(operation) ? "0" : dialect.root_column ? "-1" : "";
  return fmt::format("  {:>6}  {:>6}", redop, root);
}

class Writer {
 public:
  Writer(const Dialect& dialect, const Table& table) : dialect_(dialect), table_(table) {}

  std::string text() {
    const char* program = program_of(table_.operation);
    if (dialect_.command) line(fmt::format("$ mpirun -np {} ./{} -b 8", table_.ranks, program));
    if (dialect_.rank_list) rank_list();
    if (dialect_.header) {
      comment(
          "       size         count      type   redop    root     time   algbw   busbw #wrong");
      comment("        (B)    (elements)                               (us)  (GB/s)  (GB/s)");
    }
    for (const auto& [count, time] : table_.rows) row(count, time);
    comment(" Avg bus bandwidth    : 1.234");
    return text_;
  }

  double bytes(double count) const {
    return count * 4 * (size_is_of_all_ranks(table_.operation) ? table_.ranks : 1);
  }

 private:
  void line(const std::string& content) { text_ += dialect_.prefix + content + dialect_.end; }
  void comment(const std::string& content) { line((dialect_.signs ? "#" : " ") + content); }

  void rank_list() {
    comment(" Using devices");
    for (int rank = 0; rank < table_.ranks; ++rank) {
      comment(
          fmt::format("  Rank {:2} Group  0 Pid {} on node-{} device {:2} [0x{:02x}] NVIDIA H100",
                      rank, 77 + rank, rank / table_.per_node, rank % table_.per_node, rank));
    }
  }

  std::string direction(double count, double time) const {
    const double printed = std::stod(time_text(time, dialect_));
    const double algbw = bytes(count) / printed * 1e-3;
    std::string text =
        fmt::format("  {:>7}  {:6.2f}  {:6.2f}  {:>5}", time_text(time, dialect_), algbw,
                    algbw * bus_factor(table_.operation, table_.ranks), dialect_.wrong);
    for (int i = 0; i < dialect_.iterations; ++i)
      text += fmt::format("  {:7.2f}", time * (1 + 0.01 * i));
    return text;
  }

  void row(double count, double time) {
    line(fmt::format("{:12.0f}  {:12.0f}  float{}{}{}{}", bytes(count), count,
                     columns_of(table_.operation, dialect_), direction(count, time),
                     direction(count, time), dialect_.time_stamps ? "  2026-01-28 11:22:33" : ""));
  }

  const Dialect& dialect_;
  const Table& table_;
  std::string text_;
};

rc::Gen<Dialect> any_dialect() {
  return rc::gen::exec([] {
    Dialect dialect;
    dialect.root_column = *rc::gen::arbitrary<bool>();
    dialect.two_decimals = *rc::gen::arbitrary<bool>();
    dialect.signs = *rc::gen::arbitrary<bool>();
    dialect.header = *rc::gen::arbitrary<bool>();
    dialect.time_stamps = *rc::gen::arbitrary<bool>();
    dialect.iterations = *rc::gen::element(0, 0, 4);
    dialect.prefix = *rc::gen::element<std::string>("", "[1,0]<stdout>:", "0: ", "    ", "> ",
                                                    "node-0: ", "2026-01-28T11:22:33Z ");
    dialect.end = *rc::gen::element<std::string>("\n", "\r\n", "   \n");
    dialect.wrong = *rc::gen::element<std::string>("0", "N/A", "5e-07", "0e+00");
    return dialect;
  });
}

rc::Gen<Table> any_table() {
  return rc::gen::exec([] {
    Table table;
    table.operation = *rc::gen::element(
        Operation::kAllReduce, Operation::kAllGather, Operation::kReduceScatter,
        Operation::kAllToAll, Operation::kBroadcast, Operation::kReduce, Operation::kSendRecv);
    table.per_node = *rc::gen::element(1, 4, 8);
    table.ranks = table.per_node * *rc::gen::inRange(1, 9);
    if (table.ranks == 1) table.ranks = 2;
    double count = *rc::gen::inRange(1, 4096);
    for (int i = *rc::gen::inRange(1, 24); i > 0; --i) {
      const double time = 5 + count * 4e-6 * *rc::gen::inRange(20, 2000);
      table.rows.emplace_back(count, std::stod(fmt::format("{:.2f}", time)));
      count *= 2;
    }
    return table;
  });
}

RC_GTEST_PROP(NcclTestsRows, AnyDialectReadsBack, ()) {
  const Dialect dialect = *any_dialect();
  const Table table = *any_table();
  Writer writer(dialect, table);
  const std::string text = writer.text();
  RC_LOG() << text;
  const auto read = fixtures::ingested(text);
  RC_ASSERT(read.reasons().empty());
  RC_ASSERT(read.samples.size() == 2 * table.rows.size());
  for (std::size_t i = 0; i < read.samples.size(); ++i) {
    const Sample& sample = read.samples[i];
    const auto& [count, time] = table.rows[i / 2];
    RC_ASSERT(sample.operation == table.operation);
    RC_ASSERT(sample.bytes == writer.bytes(count));
    RC_ASSERT(sample.ranks == table.ranks);
    RC_ASSERT(sample.nodes == (table.ranks + table.per_node - 1) / table.per_node);
    RC_ASSERT(sample.time_s == std::stod(time_text(time, dialect)) / 1e6);
    RC_ASSERT(read.has_flag(i, "in_place") == (i % 2 == 1));
  }
}

/// A log without its head still tells what its figures tell, and never anything else.
RC_GTEST_PROP(NcclTestsRows, FiguresAloneNeverMislead, ()) {
  Dialect dialect = *any_dialect();
  dialect.rank_list = dialect.command = false;
  const Table table = *any_table();
  Writer writer(dialect, table);
  const std::string text = writer.text();
  RC_LOG() << text;
  for (const Sample& sample : fixtures::ingested(text).samples) {
    RC_ASSERT(sample.operation == table.operation);
    RC_ASSERT(sample.ranks == 0 || sample.ranks == table.ranks);
  }
}

}  // namespace
}  // namespace sextant::ingest
