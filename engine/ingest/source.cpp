#include "ingest/source.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.hpp"

namespace minglu::ingest {
namespace {

using Json = nlohmann::json;

Error bad(const std::string& id, const std::string& what) {
  return base::invalid_argument("catalog/sources/" + id + ".json: " + what);
}

Status refuse_unknown_members(const Json& object, const std::set<std::string>& known, const std::string& id) {
  for (const auto& [name, value] : object.items()) {
    if (!known.contains(name)) return bad(id, "unknown member \"" + name + "\"");
  }
  return ok_status();
}

Status read_format(const Json& json, SourceDefinition& source) {
  MINGLU_CHECK(
      refuse_unknown_members(json, {"type", "encoding", "delimiter", "record_path", "sheet", "header_row"}, source.id));
  const std::string type = json.value("type", "auto");
  if (type != "auto") {
    const auto format = table::parse_file_format(type);
    if (!format) return bad(source.id, "unknown format \"" + type + "\"");
    source.read.format = *format;
  }
  source.read.encoding = json.value("encoding", "auto");
  const std::string delimiter = json.value("delimiter", "");
  if (delimiter.size() > 1) return bad(source.id, "delimiter must be one character, not \"" + delimiter + "\"");
  source.read.delimiter = delimiter.empty() ? '\0' : delimiter[0];
  source.read.record_path = json.value("record_path", "");
  source.read.sheet = json.value("sheet", "");
  source.read.header_row = json.value("header_row", size_t{0});
  return ok_status();
}

Status read_figure(const Json& json, const SourceDefinition& source, ColumnMap& column) {
  column.zero_is_missing = json.value("zero_is_missing", false);
  const std::string figure = json.value("figure", "flow");
  if (figure == "flow") {
    column.figure = FigureKind::kFlow;
  } else if (figure == "level") {
    column.figure = FigureKind::kLevel;
  } else if (figure == "year_to_date") {
    column.figure = FigureKind::kYearToDate;
  } else {
    return bad(source.id,
               "column \"" + column.from + "\": unknown figure \"" + figure + "\": flow, level or year_to_date");
  }
  if (!column.indicator && (json.contains("figure") || json.contains("zero_is_missing")))
    return bad(source.id, "column \"" + column.from + "\" is no indicator, so it is no figure of a period");
  return ok_status();
}

Result<ColumnMap> read_column(const Json& json, const SourceDefinition& source, const codes::Fields& fields) {
  MINGLU_CHECK(refuse_unknown_members(json, {"from", "to", "clean", "indicator", "figure", "zero_is_missing", "note"},
                                      source.id));
  ColumnMap column;
  column.from = json.value("from", "");
  const std::string to = json.value("to", "");
  const auto field = fields.find(to);
  if (!field) return bad(source.id, "column \"" + column.from + "\" goes to unknown field \"" + to + "\"");
  column.field = *field;
  const std::string clean = json.value("clean", "text");
  column.cleaner = find_cleaner(clean);
  if (column.cleaner == nullptr)
    return bad(source.id, "column \"" + column.from + "\": unknown cleaner \"" + clean + "\"");
  column.indicator = json.value("indicator", false);
  if (column.indicator && fields.info(*field).kind != codes::FieldKind::kMoney &&
      fields.info(*field).kind != codes::FieldKind::kInteger &&
      fields.info(*field).kind != codes::FieldKind::kDecimal) {
    return bad(source.id, "indicator \"" + to + "\" must be a money, integer or decimal field");
  }
  MINGLU_CHECK(read_figure(json, source, column));
  return column;
}

Status check_columns(const SourceDefinition& source) {
  std::set<uint16_t> seen;
  for (const ColumnMap& column : source.columns) {
    if (!seen.insert(column.field.value).second) {
      return bad(source.id, "two columns go to one field (second: \"" + column.from + "\")");
    }
  }
  for (const ConstantField& constant : source.constants) {
    if (!seen.insert(constant.field.value).second) return bad(source.id, "a constant and a column fill one field");
  }
  for (const std::string& key : source.key) {
    const bool mapped = std::any_of(source.columns.begin(), source.columns.end(),
                                    [&](const ColumnMap& c) { return c.from == key && !c.indicator; });
    if (!mapped) return bad(source.id, "key column \"" + key + "\" is not mapped");
  }
  if (source.key.empty()) return bad(source.id, "no key");
  return ok_status();
}

Status read_lists(const Json& json, SourceDefinition& source, const codes::Fields& fields) {
  for (const Json& column : json.value("columns", Json::array())) {
    MINGLU_TRY(ColumnMap map, read_column(column, source, fields));
    source.columns.push_back(std::move(map));
  }
  for (const Json& item : json.value("constants", Json::array())) {
    const std::string to = item.value("to", "");
    const auto field = fields.find(to);
    if (!field) return bad(source.id, "constant goes to unknown field \"" + to + "\"");
    source.constants.push_back({*field, item.value("value", "")});
  }
  source.key = json.value("key", std::vector<std::string>{});
  source.ignore = json.value("ignore", std::vector<std::string>{});
  return check_columns(source);
}

Status read_meaning(const Json& json, SourceDefinition& source) {
  const std::string extract = json.value("extract", "incremental");
  if (extract != "full" && extract != "incremental") return bad(source.id, "unknown extract \"" + extract + "\"");
  source.extract = extract == "full" ? Extract::kFull : Extract::kIncremental;
  const std::string absence = json.value("absence", "not_seen");
  if (absence == "not_seen")
    source.absence = Absence::kNotSeen;
  else if (absence == "closed")
    source.absence = Absence::kClosed;
  else if (absence == "nothing")
    source.absence = Absence::kNothing;
  else
    return bad(source.id, "unknown absence \"" + absence + "\"");
  const std::string figures = json.value("figures_of_unit", "sum");
  if (figures != "sum" && figures != "latest")
    return bad(source.id, "unknown figures_of_unit \"" + figures + "\": sum or latest");
  source.figures_of_unit = figures == "sum" ? FiguresOfUnit::kSum : FiguresOfUnit::kLatest;
  if (json.contains("source_date")) {
    const std::string text = json["source_date"].get<std::string>();
    source.source_date = base::parse_iso_date(text);
    if (!source.source_date) return bad(source.id, "source_date \"" + text + "\" is not a date like 2019-04-30");
  }
  const std::string datum = json.value("datum", "wgs84");
  const std::optional<geo::Datum> known = geo::find_datum(datum);
  if (!known) return bad(source.id, "unknown datum \"" + datum + "\": wgs84 or gcj02");
  source.datum = *known;
  if (source.trust < 0 || source.trust > 100) return bad(source.id, "trust must lie in 0..100");
  return ok_status();
}

Result<SourceDefinition> read_source(const std::string& id, const Json& json, const codes::Fields& fields) {
  MINGLU_CHECK(refuse_unknown_members(
      json,
      {"id",          "title_zh",    "department", "trust",   "source_class",   "kind", "format",        "file_pattern",
       "periodicity", "source_date", "extract",    "absence", "one_per_unit",   "key",  "period_column", "columns",
       "constants",   "datum",       "ignore",     "notes",   "figures_of_unit"},
      id));
  SourceDefinition source;
  source.id = json.value("id", "");
  if (source.id != id) return bad(id, "id \"" + source.id + "\" differs from the file's name");
  source.title_zh = json.value("title_zh", id);
  source.department = json.value("department", "");
  source.trust = json.value("trust", 50);
  source.source_class = json.value("source_class", "DEPT_ADMIN");
  source.file_pattern = json.value("file_pattern", "");
  source.periodicity = json.value("periodicity", "once");
  source.one_per_unit = json.value("one_per_unit", false);
  source.period_column = json.value("period_column", "");
  MINGLU_CHECK(read_format(json.value("format", Json::object()), source));
  MINGLU_CHECK(read_meaning(json, source));
  MINGLU_CHECK(read_lists(json, source, fields));
  return source;
}

struct PatternParts {
  std::string_view before;
  std::string_view placeholder;  // "date", "period" or empty
  std::string_view after;
};

PatternParts split_pattern(std::string_view pattern) {
  const size_t open = pattern.find('{');
  const size_t close = pattern.find('}');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {pattern, {}, {}};
  return {pattern.substr(0, open), pattern.substr(open + 1, close - open - 1), pattern.substr(close + 1)};
}

// The text where the placeholder stands, or null when the name does not fit. A part marker such as ".part2" or "_2"
// before the ending is allowed after a date: one extract may come in several files.
std::optional<std::string_view> placeholder_text(std::string_view pattern, std::string_view name) {
  const PatternParts parts = split_pattern(pattern);
  if (parts.placeholder.empty()) return name == pattern ? std::optional(std::string_view()) : std::nullopt;
  if (!name.starts_with(parts.before) || !name.ends_with(parts.after)) return std::nullopt;
  if (name.size() < parts.before.size() + parts.after.size()) return std::nullopt;
  const std::string_view middle =
      name.substr(parts.before.size(), name.size() - parts.before.size() - parts.after.size());
  const size_t length = parts.placeholder == "date" ? 10 : 7;
  if (middle.size() < length) return std::nullopt;
  if (middle.size() > length && middle[length] != '.' && middle[length] != '_') return std::nullopt;
  return middle.substr(0, length);
}

std::optional<Date> date_of_text(std::string_view text) {
  if (const auto date = base::parse_iso_date(text)) return date;
  if (const auto period = base::parse_period(text)) return base::last_day_of(*period);
  return std::nullopt;
}

}  // namespace

bool SourceDefinition::has_indicators() const {
  return std::any_of(columns.begin(), columns.end(), [](const ColumnMap& c) { return c.indicator; });
}

Result<Sources> Sources::load(const std::filesystem::path& catalog_directory, const codes::Fields& fields) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(catalog_directory / "sources", error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error) return base::not_found("no folder \"sources\" in the catalog \"" + catalog_directory.string() + "\"");
  std::sort(files.begin(), files.end());
  Sources sources;
  for (const std::filesystem::path& file : files) {
    MINGLU_TRY(const std::string bytes, base::read_file(file));
    const std::string id = file.stem().string();
    try {
      MINGLU_TRY(SourceDefinition source, read_source(id, Json::parse(bytes), fields));
      sources.list_.push_back(std::move(source));
    } catch (const Json::exception& problem) { return bad(id, problem.what()); }
  }
  return sources;
}

std::optional<units::SourceId> Sources::find(std::string_view id) const {
  for (size_t i = 0; i < list_.size(); ++i) {
    if (list_[i].id == id) return units::SourceId{static_cast<uint16_t>(i)};
  }
  return std::nullopt;
}

std::optional<units::SourceId> Sources::match_file(const std::filesystem::path& file) const {
  std::optional<units::SourceId> found;
  const std::string name = file.filename().string();
  for (size_t i = 0; i < list_.size(); ++i) {
    if (list_[i].file_pattern.empty() || !placeholder_text(list_[i].file_pattern, name)) continue;
    if (found) return std::nullopt;
    found = units::SourceId{static_cast<uint16_t>(i)};
  }
  if (!found) found = find(file.parent_path().filename().string());
  return found;
}

Result<Date> source_date_of(const SourceDefinition& source, const std::filesystem::path& file,
                            std::optional<Date> given) {
  if (given) return *given;
  const std::string name = file.filename().string();
  if (const auto text = placeholder_text(source.file_pattern, name); text && !text->empty()) {
    if (const auto date = date_of_text(*text)) return *date;
  }
  if (source.source_date) return *source.source_date;
  return base::invalid_argument("file \"" + file.filename().string() + "\": its date is not known; name it like \"" +
                                source.file_pattern + "\" or pass --date YYYY-MM-DD");
}

}  // namespace minglu::ingest
