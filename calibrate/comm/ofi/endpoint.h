#pragma once

#include <rdma/fabric.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_eq.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "calibrate/comm/ofi/domain.h"
#include "calibrate/comm/ofi/fabric.h"

namespace sextant::comm {

/// Another rank of a group.
struct Peer {
  std::string address;  ///< what its endpoint says of itself
  std::string place;    ///< for people: "rank 3 on ip-10-0-1-7"
};

/// This rank's door to the others of a group: tagged messages and writes to their memory. One
/// thread at a time; providers whose progress is manual make theirs while wait() waits.
class Endpoint {
 public:
  /// @throws CommError if the provider has no more endpoints
  explicit Endpoint(Domain& domain);

  /// What peers need to reach it.
  std::string address() const;
  /// Before the first message. `place` is this rank's own.
  void connect(const std::vector<Peer>& peers, const std::string& place);

  Domain& domain() const { return domain_; }
  /// No message or write is larger than this.
  std::size_t largest_message() const { return domain_.info().ep_attr->max_msg_size; }

  /// Begins. The memory is left alone until wait() has returned.
  void send(int to, std::uint64_t tag, std::span<const std::byte> memory);
  void receive(int from, std::uint64_t tag, std::span<std::byte> memory);
  /// The peer's endpoint counts the write, under `sender`, when its bytes have arrived.
  void write(int to, std::span<const std::byte> memory, Domain::Remote where, int sender);

  /// Until all that was begun has ended.
  void wait();
  /// Until so many writes of this peer have arrived, which are then forgotten.
  void wait_for_writes(int from, std::size_t writes);

 private:
  /// What was begun. libfabric keeps its notes in `context`, which comes first.
  struct Request {
    fi_context2 context;
    const Peer* peer;
  };

  /// Begins an operation, trying again while libfabric has no room for it.
  template <class Start>
  void begin(int peer, const char* doing, const Start& start);
  template <class Done>
  void wait_until(const Done& done);
  /// Takes what has ended from the completion queue; whether there was anything.
  /// @throws CommError for what has failed
  bool make_progress();
  void note(const fi_cq_data_entry& entry);
  [[noreturn]] void throw_failure();
  [[noreturn]] void throw_status(long status, const std::string& doing, const Peer* peer);

  Domain& domain_;
  Owned<fid_cq> completions_;
  Owned<fid_av> addresses_;
  Owned<fid_ep> endpoint_;  ///< closed first
  std::size_t room_;        ///< operations that a provider takes at once
  std::string place_;
  std::vector<Peer> peers_;
  std::vector<fi_addr_t> handles_;   ///< of the peers
  std::vector<std::size_t> writes_;  ///< arrived, by peer
  std::deque<Request> requests_;     ///< those of the wait that is under way; others are free
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
  bool broken_ = false;  ///< what was begun before an error may never end
};

}  // namespace sextant::comm
