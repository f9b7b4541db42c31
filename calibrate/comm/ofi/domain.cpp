#include "calibrate/comm/ofi/domain.h"

#include <fmt/format.h>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/host_buffer.h"
#include "sextant/kernel/assert.h"

namespace sextant::comm {

/// Pages of its own: their registration is shared with nobody.
class Domain::RegisteredBuffer : public HostBuffer {
 public:
  RegisteredBuffer(Domain& domain, std::size_t bytes) : HostBuffer(bytes), domain_(domain) {
    domain_.add({data(), bytes});
  }
  ~RegisteredBuffer() override { domain_.remove(data()); }
  RegisteredBuffer(const RegisteredBuffer&) = delete;
  RegisteredBuffer& operator=(const RegisteredBuffer&) = delete;

 private:
  Domain& domain_;
};

Domain::Domain(const fi_info& info) : info_(fi_dupinfo(&info)) {
  if (!info_) throw CommError("libfabric: no memory");
  const std::string what = fmt::format("opening libfabric's {} rail {}", provider(), rail());
  fid_fabric* fabric = nullptr;
  check_fabric(fi_fabric(info_->fabric_attr, &fabric, nullptr), what);
  fabric_.reset(fabric);
  fid_domain* domain = nullptr;
  check_fabric(fi_domain(fabric, info_.get(), &domain, nullptr), what);
  domain_.reset(domain);
}

Domain::~Domain() = default;

std::unique_ptr<Buffer> Domain::allocate(std::size_t bytes) {
  return std::make_unique<RegisteredBuffer>(*this, bytes);
}

void Domain::add(std::span<std::byte> memory) {
  const bool local = (info_->domain_attr->mr_mode & FI_MR_LOCAL) != 0;
  const bool remote = (info_->caps & FI_RMA) != 0;
  if (memory.empty() || (!local && !remote)) return;
  const std::scoped_lock lock(mutex_);
  const std::uint64_t access = FI_SEND | FI_RECV | (remote ? FI_WRITE | FI_REMOTE_WRITE : 0);
  fid_mr* registration = nullptr;
  check_fabric(fi_mr_reg(domain_.get(), memory.data(), memory.size(), access, 0, next_key_++, 0,
                         &registration, nullptr),
               fmt::format("registering {} bytes with libfabric's {} rail {} (ulimit -l limits it)",
                           memory.size(), provider(), rail()));
  registrations_.emplace(memory.data(), registration);
}

void Domain::remove(const std::byte* begin) {
  const std::scoped_lock lock(mutex_);
  registrations_.erase(begin);
}

std::pair<const std::byte*, fid_mr*> Domain::registered(std::span<const std::byte> memory) const {
  const std::scoped_lock lock(mutex_);
  auto next = registrations_.upper_bound(memory.data());
  SEXTANT_ASSERT(next != registrations_.begin(), "memory is not of this domain");
  --next;
  return {next->first, next->second.get()};
}

void* Domain::descriptor(std::span<const std::byte> memory) const {
  if ((info_->domain_attr->mr_mode & FI_MR_LOCAL) == 0) return nullptr;
  return fi_mr_desc(registered(memory).second);
}

Domain::Remote Domain::remote(std::span<const std::byte> memory) const {
  const auto [begin, registration] = registered(memory);
  const bool by_address = (info_->domain_attr->mr_mode & FI_MR_VIRT_ADDR) != 0;
  return {.address = by_address ? reinterpret_cast<std::uint64_t>(memory.data())
                                : static_cast<std::uint64_t>(memory.data() - begin),
          .key = fi_mr_key(registration)};
}

}  // namespace sextant::comm
