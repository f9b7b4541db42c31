#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "sextant/ledger/tariff.h"

namespace sextant::report {

/// A bill, line by line.
inline nlohmann::ordered_json ledger_json(const std::vector<LedgerItem>& items) {
  nlohmann::ordered_json ledger = nlohmann::ordered_json::array();
  for (const LedgerItem& item : items) {
    ledger.push_back({{"item", item.item},
                      {"quantity", item.quantity},
                      {"unit", item.unit},
                      {"unit_price_usd", item.unit_price_usd},
                      {"usd", item.usd}});
  }
  return ledger;
}

}  // namespace sextant::report
