#pragma once

#include <memory>
#include <optional>
#include <string>

namespace sextant::run {

class Ranks;

/// A text that one rank has sent to another.
struct Letter {
  int from = 0;
  std::string text;
};

/// Letters between ranks, each sent without waiting and received whole, those of one rank in the
/// order in which it sent them. Used, like the ranks, from the thread that made those.
class Mailbox {
 public:
  explicit Mailbox(const Ranks& ranks);
  /// Waits until what was sent has been received.
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// A text of less than 2 GiB. Letters get on while somebody sends or receives.
  void send(int rank, std::string text);
  /// A letter that has come; none if there is none.
  std::optional<Letter> receive();

 private:
  struct Outgoing;
  std::unique_ptr<Outgoing> outgoing_;
};

}  // namespace sextant::run
