#pragma once

#include <memory>

#include "calibrate/comm/backend.h"
#include "calibrate/comm/ofi/messenger.h"

namespace sextant::comm {

/// A group whose ranks reach each other over libfabric. Its endpoint is its own, so that several
/// groups may be used from several threads; what they share, the domain, takes that.
class OfiCommunicator : public Communicator {
 public:
  explicit OfiCommunicator(std::unique_ptr<Messenger> messenger);

  int rank() const override { return messenger_->rank(); }
  int size() const override { return messenger_->size(); }
  void run(const Call& call, Buffer& send, Buffer& receive) override;
  void send(int to, Buffer& buffer, std::size_t bytes) override;
  void receive(int from, Buffer& buffer, std::size_t bytes) override;
  void send_many(int to, Buffer& buffer, std::size_t bytes, int messages) override;
  void receive_many(int from, Buffer& buffer, std::size_t bytes, int messages) override;
  void exchange(int to, Buffer& send, int from, Buffer& receive, std::size_t bytes) override;

 private:
  std::unique_ptr<Messenger> messenger_;
};

}  // namespace sextant::comm
