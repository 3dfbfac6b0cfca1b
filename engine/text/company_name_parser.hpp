// Takes a registered name apart: 行政区划 + 字号 + 行业 + 组织形式, and the branch behind a full name.
//
//   CompanyNameParser parser(lexicon);
//   parser.parse("深圳市甲乙丙电子科技有限公司龙岗分公司"):
//     region 深圳市   brand 甲乙丙   industry 电子科技   legal_form 有限公司   branch 龙岗分公司
//     is_branch true   head_name 深圳市甲乙丙电子科技有限公司
//
// Method. (1) Branch: the first organisation form that can head branches, followed by text that ends in a branch word.
// (2) Organisation form: longest listed suffix. (3) Between: a dynamic programme over the characters chooses the
// cheapest sequence of regions, one brand, trade words and regions again; a brand is an open class with a cost by
// length, everything else comes from lists; the costs are catalog/names/parser_costs.csv. No list of brands is used.
// Limits: a brand that is itself made of trade words is read as trade (南方装饰 is not, 装饰设计 is); a place missing
// from the lists joins the brand. Measured quality: see README.md. Bad input never fails: ill-formed bytes are
// characters no list knows. Cost: O(characters), some 2 us for 15 characters. Thread-safety: const, any number of
// threads (each has its own buffers).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/name_lexicon.hpp"

namespace minglu::text {

enum class NamePart : uint8_t {
  kRegion,         // 行政区划 before the brand
  kBracketRegion,  // a region in brackets, brackets included
  kLaterRegion,    // a region behind the brand
  kBrand,          // 字号
  kIndustry,       // 行业
  kLegalForm,      // 组织形式
  kBranch,         // everything behind the head's name
  kOther,          // spaces, marks, other brackets, characters no list knows behind the brand
};

/// One stretch of the name. Stretches follow each other without gap from 0 to the end: they concatenate to the name.
struct NamePiece {
  NamePart part = NamePart::kOther;
  uint32_t begin = 0;  // code points; an ill-formed byte counts as one
  uint32_t end = 0;
  uint32_t byte_begin = 0;
  uint32_t byte_end = 0;
};

/// Texts are copied from the name as written. Empty = absent.
struct CompanyNameParts {
  std::string region;
  std::string bracket_region;  // without brackets
  std::string later_region;
  std::string brand;
  std::string industry;
  std::string legal_form;
  std::string branch;     // 龙岗分公司
  std::string head_name;  // name of the parent when it is written out in full, else empty
  LegalClass legal_class = LegalClass::kNone;
  bool is_branch = false;
  bool is_self_employed_form = false;  // 店, 行, 部, 厂 ... and not a branch
  std::vector<NamePiece> pieces;
};

/// What parse() finds, as stretches of code points instead of texts; byte offsets are 0. Reuse one object for many
/// names.
struct NameReading {
  std::vector<NamePiece> pieces;
  LegalClass legal_class = LegalClass::kNone;
  bool is_branch = false;
  bool has_head = false;  // the name of the parent is written out, up to head_end
  uint32_t head_end = 0;
};

/// Parent and branch of one name, see is_branch_name.
struct BranchSplit {
  std::string head_name;  // 深圳市甲乙有限公司
  std::string branch;     // 龙岗分公司
};

class CompanyNameParser {
 public:
  explicit CompanyNameParser(std::shared_ptr<const NameLexicon> lexicon);
  [[nodiscard]] CompanyNameParts parse(std::string_view utf8) const;
  /// The same without texts. `folded` = CharTables::fold of every code point. Cost: about 1 us for 15 characters.
  void read(std::u32string_view folded, NameReading& reading) const;

  /// True for a full name of a company, cooperative or partnership followed by a branch (分公司, 办事处, 门市部,
  /// ...店), and for a name that ends in 分公司, 支行 ... itself. `split` (may be null) receives the two halves; its
  /// head_name is empty in the second case.
  [[nodiscard]] bool is_branch_name(std::string_view utf8, BranchSplit* split = nullptr) const;

 private:
  std::shared_ptr<const NameLexicon> lexicon_;
};

}  // namespace minglu::text
