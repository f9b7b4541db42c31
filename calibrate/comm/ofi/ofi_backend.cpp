#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "calibrate/comm/backends.h"
#include "calibrate/comm/comm_error.h"
#include "calibrate/comm/mpi_check.h"
#include "calibrate/comm/ofi/gather_texts.h"
#include "calibrate/comm/ofi/messenger.h"
#include "calibrate/comm/ofi/ofi_communicator.h"
#include "calibrate/comm/ofi/provider_choice.h"
#include "calibrate/comm/ofi/rail_agreement.h"

namespace sextant::comm {
namespace {

/// Ranks of MPI that agree on something among themselves.
class Subgroup {
 public:
  Subgroup(MPI_Comm world, const std::vector<int>& ranks) {
    MPI_Group all = MPI_GROUP_NULL;
    MPI_Group some = MPI_GROUP_NULL;
    check_mpi(MPI_Comm_group(world, &all), "MPI_Comm_group");
    check_mpi(MPI_Group_incl(all, static_cast<int>(ranks.size()), ranks.data(), &some),
              "MPI_Group_incl");
    check_mpi(MPI_Comm_create_group(world, some, 0, &ranks_), "MPI_Comm_create_group");
    MPI_Group_free(&some);
    MPI_Group_free(&all);
  }
  ~Subgroup() { MPI_Comm_free(&ranks_); }
  Subgroup(const Subgroup&) = delete;
  Subgroup& operator=(const Subgroup&) = delete;
  MPI_Comm ranks() const { return ranks_; }

 private:
  MPI_Comm ranks_ = MPI_COMM_NULL;
};

class OfiBackend : public Backend {
 public:
  OfiBackend(const World& world, const BackendOptions& options)
      : world_(world), rma_(options.rma), rail_(agree_on_rail(world, options)) {
    run_together(world.control(), [&] { domain_ = std::make_unique<Domain>(*rail_.info); });
  }

  std::string name() const override { return "ofi"; }

  void describe(ingest::Environment& environment) const override {
    const fi_info& info = domain_->info();
    environment.libfabric = libfabric_version();
    environment.provider = core_name(domain_->provider());
    auto& conditions = environment.conditions;
    conditions["backend"] = "ofi";
    conditions["memory"] = "host";
    conditions["ofi_provider"] = domain_->provider();
    conditions["ofi_choice"] = rail_.note;
    conditions["ofi_fabric"] = info.fabric_attr->name;
    conditions["ofi_rails"] = fmt::format("{}", fmt::join(rail_.of_node, ", "));
    conditions["ofi_protocol"] = fi_tostr(&info.ep_attr->protocol, FI_TYPE_PROTOCOL);
    conditions["ofi_messages"] = rma_ ? "rma_write" : "tagged";
    if (info.nic != nullptr && info.nic->link_attr != nullptr && info.nic->link_attr->speed > 0) {
      const double bits_per_s = static_cast<double>(info.nic->link_attr->speed);
      conditions["ofi_link_speed"] = fmt::format("{:g} Gb/s", bits_per_s / 1e9);
    }
  }

  std::unique_ptr<Buffer> allocate(std::size_t bytes) override { return domain_->allocate(bytes); }

  std::unique_ptr<Communicator> group(const std::vector<int>& ranks) override {
    const auto self = std::find(ranks.begin(), ranks.end(), world_.rank());
    if (self == ranks.end()) return nullptr;
    refuse_what_cannot_reach(ranks);
    const Subgroup subgroup(world_.control(), ranks);
    std::unique_ptr<Messenger> messenger;
    run_together(subgroup.ranks(), [&] {
      messenger = make_messenger(*domain_, rma_, static_cast<int>(self - ranks.begin()),
                                 static_cast<int>(ranks.size()));
    });
    const auto addresses = gather_texts(subgroup.ranks(), messenger->endpoint().address());
    std::vector<Peer> peers;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      peers.push_back({.address = addresses[i], .place = place(ranks[i])});
    }
    run_together(subgroup.ranks(),
                 [&] { messenger->endpoint().connect(peers, place(world_.rank())); });
    return std::make_unique<OfiCommunicator>(std::move(messenger));
  }

 private:
  std::string place(int rank) const {
    return fmt::format("rank {} on {}", rank, world_.host(world_.node_of(rank)));
  }

  void refuse_what_cannot_reach(const std::vector<int>& ranks) const {
    if (domain_->provider() != "shm") return;
    std::set<int> nodes;
    for (const int rank : ranks) nodes.insert(world_.node_of(rank));
    if (nodes.size() == 1) return;
    throw CommError(fmt::format(
        "libfabric's shm reaches only ranks of one node, and these {} ranks are on {}: name "
        "another provider, or measure on one node",
        ranks.size(), nodes.size()));
  }

  const World& world_;
  bool rma_;
  Rail rail_;
  std::unique_ptr<Domain> domain_;
};

}  // namespace

std::unique_ptr<Backend> make_ofi_backend(const World& world, const BackendOptions& options) {
  return std::make_unique<OfiBackend>(world, options);
}

std::vector<std::string> ofi_rails(const std::string& provider) {
  const InfoList list = offered(false);
  const std::vector<Offer> offers = offers_of(list.get());
  // Shared memory has no cards.
  return rails_of(offers_of_provider(offers, choose_provider(offers, provider, false)));
}

}  // namespace sextant::comm
