#include "store/audit_record.hpp"

#include "base/sm3.hpp"
#include "base/utf8.hpp"
#include "store/netstring.hpp"

namespace minglu::store {
namespace {

constexpr std::string_view kEncodingName = "minglu-audit-1";
constexpr size_t kDetailBytesMax = 65'536;
constexpr char32_t kReplacement = 0xFFFD;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

void replace_unstorable(std::string& text) {
  if (base::is_valid_utf8(text) && text.find('\0') == std::string::npos) return;
  std::u32string characters = base::decode_utf8(text);
  for (char32_t& c : characters) {
    if (c == 0) c = kReplacement;
  }
  text = base::encode_utf8(characters);
}

/// Cuts before the character that would cross the limit.
void cut(std::string& text, size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  size_t end = bytes_max;
  while (end > 0 && is_continuation(text[end])) --end;
  text.resize(end);
}

}  // namespace

std::string audit_hash(std::string_view prev_hash, const AuditEntry& entry) {
  std::string out;
  out.reserve(512);
  out += prev_hash;
  put_netstring(out, kEncodingName);
  for (const int64_t number : {entry.seq, entry.at_us, entry.actor_id}) put_netstring(out, number);
  for (const std::string* text : {&entry.actor, &entry.role, &entry.remote, &entry.operation, &entry.object}) {
    put_netstring(out, *text);
  }
  put_netstring(out, audit_outcome_name(entry.outcome));
  put_netstring(out, entry.reason);
  put_netstring(out, entry.detail_json);
  return base::sm3_hex(out);
}

Status make_storable(AuditEntry& entry) {
  for (std::string* text : {&entry.actor, &entry.role, &entry.remote, &entry.operation, &entry.object, &entry.reason}) {
    cut(*text, kAuditTextBytesMax);
    replace_unstorable(*text);
  }
  replace_unstorable(entry.detail_json);
  MINGLU_TRY(entry.detail_json, canonical_json(entry.detail_json));
  if (entry.detail_json.front() != '{') return base::invalid_argument("the detail of an audit entry must be an object");
  if (entry.detail_json.size() > kDetailBytesMax) {
    return base::invalid_argument("the detail of an audit entry has " + std::to_string(entry.detail_json.size()) +
                                  " bytes, allowed are " + std::to_string(kDetailBytesMax));
  }
  return ok_status();
}

}  // namespace minglu::store
