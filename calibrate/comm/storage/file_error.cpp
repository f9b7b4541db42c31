#include "calibrate/comm/storage/file_error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace sextant::comm {
namespace {

const char* remedy(int code) {
  switch (code) {
    case ENOSPC:
      return "the file system became full: free space, or ask for less by --file-size, "
             "--small-files and --clients";
    case EDQUOT:
      return "your quota is used up: raise it, or ask for less by --file-size, --small-files and "
             "--clients";
    case EFBIG:
      return "files may not become so large here: raise `ulimit -f`, or make --file-size smaller";
    case ENOENT:
      return "create the folder on every node, or name another one";
    case ENOTDIR:
      return "name a folder, not a file";
    case EACCES:
    case EPERM:
    case EROFS:
      return "name a folder in which you may write on every node";
    case EMFILE:
    case ENFILE:
      return "too many files are open: raise `ulimit -n`";
    case EIO:
    case ESTALE:
    case ETIMEDOUT:
      return "the file system itself fails: look at `dmesg` and at its servers";
    default:
      return "see the file system's documentation";
  }
}

}  // namespace

CommError file_error(const std::string& what, int code) {
  return CommError(fmt::format("cannot {}: {}; {}", what, std::strerror(code), remedy(code)));
}

}  // namespace sextant::comm
