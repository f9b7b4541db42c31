#pragma once

#include <rdma/fabric.h>

#include <string>
#include <vector>

namespace sextant::comm {

/// One way in which libfabric could reach other ranks from this one.
struct Offer {
  std::string provider;  ///< in full: "efa", "tcp;ofi_rxm"
  std::string fabric;    ///< of IP, the subnet: "192.0.2.0/24"
  std::string domain;    ///< the card, or the interface: "rdmap79s0-rdm", "eth0"
  std::string address;   ///< of this end, as bytes; not for people
  const fi_info* info = nullptr;
};

/// The list that libfabric gave, in its order.
std::vector<Offer> offers_of(const fi_info* list);

/// "tcp" of "tcp;ofi_rxm": what people call it.
std::string core_name(const std::string& provider);
/// Whether it goes through the kernel's sockets instead of to a card.
bool uses_sockets(const std::string& provider);

/// The provider, in full, that `wanted` names (in full or not), or that is best if it is empty:
/// efa, then other cards, shared memory if all ranks are on one node, then TCP.
/// @throws CommError if `wanted` is not there, with what is
std::string choose_provider(const std::vector<Offer>& offers, const std::string& wanted,
                            bool one_node);
/// Why it was taken, and whether that is slow.
std::string choice_note(const std::string& provider, bool named);

/// Those of this provider, named in full.
std::vector<Offer> offers_of_provider(const std::vector<Offer>& offers,
                                      const std::string& provider);
/// Those of this domain; all if `rail` is empty.
/// @throws CommError if there is no such domain, with those there are
std::vector<Offer> offers_of_rail(const std::vector<Offer>& offers, const std::string& rail);
/// Domains, each once, in order; of several IP interfaces, loopback is left out.
std::vector<std::string> rails_of(const std::vector<Offer>& offers);

/// Which of `rails` cards a rank takes: spread over them as the ranks are over a node, so that it
/// is near on machines that number both alike. `ranks_per_node` 0: not the same everywhere.
std::size_t rail_of_rank(std::size_t rails, int local_rank, int ranks_per_node);

/// The subnet on which every node has an address of its own, first in node 0's order: a bridge
/// that has the same address on all of them leads nowhere. Empty if there is none.
/// @param nodes  each node's offers of an IP provider
std::string common_subnet(const std::vector<std::vector<Offer>>& nodes);
/// The offer on that subnet; where nodes share none, the first that routers may reach.
const Offer& offer_on(const std::vector<Offer>& offers, const std::string& subnet);

}  // namespace sextant::comm
