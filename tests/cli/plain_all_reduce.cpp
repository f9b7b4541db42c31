// All-reduces timed in the plainest way, beside which sextant-comm's figures are held. Prints
// "BYTES MEDIAN_SECONDS", a line for each size named on the command line.
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (int i = 1; i < argc; ++i) {
    const int bytes = std::atoi(argv[i]);
    std::vector<float> from(static_cast<std::size_t>(bytes) / 4, 1.0F), to(from.size());
    std::vector<double> times;
    for (int repetition = -3; repetition < 15; ++repetition) {
      MPI_Barrier(MPI_COMM_WORLD);
      const double begin = MPI_Wtime();
      MPI_Allreduce(from.data(), to.data(), bytes / 4, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
      double own = MPI_Wtime() - begin, slowest = 0.0;
      MPI_Allreduce(&own, &slowest, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
      if (repetition >= 0) times.push_back(slowest);
    }
    std::nth_element(times.begin(), times.begin() + 7, times.end());
    if (rank == 0) std::printf("%d %.9f\n", bytes, times[7]);
  }
  MPI_Finalize();
}
