#include "calibrate/ingest/sheet_column.h"

#include <gtest/gtest.h>

namespace sextant::ingest {
namespace {

using Role = SheetColumn::Role;

TEST(SheetColumn, KnowsWhatNamesMean) {
  const std::pair<const char*, Role> names[] = {{"size(MB)", Role::kSize},
                                                {"Message Size (KB)", Role::kSize},
                                                {"payload", Role::kSize},
                                                {"out algbw(GB/s)", Role::kAlgbw},
                                                {"busBW (in-place)", Role::kBusbw},
                                                {"bus bandwidth [GB/s]", Role::kBusbw},
                                                {"time (us)", Role::kTime},
                                                {"Avg Latency (us)", Role::kTime},
                                                {"Nodes", Role::kNodes},
                                                {"GPUs", Role::kRanks},
                                                {"GPUs per node", Role::kRanksPerNode},
                                                {"GPUs/node", Role::kRanksPerNode},
                                                {"collective", Role::kOperation},
                                                {"#wrong", Role::kWrong},
                                                {"Speedup", Role::kApplication},
                                                {"Baseline(sec)", Role::kApplication},
                                                {"4 nodes", Role::kBandwidth},
                                                {"GBps", Role::kBandwidth},
                                                {"slowdown", Role::kOther},
                                                {"busbw vs DEFAULT", Role::kOther},
                                                {"busbw, NVLS off", Role::kOther},
                                                {"max busbw (GB/s)", Role::kOther},
                                                {"blocking", Role::kOther},
                                                {"", Role::kOther}};
  for (const auto& [name, role] : names) EXPECT_EQ(sheet_column(name).role, role) << name;
}

TEST(SheetColumn, TakesUnitsAndConditions) {
  const SheetColumn column = sheet_column("4-node<br>`busbw`<br>GBps");
  EXPECT_EQ(column.role, Role::kBusbw);
  EXPECT_EQ(column.nodes, 4);
  EXPECT_EQ(column.unit->factor, 1e9);
  EXPECT_EQ(column.name, "4-node busbw GBps");
  EXPECT_TRUE(sheet_column("in busbw(GB/s)").in_place);
  EXPECT_TRUE(sheet_column("ip_busbw_GBps").in_place);
  EXPECT_FALSE(sheet_column("oop_busbw_GBps").in_place);
  EXPECT_EQ(sheet_column("oop_busbw_GBps").unit->factor, 1e9);
  EXPECT_EQ(sheet_column("time_us").unit->factor, 1e-6);
  EXPECT_EQ(sheet_column("size_bytes").unit->factor, 1);
  EXPECT_EQ(sheet_column("num_gpus").role, Role::kRanks);
  EXPECT_FALSE(sheet_column("out busbw(GB/s)").in_place);
  EXPECT_EQ(sheet_column("LL128 time (us)").protocol, "ll128");
  EXPECT_EQ(sheet_column("busbw NVLSTree (GB/s)").algorithm, "nvls_tree");
  EXPECT_EQ(sheet_column("16 GPUs busbw").ranks, 16);
  EXPECT_EQ(sheet_column("busbw (gbps)").unknown_unit, "gbps");
  EXPECT_EQ(sheet_column("busbw (Gb/s)").unit->factor, 1e9 / 8);
}

TEST(SheetColumn, ReadsAmounts) {
  EXPECT_EQ(sheet_amount("**476.91 GB/s**")->number.value, 476.91);
  EXPECT_EQ(sheet_amount("476.91 GB/s")->unit->factor, 1e9);
  EXPECT_DOUBLE_EQ(sheet_amount("476.91 GB/s")->number.half, 0.005);
  EXPECT_EQ(sheet_amount("32KiB")->unit->factor, 1024);
  EXPECT_EQ(sheet_amount("8 MB")->unit->factor, 1e6);
  EXPECT_EQ(sheet_amount("8 MB")->unit->binary_factor, 1048576);
  EXPECT_EQ(sheet_amount("98.96\xC2\xB1"
                         "45.08 us")
                ->number.value,
            98.96);
  EXPECT_EQ(sheet_amount("1,048,576")->number.value, 1048576);
  for (const char* bad : {"", "N/A", "+1%", "120.0x", "16384x16384", "1,5", "GB/s", "12 parsecs"}) {
    EXPECT_FALSE(sheet_amount(bad)) << bad;
  }
}

}  // namespace
}  // namespace sextant::ingest
