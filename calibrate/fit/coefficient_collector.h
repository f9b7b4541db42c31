#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"

namespace sextant::fit {

/// One number of a declarative struct that a fit may move: a coefficient with a range.
struct Parameter {
  std::string path;  ///< e.g. "/accelerators/h100/memory"
  std::function<double()> get;
  std::function<void(double)> set;
  std::function<void(double low, double high)> set_range;
  /// Marks the number as fitted; its old source becomes its prior's.
  std::function<void(const std::string& source, const std::string& date)> set_fitted;
  double low = 0, high = 0;  ///< 80 % range of the prior
  double min = 0, max = 0;   ///< allowed values
};

/// Archive that collects the parameters of a struct, through the struct's own visitor.
class CoefficientCollector {
 public:
  template <class T>
  static std::vector<Parameter> collect(T& object) {
    CoefficientCollector collector;
    visit(collector, object);
    return std::move(collector.parameters_);
  }

  void object(const char*, const char*) {}

  template <class T>
  void field(const char* key, Coefficient<T>& coefficient, const Field& field) {
    if (!coefficient.range) return;
    Parameter parameter;
    parameter.path = path_ + "/" + key;
    parameter.get = [&coefficient] { return number(coefficient.value); };
    parameter.set = [&coefficient](double value) { coefficient.value = T(value); };
    parameter.set_range = [&coefficient](double low, double high) {
      coefficient.range = std::array<T, 2>{T(low), T(high)};
    };
    parameter.set_fitted = [&coefficient](const std::string& source, const std::string& date) {
      coefficient.source = source + "; prior: " + coefficient.source;
      coefficient.date = date;
      coefficient.method = Method::kFitted;
    };
    parameter.low = number((*coefficient.range)[0]);
    parameter.high = number((*coefficient.range)[1]);
    parameter.min = field.min;
    parameter.max = field.max;
    parameters_.push_back(std::move(parameter));
  }

  template <class T>
  void field(const char* key, std::map<std::string, T>& entries, const Field&) {
    for (auto& [name, entry] : entries) {
      const std::string outer = path_;
      path_ += std::string("/") + key + "/" + name;
      visit(*this, entry);
      path_ = outer;
    }
  }

  template <class T>
  void field(const char*, T&, const Field&) {}

 private:
  static double number(double value) { return value; }
  template <int B, int F, int S, int J, int U, int G>
  static double number(Quantity<B, F, S, J, U, G> value) {
    return value.si();
  }

  std::string path_;
  std::vector<Parameter> parameters_;
};

}  // namespace sextant::fit
