#include "calibrate/comm/mpi_communicator.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/mpi_check.h"
#include "calibrate/comm/ring_collectives.h"
#include "calibrate/comm/shares.h"
#include "sextant/kernel/enum_names.h"

namespace sextant::comm {
namespace {

/// Of what is moved in pieces, since MPI counts with an int.
constexpr std::size_t kPiece = std::size_t{1} << 30;
constexpr int kTag = 0;
constexpr std::size_t kRingsAbove = 64 << 10;  ///< bytes of a call

bool goes_around(const Call& call) {
  using Operation = ingest::Operation;
  return call.bytes > kRingsAbove &&
         (call.operation == Operation::kAllReduce || call.operation == Operation::kAllGather ||
          call.operation == Operation::kReduceScatter);
}

std::span<std::byte> bytes_of(Buffer& buffer, std::size_t bytes) { return {buffer.data(), bytes}; }

/// MPI counts elements with an int.
int mpi_count(std::size_t elements) {
  if (elements <= static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return static_cast<int>(elements);
  }
  throw CommError(
      fmt::format("the MPI back end moves at most 2^31 - 1 elements from a rank to another, and {} "
                  "were asked for: give a smaller --largest",
                  elements));
}

std::vector<int> mpi_counts(const std::vector<std::size_t>& elements) {
  std::vector<int> counts;
  for (const std::size_t count : elements) counts.push_back(mpi_count(count));
  return counts;
}

/// Starts the collective whose ranks all have equal parts.
int start(const Call& call, MPI_Comm comm, int ranks, const void* from, void* to,
          MPI_Request* request) {
  const int part = mpi_count(call.bytes / sizeof(float) / static_cast<std::size_t>(ranks));
  if (call.operation == ingest::Operation::kAllGather) {
    return MPI_Iallgather(from, part, MPI_FLOAT, to, part, MPI_FLOAT, comm, request);
  }
  if (call.operation == ingest::Operation::kReduceScatter) {
    return MPI_Ireduce_scatter_block(from, to, part, MPI_FLOAT, MPI_SUM, comm, request);
  }
  if (call.operation == ingest::Operation::kAllToAll) {
    return MPI_Ialltoall(from, part, MPI_FLOAT, to, part, MPI_FLOAT, comm, request);
  }
  throw CommError(fmt::format("the MPI back end has no {}", enum_name(call.operation)));
}

}  // namespace

MpiCommunicator::MpiCommunicator(MPI_Comm comm) : comm_(comm) {
  check_mpi(MPI_Comm_rank(comm_, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(comm_, &size_), "MPI_Comm_size");
}

MpiCommunicator::~MpiCommunicator() { MPI_Comm_free(&comm_); }

void MpiCommunicator::run(const Call& call, Buffer& send, Buffer& receive) {
  if (goes_around(call)) return run_collective(*this, call, send, receive);
  if (call.operation == ingest::Operation::kAllReduce) return all_reduce(call, send, receive);
  if (call.operation == ingest::Operation::kBroadcast) return broadcast(call, send, receive);
  if (call.skew != 0.0) return skewed_all_to_all(call, send, receive);
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(start(call, comm_, size_, send.data(), receive.data(), &request), "a collective");
  wait_for({&request, 1}, "a collective");
}

void MpiCommunicator::all_reduce(const Call& call, Buffer& send, Buffer& receive) {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Iallreduce(send.data(), receive.data(), mpi_count(call.bytes / sizeof(float)),
                           MPI_FLOAT, MPI_SUM, comm_, &request),
            "MPI_Iallreduce");
  wait_for({&request, 1}, "MPI_Iallreduce");
}

/// MPI's has one buffer: the root's is what it sends.
void MpiCommunicator::broadcast(const Call& call, Buffer& send, Buffer& receive) {
  Buffer& buffer = rank_ == 0 ? send : receive;
  for (std::size_t begin = 0; begin < call.bytes; begin += kPiece) {
    const int count = static_cast<int>(std::min(kPiece, call.bytes - begin) / sizeof(float));
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Ibcast(buffer.data() + begin, count, MPI_FLOAT, 0, comm_, &request),
              "MPI_Ibcast");
    wait_for({&request, 1}, "MPI_Ibcast");
  }
}

void MpiCommunicator::skewed_all_to_all(const Call& call, Buffer& send, Buffer& receive) {
  const std::size_t elements = call.bytes / sizeof(float);
  const auto sent = elements_sent(rank_, size_, elements, call.skew);
  const auto received = elements_received(rank_, size_, elements, call.skew);
  const std::vector<int> send_counts = mpi_counts(sent), receive_counts = mpi_counts(received);
  const std::vector<int> send_offsets = mpi_counts(offsets_of(sent));
  const std::vector<int> receive_offsets = mpi_counts(offsets_of(received));
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ialltoallv(send.data(), send_counts.data(), send_offsets.data(), MPI_FLOAT,
                           receive.data(), receive_counts.data(), receive_offsets.data(), MPI_FLOAT,
                           comm_, &request),
            "MPI_Ialltoallv");
  wait_for({&request, 1}, "MPI_Ialltoallv");
}

void MpiCommunicator::start_sends(int to, std::span<const std::byte> bytes,
                                  std::vector<MPI_Request>& requests) {
  for (std::size_t begin = 0; begin == 0 || begin < bytes.size(); begin += kPiece) {
    const int count = static_cast<int>(std::min(kPiece, bytes.size() - begin));
    check_mpi(MPI_Isend(bytes.data() + begin, count, MPI_BYTE, to, kTag, comm_,
                        &requests.emplace_back(MPI_REQUEST_NULL)),
              "MPI_Isend");
  }
}

void MpiCommunicator::start_receives(int from, std::span<std::byte> bytes,
                                     std::vector<MPI_Request>& requests) {
  for (std::size_t begin = 0; begin == 0 || begin < bytes.size(); begin += kPiece) {
    const int count = static_cast<int>(std::min(kPiece, bytes.size() - begin));
    check_mpi(MPI_Irecv(bytes.data() + begin, count, MPI_BYTE, from, kTag, comm_,
                        &requests.emplace_back(MPI_REQUEST_NULL)),
              "MPI_Irecv");
  }
}

void MpiCommunicator::send(int to, Buffer& buffer, std::size_t bytes) {
  send_many(to, buffer, bytes, 1);
}

void MpiCommunicator::receive(int from, Buffer& buffer, std::size_t bytes) {
  receive_many(from, buffer, bytes, 1);
}

void MpiCommunicator::send_many(int to, Buffer& buffer, std::size_t bytes, int messages) {
  std::vector<MPI_Request> requests;
  for (int i = 0; i < messages; ++i) start_sends(to, bytes_of(buffer, bytes), requests);
  wait_for(requests, "MPI_Isend");
}

/// All of them into the same memory: they are the same.
void MpiCommunicator::receive_many(int from, Buffer& buffer, std::size_t bytes, int messages) {
  std::vector<MPI_Request> requests;
  for (int i = 0; i < messages; ++i) start_receives(from, bytes_of(buffer, bytes), requests);
  wait_for(requests, "MPI_Irecv");
}

void MpiCommunicator::exchange(int to, Buffer& send, int from, Buffer& receive, std::size_t bytes) {
  exchange(to, bytes_of(send, bytes), from, bytes_of(receive, bytes));
}

void MpiCommunicator::exchange(int to, std::span<const std::byte> out, int from,
                               std::span<std::byte> in) {
  std::vector<MPI_Request> requests;
  if (!in.empty()) start_receives(from, in, requests);
  if (!out.empty()) start_sends(to, out, requests);
  wait_for(requests, "MPI_Isend and MPI_Irecv");
}

}  // namespace sextant::comm
