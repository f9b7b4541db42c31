#include "calibrate/ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/diagnostics.h"
#include "tests/support/ingested.h"

namespace sextant::ingest {
namespace {

using fixtures::all_reduce_log;
using fixtures::all_reduce_row;
using fixtures::Ingested;
using fixtures::ingested;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

/// A log with something before every line.
std::string prefixed(const std::string& log, const std::string& prefix) {
  std::string result;
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = std::min(log.find('\n', at), log.size());
    result += prefix + log.substr(at, end - at) + "\r\n";
    at = end + 1;
  }
  return result;
}

TEST(Ingest, LaunchersAndViewersChangeNothing) {
  const Ingested plain = ingested(all_reduce_log());
  for (const char* prefix : {"[1,0]<stdout>:", "0: ", "    ", "> ",
                             "node-0: ", "2026-01-28T11:22:33.5Z stdout F ", "\x1b[0m"}) {
    const Ingested log = ingested(prefixed(all_reduce_log(), prefix));
    EXPECT_EQ(log.report.rows, 3U) << prefix;
    EXPECT_EQ(log.report.nodes, 2) << prefix;
    ASSERT_EQ(log.samples.size(), plain.samples.size()) << prefix;
    EXPECT_EQ(log.samples[2].time_s, plain.samples[2].time_s) << prefix;
  }
}

TEST(Ingest, PiecesOfAnySize) {
  class Drip : public LogSource {
   public:
    explicit Drip(std::string text) : text_(std::move(text)) {}
    std::string_view next() override {
      const std::size_t size = std::min<std::size_t>(7, text_.size() - at_);
      at_ += size;
      return std::string_view(text_).substr(at_ - size, size);
    }

   private:
    std::string text_;
    std::size_t at_ = 0;
  };
  Drip source(all_reduce_log());
  int samples = 0;
  const IngestReport report = ingest_log(source, {}, [&](const Sample&) { ++samples; });
  EXPECT_EQ(report.rows, 3U);
  EXPECT_EQ(samples, 6);
}

TEST(Ingest, NoFinalNewline) {
  std::string log = all_reduce_row(1073741824, 4710.3, 16);
  log.pop_back();
  EXPECT_EQ(ingested(log).report.rows, 1U);
}

TEST(Ingest, RefusalsAreBoundedAndCounted) {
  std::string log;
  for (int i = 0; i < 100; ++i)
    log += "0  0  float  sum  -1  1.25  0.00  0.00  0  1.25  0.00  0.00  0\n";
  const Ingested found = ingested(log + all_reduce_row(1073741824, 4710.3, 16));
  EXPECT_EQ(found.report.refused.total(), 100U);
  EXPECT_EQ(found.report.refused.shown().size(), Refusals::kShown);
  EXPECT_EQ(found.report.rows, 1U);
  EXPECT_EQ(found.report.rows_found, 101U);
}

TEST(Ingest, VariablesOfCommandLines) {
  const Ingested log = ingested(
      "mpirun -np 16 -x NCCL_BUFFSIZE=8388608 -x LD_PRELOAD=x.so -x FI_PROVIDER=\"efa\" \\\n"
      "export OFI_NCCL_PROTOCOL=RDMA\n"
      "# Env: NCCL_ALGO=Ring AWS_SECRET_ACCESS_KEY=hunter2 HF_TOKEN=hunter2\n" +
      all_reduce_log());
  EXPECT_THAT(log.report.environment.env,
              ElementsAre(Pair("FI_PROVIDER", "efa"), Pair("NCCL_ALGO", "Ring"),
                          Pair("NCCL_BUFFSIZE", "8388608"), Pair("OFI_NCCL_PROTOCOL", "RDMA")));
}

TEST(Ingest, AdviceSetsNoVariable) {
  EXPECT_THAT(ingested("Test NCCL failure 'system error (run with NCCL_DEBUG=INFO for details)'\n" +
                       all_reduce_log())
                  .report.environment.env,
              IsEmpty());
}

TEST(Ingest, AVariableWithTwoValuesIsLeftOut) {
  const Ingested log = ingested("-x NCCL_PROTO=LL all_reduce_perf\n" + all_reduce_log() +
                                "-x NCCL_PROTO=Simple all_reduce_perf\n" + all_reduce_log());
  EXPECT_THAT(log.report.environment.env, IsEmpty());
  EXPECT_THAT(log.report.warnings, Contains(HasSubstr("NCCL_PROTO has 2 values in this log")));
  EXPECT_EQ(log.samples.front().protocol, "ll");
  EXPECT_EQ(log.samples.back().protocol, "simple");
}

TEST(Ingest, AVariableOfSomeRunsIsLeftOut) {
  const Ingested log = ingested(
      "NCCL_ALGO=Tree FI_PROVIDER=efa all_reduce_perf -b 8\n" + all_reduce_log() +
      "FI_PROVIDER=efa all_reduce_perf -b 8\nall_reduce_perf is a program\n" + all_reduce_log());
  EXPECT_THAT(log.report.environment.env, ElementsAre(Pair("FI_PROVIDER", "efa")));
  EXPECT_THAT(log.report.warnings, Contains(HasSubstr("NCCL_ALGO is set for 1 of 2 runs (Tree)")));
}

TEST(Ingest, WhyNothingCouldBeUsed) {
  EXPECT_EQ(ingested("").report.failure, "the log is empty");
  EXPECT_EQ(ingested("hello\n").report.failure, "no table of a tool that Sextant reads was found");
  EXPECT_EQ(ingested("\nsrun: error: node-3: task 7: Exited\n").report.failure,
            "no table was found: the run seems to have failed at line 2: srun: error: node-3: task "
            "7: Exited");
  // What runs survive is blamed only if nothing worse was printed.
  EXPECT_THAT(ingested("[n:1] PMIX ERROR: x\nSegmentation fault\n").report.failure,
              HasSubstr("line 2: Segmentation fault"));
  EXPECT_THAT(ingested("[n:1] PMIX ERROR: x\nbye\n").report.failure,
              HasSubstr("line 1: [n:1] PMIX"));
}

TEST(Ingest, SeveralToolsInOneLog) {
  const Ingested log = ingested(all_reduce_log() +
                                "# OSU MPI-CUDA Latency Test v7.5\n# Size  Avg Latency(us)\n"
                                "8    3.25\n1024   4.50\n");
  EXPECT_EQ(log.report.rows, 5U);
  EXPECT_EQ(log.report.tools.size(), 2U);
}

TEST(Ingest, FilesThatCannotBeRead) {
  EXPECT_THROW(FileSource("/no/such/log"), io::InputError);
  EXPECT_THROW(FileSource("/"), io::InputError);
}

TEST(Ingest, AnyBytesAreNoCrash) {
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>(i * 37 % 256);
  EXPECT_THAT(ingested(bytes).report.failure, Not(IsEmpty()));
}

}  // namespace
}  // namespace sextant::ingest
