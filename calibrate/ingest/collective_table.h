#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calibrate/ingest/table_decision.h"

namespace sextant::ingest {

/// Rows of one collective over the same ranks. They are held until it is clear which collective and
/// how many ranks, then handed on; each with a reason if it cannot be used.
class CollectiveTable {
 public:
  /// Takes a row. One that does not go on where the table was ends it and begins another.
  void add(const CollectiveRow& row, const RunFacts& facts, LogSink& sink);
  /// The table has ended.
  void close(const RunFacts& facts, LogSink& sink);
  bool has_rows() const { return has_rows_; }
  /// Rows of runs with a single rank, which were refused.
  std::uint64_t one_rank_rows() const { return one_rank_rows_; }

 private:
  /// A row and the texts that it points to.
  struct HeldRow {
    explicit HeldRow(const CollectiveRow& held);
    CollectiveRow view() const;

    CollectiveRow row;
    std::string type, algorithm, protocol, wrong_out_of_place, wrong_in_place;
  };

  bool goes_on(const CollectiveRow& row) const;
  void begin_pass(const RunFacts& facts, LogSink& sink);
  void take_settled(const CollectiveRow& row, const RunFacts& facts, LogSink& sink);
  bool try_to_settle(const RunFacts& facts, LogSink& sink, bool at_any_price);
  void hand_on_held(const RunFacts& facts, LogSink& sink);
  void hand_on(const CollectiveRow& row, const RunFacts& facts, LogSink& sink);
  std::string fault(const CollectiveRow& row, const RowFigures& figures,
                    const RunFacts& facts) const;
  void hand_on(const CollectiveRow& row, const RowFigures& figures, bool in_place,
               const RunFacts& facts, LogSink& sink);

  static constexpr std::size_t kHeld = 4096;

  bool has_rows_ = false;
  CollectiveRow first_;  ///< what all rows share: the columns, not the figures or texts
  std::vector<HeldRow> held_;
  std::size_t next_try_ = 0;  ///< rows held before it is tried again to settle what they are
  std::optional<TableDecision> settled_;
  bool pass_is_confirmed_ = false;  ///< a row of this pass has shown that `settled_` still holds
  double last_bytes_ = 0;
  std::uint64_t one_rank_rows_ = 0;
  Sample sample_;  ///< kept, so that its texts are not made anew for every row
};

}  // namespace sextant::ingest
