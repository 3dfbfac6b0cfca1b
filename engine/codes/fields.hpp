// The register's fields, from catalog/fields.csv. A FieldId is the row's place in that file; it is stored only in
// derived files, which carry the catalog's digest and are rebuilt when it changes.
// Thread-safety: immutable after load.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace minglu::codes {

struct FieldId {
  uint16_t value = 0;
  auto operator<=>(const FieldId&) const = default;
};

enum class FieldKind { kIdentifier, kName, kText, kCode, kAddress, kPerson, kDate, kPhone, kMoney, kInteger, kDecimal };
/// How two claims of one field are compared: kNone fields (figures of different months) never conflict.
enum class FieldCompare { kExact, kName, kAddress, kNone };

struct FieldInfo {
  std::string code;      // "uscc"
  std::string title_zh;  // "统一社会信用代码"
  FieldKind kind = FieldKind::kText;
  std::string list;          // code list of a kCode field, e.g. "org_type"; else empty
  std::string source_class;  // PUBLIC, DEPT_ADMIN, SURVEY: the class under which the field may leave (rule book §12)
  bool required = false;     // a unit without it is listed as 缺失
  FieldCompare compare = FieldCompare::kExact;
};

class Fields {
 public:
  static constexpr size_t kCountMax = 1024;

  /// kInvalidArgument on an unknown type, class or comparison, a duplicate code, or more than kCountMax rows.
  static Result<Fields> load(const std::filesystem::path& catalog_directory);

  [[nodiscard]] std::optional<FieldId> find(std::string_view code) const;
  /// For codes the engine itself relies on ("uscc", "name"); asserts that the catalog has it. Checked once in load.
  [[nodiscard]] FieldId require(std::string_view code) const;
  [[nodiscard]] const FieldInfo& info(FieldId id) const { return infos_[id.value]; }
  [[nodiscard]] size_t size() const noexcept { return infos_.size(); }

 private:
  std::vector<FieldInfo> infos_;
  std::unordered_map<std::string, FieldId> by_code_;
};

}  // namespace minglu::codes
