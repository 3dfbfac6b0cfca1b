#include "store/ledger_hash.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/date.hpp"
#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "store/netstring.hpp"

namespace minglu::store {
namespace {

constexpr std::string_view kEncodingName = "minglu-commit-1";
constexpr size_t kKindCharsMax = 64;
constexpr size_t kShownCharsMax = 120;

std::string shown(std::string_view text) { return "\"" + std::string(text.substr(0, kShownCharsMax)) + "\""; }

Status check_text(const char* what, std::string_view text) {
  if (!base::is_valid_utf8(text)) return base::invalid_argument(std::string(what) + " is not valid UTF-8");
  if (text.find('\0') != std::string_view::npos) {
    return base::invalid_argument(std::string(what) + " contains a NUL character, which no database text can hold");
  }
  return ok_status();
}

Status check_payload(const char* what, std::string_view payload) {
  MINGLU_CHECK(check_text(what, payload));
  MINGLU_TRY(const std::string canonical, canonical_json(payload));
  if (canonical != payload) {
    return base::invalid_argument(std::string(what) +
                                  " is not canonical JSON: pass it through canonical_json first; it reads " +
                                  shown(payload) + ", canonical is " + shown(canonical));
  }
  if (payload.front() != '{') return base::invalid_argument(std::string(what) + " must be a JSON object");
  return ok_status();
}

Status check_batch(const BatchRow& batch) {
  for (const std::string* text : {&batch.source, &batch.source_date, &batch.digest, &batch.file_name}) {
    MINGLU_CHECK(check_text("batch", *text));
  }
  if (batch.source.empty() || batch.digest.empty()) {
    return base::invalid_argument("batch of file " + shown(batch.file_name) + " names no source or no digest");
  }
  for (const int64_t count :
       {batch.bytes, batch.rows_in, batch.accepted, batch.rejected, batch.duplicate, batch.superseded}) {
    if (count < 0) return base::invalid_argument("batch of file " + shown(batch.file_name) + " has a negative count");
  }
  const auto wide = [](int64_t x) { return static_cast<__int128>(x); };
  if (wide(batch.rows_in) !=
      wide(batch.accepted) + wide(batch.rejected) + wide(batch.duplicate) + wide(batch.superseded)) {
    return base::invalid_argument("batch of file " + shown(batch.file_name) + " does not balance: rows in " +
                                  std::to_string(batch.rows_in) + ", accepted " + std::to_string(batch.accepted) +
                                  ", rejected " + std::to_string(batch.rejected) + ", duplicate " +
                                  std::to_string(batch.duplicate) + ", superseded " + std::to_string(batch.superseded));
  }
  return ok_status();
}

}  // namespace

std::string commit_hash(const CommitRecord& record) {
  std::string out = record.commit.prev_hash;
  put_netstring(out, kEncodingName);
  put_netstring(out, record.commit.seq);
  put_netstring(out, record.commit.kind);
  put_netstring(out, record.commit.created_at);
  put_netstring(out, record.commit.payload_json);
  put_netstring(out, static_cast<int64_t>(record.leases.size()));
  for (const LeaseRow& lease : record.leases) {
    put_netstring(out, lease.kind);
    put_netstring(out, lease.first_id);
    put_netstring(out, lease.count);
  }
  put_netstring(out, static_cast<int64_t>(record.batches.size()));
  for (const BatchRow& batch : record.batches) {
    for (const std::string* text : {&batch.source, &batch.source_date, &batch.digest, &batch.file_name})
      put_netstring(out, *text);
    for (const int64_t count :
         {batch.bytes, batch.rows_in, batch.accepted, batch.rejected, batch.duplicate, batch.superseded}) {
      put_netstring(out, count);
    }
  }
  put_netstring(out, static_cast<int64_t>(record.decisions.size()));
  for (const DecisionRow& decision : record.decisions) {
    for (const std::string* text : {&decision.kind, &decision.subject, &decision.actor, &decision.payload_json}) {
      put_netstring(out, *text);
    }
  }
  return base::sha256_hex(out);
}

Status check_kind(std::string_view kind) {
  const bool well_formed =
      !kind.empty() && kind.size() <= kKindCharsMax && std::all_of(kind.begin(), kind.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
      });
  if (well_formed) return ok_status();
  return base::invalid_argument("kind " + shown(kind) + " is not 1 to 64 characters of a-z 0-9 _ . -");
}

Status check_request(const CommitRequest& request) {
  MINGLU_CHECK(check_kind(request.kind));
  MINGLU_CHECK(check_payload("commit payload", request.payload_json));
  for (const auto& [kind, count] : request.ids_needed) {
    MINGLU_CHECK(check_kind(kind));
    if (count <= 0) return base::invalid_argument("ids of kind \"" + kind + "\": count must be above 0");
  }
  for (const BatchRow& batch : request.batches) MINGLU_CHECK(check_batch(batch));
  for (const DecisionRow& decision : request.decisions) {
    MINGLU_CHECK(check_kind(decision.kind));
    MINGLU_CHECK(check_text("decision subject", decision.subject));
    MINGLU_CHECK(check_text("decision actor", decision.actor));
    MINGLU_CHECK(check_payload("decision payload", decision.payload_json));
  }
  return ok_status();
}

std::string format_utc_us(int64_t us_since_1970) {
  constexpr int64_t kUsPerDay = 86'400'000'000;
  int64_t day = us_since_1970 / kUsPerDay;
  int64_t us = us_since_1970 % kUsPerDay;
  if (us < 0) {
    us += kUsPerDay;
    --day;
  }
  char time[32];
  std::snprintf(time, sizeof time, "T%02d:%02d:%02d.%06dZ", static_cast<int>(us / 3'600'000'000),
                static_cast<int>(us / 60'000'000 % 60), static_cast<int>(us / 1'000'000 % 60),
                static_cast<int>(us % 1'000'000));
  return base::format_iso_date(base::Date{static_cast<int32_t>(day)}) + time;
}

Result<std::string> canonical_json(std::string_view json) {
  try {
    return nlohmann::json::parse(json).dump();
  } catch (const nlohmann::json::exception& error) {
    return base::invalid_argument(std::string("not JSON: ") + error.what());
  }
}

}  // namespace minglu::store
