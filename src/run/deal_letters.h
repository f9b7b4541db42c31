#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/run/packing.h"

namespace sextant::run {

/// What a rank that deals (deal.h) gathers first, so that all know that they do the same. It reads
/// like the report of a rank that spreads (spread.cpp): how often, whether it failed, and why.
inline std::string deal_greeting() {
  Packer packer;
  packer(std::int64_t{-1}, false, std::string());
  return packer.bytes();
}

/// What a rank says that meets one that does not deal, or does not spread.
inline constexpr const char* kUnlikeWork =
    "the processes that were started together do different things: one deals out work, another "
    "does not";

/// From the first rank to another.
struct DealOrder {
  std::vector<std::int64_t> pieces;  ///< to do besides those that were ordered before
  bool halt = false;                 ///< begin no more, and there will be none
};

template <class Archive>
void pack(Archive& archive, DealOrder& order) {
  archive(order.pieces, order.halt);
}

/// What became of a piece.
struct DealtPiece {
  std::int64_t piece = 0;
  bool failed = false;
  std::string text;  ///< its result, or why it failed
};

template <class Archive>
void pack(Archive& archive, DealtPiece& piece) {
  archive(piece.piece, piece.failed, piece.text);
}

/// From another rank to the first one.
struct DealReport {
  std::vector<DealtPiece> pieces;  ///< that have ended since the last report
  std::int64_t appetite = 0;       ///< as many pieces it would have in hand
  bool last = false;               ///< nothing is under way any more, after an order to halt
};

template <class Archive>
void pack(Archive& archive, DealReport& report) {
  archive(report.pieces, report.appetite, report.last);
}

template <class Words>
std::string packed(const Words& words) {
  Packer packer;
  packer(words);
  return packer.bytes();
}

template <class Words>
Words unpacked(const std::string& text) {
  Unpacker unpacker(text);
  Words words;
  unpacker(words);
  return words;
}

}  // namespace sextant::run
