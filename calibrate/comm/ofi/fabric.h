#pragma once

#include <rdma/fabric.h>

#include <memory>
#include <string>

namespace sextant::comm {

/// What libfabric opens is closed by its owner.
template <class Fid>
struct CloseFid {
  void operator()(Fid* fid) const { fi_close(&fid->fid); }
};
template <class Fid>
using Owned = std::unique_ptr<Fid, CloseFid<Fid>>;

struct FreeInfo {
  void operator()(fi_info* info) const { fi_freeinfo(info); }
};
using InfoList = std::unique_ptr<fi_info, FreeInfo>;

/// libfabric's words for a status, which is negative if something failed.
std::string status_text(long status);

/// @throws CommError "`what`: libfabric's words" if `status` is negative
void check_fabric(long status, const std::string& what);

/// "1.17.0", of the library that runs.
std::string libfabric_version();

/// Everything that libfabric offers on this node for reliable unconnected endpoints with tagged
/// messages, and with `rma` also with writes to remote memory; the library's own order.
/// @throws CommError if there is nothing
InfoList offered(bool rma);

}  // namespace sextant::comm
