#include "text/address_tail.hpp"

#include <algorithm>
#include <optional>

#include "base/utf8.hpp"

namespace minglu::text {
namespace {

constexpr size_t kChineseNumberMax = 9;
constexpr size_t kRoadGapMax = 4;  // 永香路|八|巷: characters between two road words of one road
constexpr size_t kRoadLengthMax = 24;
constexpr size_t kPlaceLengthMax = 24;

std::optional<int> digit_of(char32_t c) noexcept {
  switch (c) {
    case U'零':
    case U'〇': return 0;
    case U'一': return 1;
    case U'二':
    case U'两': return 2;
    case U'三': return 3;
    case U'四': return 4;
    case U'五': return 5;
    case U'六': return 6;
    case U'七': return 7;
    case U'八': return 8;
    case U'九': return 9;
    default: return std::nullopt;
  }
}

bool is_digit(char32_t c) noexcept { return c >= U'0' && c <= U'9'; }
bool is_alnum(char32_t c) noexcept { return is_digit(c) || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z'); }
bool is_joiner(char32_t c) noexcept {
  return c == U'-' || c == U'~' || c == U'—' || c == U'–' || c == U'－' || c == U'、' || c == U'/' || c == U'之' ||
         c == U'至' || c == U'.' || c == U',' || c == U'&' || c == U'#';
}

// One token of letters and digits, joiners inside included: "12-14", "A、B", "1A03", "负一" -> "-1".
struct NumberToken {
  size_t length = 0;
  std::string text;
};

NumberToken read_number(std::u32string_view text) {
  NumberToken token;
  while (token.length < text.size()) {
    const char32_t c = text[token.length];
    std::string chinese;
    if (is_alnum(c)) {
      token.text.push_back(static_cast<char>(c));
      ++token.length;
    } else if (const size_t n = read_chinese_number(text.substr(token.length), chinese); n > 0) {
      token.text += chinese;
      token.length += n;
    } else if (c == U'负' && token.text.empty()) {
      token.text.push_back('-');
      ++token.length;
    } else if (is_joiner(c) && !token.text.empty() && token.length + 1 < text.size() &&
               (is_alnum(text[token.length + 1]) || digit_of(text[token.length + 1]))) {
      token.text.push_back('-');
      ++token.length;
    } else {
      break;
    }
  }
  if (token.text == "-") return {};
  return token;
}

struct Span {
  size_t begin = 0;
  size_t end = 0;  // begin == end: nothing
};

class TailReader {
 public:
  TailReader(const AddressLexicon& lexicon, std::u32string_view text, AddressParts& parts)
      : lexicon_(lexicon), text_(text), parts_(parts) {}

  void run() {
    const Span road = find_road();
    if (road.end > road.begin) {
      split_before_road(road);
      at_ = road.end;
      read_road_number();
    }
    read_place();
    read_units();
  }

 private:
  [[nodiscard]] std::u32string_view from(size_t at) const { return text_.substr(at); }
  [[nodiscard]] size_t road_suffix(size_t at) const {
    const AddressWord* word = nullptr;
    const size_t length = lexicon_.match(WordKind::kRoadSuffix, from(at), &word);
    if (length == 0 || lexicon_.match(WordKind::kNotRoad, from(at)) > 0) return 0;
    // 道 alone ends a road only behind a numeral (高新南九道) or before a house number (黄槐道3号).
    if (!word->value.empty() && (at == 0 || !digit_of(text_[at - 1])) && !house_number(at + length)) return 0;
    return length;
  }
  [[nodiscard]] bool house_number(size_t at) const {
    const size_t begin = at;
    while (at < text_.size() && (is_digit(text_[at]) || is_joiner(text_[at]))) ++at;
    return at > begin && at < text_.size() && text_[at] == U'号';
  }

  Span find_road() const {
    Span road;
    size_t begin = 0;
    for (size_t i = 0; i < text_.size() && i < kRoadLengthMax + begin; ++i) {
      if (text_[i] == U'(') break;
      if (is_digit(text_[i]) && stops_road(i)) break;
      if (i == begin) continue;
      const size_t length = road_suffix(i);
      if (length == 0) continue;
      road = {begin, extend_road(i + length)};
      break;
    }
    return road;
  }

  // Digits end the search unless they belong to the road (48区, 5号路).
  [[nodiscard]] bool stops_road(size_t at) const {
    while (at < text_.size() && (is_digit(text_[at]) || is_joiner(text_[at]))) ++at;
    if (at >= text_.size()) return true;
    if (text_[at] == U'号') return road_suffix(at + 1) == 0;
    return lexicon_.match(WordKind::kFloorUnit, from(at)) > 0 || lexicon_.match(WordKind::kRoomUnit, from(at)) > 0 ||
           text_[at] == U'栋' || text_[at] == U'座';
  }

  // 永香路八巷: a second road word close behind, with nothing but Han characters between.
  [[nodiscard]] size_t extend_road(size_t end) const {
    for (size_t i = end; i < text_.size() && i <= end + kRoadGapMax; ++i) {
      if (!base::is_han(text_[i]) || text_[i] == U'与' || text_[i] == U'和') return end;
      if (i > end && lexicon_.match(WordKind::kPlaceSuffix, from(i)) > 0) return end;
      const size_t length = i > end ? road_suffix(i) : 0;
      if (length > 0) return extend_road(i + length);
    }
    return end;
  }

  // 梦园工业区油松路: what ends in a place word before the road is the place.
  void split_before_road(Span road) {
    size_t cut = road.begin;
    for (size_t i = road.begin + 1; i < road.end; ++i) {
      const size_t length = lexicon_.match(WordKind::kPlaceSuffix, from(i));
      if (length == 0 || i + length + 1 >= road.end) continue;
      if (road_suffix(i + length) > 0) continue;  // 庄村路, 花园街
      cut = i + length;
      i += length - 1;
    }
    if (cut > road.begin && has_own_name(cut, road.end)) {
      parts_.building = base::encode_utf8(text_.substr(road.begin, cut - road.begin));
      parts_.road = base::encode_utf8(text_.substr(cut, road.end - cut));
    } else {
      parts_.road = base::encode_utf8(text_.substr(road.begin, road.end - road.begin));
    }
  }

  // 二区二巷 and 东路 are no names without what stands before them.
  [[nodiscard]] bool has_own_name(size_t begin, size_t end) const {
    constexpr std::u32string_view kWithoutName = U"东西南北中上下前后第区坊横";
    size_t named = 0;
    for (size_t i = begin; i < end; ++i) {
      const size_t suffix = road_suffix(i);
      if (suffix > 0) {
        i += suffix - 1;
      } else if (!is_alnum(text_[i]) && !digit_of(text_[i]) &&
                 kWithoutName.find(text_[i]) == std::u32string_view::npos) {
        ++named;
      }
    }
    return named > 0;
  }

  void skip_bracket() {
    if (at_ >= text_.size() || text_[at_] != U'(') return;
    const size_t close = text_.find(U')', at_);
    const size_t end = close == std::u32string_view::npos ? text_.size() : close + 1;
    parts_.rest += base::encode_utf8(text_.substr(at_, end - at_));
    at_ = end;
  }

  void read_road_number() {
    skip_bracket();
    if (at_ + 1 < text_.size() && is_digit(text_[at_ + 1])) {
      constexpr std::u32string_view kSides = U"东西南北第";  // 坂田大道南1号
      if (text_[at_] != U'第' && kSides.find(text_[at_]) != std::u32string_view::npos) {
        base::append_utf8(parts_.rest, text_[at_]);
      }
      if (kSides.find(text_[at_]) != std::u32string_view::npos) ++at_;
    }
    const NumberToken number = read_number(from(at_));
    if (number.length == 0 || number.text[0] == '-') return;
    const size_t end = at_ + number.length;
    if (end < text_.size() && text_[end] == U'号' && lexicon_.match(WordKind::kBlockUnit, from(end)) == 0) {
      parts_.road_number = number.text;
      at_ = end + 1;
      return;
    }
    const bool unit = lexicon_.match(WordKind::kBlockUnit, from(end)) > 0 ||
                      lexicon_.match(WordKind::kFloorUnit, from(end)) > 0 ||
                      lexicon_.match(WordKind::kRoomUnit, from(end)) > 0;
    if (unit || end >= text_.size() || !is_digit(text_[at_]) || !base::is_han(text_[end])) return;
    parts_.road_number = number.text;
    at_ = end;
  }

  // The run of characters up to the last place word before a number.
  void read_place() {
    const size_t begin = at_;
    size_t end = 0;
    for (size_t i = begin; i < text_.size() && i < begin + kPlaceLengthMax; ++i) {
      if (text_[i] == U'(') break;
      if (is_alnum(text_[i]) && end > 0) break;
      if (is_digit(text_[i]) && starts_unit(i)) break;
      size_t length = lexicon_.match(WordKind::kPlaceSuffix, from(i));
      if (i == begin && length < 2) length = 0;
      // 三楼 is a floor, not a place.
      if (length == 1 && i > begin && text_[i] == U'楼' && (digit_of(text_[i - 1]) || is_alnum(text_[i - 1]))) continue;
      if (length > 0) {
        end = i + length;
        i += length - 1;
      }
    }
    if (end == 0) return;
    std::string place = base::encode_utf8(text_.substr(begin, end - begin));
    if (parts_.building.empty()) {
      parts_.building = std::move(place);
    } else {
      parts_.rest += place;
    }
    at_ = end;
    if (parts_.road_number.empty() && parts_.road.empty()) read_road_number();
  }

  [[nodiscard]] bool starts_unit(size_t at) const {
    const NumberToken number = read_number(from(at));
    const size_t end = at + number.length;
    return end >= text_.size() || text_[end] == U'栋' || text_[end] == U'座' || text_[end] == U'号' ||
           lexicon_.match(WordKind::kFloorUnit, from(end)) > 0;
  }

  void read_units() {
    while (at_ < text_.size()) {
      if (text_[at_] == U'(') {
        skip_bracket();
        if (parts_.building.empty()) read_place();
        continue;
      }
      const NumberToken number = read_number(from(at_));
      if (number.length == 0) {
        if (text_[at_] != U'第') base::append_utf8(parts_.rest, text_[at_]);
        ++at_;
        continue;
      }
      at_ += number.length;
      place_unit(number);
    }
  }

  void place_unit(const NumberToken& number) {
    if (const size_t n = lexicon_.match(WordKind::kBlockUnit, from(at_)); n > 0) {
      parts_.block += number.text + base::encode_utf8(text_.substr(at_, n));
      at_ += n;
      if (parts_.building.empty()) read_place();
    } else if (const size_t n = lexicon_.match(WordKind::kFloorUnit, from(at_)); n > 0 && parts_.floor.empty()) {
      parts_.floor = number.text;
      at_ += n;
    } else if (const size_t n = lexicon_.match(WordKind::kRoomUnit, from(at_)); n > 0 && parts_.room.empty()) {
      parts_.room = number.text;
      at_ += n;
    } else if ((at_ >= text_.size() || text_[at_] == U'(') && parts_.room.empty()) {
      parts_.room = number.text;
    } else {
      parts_.rest += number.text;
    }
  }

  const AddressLexicon& lexicon_;
  std::u32string_view text_;
  AddressParts& parts_;
  size_t at_ = 0;
};

}  // namespace

size_t read_chinese_number(std::u32string_view text, std::string& digits) {
  digits.clear();
  int value = 0, pending = -1;
  bool positional = true;
  size_t length = 0;
  for (; length < text.size() && length < kChineseNumberMax; ++length) {
    const char32_t c = text[length];
    if (const auto digit = digit_of(c)) {
      digits.push_back(static_cast<char>('0' + *digit));
      pending = *digit;
    } else if (c == U'十') {
      value += (pending < 0 ? 1 : pending) * 10;
      positional = false;
      pending = -1;
    } else if (c == U'百' && pending > 0) {
      value += pending * 100;
      positional = false;
      pending = -1;
    } else {
      break;
    }
  }
  if (length > 0 && !positional) digits = std::to_string(value + std::max(pending, 0));
  return length;
}

void read_address_tail(const AddressLexicon& lexicon, std::u32string_view tail, AddressParts& parts) {
  TailReader(lexicon, tail, parts).run();
}

}  // namespace minglu::text
