#include "calibrate/comm/storage/scratch_folder.h"

#include <fmt/format.h>
#include <mntent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/storage/file_error.h"
#include "calibrate/comm/storage/together.h"

namespace sextant::comm {
namespace {

/// A name that no other run of the program takes.
std::string unused_name(const World& world) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return world.of_root(fmt::format("sextant-comm-{}-{}", ms, getpid()));
}

void require_folder(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0) throw file_error("use the folder '" + path + "'", errno);
  if (!S_ISDIR(found.st_mode)) throw file_error("use the folder '" + path + "'", ENOTDIR);
}

void make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
  throw file_error("make the folder '" + path + "'", errno);
}

std::string binary_size(double bytes) {
  const double gib = bytes / static_cast<double>(1u << 30);
  return gib >= 1.0 ? fmt::format("{:.1f} GiB", gib) : fmt::format("{:.1f} MiB", gib * 1024.0);
}

/// Whether `path` lies in the folder `mount`.
bool lies_in(const std::string& path, const std::string& mount) {
  return mount == "/" || path == mount || path.starts_with(mount + "/");
}

}  // namespace

ScratchFolder::ScratchFolder(const World& world, const std::string& path)
    : world_(world), path_(path) {
  const std::string name = unused_name(world);
  run_ = path + "/" + name;
  own_ = fmt::format("{}/rank-{}", run_, world.rank());
  together(world, [&] { require_folder(path); });
  together(world, [&] {
    if (world.root()) make_folder(run_);
  });
  shared_ = world.all(access(run_.c_str(), F_OK) == 0);
  try {
    together(world, [&] {
      make_folder(run_);
      make_folder(own_);
    });
  } catch (const CommError&) {
    rmdir(own_.c_str());
    rmdir(run_.c_str());
    throw;
  }
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(own_, ignored);
  rmdir(run_.c_str());  // the last rank of those that share it
}

std::string ScratchFolder::file_system() const {
  std::error_code fault;
  const std::string path = std::filesystem::canonical(path_, fault).string();
  const std::unique_ptr<FILE, int (*)(FILE*)> mounts(setmntent("/proc/self/mounts", "r"),
                                                     endmntent);
  std::string type = "unknown";
  std::size_t longest = 0;
  while (mounts && !fault) {
    const mntent* mount = getmntent(mounts.get());
    if (!mount) break;
    const std::string folder = mount->mnt_dir;
    if (!lies_in(path, folder) || folder.size() < longest) continue;
    longest = folder.size();
    type = mount->mnt_type;
  }
  return type;
}

void ScratchFolder::require_space(std::uint64_t bytes, int clients, int clients_of_node) const {
  together(world_, [&] {
    struct statvfs found;
    if (statvfs(own_.c_str(), &found) != 0) {
      throw file_error("see how much space is free in '" + path_ + "'", errno);
    }
    const double free = static_cast<double>(found.f_bavail) * static_cast<double>(found.f_frsize);
    const int writers = shared_ ? clients : clients_of_node;
    const double needed = static_cast<double>(bytes) * writers;
    if (free >= needed) return;
    throw CommError(fmt::format(
        "'{}' has {} of free space, and {} client{} at once need{} {}, {} each: free space, or ask "
        "for less by --file-size, --small-files and --clients",
        path_, binary_size(free), writers, writers == 1 ? "" : "s", writers == 1 ? "s" : "",
        binary_size(needed), binary_size(static_cast<double>(bytes))));
  });
}

}  // namespace sextant::comm
