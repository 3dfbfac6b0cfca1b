#include "flows/people_sync.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "access/roles.hpp"
#include "access/scope.hpp"

namespace minglu::flows {
namespace {

using store::OrganisationRow;

constexpr size_t kDepthMax = 16;
constexpr uint64_t kEndedAlways = 5;  // so few may always end

std::string folded(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

class Synchronisation {
 public:
  Synchronisation(store::AccountStore& accounts, const Knowledge& knowledge, const SyncSpec& spec, int64_t now_us)
      : accounts_(accounts), knowledge_(knowledge), spec_(spec), now_us_(now_us) {}

  Result<SyncReport> run(const SyncList& list) {
    MINGLU_TRY(const std::vector<OrganisationRow> kept, accounts_.organisations());
    for (const OrganisationRow& organisation : kept) before_[organisation.code] = organisation;
    MINGLU_TRY(members_, accounts_.members());
    judge_organisations(list.organisations);
    judge_people(list.people);
    MINGLU_CHECK(check_ended());
    if (!spec_.dry_run) MINGLU_CHECK(carry_out());
    return std::move(report_);
  }

 private:
  struct Account {
    int64_t id = 0;  // 0: to be made
    int64_t version = 0;
    store::UserSpec spec;
    std::string organisation;
  };

  void reject(SyncCounts& counts, const char* kind, uint64_t row, const std::string& key, const std::string& reason) {
    ++counts.rejected;
    report_.rejects.push_back({kind, row, key, reason});
  }

  // In words for users; null when it can be used.
  std::optional<std::string> fault_of(const OrganisationRow& organisation,
                                      const std::map<std::string, const OrganisationRow*>& all) const {
    if (organisation.code.empty() || organisation.name.empty()) return "缺少代码或名称";
    const auto role = access::find_role(organisation.role);
    if (!role || *role == access::Role::kApplicant || !access::role_info(*role).sees_units)
      return "角色“" + organisation.role + "”应为 city、district、subdistrict、department 或 leader";
    const bool is_local = *role == access::Role::kDistrict || *role == access::Role::kSubdistrict;
    if (is_local && organisation.regions.empty()) return "区、街道机构必须指定所辖区域";
    for (const std::string& region : organisation.regions) {
      if (knowledge_.domain().regions().find(region) == nullptr) return "没有区划“" + region + "”";
    }
    for (const std::string& source : organisation.sources) {
      if (!knowledge_.sources().find(source)) return "没有来源“" + source + "”";
    }
    std::string at = organisation.parent;
    for (size_t depth = 0; !at.empty(); ++depth) {
      if (at == organisation.code || depth == kDepthMax) return "上级机构首尾相接";
      const auto it = all.find(at);
      if (it == all.end()) return "没有上级机构“" + at + "”";
      at = it->second->parent;
    }
    return std::nullopt;
  }

  void judge_organisations(const std::vector<OrganisationRow>& rows) {
    SyncCounts& counts = report_.organisations;
    counts.rows = rows.size();
    std::map<std::string, const OrganisationRow*> all;
    for (const auto& [code, organisation] : before_) all[code] = &organisation;
    for (const OrganisationRow& organisation : rows) all[organisation.code] = &organisation;
    after_ = before_;
    std::set<std::string> named;
    for (size_t i = 0; i < rows.size(); ++i) {
      const OrganisationRow& row = rows[i];
      std::optional<std::string> fault = fault_of(row, all);
      if (!named.insert(row.code).second) fault = "同一机构出现两次";
      if (fault) {
        reject(counts, "organisation", i + 1, row.code, *fault);
        continue;
      }
      const auto it = before_.find(row.code);
      if (it != before_.end() && it->second == row) {
        ++counts.unchanged;
        continue;
      }
      ++(it == before_.end() ? counts.created : counts.changed);
      put(row);
    }
    if (!spec_.is_complete) return;
    for (const auto& [code, organisation] : before_) {
      if (named.contains(code) || organisation.is_closed) continue;
      ++counts.ended;
      OrganisationRow closed = organisation;
      closed.is_closed = true;
      put(closed);
    }
  }

  void put(const OrganisationRow& organisation) {
    after_[organisation.code] = organisation;
    organisations_.push_back(organisation);
  }

  store::UserSpec spec_of(const SyncPerson& person, const OrganisationRow& organisation) const {
    store::UserSpec spec;
    spec.login = folded(person.login);
    spec.display_name = person.display_name;
    spec.roles = {organisation.role};
    spec.regions = organisation.regions;
    spec.sources = organisation.sources;
    // As for accounts made by hand: those who work conflicts need whole addresses, and persons with a reason.
    spec.may_unmask =
        organisation.role == "city" || organisation.role == "district" || organisation.role == "subdistrict";
    spec.is_disabled = !person.is_active || organisation.is_closed;
    spec.created_us = now_us_;
    return spec;
  }

  std::optional<std::string> fault_of(const SyncPerson& person, const std::optional<store::UserRow>& known) const {
    if (person.login.empty() || person.display_name.empty()) return "缺少登录名或姓名";
    if (!after_.contains(person.organisation)) return "没有机构“" + person.organisation + "”";
    if (known && !members_.contains(known->id)) return "这个登录名是手工建立的账号，不由同步管理";
    return std::nullopt;
  }

  void judge_people(const std::vector<SyncPerson>& rows) {
    SyncCounts& counts = report_.people;
    counts.rows = rows.size();
    std::set<std::string> named;
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::optional<store::UserRow> known = accounts_.find_login(rows[i].login);
      std::optional<std::string> fault = fault_of(rows[i], known);
      if (!named.insert(folded(rows[i].login)).second) fault = "同一登录名出现两次";
      const store::UserSpec spec = fault ? store::UserSpec() : spec_of(rows[i], after_.at(rows[i].organisation));
      if (const Status checked = store::AccountStore::check_user(spec); !fault && !checked.ok())
        fault = checked.error().message;
      if (fault) {
        reject(counts, "person", i + 1, rows[i].login, *fault);
        continue;
      }
      if (known && is_same(*known, spec) && members_.at(known->id) == rows[i].organisation) {
        ++counts.unchanged;
        continue;
      }
      ++(known ? counts.changed : counts.created);
      people_.push_back({known ? known->id : 0, known ? known->version : 0, spec, rows[i].organisation});
    }
    if (spec_.is_complete) end_absent(named);
  }

  static bool is_same(const store::UserRow& row, const store::UserSpec& spec) {
    return row.display_name == spec.display_name && row.roles == spec.roles && row.regions == spec.regions &&
           row.sources == spec.sources && row.may_unmask == spec.may_unmask && row.is_disabled == spec.is_disabled;
  }

  void end_absent(const std::set<std::string>& named) {
    for (const store::UserRow& user : accounts_.users()) {
      const auto member = members_.find(user.id);
      if (member == members_.end() || user.is_disabled || named.contains(user.login)) continue;
      ++report_.people.ended;
      people_.push_back({user.id,
                         user.version,
                         {user.login, user.display_name, user.roles, user.regions, user.specialties, user.sources,
                          user.may_unmask, true},
                         member->second});
    }
  }

  Status check_ended() const {
    uint64_t open = 0;
    for (const store::UserRow& user : accounts_.users())
      open += members_.contains(user.id) && !user.is_disabled ? 1 : 0;
    const uint64_t ended = report_.people.ended;
    if (spec_.may_end_many || ended <= kEndedAlways || 2 * ended <= open) return ok_status();
    return base::failed_precondition("这份名单会停用 " + std::to_string(ended) + " 个账号，超过现有 " +
                                     std::to_string(open) + " 个的一半，可能不完整；确认无误请允许大量停用");
  }

  Status carry_out() {
    for (const OrganisationRow& organisation : organisations_) MINGLU_CHECK(accounts_.put_organisation(organisation));
    for (const Account& account : people_) {
      if (account.id == 0) {
        MINGLU_CHECK(accounts_.create_user(account.spec, account.organisation));
        continue;
      }
      MINGLU_CHECK(accounts_.update_user(account.id, account.version, account.spec));
      MINGLU_CHECK(accounts_.put_member(account.id, account.organisation));
    }
    return ok_status();
  }

  store::AccountStore& accounts_;
  const Knowledge& knowledge_;
  const SyncSpec spec_;
  const int64_t now_us_;
  std::map<std::string, OrganisationRow> before_;
  std::map<std::string, OrganisationRow> after_;
  std::map<int64_t, std::string> members_;
  std::vector<OrganisationRow> organisations_;  // to be written
  std::vector<Account> people_;
  SyncReport report_;
};

}  // namespace

Result<SyncReport> sync_people(store::AccountStore& accounts, const Knowledge& knowledge, const SyncList& list,
                               const SyncSpec& spec, int64_t now_us) {
  return Synchronisation(accounts, knowledge, spec, now_us).run(list);
}

}  // namespace minglu::flows
