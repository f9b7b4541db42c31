#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <optional>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/storage/clients.h"
#include "calibrate/comm/storage/data_file.h"
#include "calibrate/comm/storage/repetitions.h"
#include "calibrate/comm/storage/scratch_folder.h"
#include "calibrate/comm/storage/signal_guard.h"
#include "calibrate/comm/storage/together.h"
#include "calibrate/comm/suites.h"

namespace sextant::comm {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr std::size_t kBlock = 8 * kMiB;
constexpr double kFolderTimeout_s = 60;
constexpr double kCleanUpTimeout_s = 300;
constexpr double kNegligible = 0.02;  // share of a file in memory that does not speed reading up

std::size_t whole_mib(std::size_t bytes) {
  return std::max(kMiB, (bytes + kMiB - 1) / kMiB * kMiB);
}

class PathMeasurement {
 public:
  PathMeasurement(Session& session, const PathOptions& options)
      : session_(session),
        world_(session.world()),
        file_bytes_(whole_mib(options.file_bytes)),
        small_files_(options.small_files),
        folder_(world_, options.path),
        block_(kBlock) {
    const bool direct = allows_direct_access(folder_.file("direct"));
    access_ = world_.all(direct) ? DataFile::Access::kDirect : DataFile::Access::kCached;
    pattern_.fill(0, 0, block_.bytes());
  }

  void run(const std::vector<int>& counts) {
    describe();
    session_.expect(static_cast<int>(counts.size()) * (small_files_ > 0 ? 4 : 2));
    require_space(Clients(world_, counts.back()));
    for (const int count : counts) {
      const Clients clients(world_, count);
      large_file(clients);
      if (small_files_ > 0) many_files(clients);
    }
  }

 private:
  /// A client has its large file or its small ones, not both at once.
  void require_space(const Clients& most) const {
    const std::size_t small = static_cast<std::size_t>(std::max(0, small_files_)) * kMiB;
    folder_.require_space(std::max(file_bytes_, small), most.count(), most.most_of_a_node());
  }

  void describe() {
    describe_method(session_);
    auto& conditions = session_.environment().conditions;
    const bool direct = access_ == DataFile::Access::kDirect;
    conditions["storage_file_system"] = folder_.file_system();
    conditions["storage_shared_by_nodes"] = folder_.shared() ? "yes" : "no";
    conditions["storage_write"] = direct ? "O_DIRECT, 8 MiB at a time, fsync at the end"
                                         : "through the page cache, fsync at the end";
    conditions["storage_read"] =
        direct ? "O_DIRECT, 8 MiB at a time" : "through the page cache, which was emptied before";
  }

  StoragePoint point(const Clients& clients, ingest::Operation operation, std::size_t bytes,
                     const std::string& what) const {
    StoragePoint result;
    const bool write = operation == ingest::Operation::kStorageWrite;
    result.name = fmt::format("{} {}, {} client{}", write ? "write" : "read", what, clients.count(),
                              clients.count() == 1 ? "" : "s");
    result.sample.operation = operation;
    result.sample.bytes = static_cast<double>(bytes);
    result.sample.clients = clients.count();
    result.sample.ranks = clients.count();
    result.sample.nodes = clients.nodes();
    if (clients.count() == clients.nodes() * clients.most_of_a_node()) {
      result.sample.ranks_per_node = clients.most_of_a_node();
    }
    result.takes_part = clients.contains(world_.rank());
    result.bytes_of_all = static_cast<double>(bytes) * clients.count();
    return result;
  }

  /// One file for each client, which has no name once it is open.
  void large_file(const Clients& clients) {
    const bool mine = clients.contains(world_.rank());
    std::unique_ptr<DataFile> file;
    together(world_, [&] {
      if (!mine) return;
      file = std::make_unique<DataFile>(folder_.file("large"), access_);
      file->forget_name();
    });
    const std::string what = fmt::format("a file of {} MiB", file_bytes_ / kMiB);
    StoragePoint write = point(clients, ingest::Operation::kStorageWrite, file_bytes_, what);
    std::uint64_t object = 0;
    write.prepare = [&](int repetition) {
      object = object_number(repetition, 0);
      file->empty();
    };
    write.body = [&](int) { file->write(object, file_bytes_, block_.bytes()); };
    if (!measure_point(session_, write)) return;

    StoragePoint read = point(clients, ingest::Operation::kStorageRead, file_bytes_, what);
    cached_ = 0.0;
    read.prepare = [&](int) { forget(*file, file_bytes_); };
    read.body = [&](int) { file->read(file_bytes_, block_.bytes()); };
    read.complete = [this](ingest::Sample& sample) { flag_cached(sample); };
    if (!measure_point(session_, read)) return;
    watched(session_, "comparing the files", read.bytes_of_all, [&] {
      if (mine) file->verify(pattern_, object, file_bytes_, block_.bytes());
    });
  }

  /// Create, write, make it last, close; one after the other.
  void many_files(const Clients& clients) {
    const auto bytes = static_cast<std::size_t>(small_files_) * kMiB;
    const std::string what = fmt::format("{} files of 1 MiB", small_files_);
    StoragePoint write = point(clients, ingest::Operation::kStorageWrite, bytes, what);
    write.sample.flags.emplace_back("many_files");
    int last = 0;
    write.prepare = [&](int repetition) {
      last = repetition;
      for (int i = 0; i < small_files_; ++i) unlink(small_name(i).c_str());
    };
    write.body = [&](int) {
      for (int i = 0; i < small_files_; ++i) {
        small(i).write(object_number(last, i + 1), kMiB, block_.bytes().first(kMiB));
      }
    };
    if (!measure_point(session_, write)) return;

    StoragePoint read = point(clients, ingest::Operation::kStorageRead, bytes, what);
    read.sample.flags.emplace_back("many_files");
    cached_ = 0.0;
    read.prepare = [&](int) {
      for (int i = 0; i < small_files_; ++i) forget(small(i), kMiB);
    };
    read.body = [&](int) {
      for (int i = 0; i < small_files_; ++i) small(i).read(kMiB, block_.bytes().first(kMiB));
    };
    read.complete = [this](ingest::Sample& sample) { flag_cached(sample); };
    if (!measure_point(session_, read)) return;
    watched(session_, "comparing the files", read.bytes_of_all, [&] {
      for (int i = 0; write.takes_part && i < small_files_; ++i) {
        small(i).verify(pattern_, object_number(last, i + 1), kMiB, block_.bytes().first(kMiB));
        unlink(small_name(i).c_str());
      }
    });
  }

  std::string small_name(int i) const { return folder_.file(fmt::format("{}", i)); }
  DataFile small(int i) const { return {small_name(i), DataFile::Access::kCached}; }

  /// Every write has contents of its own, so that an old one cannot pass for a new one.
  std::uint64_t object_number(int repetition, int file) const {
    return (static_cast<std::uint64_t>(world_.rank()) << 40) +
           (static_cast<std::uint64_t>(repetition) << 20) + static_cast<std::uint64_t>(file);
  }

  void forget(const DataFile& file, std::size_t bytes) {
    file.drop_cache();
    cached_ = std::max(cached_, file.cached_share(bytes));
  }

  void flag_cached(ingest::Sample& sample) {
    std::vector<double> most{cached_};
    world_.largest(most);
    if (most.front() <= kNegligible) return;
    sample.flags.emplace_back("cached");
    session_.note(
        fmt::format("{}: the node kept up to {:.0f} % of what was read in memory; such "
                    "samples are flagged cached",
                    folder_.file_system(), 100.0 * most.front()));
  }

  Session& session_;
  const World& world_;
  std::size_t file_bytes_;
  int small_files_;
  Pattern pattern_;
  ScratchFolder folder_;
  AlignedBlock block_;
  DataFile::Access access_ = DataFile::Access::kCached;
  double cached_ = 0.0;  ///< share of a file that stayed in memory, the most so far
};

}  // namespace

void measure_path(Session& session, const PathOptions& options) {
  // A file that may not become so large is to be an error, not the end.
  const SignalIgnored file_size(SIGXFSZ);
  const std::vector<int> counts = client_counts(session.world(), options.clients);
  try {
    std::optional<PathMeasurement> measurement;
    session.within("looking at the folder", kFolderTimeout_s,
                   [&] { measurement.emplace(session, options); });
    measurement->run(counts);
  } catch (const CommError&) {
    // All ranks got it. None leaves before all have cleaned up, for the first to leave ends all.
    session.within("removing the files", kCleanUpTimeout_s, [&] { session.world().barrier(); });
    throw;
  }
}

}  // namespace sextant::comm
