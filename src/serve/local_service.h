#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "src/serve/desk.h"
#include "src/serve/plan_reply.h"
#include "src/serve/service.h"

namespace sextant::serve {

/// The scenarios of one folder, forecast with the models of another. Files are only read.
class LocalService : public Service {
 public:
  LocalService(std::filesystem::path folder, std::filesystem::path models);

  /// What requests must be addressed to; set before the first one.
  void set_port(int port) { port_ = port; }
  /// Ends forecasts that run, and begins none.
  void close() { desk_.close(); }

  int port() const override { return port_; }
  ScenarioList scenarios(Look look) override;
  nlohmann::ordered_json panel(const ListedScenario& scenario) override;
  nlohmann::ordered_json pointers(const ListedScenario& scenario) override;
  Reply forecast(const Question& question) override;

 private:
  /// What was found wrong with a file as it was at that time.
  struct Checked {
    std::filesystem::file_time_type written;
    std::string error;
  };

  std::string error_of(const ListedScenario& scenario);
  nlohmann::ordered_json document_of(const Question& question, const Desk::Place& place);

  const std::filesystem::path folder_;
  const std::filesystem::path models_;
  int port_ = 0;
  Desk desk_;
  Baselines baselines_;
  std::mutex list_mutex_;
  ScenarioList list_;
  bool looked_ = false;
  std::map<std::string, Checked> checked_;
};

}  // namespace sextant::serve
