#include "text/address.hpp"

#include "base/utf8.hpp"
#include "text/address_admin.hpp"
#include "text/address_lexicon.hpp"
#include "text/address_tail.hpp"

namespace minglu::text {
namespace {

constexpr size_t kCharactersMax = 400;
constexpr size_t kInsideMax = 30;  // characters before divisions that stand behind other words

// Where the first bracket opens: divisions in brackets belong to somebody else (入驻深圳市…秘书有限公司).
size_t bracket_start(std::u32string_view text) noexcept {
  const size_t at = text.find(U'(');
  return at == std::u32string_view::npos ? text.size() : at;
}

// Division words behind other words: the first place from which a district or street can be read in full.
size_t find_inside(const AddressLexicon& lexicon, std::u32string_view text, AddressParts& parts) {
  const size_t end = std::min(bracket_start(text), kInsideMax);
  for (size_t at = 1; at < end; ++at) {
    if (lexicon.trie().step(0, text[at]) == 0) continue;
    AddressParts trial;
    AdminWalk walk(lexicon, trial);
    const size_t taken = walk.run(text.substr(at));
    if (taken == 0 || walk.found_nothing() || trial.has(AddressFlag::kShortName)) continue;
    walk.finish();
    if (trial.has(AddressFlag::kCityInferred) && trial.has(AddressFlag::kOutsideCity)) continue;
    trial.set(AddressFlag::kFoundInside);
    trial.rest = base::encode_utf8(text.substr(0, at));
    parts = std::move(trial);
    return at + taken;
  }
  return 0;
}

}  // namespace

std::string AddressParts::padded_code() const {
  const std::string& code = !code12.empty() ? code12 : !code9.empty() ? code9 : code6;
  return code.empty() ? code : code + std::string(12 - code.size(), '0');
}

Result<AddressParser> AddressParser::load(const std::filesystem::path& catalog_dir) {
  MINGLU_TRY(codes::Regions regions, codes::Regions::load(catalog_dir));
  MINGLU_TRY(std::shared_ptr<const CharTables> chars, CharTables::load(catalog_dir));
  return create(std::make_shared<const codes::Regions>(std::move(regions)), std::move(chars), catalog_dir);
}

Result<AddressParser> AddressParser::create(std::shared_ptr<const codes::Regions> regions,
                                            std::shared_ptr<const CharTables> chars,
                                            const std::filesystem::path& catalog_dir) {
  MINGLU_TRY(auto lexicon, AddressLexicon::create(std::move(regions), std::move(chars), catalog_dir));
  return AddressParser(std::move(lexicon));
}

const codes::Regions& AddressParser::regions() const noexcept { return lexicon_->regions(); }

AddressParts AddressParser::parse(std::string_view utf8) const {
  bool cut = false;
  const std::u32string text = lexicon_->fold(utf8, kCharactersMax, cut);
  return parse_folded(text, cut);
}

AddressParts AddressParser::parse(std::string_view utf8, std::string& key) const {
  bool cut = false;
  const std::u32string text = lexicon_->fold(utf8, kCharactersMax, cut);
  key.clear();
  append_address_key(text, key);
  return parse_folded(text, cut);
}

AddressParts AddressParser::parse_folded(std::u32string_view text, bool cut) const {
  AddressParts parts;
  AdminWalk walk(*lexicon_, parts);
  size_t tail = walk.run(text);
  walk.finish();
  if (parts.level < codes::RegionLevel::kDistrict && parts.district.empty() && !parts.has(AddressFlag::kOutsideCity)) {
    AddressParts inside;
    const size_t behind = find_inside(*lexicon_, text.substr(tail), inside);
    if (behind > 0 && (parts.city.empty() || parts.city == inside.city)) {
      if (!parts.city.empty()) inside.clear(AddressFlag::kCityInferred);
      parts = std::move(inside);
      tail += behind;
    }
  }
  if (cut) parts.set(AddressFlag::kTooLong);
  if (lexicon_->contains_any(WordKind::kSecretary, text.substr(tail))) { parts.set(AddressFlag::kSecretaryAddress); }
  read_address_tail(*lexicon_, text.substr(tail), parts);
  return parts;
}

}  // namespace minglu::text
