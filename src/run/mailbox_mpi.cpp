// Built where there is MPI.
#include <mpi.h>

#include <limits>
#include <list>

#include "sextant/kernel/assert.h"
#include "src/run/mailbox.h"

namespace sextant::run {
namespace {

/// Whatever else is sent between ranks goes by collective calls, which use no tags.
constexpr int kTag = 1;

struct Sent {
  std::string text;  ///< stays where it is until MPI has read it
  MPI_Request request = MPI_REQUEST_NULL;
};

}  // namespace

struct Mailbox::Outgoing {
  std::list<Sent> letters;

  void forget_what_has_gone() {
    letters.remove_if([](Sent& letter) {
      int gone = 0;
      MPI_Test(&letter.request, &gone, MPI_STATUS_IGNORE);
      return gone != 0;
    });
  }
};

Mailbox::Mailbox(const Ranks&) : outgoing_(std::make_unique<Outgoing>()) {}

Mailbox::~Mailbox() {
  for (Sent& letter : outgoing_->letters) MPI_Wait(&letter.request, MPI_STATUS_IGNORE);
}

void Mailbox::send(int rank, std::string text) {
  SEXTANT_ASSERT(text.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()),
                 "a letter of {} bytes", text.size());
  outgoing_->forget_what_has_gone();
  Sent& letter = outgoing_->letters.emplace_back(Sent{.text = std::move(text)});
  MPI_Isend(letter.text.data(), static_cast<int>(letter.text.size()), MPI_BYTE, rank, kTag,
            MPI_COMM_WORLD, &letter.request);
}

std::optional<Letter> Mailbox::receive() {
  outgoing_->forget_what_has_gone();
  int come = 0, size = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status status;
  MPI_Improbe(MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, &come, &message, &status);
  if (come == 0) return std::nullopt;
  MPI_Get_count(&status, MPI_BYTE, &size);
  Letter letter{.from = status.MPI_SOURCE, .text = std::string(static_cast<std::size_t>(size), 0)};
  MPI_Mrecv(letter.text.data(), size, MPI_BYTE, &message, MPI_STATUS_IGNORE);
  return letter;
}

}  // namespace sextant::run
