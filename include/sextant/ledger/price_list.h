#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sextant/kernel/coefficient.h"
#include "sextant/kernel/quantity.h"
#include "sextant/ledger/purchase.h"

namespace sextant {

/// Prices of one instance in one region, by way of buying it. Absent: not sold so, or not known.
struct InstancePrice {
  std::string instance;
  std::string region;
  std::optional<Coefficient<UsdPerSecond>> on_demand;
  std::optional<Coefficient<UsdPerSecond>> spot;  ///< its range: the cheapest and dearest zone seen
  std::optional<Coefficient<UsdPerSecond>> capacity_block;
  /// As SageMaker sells it, its premium included. Absent: capacity block · sagemaker_ratio.
  std::optional<Coefficient<UsdPerSecond>> training_plan;
  // Absent: as in the whole list.
  std::optional<Coefficient<double>> savings_1_year;   ///< share off on demand, nothing upfront
  std::optional<Coefficient<double>> savings_3_years;  ///< the same for three years
  std::optional<Coefficient<double>> sagemaker_ratio;  ///< SageMaker's price over EC2's
};

template <class Archive>
void visit(Archive& a, InstancePrice& s) {
  a.object("instance_price", "Prices of one instance in one region; absent: not sold so.");
  a.field("instance", s.instance, {.doc = "Name of an instance", .required = true});
  a.field("region", s.region, {.doc = "Name of a region", .required = true});
  a.field("on_demand", s.on_demand, {.doc = "On-demand price", .min = 0});
  a.field("spot", s.spot, {.doc = "Spot price; its range: cheapest and dearest zone", .min = 0});
  a.field("capacity_block", s.capacity_block, {.doc = "Effective price in a block", .min = 0});
  a.field("training_plan", s.training_plan,
          {.doc = "In a SageMaker training plan, premium included; absent: from the block's price",
           .min = 0});
  a.field("savings_1_year", s.savings_1_year,
          {.doc = "Share off on demand for a year; absent: the list's", .min = 0, .max = 1});
  a.field("savings_3_years", s.savings_3_years,
          {.doc = "Share off on demand for three years; absent: the list's", .min = 0, .max = 1});
  a.field("sagemaker_ratio", s.sagemaker_ratio,
          {.doc = "SageMaker's price over EC2's; absent: the list's", .min = 1});
}

/// Price of keeping data in a store of one region.
struct StoragePrice {
  std::string store;  ///< "s3-standard", "fsx-lustre-1000" …
  std::string region;
  /// A file system is paid for as provisioned, an object store for what lies in it.
  bool provisioned = false;
  Coefficient<UsdPerByteSecond> capacity;
  std::optional<Coefficient<Usd>> put;  ///< one request; absent: free
  std::optional<Coefficient<Usd>> get;
  std::optional<Coefficient<UsdPerByte>> upload;     ///< of what is written; absent: free
  std::optional<Coefficient<UsdPerByte>> retrieval;  ///< of what is read; absent: free
};

template <class Archive>
void visit(Archive& a, StoragePrice& s) {
  a.object("storage_price", "Price of keeping data in a store of one region.");
  a.field("store", s.store, {.doc = "Name of the store", .required = true});
  a.field("region", s.region, {.doc = "Name of a region", .required = true});
  a.field("provisioned", s.provisioned, {.doc = "Paid for as provisioned, not as filled"});
  a.field("capacity", s.capacity, {.doc = "Price of capacity", .min = 0, .required = true});
  a.field("put", s.put, {.doc = "Price of one PUT request; absent: free", .min = 0});
  a.field("get", s.get, {.doc = "Price of one GET request; absent: free", .min = 0});
  a.field("upload", s.upload, {.doc = "Price of what is written; absent: free", .min = 0});
  a.field("retrieval", s.retrieval, {.doc = "Price of what is read; absent: free", .min = 0});
}

/// What is charged around the nodes.
struct ServicePrices {
  std::string region;
  std::optional<Coefficient<UsdPerSecond>> eks_cluster;  ///< control plane
  std::optional<Coefficient<UsdPerSecond>> profiler;     ///< one ml.m5.2xlarge
  std::optional<Coefficient<UsdPerByte>> between_zones;  ///< both directions' charges together
};

template <class Archive>
void visit(Archive& a, ServicePrices& s) {
  a.object("service_prices", "What is charged around the nodes in one region.");
  a.field("region", s.region, {.doc = "Name of a region", .required = true});
  a.field("eks_cluster", s.eks_cluster, {.doc = "Control plane of a Kubernetes cluster", .min = 0});
  a.field("profiler", s.profiler, {.doc = "Processing job of the profiler", .min = 0});
  a.field("between_zones", s.between_zones,
          {.doc = "Traffic between zones, charged to sender and receiver: the sum", .min = 0});
}

/// Prices as they stood on one day.
struct PriceList {
  std::string name;
  std::string title;
  // For instances without figures of their own.
  std::optional<Coefficient<double>> savings_1_year;
  std::optional<Coefficient<double>> savings_3_years;
  std::optional<Coefficient<double>> sagemaker_ratio;
  std::vector<InstancePrice> instances;
  std::vector<StoragePrice> storage;
  std::vector<ServicePrices> services;

  /// Null if the list has no price of the instance there.
  const InstancePrice* find(const std::string& instance, const std::string& region) const;
  const StoragePrice* find_store(const std::string& store, const std::string& region) const;
  const ServicePrices* find_services(const std::string& region) const;

  /// Share off on demand under a savings plan; absent if neither instance nor list has one.
  std::optional<Coefficient<double>> savings(const InstancePrice& price, SavingsTerm term) const;
  /// SageMaker's price over EC2's; absent if neither instance nor list has one.
  std::optional<Coefficient<double>> premium(const InstancePrice& price) const;
};

template <class Archive>
void visit(Archive& a, PriceList& s) {
  a.object("price_list", "Prices as they stood on one day.");
  a.field("name", s.name, {.doc = "Name in the catalogue", .required = true});
  a.field("title", s.title, {.doc = "Name for people"});
  a.field("savings_1_year", s.savings_1_year,
          {.doc = "Share off on demand, one year, nothing upfront", .min = 0, .max = 1});
  a.field("savings_3_years", s.savings_3_years,
          {.doc = "Share off on demand, three years, nothing upfront", .min = 0, .max = 1});
  a.field("sagemaker_ratio", s.sagemaker_ratio,
          {.doc = "SageMaker's price over EC2's for the same machine", .min = 1});
  a.field("instances", s.instances, {.doc = "Prices per instance and region", .required = true});
  a.field("storage", s.storage, {.doc = "Prices per store and region"});
  a.field("services", s.services, {.doc = "Other prices per region"});
}

/// What one node costs by the second under a purchase, before any platform's premium, with its
/// provenance: the purchase's own price, or the list's. Absent: not sold so. `price` is one of the
/// list, or empty.
std::optional<Coefficient<UsdPerSecond>> node_price(const PriceList& list,
                                                    const InstancePrice& price,
                                                    const Purchase& purchase);

}  // namespace sextant
