#pragma once

#include <cuda_runtime_api.h>
#include <nccl.h>

#include <memory>

#include "calibrate/comm/backend.h"
#include "calibrate/comm/cuda/gpu.h"

namespace sextant::comm {

/// Operations of NCCL on a stream of its own. Calls wait until the stream has ended, looking for
/// errors of the network meanwhile.
class NcclCommunicator final : public Communicator {
 public:
  /// All ranks of the group at once.
  NcclCommunicator(const Gpu& gpu, const ncclUniqueId& id, int rank, int size);
  ~NcclCommunicator() override;
  NcclCommunicator(const NcclCommunicator&) = delete;
  NcclCommunicator& operator=(const NcclCommunicator&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  void run(const Call& call, Buffer& send, Buffer& receive) override;
  void send(int to, Buffer& buffer, std::size_t bytes) override;
  void receive(int from, Buffer& buffer, std::size_t bytes) override;
  void exchange(int to, Buffer& send, int from, Buffer& receive, std::size_t bytes) override;
  void send_many(int to, Buffer& buffer, std::size_t bytes, int messages) override;
  void receive_many(int from, Buffer& buffer, std::size_t bytes, int messages) override;

 private:
  void queue(const Call& call, Buffer& send, Buffer& receive);
  void queue_all_to_all(const Call& call, Buffer& send, Buffer& receive);
  void queue_send(int to, const std::byte* from, std::size_t bytes);
  void queue_receive(int from, std::byte* to, std::size_t bytes);
  void check(ncclResult_t code, const char* call) const;
  void wait();

  const Gpu& gpu_;
  int rank_, size_;
  std::unique_ptr<CUstream_st, decltype(&cudaStreamDestroy)> stream_;
  ncclComm_t comm_ = nullptr;
  bool failed_ = false;
};

}  // namespace sextant::comm
