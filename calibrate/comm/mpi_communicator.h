#pragma once

#include <mpi.h>

#include <vector>

#include "calibrate/comm/backend.h"
#include "calibrate/comm/transport.h"

namespace sextant::comm {

/// Ranks that talk by MPI's nonblocking calls on host memory, which are waited for with Patience.
/// Reductions and gathers above 64 KiB are rings of MPI's messages: Open MPI's nonblocking ones
/// move up to twice the bytes that its blocking ones do, and a blocking call would keep the core.
class MpiCommunicator : public Communicator, private Transport {
 public:
  /// Takes over `comm`.
  explicit MpiCommunicator(MPI_Comm comm);
  ~MpiCommunicator() override;
  MpiCommunicator(const MpiCommunicator&) = delete;
  MpiCommunicator& operator=(const MpiCommunicator&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void run(const Call& call, Buffer& send, Buffer& receive) override;
  void send(int to, Buffer& buffer, std::size_t bytes) override;
  void receive(int from, Buffer& buffer, std::size_t bytes) override;
  void exchange(int to, Buffer& send, int from, Buffer& receive, std::size_t bytes) override;
  void send_many(int to, Buffer& buffer, std::size_t bytes, int messages) override;
  void receive_many(int from, Buffer& buffer, std::size_t bytes, int messages) override;

 private:
  void all_reduce(const Call& call, Buffer& send, Buffer& receive);
  void broadcast(const Call& call, Buffer& send, Buffer& receive);
  void skewed_all_to_all(const Call& call, Buffer& send, Buffer& receive);
  void exchange(int to, std::span<const std::byte> out, int from, std::span<std::byte> in) override;
  void start_sends(int to, std::span<const std::byte> bytes, std::vector<MPI_Request>& requests);
  void start_receives(int from, std::span<std::byte> bytes, std::vector<MPI_Request>& requests);

  MPI_Comm comm_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace sextant::comm
