#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "calibrate/comm/buffer.h"
#include "calibrate/ingest/measurement.h"

namespace sextant::comm {

/// One operation of a group, as a rank runs it. Elements are 32-bit floats, reductions are sums.
struct Call {
  /// all_reduce, all_gather, reduce_scatter, all_to_all or broadcast (from the group's rank 0).
  ingest::Operation operation = ingest::Operation::kAllReduce;
  /// As ingest::Sample and nccl-tests count them, a multiple of what `granule` says. All-reduce and
  /// broadcast: what every rank has. All-gather: what every rank has in the end; it sends an n-th
  /// of it. Reduce-scatter: what every rank sends; it has an n-th of it in the end. All-to-all:
  /// what every rank sends, and receives, in all; an n-th of it to each, itself among them.
  std::size_t bytes = 0;
  /// All-to-all only: how unevenly a rank's bytes fall on its peers, 0 to 1. Peer p of n, counted
  /// from the sender, gets (1 + skew · (2p/(n − 1) − 1)) / n of them, in whole elements: see
  /// elements_sent and elements_received in shares.h.
  double skew = 0.0;
};

/// Bytes of a call must be a multiple of this: whole elements on every rank.
std::size_t granule(ingest::Operation operation, int ranks);

/// Ranks that communicate: a subset of the world in which this rank takes part. Calls block until
/// the operation has ended on this rank; buffers may be used again then. Calls of one communicator
/// come from one thread at a time and in the same order on all its ranks; several communicators may
/// be used from several threads at once.
class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual int rank() const = 0;  ///< in this group
  virtual int size() const = 0;

  /// Reads `send`, writes `receive`, from their beginnings on; parts lie in the order of the ranks.
  /// They are different buffers, each large enough for the whole call. A broadcast reads the root's
  /// `send` and writes the others' `receive`.
  /// @throws CommError if it fails
  virtual void run(const Call& call, Buffer& send, Buffer& receive) = 0;
  /// One message; the peer receives as many bytes.
  virtual void send(int to, Buffer& buffer, std::size_t bytes) = 0;
  virtual void receive(int from, Buffer& buffer, std::size_t bytes) = 0;
  /// Sends to one peer while it receives from another.
  virtual void exchange(int to, Buffer& send, int from, Buffer& receive, std::size_t bytes) = 0;

  /// The same message so many times, all of them in flight at once where the back end can do that.
  virtual void send_many(int to, Buffer& buffer, std::size_t bytes, int messages) {
    for (int i = 0; i < messages; ++i) send(to, buffer, bytes);
  }
  virtual void receive_many(int from, Buffer& buffer, std::size_t bytes, int messages) {
    for (int i = 0; i < messages; ++i) receive(from, buffer, bytes);
  }
};

/// A way to move bytes: MPI, libfabric, NCCL.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string name() const = 0;  ///< "mpi", "ofi", "nccl"
  /// Versions, provider, cards: what the measurements document says of it.
  virtual void describe(ingest::Environment& environment) const = 0;
  virtual std::unique_ptr<Buffer> allocate(std::size_t bytes) = 0;
  /// The ranks of the world, ascending; all of them call it, in the same order as the other groups
  /// that they share. Null on ranks that are not among them.
  virtual std::unique_ptr<Communicator> group(const std::vector<int>& ranks) = 0;
};

}  // namespace sextant::comm
