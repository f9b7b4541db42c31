#include "calibrate/comm/ofi/fabric.h"

#include <fmt/format.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_errno.h>

#include "calibrate/comm/comm_error.h"

namespace sextant::comm {
namespace {

/// The interface as it is used here, whatever the library's version.
constexpr std::uint32_t kInterface = FI_VERSION(1, 14);

InfoList hints(bool rma) {
  InfoList result(fi_allocinfo());
  if (!result) throw CommError("libfabric: no memory");
  result->ep_attr->type = FI_EP_RDM;
  result->caps = FI_TAGGED | (rma ? FI_RMA : 0);
  result->mode = FI_CONTEXT | FI_CONTEXT2;
  result->domain_attr->mr_mode = FI_MR_LOCAL | FI_MR_ALLOCATED | FI_MR_VIRT_ADDR | FI_MR_PROV_KEY;
  result->domain_attr->threading = FI_THREAD_SAFE;
  result->domain_attr->cq_data_size = rma ? sizeof(std::uint32_t) : 0;
  result->tx_attr->msg_order = FI_ORDER_SAS;
  result->rx_attr->msg_order = FI_ORDER_SAS;
  return result;
}

}  // namespace

std::string status_text(long status) { return fi_strerror(static_cast<int>(-status)); }

void check_fabric(long status, const std::string& what) {
  if (status < 0) throw CommError(fmt::format("{}: {}", what, status_text(status)));
}

std::string libfabric_version() { return fi_tostr("", FI_TYPE_VERSION); }

InfoList offered(bool rma) {
  fi_info* found = nullptr;
  const int status = fi_getinfo(kInterface, nullptr, nullptr, 0, hints(rma).get(), &found);
  if (status == 0) return InfoList(found);
  throw CommError(fmt::format(
      "libfabric {} offers no reliable endpoint with tagged messages{} here: {}; `fi_info -t "
      "FI_EP_RDM` shows what it has, FI_PROVIDER may exclude it",
      libfabric_version(), rma ? " and RDMA writes" : "", status_text(status)));
}

}  // namespace sextant::comm
