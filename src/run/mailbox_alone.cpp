// Built where there is no MPI.
#include "sextant/kernel/assert.h"
#include "src/run/mailbox.h"

namespace sextant::run {

/// Nobody to write to.
struct Mailbox::Outgoing {};

Mailbox::Mailbox(const Ranks&) {}

Mailbox::~Mailbox() = default;

void Mailbox::send(int rank, std::string text) {
  SEXTANT_ASSERT(false, "{} bytes for rank {}, which there is not", text.size(), rank);
}

std::optional<Letter> Mailbox::receive() { return std::nullopt; }

}  // namespace sextant::run
