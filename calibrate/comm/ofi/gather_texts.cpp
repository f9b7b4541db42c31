#include "calibrate/comm/ofi/gather_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/mpi_check.h"

namespace sextant::comm {

std::vector<std::string> gather_texts(MPI_Comm ranks, const std::string& mine) {
  int count = 0;
  check_mpi(MPI_Comm_size(ranks, &count), "MPI_Comm_size");
  const int length = static_cast<int>(mine.size());
  std::vector<int> lengths(static_cast<std::size_t>(count));
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Iallgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, ranks, &request),
            "MPI_Iallgather");
  wait_for({&request, 1}, "MPI_Iallgather");

  const auto width = static_cast<std::size_t>(*std::max_element(lengths.begin(), lengths.end()));
  std::string padded = mine;
  padded.resize(width);
  std::string all(width * lengths.size(), '\0');
  check_mpi(MPI_Iallgather(padded.data(), static_cast<int>(width), MPI_CHAR, all.data(),
                           static_cast<int>(width), MPI_CHAR, ranks, &request),
            "MPI_Iallgather");
  wait_for({&request, 1}, "MPI_Iallgather");

  std::vector<std::string> texts;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    texts.push_back(all.substr(i * width, static_cast<std::size_t>(lengths[i])));
  }
  return texts;
}

void run_together(MPI_Comm ranks, const std::function<void()>& body) {
  std::string complaint;
  try {
    body();
  } catch (const CommError& error) {
    complaint = error.what();
  }
  const std::vector<std::string> complaints = gather_texts(ranks, complaint);
  for (std::size_t rank = 0; rank < complaints.size(); ++rank) {
    if (complaints[rank].empty()) continue;
    throw CommError(
        fmt::format("{}{}", complaints[rank],
                    rank == 0 ? "" : fmt::format(" (rank {} of {})", rank, complaints.size())));
  }
}

}  // namespace sextant::comm
