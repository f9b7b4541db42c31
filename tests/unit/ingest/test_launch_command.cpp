#include "calibrate/ingest/launch_command.h"

#include <gtest/gtest.h>

namespace sextant::ingest {
namespace {

void expect(const char* command, int ranks, int nodes, int per_node) {
  const auto launch = launch_of(command);
  ASSERT_TRUE(launch) << command;
  EXPECT_EQ(launch->ranks, ranks) << command;
  EXPECT_EQ(launch->nodes, nodes) << command;
  EXPECT_EQ(launch->ranks_per_node, per_node) << command;
}

TEST(LaunchCommand, Srun) {
  expect("$ srun -N2 --ntasks-per-node=4 --mpi=pmix ./osu_alltoall", 8, 2, 4);
  expect("srun -N 2 -n 2 osu_bw", 2, 2, 1);
  expect("$ srun -N1 -n2 --mpi=pmix osu_bw", 2, 1, 2);
  expect("$ FI_PROVIDER=efa srun --nodes=4 --ntasks=32 osu_bw", 32, 4, 8);
  expect("$ srun -N2 --mpi=pmix osu_bw", 2, 2, 1);  // one rank on each node
  expect("$ srun -n4 osu_iallreduce", 4, 0, 0);
  expect("+ srun -u osu_bw", 0, 0, 0);
}

TEST(LaunchCommand, Mpirun) {
  expect("$ mpirun -np 16 -N 8 osu_bw", 16, 2, 8);
  expect("/opt/bin/mpirun --map-by ppr:4:node -np 8 osu_bw", 8, 2, 4);
  expect("mpiexec -n 8 -ppn 4 osu_bw", 8, 2, 4);
  expect("mpirun -x NCCL_DEBUG=INFO -np 2 --map-by node osu_bw", 2, 0, 0);
}

TEST(LaunchCommand, OtherLinesAreNone) {
  for (const char* line : {"", "osu_bw -np 2", "the srunner -N2", "# OSU MPI Latency Test v7.5"}) {
    EXPECT_FALSE(launch_of(line)) << line;
  }
}

}  // namespace
}  // namespace sextant::ingest
