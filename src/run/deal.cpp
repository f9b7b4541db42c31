#include "src/run/deal.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <span>
#include <stdexcept>

#include "src/run/crew.h"
#include "src/run/deal_letters.h"
#include "src/run/mailbox.h"
#include "src/run/ranks.h"

namespace sextant::run {
namespace {

/// How long a calling thread sleeps, at most, before it looks whether it is to stop; where there
/// are letters to be read, before it looks for them. The threads of its crew wake it when they have
/// something.
constexpr std::chrono::milliseconds kNap{20};
constexpr std::chrono::milliseconds kNapBetweenLetters{1};

constexpr const char* kAll = "all";
constexpr const char* kLeft = "left";

/// Sees that all ranks are there to deal.
void greet(const Ranks& ranks) {
  const std::vector<std::string> greetings = ranks.gather(deal_greeting());
  const bool alike = std::all_of(greetings.begin(), greetings.end(),
                                 [](const std::string& text) { return text == deal_greeting(); });
  if (!alike) throw RanksParted(kUnlikeWork);
}

/// The pieces, who has how many of them, and what they ended in: the first rank's part, all of it
/// where there is one rank only.
class Dealer {
 public:
  Dealer(const std::vector<std::int64_t>& todo, const ParallelOptions& options,
         const DealtWork& work)
      : todo_(todo),
        options_(options),
        work_(work),
        crew_(thread_count(options), work.work),
        others_(options.ranks == nullptr ? 0
                                         : static_cast<std::size_t>(options.ranks->count() - 1)) {
    if (!others_.empty()) mailbox_.emplace(*options.ranks);
  }

  /// Whether all was done.
  bool run() {
    while (!ended()) {
      guard([&] { halting_ = halting_ || (work_.stopped && work_.stopped()); });
      hand_out();
      for (DonePiece& done : crew_.collect(mailbox_ ? kNapBetweenLetters : kNap)) take(done);
      receive();
    }
    if (thrown_) std::rethrow_exception(thrown_);
    return done_ == std::ssize(todo_);
  }

 private:
  /// Another rank as it is known here.
  struct Other {
    std::int64_t appetite = 0;
    std::int64_t in_hand = 0;
    bool told_to_halt = false;
    bool at_rest = false;
  };

  bool ended() const {
    return (halting_ || next_ == std::ssize(todo_)) && crew_.in_hand() == 0 &&
           std::all_of(others_.begin(), others_.end(),
                       [](const Other& other) { return other.at_rest; });
  }

  void hand_out() {
    if (halting_) crew_.drop();
    for (std::size_t i = 0; i < others_.size(); ++i) order(i);
    crew_.give(next_pieces(crew_.appetite() - crew_.in_hand()));
  }

  /// Rank i + 1 gets what it wants, or is told that there is no more.
  void order(std::size_t i) {
    Other& other = others_[i];
    if (other.told_to_halt) return;
    const auto pieces = next_pieces(other.appetite - other.in_hand);
    other.in_hand += std::ssize(pieces);
    other.told_to_halt = halting_ || (next_ == std::ssize(todo_) && other.in_hand == 0);
    if (pieces.empty() && !other.told_to_halt) return;
    const DealOrder order{.pieces = {pieces.begin(), pieces.end()}, .halt = other.told_to_halt};
    mailbox_->send(static_cast<int>(i) + 1, packed(order));
  }

  /// The next pieces for someone who wants so many: at the end not more than half of a fair share,
  /// so that all end together.
  std::span<const std::int64_t> next_pieces(std::int64_t wanted) {
    const std::int64_t left = halting_ ? 0 : std::ssize(todo_) - next_;
    const std::int64_t ranks = std::ssize(others_) + 1;
    const std::int64_t most = ranks == 1 ? left : (left + 2 * ranks - 1) / (2 * ranks);
    const std::int64_t count = std::clamp<std::int64_t>(wanted, 0, most);
    const auto from = static_cast<std::size_t>(next_);
    next_ += count;
    return std::span(todo_).subspan(from, static_cast<std::size_t>(count));
  }

  void receive() {
    if (!mailbox_) return;
    while (const std::optional<Letter> letter = mailbox_->receive()) {
      DealReport report = unpacked<DealReport>(letter->text);
      Other& other = others_[static_cast<std::size_t>(letter->from) - 1];
      other.appetite = report.appetite;
      other.in_hand -= std::ssize(report.pieces);
      other.at_rest = report.last;
      for (DealtPiece& piece : report.pieces) take(piece);
    }
  }

  void take(DonePiece& done) {
    if (done.thrown) return keep(done.thrown, done.piece);
    take(done.piece, std::move(done.result));
  }

  void take(DealtPiece& done) {
    if (done.failed) {
      return keep(std::make_exception_ptr(std::runtime_error(done.text)), done.piece);
    }
    take(done.piece, std::move(done.text));
  }

  void take(std::int64_t piece, std::string result) {
    if (thrown_by_ == kCaller) return;
    guard([&] {
      work_.take(piece, std::move(result));
      ++done_;
      if (options_.progress) options_.progress(done_);
    });
  }

  /// Calls what is the caller's.
  template <class F>
  void guard(const F& call) {
    try {
      call();
    } catch (...) {
      keep(std::current_exception(), kCaller);
    }
  }

  /// Of several exceptions the caller's own is thrown again, or that of the smallest piece.
  void keep(std::exception_ptr thrown, std::int64_t by) {
    halting_ = true;
    if (by >= thrown_by_) return;
    thrown_by_ = by;
    thrown_ = std::move(thrown);
  }

  static constexpr std::int64_t kCaller = std::numeric_limits<std::int64_t>::min();

  const std::vector<std::int64_t>& todo_;
  const ParallelOptions& options_;
  const DealtWork& work_;
  Crew crew_;
  std::vector<Other> others_;  ///< by rank, without the first
  std::optional<Mailbox> mailbox_;
  std::int64_t next_ = 0;  ///< of todo, that nobody has been given
  std::int64_t done_ = 0;
  bool halting_ = false;  ///< the others are left, whoever has been given them
  std::int64_t thrown_by_ = std::numeric_limits<std::int64_t>::max();
  std::exception_ptr thrown_;
};

std::string text_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no exception was thrown";
  }
}

DealtPiece dealt(DonePiece& done) {
  if (done.thrown) return {.piece = done.piece, .failed = true, .text = text_of(done.thrown)};
  return {.piece = done.piece, .failed = false, .text = std::move(done.result)};
}

/// Another rank's part: does what it is given until it is told to halt.
void help(const ParallelOptions& options, const DealtWork& work) {
  Crew crew(thread_count(options), work.work);
  Mailbox mailbox(*options.ranks);
  mailbox.send(0, packed(DealReport{.pieces = {}, .appetite = crew.appetite(), .last = false}));
  for (bool halting = false, last = false; !last;) {
    DealReport report;
    for (DonePiece& done : crew.collect(kNapBetweenLetters)) {
      if (done.thrown) crew.drop();  // the others will soon be told to halt
      report.pieces.push_back(dealt(done));
    }
    while (const std::optional<Letter> letter = mailbox.receive()) {
      const DealOrder order = unpacked<DealOrder>(letter->text);
      crew.give(order.pieces);
      halting = halting || order.halt;
    }
    if (halting) crew.drop();
    last = halting && crew.in_hand() == 0;
    report.appetite = crew.appetite();
    report.last = last;
    if (last || !report.pieces.empty()) mailbox.send(0, packed(report));
  }
}

}  // namespace

bool deal(const std::vector<std::int64_t>& todo, const ParallelOptions& options,
          const DealtWork& work) {
  if (options.ranks == nullptr || options.ranks->count() == 1) {
    return Dealer(todo, options, work).run();
  }
  const Ranks& ranks = *options.ranks;
  greet(ranks);
  std::string verdict;
  if (ranks.rank() == 0) {
    verdict = Dealer(todo, options, work).run() ? kAll : kLeft;
  } else {
    help(options, work);
  }
  // Where the first rank has thrown it leaves instead, and the others throw here.
  return ranks.gather(verdict).front() == kAll;
}

}  // namespace sextant::run
