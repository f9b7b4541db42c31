#include "calibrate/comm/ofi/rail_agreement.h"

#include <fmt/format.h>

#include <algorithm>

#include "calibrate/comm/ofi/gather_texts.h"
#include "calibrate/comm/ofi/provider_choice.h"

namespace sextant::comm {
namespace {

/// "subnet address" of every offer, so that the root can compare; addresses are any bytes.
std::string packed(const std::vector<Offer>& offers) {
  std::string text;
  for (const Offer& offer : offers) {
    for (const std::string* part : {&offer.fabric, &offer.address}) {
      text += fmt::format("{} ", part->size()) + *part;
    }
  }
  return text;
}

std::vector<Offer> unpacked(const std::string& text) {
  std::vector<Offer> offers;
  std::size_t at = 0;
  const auto next = [&] {
    const std::size_t space = text.find(' ', at);
    const std::size_t length = std::stoul(text.substr(at, space - at));
    at = space + 1 + length;
    return text.substr(space + 1, length);
  };
  while (at < text.size()) {
    Offer offer;
    offer.fabric = next();
    offer.address = next();
    offers.push_back(offer);
  }
  return offers;
}

/// A rail that is named without a provider is one of those that have such a rail.
std::string provider_for(const std::vector<Offer>& offers, const BackendOptions& options,
                         bool one_node) {
  const bool by_rail = options.provider.empty();
  return choose_provider(by_rail ? offers_of_rail(offers, options.rail) : offers, options.provider,
                         one_node);
}

/// The subnet that all nodes share, from what their first ranks are offered.
std::string agree_on_subnet(const World& world, const std::vector<Offer>& offers) {
  std::vector<std::vector<Offer>> nodes(static_cast<std::size_t>(world.nodes()));
  const auto texts = gather_texts(world.control(), packed(offers));
  for (int rank = 0; rank < world.size(); ++rank) {
    auto& node = nodes[static_cast<std::size_t>(world.node_of(rank))];
    if (node.empty()) node = unpacked(texts[static_cast<std::size_t>(rank)]);
  }
  return common_subnet(nodes);
}

const Offer& offer_of_rank(const World& world, const std::vector<Offer>& offers) {
  if (uses_sockets(offers.front().provider)) {
    return offer_on(offers, agree_on_subnet(world, offers));
  }
  const std::vector<std::string> rails = rails_of(offers);
  const std::string& rail =
      rails[rail_of_rank(rails.size(), world.local_rank(), world.ranks_per_node())];
  return *std::find_if(offers.begin(), offers.end(),
                       [&](const Offer& o) { return o.domain == rail; });
}

/// The domains that the ranks of the root's node use, each once.
std::vector<std::string> rails_in_use(const World& world, const std::string& mine) {
  std::vector<std::string> rails;
  const auto texts = gather_texts(world.control(), mine);
  for (int rank = 0; rank < world.size(); ++rank) {
    const std::string& rail = texts[static_cast<std::size_t>(rank)];
    const bool here = world.node_of(rank) == world.node_of(0);
    if (here && std::find(rails.begin(), rails.end(), rail) == rails.end()) rails.push_back(rail);
  }
  return rails;
}

}  // namespace

Rail agree_on_rail(const World& world, const BackendOptions& options) {
  Rail rail;
  std::vector<Offer> offers;
  std::string provider;
  run_together(world.control(), [&] {
    rail.list = offered(options.rma);
    offers = offers_of(rail.list.get());
    provider = provider_for(offers, options, world.nodes() == 1);
  });
  provider = world.of_root(provider);
  run_together(world.control(), [&] {
    offers = offers_of_provider(offers, choose_provider(offers, provider, false));
    offers = offers_of_rail(offers, options.rail);
  });
  const Offer& offer = offer_of_rank(world, offers);
  rail.info = offer.info;
  rail.of_node = rails_in_use(world, offer.domain);
  rail.note = choice_note(provider, !options.provider.empty());
  return rail;
}

}  // namespace sextant::comm
