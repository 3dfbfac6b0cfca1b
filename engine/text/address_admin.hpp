// Walks the division words of a folded address. Internal to text/address.
// Method: longest match from the left; a word is accepted only when it fits the divisions known so far,
// otherwise a shorter one gets its turn. Use: run() once, then finish().
// One object per address; no errors; not shared between threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/address.hpp"
#include "text/address_lexicon.hpp"

namespace minglu::text {

class AdminWalk {
 public:
  AdminWalk(const AddressLexicon& lexicon, AddressParts& parts) : lexicon_(lexicon), parts_(parts) {}
  /// Reads divisions from the front of `text`; returns where the rest begins. Nothing found = 0.
  size_t run(std::u32string_view text);
  /// Fills codes, names, level, area and the flags that depend on the whole.
  void finish();
  [[nodiscard]] bool found_nothing() const noexcept;

 private:
  using Region = codes::Region;
  size_t take_one(std::u32string_view text);
  bool accept(const AddressTerm& term, std::u32string_view word, std::u32string_view after);
  bool accept_longest(std::u32string_view text, size_t length, const std::vector<AddressTerm>& terms);
  bool accept_province(const Region& region, TermForm form, std::u32string_view after);
  bool accept_city(const Region& region, TermForm form, std::u32string_view after);
  bool accept_districts(const std::vector<AddressTerm>& terms, std::u32string_view word, std::u32string_view after);
  const Region* choose_district(const std::vector<AddressTerm>& terms, std::u32string_view word,
                                std::u32string_view after, bool& ambiguous) const;
  bool set_district(const Region& region, std::u32string_view word);
  bool accept_old_district(const codes::RegionAlias& alias, std::u32string_view word);
  bool accept_zone(const codes::RegionAlias& alias);
  bool accept_street(const Region& region, TermForm form, std::u32string_view after);
  bool accept_old_street(const codes::RegionAlias& alias, std::u32string_view word);
  bool fit_street(const Region& region);
  bool accept_communities(const std::vector<AddressTerm>& terms, std::u32string_view word, std::u32string_view after);
  bool choose_community(const std::vector<const Region*>& candidates, TermForm form, std::u32string_view word);
  bool community_in_street(const std::vector<const Region*>& candidates, TermForm form, std::u32string_view word);
  void set_community(const Region& region, TermForm form);
  size_t take_unlisted(std::u32string_view text);
  [[nodiscard]] bool followed_by_community(const Region& street, std::u32string_view after) const noexcept;
  [[nodiscard]] bool followed_by_district(const Region& city, std::u32string_view after) const noexcept;
  [[nodiscard]] bool near_home(const Region& region) const noexcept;
  [[nodiscard]] bool in_home() const noexcept;
  [[nodiscard]] bool blocked(std::u32string_view after) const noexcept;
  [[nodiscard]] bool ends_with_kind(std::u32string_view word) const noexcept;
  [[nodiscard]] bool starts_estate(std::u32string_view after) const noexcept;
  [[nodiscard]] bool in_past_of(const std::string& code, const std::string& wanted) const noexcept;
  [[nodiscard]] const Region* above(const Region& region) const noexcept;
  void note_old(std::string_view name);
  void set_upper(const Region& region);
  void infer_city();
  void apply_locality();
  void fill_names();

  const AddressLexicon& lexicon_;
  AddressParts& parts_;
  const Region* province_ = nullptr;
  const Region* city_ = nullptr;
  const Region* district_ = nullptr;
  const Region* street_ = nullptr;
  const Region* community_ = nullptr;
  bool province_read_ = false;
  bool city_read_ = false;
  bool district_read_ = false;
  bool street_read_ = false;
  std::vector<std::string> districts_;  // an old county that is several districts now
  std::vector<std::string> streets_;    // an old town, or a zone, that is several streets now
  const codes::RegionAlias* locality_ = nullptr;
  bool zone_of_streets_ = false;
  size_t place_word_ = 0;  // length of a locality word at the cursor
};

}  // namespace minglu::text
