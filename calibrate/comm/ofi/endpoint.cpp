#include "calibrate/comm/ofi/endpoint.h"

#include <fmt/format.h>
#include <rdma/fi_cm.h>
#include <rdma/fi_errno.h>
#include <rdma/fi_rma.h>
#include <rdma/fi_tagged.h>

#include <algorithm>
#include <array>

#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/patience.h"
#include "sextant/kernel/assert.h"

namespace sextant::comm {
namespace {

Owned<fid_cq> open_completions(const Domain& domain) {
  fi_cq_attr attributes{};
  attributes.format = FI_CQ_FORMAT_DATA;
  attributes.wait_obj = FI_WAIT_NONE;
  attributes.size = domain.info().tx_attr->size + domain.info().rx_attr->size;
  fid_cq* queue = nullptr;
  check_fabric(fi_cq_open(domain.handle(), &attributes, &queue, nullptr),
               fmt::format("a completion queue of {}", domain.rail()));
  return Owned<fid_cq>(queue);
}

Owned<fid_av> open_addresses(const Domain& domain) {
  fi_av_attr attributes{};
  attributes.type = FI_AV_TABLE;
  fid_av* table = nullptr;
  check_fabric(fi_av_open(domain.handle(), &attributes, &table, nullptr),
               fmt::format("an address table of {}", domain.rail()));
  return Owned<fid_av>(table);
}

Owned<fid_ep> open_endpoint(const Domain& domain, fid_cq& completions, fid_av& addresses) {
  const std::string what = fmt::format("an endpoint of {}", domain.rail());
  fi_info* info = const_cast<fi_info*>(&domain.info());  // libfabric only reads it
  fid_ep* opened = nullptr;
  check_fabric(fi_endpoint(domain.handle(), info, &opened, nullptr), what);
  Owned<fid_ep> endpoint(opened);
  check_fabric(fi_ep_bind(opened, &completions.fid, FI_TRANSMIT | FI_RECV), what);
  check_fabric(fi_ep_bind(opened, &addresses.fid, 0), what);
  check_fabric(fi_enable(opened), what);
  return endpoint;
}

}  // namespace

Endpoint::Endpoint(Domain& domain)
    : domain_(domain),
      completions_(open_completions(domain)),
      addresses_(open_addresses(domain)),
      endpoint_(open_endpoint(domain, *completions_, *addresses_)),
      room_(std::max<std::size_t>(
          1, std::min(domain.info().tx_attr->size, domain.info().rx_attr->size))) {}

std::string Endpoint::address() const {
  std::string address(64, '\0');
  std::size_t length = address.size();
  long status = fi_getname(&endpoint_->fid, address.data(), &length);
  if (status == -FI_ETOOSMALL) {
    address.resize(length);
    status = fi_getname(&endpoint_->fid, address.data(), &length);
  }
  check_fabric(status, fmt::format("the address of an endpoint of {}", domain_.rail()));
  address.resize(length);
  return address;
}

void Endpoint::connect(const std::vector<Peer>& peers, const std::string& place) {
  place_ = place;
  peers_ = peers;
  handles_.resize(peers.size());
  writes_.assign(peers.size(), 0);
  for (std::size_t i = 0; i < peers.size(); ++i) {
    const int inserted =
        fi_av_insert(addresses_.get(), peers[i].address.c_str(), 1, &handles_[i], 0, nullptr);
    if (inserted != 1)
      throw_status(inserted < 0 ? inserted : -FI_EADDRNOTAVAIL, "addressing", &peers[i]);
  }
}

template <class Done>
void Endpoint::wait_until(const Done& done) {
  Patience patience;
  while (!done()) {
    if (make_progress()) patience = Patience();  // the next may follow at once
    patience.pause();
  }
}

template <class Start>
void Endpoint::begin(int peer, const char* doing, const Start& start) {
  if (broken_) throw CommError(place_ + ": libfabric failed before in this group");
  wait_until([this] { return begun_ - ended_ < room_; });
  if (begun_ == requests_.size()) requests_.emplace_back();
  Request& request = requests_[begun_];
  request.peer = &peers_[static_cast<std::size_t>(peer)];
  long status = -FI_EAGAIN;
  wait_until([&] {
    status = start(request);
    return status != -FI_EAGAIN;
  });
  if (status < 0) throw_status(status, doing, request.peer);
  ++begun_;
}

void Endpoint::send(int to, std::uint64_t tag, std::span<const std::byte> memory) {
  begin(to, "sending to", [&](Request& request) {
    return fi_tsend(endpoint_.get(), memory.data(), memory.size(), domain_.descriptor(memory),
                    handles_[static_cast<std::size_t>(to)], tag, &request);
  });
}

void Endpoint::receive(int from, std::uint64_t tag, std::span<std::byte> memory) {
  begin(from, "receiving from", [&](Request& request) {
    return fi_trecv(endpoint_.get(), memory.data(), memory.size(), domain_.descriptor(memory),
                    FI_ADDR_UNSPEC, tag, 0, &request);
  });
}

void Endpoint::write(int to, std::span<const std::byte> memory, Domain::Remote where, int sender) {
  begin(to, "writing to", [&](Request& request) {
    return fi_writedata(endpoint_.get(), memory.data(), memory.size(), domain_.descriptor(memory),
                        static_cast<std::uint64_t>(sender), handles_[static_cast<std::size_t>(to)],
                        where.address, where.key, &request);
  });
}

void Endpoint::wait() {
  wait_until([this] { return ended_ == begun_; });
  begun_ = ended_ = 0;
}

void Endpoint::wait_for_writes(int from, std::size_t writes) {
  std::size_t& arrived = writes_[static_cast<std::size_t>(from)];
  wait_until([&] { return arrived >= writes; });
  arrived -= writes;
}

bool Endpoint::make_progress() {
  std::array<fi_cq_data_entry, 16> entries;
  const long count = fi_cq_read(completions_.get(), entries.data(), entries.size());
  if (count == -FI_EAVAIL) throw_failure();
  if (count == -FI_EAGAIN) return false;
  if (count < 0) throw_status(count, "waiting for messages", nullptr);
  std::for_each_n(entries.begin(), count, [this](const auto& entry) { note(entry); });
  return count > 0;
}

void Endpoint::note(const fi_cq_data_entry& entry) {
  if ((entry.flags & FI_REMOTE_CQ_DATA) == 0) {
    ++ended_;
    return;
  }
  SEXTANT_ASSERT(entry.data < writes_.size(), "a write of rank {} of {}", entry.data,
                 writes_.size());
  ++writes_[entry.data];
}

void Endpoint::throw_failure() {
  fi_cq_err_entry failure{};
  const long status = fi_cq_readerr(completions_.get(), &failure, 0);
  if (status < 0) throw_status(status, "waiting for messages", nullptr);
  std::array<char, 256> words{};
  const char* detail = fi_cq_strerror(completions_.get(), failure.prov_errno, failure.err_data,
                                      words.data(), words.size());
  const auto* request = static_cast<const Request*>(failure.op_context);
  throw_status(-failure.err, fmt::format("({}) in a message with", detail == nullptr ? "" : detail),
               request == nullptr ? nullptr : request->peer);
}

void Endpoint::throw_status(long status, const std::string& doing, const Peer* peer) {
  broken_ = true;
  throw CommError(fmt::format("{}, libfabric's {} rail {}: {} {}: {}", place_, domain_.provider(),
                              domain_.rail(), doing, peer == nullptr ? "a peer" : peer->place,
                              status_text(status)));
}

}  // namespace sextant::comm
