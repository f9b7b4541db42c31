#include "sextant/kernel/resource.h"

#include <utility>

#include "sextant/kernel/assert.h"

namespace sextant {

Resource::~Resource() {
  while (!line_.empty()) line_.pop_front().resource_ = nullptr;
  while (!holders_.empty()) holders_.pop_front().resource_ = nullptr;
}

void Resource::set_capacity(std::int64_t capacity) {
  capacity_ = capacity;
  grant_waiting();
}

void Resource::grant_waiting() {
  while (!line_.empty() && line_.front().amount_ <= available()) {
    Request& next = line_.pop_front();
    --waiting_;
    holders_.push_back(next);
    in_use_ += next.amount_;
    next.granted_.trigger();
  }
}

Resource::Request::Request(Resource& resource, std::int64_t amount, std::int32_t priority)
    : resource_(&resource), amount_(amount), priority_(priority) {
  SEXTANT_ASSERT(amount > 0, "a request for {}", amount);
  ++resource.waiting_;
  resource.line_.insert_sorted(
      *this, [](const Request& a, const Request& b) { return a.priority_ < b.priority_; });
  resource.grant_waiting();
}

void Resource::Request::release() {
  Resource* const resource = std::exchange(resource_, nullptr);
  if (resource == nullptr) return;
  unlink();
  if (granted()) {
    resource->in_use_ -= amount_;
    granted_.reset();
  } else {
    --resource->waiting_;
  }
  resource->grant_waiting();
}

}  // namespace sextant
