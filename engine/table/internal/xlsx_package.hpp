// The zip around a workbook. Believes no declared size: counts what really comes out, and stops at the caller's limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "table/internal/byte_source.hpp"
#include "table/internal/xml_parser.hpp"
#include "table/reader.hpp"

namespace minglu::table::internal {

class ZipPackage;

/// One part being inflated. Must not outlive its package.
class ZipPart {
 public:
  ZipPart(ZipPart&& other) noexcept;
  ZipPart& operator=(ZipPart&&) = delete;
  ~ZipPart();
  /// Replaces `out` by the next piece; false at the end. kInvalidArgument above the limits; kDataLoss when damaged.
  Result<bool> read(std::string& out);

 private:
  friend class ZipPackage;
  ZipPart(ZipPackage& package, void* file, std::string name)
      : package_(&package), file_(file), name_(std::move(name)) {}
  ZipPackage* package_;
  void* file_;
  std::string name_;
};

class ZipPackage {
 public:
  static Result<std::unique_ptr<ZipPackage>> open(ByteSource bytes, const ReadLimits& limits);
  ZipPackage(const ZipPackage&) = delete;
  ZipPackage& operator=(const ZipPackage&) = delete;
  ~ZipPackage();
  [[nodiscard]] bool has(const std::string& part) const;
  Result<ZipPart> part(const std::string& name);
  /// Parses a whole part. kNotFound when it is absent.
  Status parse(const std::string& part, XmlEvents& events);
  [[nodiscard]] const std::string& name() const noexcept { return bytes_.name(); }

 private:
  friend class ZipPart;
  ZipPackage(ByteSource bytes, const ReadLimits& limits) : bytes_(std::move(bytes)), limits_(limits) {}
  Status account(uint64_t bytes);
  ByteSource bytes_;
  ReadLimits limits_;
  void* archive_ = nullptr;
  uint64_t inflated_bytes_ = 0;
};

}  // namespace minglu::table::internal
