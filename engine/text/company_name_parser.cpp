#include "text/company_name_parser.hpp"

#include <span>

#include "base/utf8.hpp"
#include "text/internal/name_segmenter.hpp"

namespace minglu::text {
namespace {

using internal::Segment;

// A head of fewer characters than this is a word, not a name: 公司, 本公司.
constexpr size_t kHeadCharsMin = 4;

// Longest organisation form that can follow another one directly.
constexpr size_t kFormCharsMax = 12;

// The name as folded characters, with the byte at which each starts.
struct Decoded {
  std::u32string folded;
  std::vector<uint32_t> byte_at;  // one more than characters
};

Decoded decode(std::string_view utf8, const CharTables& chars) {
  Decoded name;
  name.folded = base::decode_utf8(utf8);
  name.byte_at.reserve(name.folded.size() + 1);
  uint32_t at = 0;
  for (char32_t& c : name.folded) {
    name.byte_at.push_back(at);
    const auto lead = static_cast<unsigned char>(utf8[at]);
    // An ill-formed byte decodes to one U+FFFD; a real U+FFFD starts with 0xEF and its two continuation bytes.
    const bool ill_formed = c == 0xFFFD && utf8.substr(at, 3) != "\xEF\xBF\xBD";
    at += ill_formed || lead < 0x80 ? 1U : lead < 0xE0 ? 2U : lead < 0xF0 ? 3U : 4U;
    c = chars.fold(c);
  }
  name.byte_at.push_back(at);
  return name;
}

struct Frame {
  size_t head_end = 0;  // characters of the head; the branch follows up to trimmed_end
  size_t trimmed_end = 0;
  bool has_branch = false;
};

// Trailing marks (有限公司。) are no part of the form.
size_t trim_marks(std::u32string_view text, const CharTables& chars) {
  size_t end = text.size();
  while (end > 0 && chars.key_char(text[end - 1]) == 0) --end;
  return end;
}

// Trailing bracket groups and marks of a branch: 龙岗分公司(筹).
std::u32string_view without_brackets(std::u32string_view tail, const CharTables& chars) {
  for (;;) {
    tail = tail.substr(0, trim_marks(tail, chars));
    if (tail.empty() || tail.back() != U')') return tail;
    const size_t open = tail.rfind(U'(');
    if (open == std::u32string_view::npos) return tail;
    if (open == 0) return tail.substr(1, tail.size() - 2);  // (福田店)
    tail = tail.substr(0, open);
  }
}

bool is_branch_tail(std::u32string_view tail, const NameLexicon& lexicon) {
  const std::u32string_view core = without_brackets(tail, lexicon.chars());
  const LegalForm form = lexicon.legal_form_at_end(core);
  // 有限公司 at the end again: the first form was part of a longer name.
  if (form.heads_branches && form.legal_class == LegalClass::kCompany) return false;
  return lexicon.branch_word_at_end(core) > 0;
}

// True when the organisation form that ends at `end` goes on: 事务所|有限责任公司.
bool form_continues(std::u32string_view text, size_t end, const NameLexicon& lexicon) {
  for (size_t next = end + 1; next <= text.size() && next <= end + kFormCharsMax; ++next) {
    if (lexicon.head_form_at_end(text.substr(0, next)).length >= next - end) return true;
  }
  return false;
}

Frame find_frame(std::u32string_view folded, const NameLexicon& lexicon) {
  Frame frame;
  frame.trimmed_end = trim_marks(folded, lexicon.chars());
  frame.head_end = frame.trimmed_end;
  const std::u32string_view text = folded.substr(0, frame.trimmed_end);
  for (size_t end = kHeadCharsMin; end < text.size(); ++end) {
    const LegalForm form = lexicon.head_form_at_end(text.substr(0, end));
    if (form.length == 0 || form.length >= end) continue;
    if (!form_continues(text, end, lexicon) && is_branch_tail(text.substr(end), lexicon)) {
      frame.head_end = end;
      frame.has_branch = true;
      return frame;
    }
  }
  return frame;
}

// Organisation form of the head, with bracket groups behind it set aside: 合伙企业(有限合伙) is listed, (筹) is not.
struct FormSpan {
  size_t begin = 0;
  size_t end = 0;
  LegalForm form;
};

FormSpan find_form(std::u32string_view head, const CharTables& chars, const NameLexicon& lexicon) {
  size_t end = head.size();
  for (;;) {
    const LegalForm form = lexicon.legal_form_at_end(head.substr(0, end));
    if (form.length > 0) return {end - form.length, end, form};
    const size_t open = end > 0 && head[end - 1] == U')' ? head.rfind(U'(', end - 1) : std::u32string_view::npos;
    if (open == std::u32string_view::npos || open == 0) return {head.size(), head.size(), {}};
    end = trim_marks(head.substr(0, open), chars);
  }
}

void add_piece(NameReading& reading, NamePart part, size_t begin, size_t end) {
  if (begin == end) return;
  std::vector<NamePiece>& pieces = reading.pieces;
  const bool joins = !pieces.empty() && pieces.back().part == part && part != NamePart::kBracketRegion;
  if (joins) {
    pieces.back().end = static_cast<uint32_t>(end);
  } else {
    pieces.push_back({part, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  }
}

// 邯郸 + 分公司 at the end of a name whose head is not written out: together they are the branch.
void add_own_branch(NameReading& reading, std::span<const Segment> segments, const FormSpan& span) {
  size_t branch_begin = span.begin;
  while (!segments.empty() && segments.back().part == NamePart::kLaterRegion) {
    branch_begin = segments.back().begin;
    segments = segments.first(segments.size() - 1);
  }
  for (const Segment& segment : segments) add_piece(reading, segment.part, segment.begin, segment.end);
  add_piece(reading, NamePart::kBranch, branch_begin, span.end);
}

void append_text(CompanyNameParts& parts, std::string_view utf8, const Decoded& name, const NamePiece& piece) {
  const std::string_view text = utf8.substr(piece.byte_begin, piece.byte_end - piece.byte_begin);
  const uint32_t inner = name.byte_at[piece.begin + 1];
  switch (piece.part) {
    case NamePart::kRegion: parts.region += text; break;
    case NamePart::kBracketRegion:
      parts.bracket_region += utf8.substr(inner, name.byte_at[piece.end - 1] - inner);
      break;
    case NamePart::kLaterRegion: parts.later_region += text; break;
    case NamePart::kBrand: parts.brand += text; break;
    case NamePart::kIndustry: parts.industry += text; break;
    case NamePart::kLegalForm: parts.legal_form += text; break;
    case NamePart::kBranch: parts.branch += text; break;
    case NamePart::kOther: break;
  }
}

}  // namespace

CompanyNameParser::CompanyNameParser(std::shared_ptr<const NameLexicon> lexicon) : lexicon_(std::move(lexicon)) {}

void CompanyNameParser::read(std::u32string_view folded, NameReading& reading) const {
  thread_local internal::NameSegmenter segmenter;
  const Frame frame = find_frame(folded, *lexicon_);
  const std::u32string_view head = folded.substr(0, frame.head_end);
  const FormSpan span = find_form(head, lexicon_->chars(), *lexicon_);
  const std::vector<Segment>& segments = segmenter.run(*lexicon_, head.substr(0, span.begin));

  reading.pieces.clear();
  reading.legal_class = span.form.legal_class;
  reading.is_branch = frame.has_branch || span.form.legal_class == LegalClass::kBranch;
  reading.has_head = frame.has_branch;
  reading.head_end = static_cast<uint32_t>(frame.head_end);
  if (reading.is_branch && !frame.has_branch) {
    add_own_branch(reading, segments, span);
  } else {
    for (const Segment& segment : segments) add_piece(reading, segment.part, segment.begin, segment.end);
    add_piece(reading, NamePart::kLegalForm, span.begin, span.end);
  }
  add_piece(reading, NamePart::kOther, span.end, frame.head_end);
  if (frame.has_branch) add_piece(reading, NamePart::kBranch, frame.head_end, frame.trimmed_end);
  add_piece(reading, NamePart::kOther, frame.trimmed_end, folded.size());
}

CompanyNameParts CompanyNameParser::parse(std::string_view utf8) const {
  const Decoded name = decode(utf8, lexicon_->chars());
  NameReading reading;
  read(name.folded, reading);
  CompanyNameParts parts;
  parts.legal_class = reading.legal_class;
  parts.is_branch = reading.is_branch;
  parts.is_self_employed_form = !parts.is_branch && parts.legal_class == LegalClass::kSelfEmployed;
  if (reading.has_head) parts.head_name = std::string(utf8.substr(0, name.byte_at[reading.head_end]));
  parts.pieces = std::move(reading.pieces);
  for (NamePiece& piece : parts.pieces) {
    piece.byte_begin = name.byte_at[piece.begin];
    piece.byte_end = name.byte_at[piece.end];
    append_text(parts, utf8, name, piece);
  }
  return parts;
}

bool CompanyNameParser::is_branch_name(std::string_view utf8, BranchSplit* split) const {
  const Decoded name = decode(utf8, lexicon_->chars());
  const Frame frame = find_frame(name.folded, *lexicon_);
  if (frame.has_branch) {
    if (split != nullptr) {
      const size_t cut = name.byte_at[frame.head_end];
      split->head_name = std::string(utf8.substr(0, cut));
      split->branch = std::string(utf8.substr(cut, name.byte_at[frame.trimmed_end] - cut));
    }
    return true;
  }
  const CompanyNameParts parts = parse(utf8);
  if (split != nullptr && parts.is_branch) *split = {"", parts.branch};
  return parts.is_branch;
}

}  // namespace minglu::text
