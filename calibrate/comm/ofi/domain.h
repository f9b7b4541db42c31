#pragma once

#include <rdma/fabric.h>
#include <rdma/fi_domain.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "calibrate/comm/buffer.h"
#include "calibrate/comm/ofi/fabric.h"

namespace sextant::comm {

/// One card, or interface, opened, and the memory that it may reach. Its endpoints and buffers do
/// not outlive it. Several threads may call it.
class Domain {
 public:
  /// A copy of `info` is kept.
  /// @throws CommError if it cannot be opened
  explicit Domain(const fi_info& info);
  ~Domain();

  const fi_info& info() const { return *info_; }
  fid_domain* handle() const { return domain_.get(); }
  std::string rail() const { return info_->domain_attr->name; }
  std::string provider() const { return info_->fabric_attr->prov_name; }

  /// Memory of the host, registered if the provider needs that.
  std::unique_ptr<Buffer> allocate(std::size_t bytes);

  /// What a provider wants to know of local memory with every message; null if nothing.
  void* descriptor(std::span<const std::byte> memory) const;

  /// Where a peer writes to reach this memory.
  struct Remote {
    std::uint64_t address = 0;
    std::uint64_t key = 0;
  };
  Remote remote(std::span<const std::byte> memory) const;

 private:
  class RegisteredBuffer;
  using Registration = Owned<fid_mr>;

  void add(std::span<std::byte> memory);
  void remove(const std::byte* begin);
  /// The registration that has this memory in it, and where that begins.
  std::pair<const std::byte*, fid_mr*> registered(std::span<const std::byte> memory) const;

  InfoList info_;
  Owned<fid_fabric> fabric_;
  Owned<fid_domain> domain_;
  mutable std::mutex mutex_;
  std::uint64_t next_key_ = 1;
  std::map<const std::byte*, Registration> registrations_;  ///< by where they begin
};

}  // namespace sextant::comm
