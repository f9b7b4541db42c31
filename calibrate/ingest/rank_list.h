#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sextant::ingest {

/// The lines "Rank  0 Group  0 Pid 4711 on host device  0 [0x07] NVIDIA H100" of one run. People
/// cut lists short, so hosts count only where their ranks add up.
class RankList {
 public:
  /// Takes such a line; false if it is none.
  bool add(std::string_view text);
  void add(int rank, int group, const std::string& host);
  void clear() { *this = RankList(); }

  bool empty() const { return lines_ == 0; }
  /// Of one group, if NCCL_TESTS_SPLIT makes several.
  int ranks() const;
  /// Hosts of these ranks; 0: not known.
  int nodes() const;
  int groups() const { return static_cast<int>(groups_.size()); }
  int lines() const { return lines_; }
  const std::string& accelerator() const { return accelerator_; }
  void set_accelerator(std::string_view name) { accelerator_ = std::string(name); }

 private:
  struct Span {
    int first = 0;
    int last = 0;
    int lines = 0;
  };
  struct Group {
    int lines = 0;
    std::map<std::string, Span> hosts;
  };

  static constexpr int kMost = 1'000'000;

  int lines_ = 0;
  int last_rank_ = -1;
  std::map<int, Group> groups_;
  std::string accelerator_;
};

}  // namespace sextant::ingest
