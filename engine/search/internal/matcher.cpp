#include "search/internal/matcher.hpp"

#include <algorithm>

#include "search/internal/text_forms.hpp"

namespace minglu::search {

Order Matcher::order_of_whole(const NameTexts& names) const {
  const std::u16string_view whole = question_.whole;
  if (names.name() == whole) return Order::kExactName;
  Order best = names.brand() == whole ? Order::kShortName : Order::kNone;
  names.extras([&](std::u16string_view text, bool is_short) {
    if (text == whole) best = std::min(best, is_short ? Order::kShortName : Order::kFormerName);
    return true;
  });
  if (best != Order::kNone) return best;
  if (names.name().starts_with(whole)) return Order::kPrefix;
  return !names.brand().empty() && names.tail().starts_with(whole) ? Order::kBrandStart : Order::kNone;
}

bool Matcher::spells(const NameTexts& names, const std::string& letters) const {
  return reading_starts_with(names.tail(), letters, chars_) || initials_start_with(names.tail(), letters, chars_) ||
         initials_start_with(names.name(), letters, chars_);
}

bool Matcher::spells_brand(const NameTexts& names, const std::string& letters) const {
  return !names.brand().empty() &&
         (reading_of(names.brand(), chars_) == letters || initials_of(names.brand(), chars_) == letters);
}

Order Matcher::order_of_term(const Term& term, const NameTexts& names, const IndexView& view, uint32_t document,
                             Reach reach) const {
  if (names.contain(term.key)) return Order::kContains;
  if (reach == Reach::kNames) return Order::kNone;
  if (!term.letters.empty() && spells(names, term.letters)) {
    const bool brand = question_.terms.size() == 1 && spells_brand(names, term.letters);
    return brand ? Order::kPinyinBrand : Order::kPinyin;
  }
  const ColdTexts cold = view.cold(document);
  if (cold.legal_rep == term.key && !scope_.hides(MatchField::kLegalRep)) return Order::kLegalRep;
  const bool in_address =
      reach == Reach::kAddresses && term.key.size() >= 2 && cold.address.find(term.key) != std::u16string_view::npos;
  return in_address ? Order::kAddress : Order::kNone;
}

Order Matcher::order_of(const IndexView& view, uint32_t document, Reach reach) const {
  const NameTexts names = view.names(document);
  if (const Order whole = order_of_whole(names); whole != Order::kNone) return whole;
  Order worst = Order::kContains;
  for (const Term& term : question_.terms) {
    worst = std::max(worst, order_of_term(term, names, view, document, reach));
    if (worst == Order::kNone) break;
  }
  return worst;
}

Place Matcher::place_of(const IndexView& view, uint32_t document, Order order) const {
  Place place;
  const NameTexts names = view.names(document);
  const auto add_span = [&](size_t begin, size_t length) {
    if (length > 0) place.spans.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + length)});
  };
  if (order == Order::kNear) {
    place.field = MatchField::kName;
    add_span(names.brand_begin(), names.brand().size());
    return place;
  }
  if (order == Order::kListed) return place;
  const size_t whole = order <= Order::kBrandStart || question_.terms.size() > 1
                           ? names.name().find(question_.whole, order == Order::kShortName ? names.brand_begin() : 0)
                           : std::u16string_view::npos;
  if (whole != std::u16string_view::npos && order <= Order::kContains) {
    place.field = MatchField::kName;
    add_span(order == Order::kBrandStart ? names.brand_begin() : whole, question_.whole.size());
    return place;
  }
  for (const Term& term : question_.terms) {
    MatchField field = MatchField::kName;
    if (const size_t at = names.name().find(term.key); at != std::u16string_view::npos) {
      add_span(at, term.key.size());
    } else {
      names.extras([&](std::u16string_view text, bool is_short) {
        if (text.find(term.key) == std::u16string_view::npos) return true;
        field = is_short ? MatchField::kShortName : MatchField::kFormerName;
        return false;
      });
      if (field == MatchField::kName) {
        const ColdTexts cold = view.cold(document);
        const bool spelt = !term.letters.empty() && spells(names, term.letters);
        if (spelt) add_span(names.brand_begin(), names.brand().size());
        const bool is_person = cold.legal_rep == term.key && !scope_.hides(MatchField::kLegalRep);
        if (!spelt) field = is_person ? MatchField::kLegalRep : MatchField::kAddress;
      }
    }
    if (place.field == MatchField::kNone) place.field = field;
  }
  return place;
}

}  // namespace minglu::search
