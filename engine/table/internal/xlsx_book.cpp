#include "table/internal/xlsx_book.hpp"

#include <charconv>
#include <map>

#include "table/internal/xlsx_value.hpp"

namespace minglu::table::internal {
namespace {

std::string_view attribute(const XmlAttributes& attributes, std::string_view name) noexcept {
  for (const auto& [key, value] : attributes) {
    if (key == name) return value;
  }
  return {};
}

int number_of(std::string_view text) noexcept {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class WorkbookEvents final : public XmlEvents {
 public:
  struct Sheet {
    std::string name;
    std::string relation;
  };
  std::vector<Sheet> sheets;
  bool date1904 = false;
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") {
      const std::string_view flag = attribute(attributes, "date1904");
      date1904 = flag == "1" || flag == "true";
    }
    // Both sheetId and r:id occur; r:id is the one whose local name is "id".
    if (name == "sheet")
      sheets.push_back({std::string(attribute(attributes, "name")), std::string(attribute(attributes, "id"))});
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
};

class RelationEvents final : public XmlEvents {
 public:
  std::map<std::string, std::string> targets;
  std::string workbook;  // target of the officeDocument relation
  std::string strings;
  std::string styles;
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship") return;
    const std::string target(attribute(attributes, "Target"));
    const std::string_view type = attribute(attributes, "Type");
    targets[std::string(attribute(attributes, "Id"))] = target;
    if (type.ends_with("/officeDocument")) workbook = target;
    if (type.ends_with("/sharedStrings")) strings = target;
    if (type.ends_with("/styles")) styles = target;
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}
};

class StyleEvents final : public XmlEvents {
 public:
  std::vector<bool> is_date;
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "numFmt") {
      custom_[number_of(attribute(attributes, "numFmtId"))] = is_date_format(attribute(attributes, "formatCode"));
    }
    if (name == "cellXfs") in_cells_ = true;
    if (name != "xf" || !in_cells_) return;
    const int id = number_of(attribute(attributes, "numFmtId"));
    const auto custom = custom_.find(id);
    is_date.push_back(custom != custom_.end() ? custom->second : is_builtin_date_format(id));
  }
  void end(std::string_view name) override {
    if (name == "cellXfs") in_cells_ = false;
  }
  void text(std::string_view) override {}

 private:
  std::map<int, bool> custom_;
  bool in_cells_ = false;
};

class StringEvents final : public XmlEvents {
 public:
  StringEvents(StringPool& pool, size_t bytes_max) : pool_(pool), bytes_max_(bytes_max) {}
  Status status = ok_status();
  void start(std::string_view name, const XmlAttributes&) override {
    if (name == "si") item_.clear();
    if (name == "rPh") in_phonetic_ = true;
    in_text_ = name == "t" && !in_phonetic_;
  }
  void end(std::string_view name) override {
    in_text_ = false;
    if (name == "rPh") in_phonetic_ = false;
    if (name != "si" || !status.ok()) return;
    if (item_.size() <= bytes_max_) decode_escapes(item_);
    status = pool_.append(item_);
  }
  void text(std::string_view text) override {
    if (in_text_ && item_.size() <= bytes_max_) item_.append(text.substr(0, bytes_max_ + 1 - item_.size()));
  }

 private:
  StringPool& pool_;
  size_t bytes_max_;
  std::string item_;
  bool in_text_ = false;
  bool in_phonetic_ = false;
};

/// A target as the name of a part: absolute, or relative to the folder of the part that names it.
std::string resolve(std::string_view folder, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  std::string base(folder);
  while (target.starts_with("../")) {
    target.remove_prefix(3);
    if (!base.empty()) base.pop_back();
    base.resize(base.rfind('/') == std::string::npos ? 0 : base.rfind('/') + 1);
  }
  return base + std::string(target);
}

}  // namespace

Status load_book(ZipPackage& package, const ReadLimits& limits, XlsxBook& book) {
  RelationEvents root;
  if (package.has("_rels/.rels")) MINGLU_CHECK(package.parse("_rels/.rels", root));
  const std::string workbook = root.workbook.empty() ? "xl/workbook.xml" : resolve("", root.workbook);
  if (!package.has(workbook)) {
    return base::invalid_argument("\"" + package.name() + "\" is a zip but no .xlsx workbook: it has no " + workbook);
  }
  const size_t slash = workbook.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : workbook.substr(0, slash + 1);
  WorkbookEvents events;
  MINGLU_CHECK(package.parse(workbook, events));
  RelationEvents relations;
  const std::string relation_part = folder + "_rels/" + workbook.substr(folder.size()) + ".rels";
  if (package.has(relation_part)) MINGLU_CHECK(package.parse(relation_part, relations));
  for (const auto& sheet : events.sheets) {
    const auto target = relations.targets.find(sheet.relation);
    if (target != relations.targets.end()) book.sheets.push_back({sheet.name, resolve(folder, target->second)});
  }
  book.date1904 = events.date1904;
  const std::string styles = resolve(folder, relations.styles.empty() ? "styles.xml" : relations.styles);
  StyleEvents style_events;
  if (package.has(styles)) MINGLU_CHECK(package.parse(styles, style_events));
  book.style_is_date = std::move(style_events.is_date);
  const std::string strings = resolve(folder, relations.strings.empty() ? "sharedStrings.xml" : relations.strings);
  StringEvents string_events(book.strings, limits.cell_bytes_max);
  if (package.has(strings)) MINGLU_CHECK(package.parse(strings, string_events));
  MINGLU_CHECK(string_events.status);
  return book.strings.finish();
}

}  // namespace minglu::table::internal
