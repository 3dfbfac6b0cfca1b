#include "flows/record_names.hpp"

#include <charconv>
#include <optional>

#include "access/masking.hpp"
#include "ingest/prepare.hpp"

namespace minglu::flows {
namespace {

constexpr char kEntityMark = '#';
constexpr size_t kEntityDigits = 16;

std::string entity_key(uint64_t entity) {
  std::string text(kEntityDigits + 1, '0');
  text.front() = kEntityMark;
  for (size_t i = text.size() - 1; entity != 0; --i, entity >>= 4U) text[i] = "0123456789abcdef"[entity & 0xFU];
  return text;
}

std::optional<uint64_t> parse_entity_key(std::string_view key) {
  if (key.size() != kEntityDigits + 1 || key.front() != kEntityMark) return std::nullopt;
  uint64_t entity = 0;
  const auto [end, problem] = std::from_chars(key.data() + 1, key.data() + key.size(), entity, 16);
  if (problem != std::errc() || end != key.data() + key.size()) return std::nullopt;
  return entity;
}

}  // namespace

Result<uint64_t> entity_named(const Knowledge& knowledge, const std::string& record) {
  const size_t colon = record.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == record.size()) {
    return base::invalid_argument("记录 \"" + record + "\" 应写作 来源:键，例如 power:0755001");
  }
  const std::string source = record.substr(0, colon);
  if (!knowledge.sources().find(source))
    return base::not_found("没有来源 \"" + source + "\"；可用 minglu sources 查看");
  const std::string_view key = std::string_view(record).substr(colon + 1);
  if (const std::optional<uint64_t> entity = parse_entity_key(key)) return *entity;
  return ingest::entity_of(source, key).value;
}

std::string shown_key(std::string_view source, std::string_view key) {
  return access::holds_citizen_id(key) ? entity_key(ingest::entity_of(source, key).value) : std::string(key);
}

std::string shown_record(const std::string& record) {
  const size_t colon = record.find(':');
  if (colon == std::string::npos) return record;
  const std::string_view text = record;
  return record.substr(0, colon + 1) + shown_key(text.substr(0, colon), text.substr(colon + 1));
}

}  // namespace minglu::flows
