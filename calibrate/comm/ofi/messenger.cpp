#include "calibrate/comm/ofi/messenger.h"

#include <cstring>

namespace sextant::comm {
namespace {

/// Tags hold the sender, so that a receiver gets that rank's message and no other's.
std::uint64_t data_tag(int sender) { return static_cast<std::uint64_t>(sender); }
std::uint64_t ready_tag(int sender) { return data_tag(sender) | std::uint64_t{1} << 31; }

class TaggedMessenger : public Messenger {
 public:
  using Messenger::Messenger;

  void exchange_many(int to, std::span<const std::byte> out, int from, std::span<std::byte> in,
                     int messages) override {
    const auto pieces_in = pieces_of(in, endpoint().largest_message());
    const auto pieces_out = pieces_of(out, endpoint().largest_message());
    for (int message = 0; message < messages; ++message) {
      for (const auto piece : pieces_in) endpoint().receive(from, data_tag(from), piece);
      for (const auto piece : pieces_out) endpoint().send(to, data_tag(rank()), piece);
    }
    endpoint().wait();
  }
};

/// A message is three: "ready, at this address" from the receiver, the write, and its arrival,
/// which the provider reports to the receiver with the sender's rank. One invitation serves all
/// messages of an exchange.
class WritingMessenger : public Messenger {
 public:
  WritingMessenger(Domain& domain, int rank, int size)
      : Messenger(domain, rank, size), notes_(domain.allocate(2 * sizeof(Domain::Remote))) {}

  void exchange_many(int to, std::span<const std::byte> out, int from, std::span<std::byte> in,
                     int messages) override {
    if (!in.empty()) invite(from, in);
    if (!out.empty()) endpoint().receive(to, ready_tag(to), note(1));
    endpoint().wait();
    const auto pieces_out = pieces_of(out, endpoint().largest_message());
    for (int message = 0; message < messages; ++message) write(to, pieces_out);
    endpoint().wait();
    const std::size_t writes = pieces_of(in, endpoint().largest_message()).size();
    endpoint().wait_for_writes(from, writes * static_cast<std::size_t>(messages));
  }

 private:
  /// Memory of the message that is sent (0) or received (1).
  std::span<std::byte> note(std::size_t which) {
    const std::size_t size = sizeof(Domain::Remote);
    return {notes_->data() + which * size, size};
  }

  void invite(int from, std::span<const std::byte> memory) {
    const Domain::Remote here = endpoint().domain().remote(memory);
    std::memcpy(note(0).data(), &here, sizeof here);
    endpoint().send(from, ready_tag(rank()), note(0));
  }

  /// To where the peer's invitation said.
  void write(int to, const std::vector<std::span<const std::byte>>& pieces) {
    Domain::Remote where;
    std::memcpy(&where, note(1).data(), sizeof where);
    for (const auto piece : pieces) {
      endpoint().write(to, piece, where, rank());
      where.address += piece.size();
    }
  }

  std::unique_ptr<Buffer> notes_;
};

}  // namespace

std::unique_ptr<Messenger> make_messenger(Domain& domain, bool rma, int rank, int size) {
  if (rma) return std::make_unique<WritingMessenger>(domain, rank, size);
  return std::make_unique<TaggedMessenger>(domain, rank, size);
}

}  // namespace sextant::comm
