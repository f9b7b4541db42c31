#pragma once

#include <cstdint>
#include <string>

#include "calibrate/comm/world.h"

namespace sextant::comm {

/// A folder of this rank for the time of a measurement, below the one that the user names. Made by
/// all ranks together, removed with all that is in it when it goes, also after an error. Only what
/// ends the process at once leaves it behind: it is called sextant-comm-<when>-<process>.
class ScratchFolder {
 public:
  /// All ranks call it. @throws CommError on all of them if one finds no folder at `path` or may
  /// not write in it
  ScratchFolder(const World& world, const std::string& path);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  /// A file of this rank.
  std::string file(const std::string& name) const { return own_ + "/" + name; }
  /// Whether all nodes see the same folder.
  bool shared() const { return shared_; }
  /// "ext4", "lustre", "nfs4"; "unknown" where the system does not say.
  std::string file_system() const;

  /// All ranks call it. @throws CommError on all of them if one has not `bytes` of free space for
  /// each of the clients that write to its file system: `clients_of_node` of its own node, or
  /// `clients` of all if the folder is shared
  void require_space(std::uint64_t bytes, int clients, int clients_of_node) const;

 private:
  const World& world_;
  std::string path_;  ///< the user's
  std::string run_;   ///< of all ranks
  std::string own_;
  bool shared_ = true;
};

}  // namespace sextant::comm
