// Answers kept for keys of idempotency. Read from the database: they are asked for by unsafe requests only.
#include <utility>

#include "store/account_seal.hpp"
#include "store/account_state.hpp"
#include "store/account_store.hpp"

namespace minglu::store {
namespace {

constexpr size_t kAnswerKeyCharsMax = 200;

std::string answer_context(const KeptAnswer& answer) { return "answer:" + answer.owner + ":" + answer.key; }

bool read_answer(soci::session& sql, const KeptAnswer& asked, KeptAnswer& found) {
  sql << "SELECT owner, idempotency_key, fingerprint, begun_us, status, sealed FROM account_answer WHERE owner = "
         ":owner "
         "AND idempotency_key = :key",
      soci::use(asked.owner, "owner"), soci::use(asked.key, "key"), soci::into(found.owner), soci::into(found.key),
      soci::into(found.fingerprint), soci::into(found.begun_us), soci::into(found.status), soci::into(found.answer);
  return sql.got_data();
}

}  // namespace

Result<std::optional<KeptAnswer>> AccountStore::begin_answer(const KeptAnswer& fresh, int64_t forget_before_us) {
  for (const std::string* text : {&fresh.owner, &fresh.key, &fresh.fingerprint})
    MINGLU_CHECK(check_account_text("Idempotency-Key", *text, kAnswerKeyCharsMax));
  if (state_->seal_key.empty()) return base::failed_precondition("没有密钥文件，不能保存回答");
  KeptAnswer earlier;
  bool is_known = false;
  MINGLU_CHECK(state_->database->write([&](soci::session& sql) {
    sql << "DELETE FROM account_answer WHERE begun_us < :before", soci::use(forget_before_us, "before");
    is_known = read_answer(sql, fresh, earlier);
    if (is_known) return ok_status();
    sql << "INSERT INTO account_answer (owner, idempotency_key, fingerprint, begun_us, status, sealed) VALUES (:owner, "
           ":key, :fingerprint, :begun, 0, '')",
        soci::use(fresh.owner, "owner"), soci::use(fresh.key, "key"), soci::use(fresh.fingerprint, "fingerprint"),
        soci::use(fresh.begun_us, "begun");
    return ok_status();
  }));
  if (!is_known) return std::optional<KeptAnswer>();
  if (earlier.status != 0) {
    std::optional<std::string> opened = unseal({state_->seal_key, answer_context(earlier)}, earlier.answer);
    if (!opened) return base::failed_precondition("密钥文件打不开保存的回答：密钥不对，或数据被改动");
    earlier.answer = std::move(*opened);
  }
  return std::optional<KeptAnswer>(std::move(earlier));
}

Status AccountStore::keep_answer(const KeptAnswer& answer) {
  if (state_->seal_key.empty()) return base::failed_precondition("没有密钥文件，不能保存回答");
  MINGLU_TRY(const std::string sealed, seal({state_->seal_key, answer_context(answer)}, answer.answer));
  return state_->database->write([&](soci::session& sql) {
    sql << "UPDATE account_answer SET status = :status, sealed = :sealed WHERE owner = :owner AND idempotency_key = "
           ":key",
        soci::use(answer.status, "status"), soci::use(sealed, "sealed"), soci::use(answer.owner, "owner"),
        soci::use(answer.key, "key");
    return ok_status();
  });
}

Status AccountStore::forget_answer(const KeptAnswer& answer) {
  return state_->database->write([&](soci::session& sql) {
    sql << "DELETE FROM account_answer WHERE owner = :owner AND idempotency_key = :key",
        soci::use(answer.owner, "owner"), soci::use(answer.key, "key");
    return ok_status();
  });
}

}  // namespace minglu::store
