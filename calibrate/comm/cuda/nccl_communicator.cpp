#include "calibrate/comm/cuda/nccl_communicator.h"

#include <fmt/format.h>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/cuda/cuda_check.h"
#include "calibrate/comm/cuda/nccl_check.h"
#include "calibrate/comm/patience.h"
#include "calibrate/comm/shares.h"
#include "sextant/kernel/enum_names.h"

namespace sextant::comm {
namespace {

cudaStream_t make_stream(const Gpu& gpu) {
  gpu.use();
  cudaStream_t stream = nullptr;
  check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreate");
  return stream;
}

}  // namespace

NcclCommunicator::NcclCommunicator(const Gpu& gpu, const ncclUniqueId& id, int rank, int size)
    : gpu_(gpu), rank_(rank), size_(size), stream_(make_stream(gpu), cudaStreamDestroy) {
  check_nccl(ncclCommInitRank(&comm_, size_, id, rank_), "ncclCommInitRank");
}

NcclCommunicator::~NcclCommunicator() {
  // Peers of one that failed may be gone: they are not waited for.
  if (failed_) {
    ncclCommAbort(comm_);
  } else {
    ncclCommDestroy(comm_);
  }
}

void NcclCommunicator::run(const Call& call, Buffer& send, Buffer& receive) {
  gpu_.use();
  queue(call, send, receive);
  wait();
}

void NcclCommunicator::queue(const Call& call, Buffer& send, Buffer& receive) {
  const std::size_t elements = call.bytes / sizeof(float);
  const std::size_t part = elements / static_cast<std::size_t>(size_);
  const std::byte* const from = send.data();
  std::byte* const to = receive.data();
  cudaStream_t const stream = stream_.get();
  if (call.operation == ingest::Operation::kAllReduce) {
    check(ncclAllReduce(from, to, elements, ncclFloat, ncclSum, comm_, stream), "ncclAllReduce");
  } else if (call.operation == ingest::Operation::kAllGather) {
    check(ncclAllGather(from, to, part, ncclFloat, comm_, stream), "ncclAllGather");
  } else if (call.operation == ingest::Operation::kReduceScatter) {
    check(ncclReduceScatter(from, to, part, ncclFloat, ncclSum, comm_, stream),
          "ncclReduceScatter");
  } else if (call.operation == ingest::Operation::kBroadcast) {
    // In place on the root, which else would copy to itself.
    check(ncclBroadcast(from, rank_ == 0 ? send.data() : to, elements, ncclFloat, 0, comm_, stream),
          "ncclBroadcast");
  } else if (call.operation == ingest::Operation::kAllToAll) {
    queue_all_to_all(call, send, receive);
  } else {
    throw CommError(fmt::format("the NCCL back end has no {}", enum_name(call.operation)));
  }
}

/// Messages to and from all ranks in one group, as nccl-tests does it.
void NcclCommunicator::queue_all_to_all(const Call& call, Buffer& send, Buffer& receive) {
  const std::size_t elements = call.bytes / sizeof(float);
  const auto sent = elements_sent(rank_, size_, elements, call.skew);
  const auto received = elements_received(rank_, size_, elements, call.skew);
  const auto send_offsets = offsets_of(sent), receive_offsets = offsets_of(received);
  check(ncclGroupStart(), "ncclGroupStart");
  for (int peer = 0; peer < size_; ++peer) {
    const auto p = static_cast<std::size_t>(peer);
    queue_send(peer, send.data() + send_offsets[p] * sizeof(float), sent[p] * sizeof(float));
    queue_receive(peer, receive.data() + receive_offsets[p] * sizeof(float),
                  received[p] * sizeof(float));
  }
  check(ncclGroupEnd(), "ncclGroupEnd");
}

void NcclCommunicator::queue_send(int to, const std::byte* from, std::size_t bytes) {
  check(ncclSend(from, bytes, ncclInt8, to, comm_, stream_.get()), "ncclSend");
}

void NcclCommunicator::queue_receive(int from, std::byte* to, std::size_t bytes) {
  check(ncclRecv(to, bytes, ncclInt8, from, comm_, stream_.get()), "ncclRecv");
}

void NcclCommunicator::send(int to, Buffer& buffer, std::size_t bytes) {
  send_many(to, buffer, bytes, 1);
}

void NcclCommunicator::receive(int from, Buffer& buffer, std::size_t bytes) {
  receive_many(from, buffer, bytes, 1);
}

/// One kernel after another, without the host between them.
void NcclCommunicator::send_many(int to, Buffer& buffer, std::size_t bytes, int messages) {
  gpu_.use();
  for (int i = 0; i < messages; ++i) queue_send(to, buffer.data(), bytes);
  wait();
}

void NcclCommunicator::receive_many(int from, Buffer& buffer, std::size_t bytes, int messages) {
  gpu_.use();
  for (int i = 0; i < messages; ++i) queue_receive(from, buffer.data(), bytes);
  wait();
}

void NcclCommunicator::exchange(int to, Buffer& send, int from, Buffer& receive,
                                std::size_t bytes) {
  gpu_.use();
  check(ncclGroupStart(), "ncclGroupStart");
  queue_send(to, send.data(), bytes);
  queue_receive(from, receive.data(), bytes);
  check(ncclGroupEnd(), "ncclGroupEnd");
  wait();
}

void NcclCommunicator::check(ncclResult_t code, const char* call) const {
  check_nccl(code, call, comm_);
}

void NcclCommunicator::wait() {
  Patience patience;
  for (;;) {
    const cudaError_t code = cudaStreamQuery(stream_.get());
    if (code == cudaSuccess) return;
    ncclResult_t network = ncclSuccess;
    check(ncclCommGetAsyncError(comm_, &network), "ncclCommGetAsyncError");
    failed_ = (network != ncclSuccess && network != ncclInProgress) || code != cudaErrorNotReady;
    check(network, "an operation of NCCL");
    if (code != cudaErrorNotReady) check_cuda(code, "an operation of NCCL");
    patience.pause();
  }
}

}  // namespace sextant::comm
