#include "calibrate/comm/ofi/provider_choice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

/// What leaves the work to the kernel's sockets, the quicker first: `net` is a younger `tcp`.
constexpr std::array kSocketProviders{"tcp", "net", "sockets", "udp"};

constexpr const char* kEfaRemedy =
    ". EFA needs the library of AWS's installer (/opt/amazon/efa), which this program is to be "
    "built with, and a card";

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

/// Lowest is best.
int standing(const std::string& provider) {
  const std::string name = core_name(provider);
  const auto* socket = std::find(kSocketProviders.begin(), kSocketProviders.end(), name);
  if (socket != kSocketProviders.end()) {
    return 3 + static_cast<int>(socket - kSocketProviders.begin());
  }
  if (name == "shm") return 2;
  return name == "efa" ? 0 : 1;
}

bool is_loopback(const Offer& offer) {
  return offer.fabric.starts_with("127.") || offer.fabric.starts_with("::1/");
}

/// An IPv6 address that every interface has: it says nothing of who can be reached.
bool is_link_local(const Offer& offer) { return offer.fabric.starts_with("fe80:"); }

template <class Member>
std::vector<std::string> each_once(const std::vector<Offer>& offers, Member Offer::*member) {
  std::vector<std::string> result;
  for (const Offer& offer : offers) {
    const std::string& text = offer.*member;
    if (std::find(result.begin(), result.end(), text) == result.end()) result.push_back(text);
  }
  return result;
}

/// The address on each node that has one in the subnet.
std::vector<std::string> addresses_in(const std::vector<std::vector<Offer>>& nodes,
                                      const std::string& subnet) {
  std::vector<std::string> result;
  for (const std::vector<Offer>& offers : nodes) {
    const auto offer = std::find_if(offers.begin(), offers.end(),
                                    [&](const Offer& o) { return o.fabric == subnet; });
    if (offer != offers.end()) result.push_back(offer->address);
  }
  return result;
}

}  // namespace

std::vector<Offer> offers_of(const fi_info* list) {
  std::vector<Offer> result;
  for (const fi_info* info = list; info != nullptr; info = info->next) {
    std::string address;
    if (info->src_addr != nullptr) {
      address.assign(static_cast<const char*>(info->src_addr), info->src_addrlen);
    }
    result.push_back({.provider = text_of(info->fabric_attr->prov_name),
                      .fabric = text_of(info->fabric_attr->name),
                      .domain = text_of(info->domain_attr->name),
                      .address = std::move(address),
                      .info = info});
  }
  return result;
}

std::string core_name(const std::string& provider) {
  return provider.substr(0, provider.find(';'));
}

bool uses_sockets(const std::string& provider) { return standing(provider) >= 3; }

std::string choose_provider(const std::vector<Offer>& offers, const std::string& wanted,
                            bool one_node) {
  std::vector<std::string> names = each_once(offers, &Offer::provider);
  if (!wanted.empty()) {
    for (const std::string& name : names) {
      if (name == wanted || core_name(name) == wanted) return name;
    }
    throw CommError(fmt::format("libfabric has no provider \"{}\" here; it has {}{}", wanted,
                                fmt::join(names, ", "), wanted == "efa" ? kEfaRemedy : ""));
  }
  if (!one_node) std::erase_if(names, [](const std::string& name) { return name == "shm"; });
  if (names.empty()) throw CommError("libfabric has no provider that reaches other nodes here");
  return *std::min_element(names.begin(), names.end(),
                           [](const auto& a, const auto& b) { return standing(a) < standing(b); });
}

std::string choice_note(const std::string& provider, bool named) {
  if (named) return "as asked for";
  const std::string best = "the best that is offered here";
  if (standing(provider) == 0) return best;
  if (provider == "shm") return best + "; all ranks are on one node";
  if (!uses_sockets(provider)) return best + "; no efa";
  return best + "; no card, so that every byte goes through the kernel: slow";
}

std::vector<Offer> offers_of_provider(const std::vector<Offer>& offers,
                                      const std::string& provider) {
  std::vector<Offer> result;
  std::copy_if(offers.begin(), offers.end(), std::back_inserter(result),
               [&](const Offer& offer) { return offer.provider == provider; });
  return result;
}

std::vector<Offer> offers_of_rail(const std::vector<Offer>& offers, const std::string& rail) {
  if (rail.empty()) return offers;
  std::vector<Offer> result;
  std::copy_if(offers.begin(), offers.end(), std::back_inserter(result),
               [&](const Offer& offer) { return offer.domain == rail; });
  if (!result.empty()) return result;
  throw CommError(fmt::format("libfabric has no rail \"{}\" here; of {} there are {}", rail,
                              fmt::join(each_once(offers, &Offer::provider), ", "),
                              fmt::join(each_once(offers, &Offer::domain), ", ")));
}

std::vector<std::string> rails_of(const std::vector<Offer>& offers) {
  std::vector<Offer> beyond;
  std::copy_if(offers.begin(), offers.end(), std::back_inserter(beyond),
               [](const Offer& offer) { return !is_loopback(offer); });
  return each_once(beyond.empty() ? offers : beyond, &Offer::domain);
}

std::size_t rail_of_rank(std::size_t rails, int local_rank, int ranks_per_node) {
  const auto local = static_cast<std::size_t>(local_rank);
  const auto ranks = static_cast<std::size_t>(ranks_per_node);
  return ranks == 0 || rails < ranks ? local % rails : local * rails / ranks;
}

std::string common_subnet(const std::vector<std::vector<Offer>>& nodes) {
  for (const Offer& offer : nodes.front()) {
    if (is_link_local(offer)) continue;
    const std::vector<std::string> addresses = addresses_in(nodes, offer.fabric);
    const std::set<std::string> different(addresses.begin(), addresses.end());
    if (different.size() == nodes.size()) return offer.fabric;
  }
  return "";
}

const Offer& offer_on(const std::vector<Offer>& offers, const std::string& subnet) {
  auto offer = std::find_if(offers.begin(), offers.end(),
                            [&](const Offer& o) { return o.fabric == subnet; });
  if (offer == offers.end()) {
    offer = std::find_if(offers.begin(), offers.end(),
                         [](const Offer& o) { return !is_loopback(o) && !is_link_local(o); });
  }
  return offer == offers.end() ? offers.front() : *offer;
}

}  // namespace sextant::comm
