// The list of people_sync.hpp out of files.
#include <functional>
#include <optional>

#include "flows/people_sync.hpp"
#include "table/reader.hpp"

namespace minglu::flows {
namespace {

using Cells = std::vector<std::string>;  // in the order of the columns asked for

struct Columns {
  std::vector<std::string> needed;
  std::vector<std::string> optional;
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  size_t from = 0;
  while (from < text.size()) {
    const size_t to = std::min(text.find('|', from), text.size());
    if (to > from) parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

Result<bool> parse_flag(const std::string& text, bool fallback) {
  if (text.empty()) return fallback;
  if (text == "1" || text == "true") return true;
  if (text == "0" || text == "false") return false;
  return base::invalid_argument("\"" + text + "\" must be 1 or 0");
}

// Place of each wanted column in the file; null when an optional one is not there.
Result<std::vector<std::optional<size_t>>> places_of(const std::vector<std::string>& names, const Columns& columns) {
  std::vector<std::optional<size_t>> places;
  const auto add = [&](const std::string& name) {
    const auto at = std::find(names.begin(), names.end(), name);
    places.push_back(at == names.end() ? std::nullopt : std::optional(static_cast<size_t>(at - names.begin())));
    return places.back().has_value();
  };
  for (const std::string& name : columns.needed) {
    if (!add(name)) return base::invalid_argument("column \"" + name + "\" is missing");
  }
  for (const std::string& name : columns.optional) add(name);
  for (const std::string& name : names) {
    const auto is_it = [&](const std::vector<std::string>& known) {
      return std::find(known.begin(), known.end(), name) != known.end();
    };
    if (!is_it(columns.needed) && !is_it(columns.optional))
      return base::invalid_argument("column \"" + name + "\" is not known");
  }
  return places;
}

Status read_rows(const std::filesystem::path& file, const Columns& columns,
                 const std::function<Status(const Cells&)>& take) {
  MINGLU_TRY(const std::unique_ptr<table::TableReader> reader, table::open_table(file, {}));
  MINGLU_TRY(const auto places, places_of(reader->names(), columns));
  table::RawBatch batch;
  for (;;) {
    MINGLU_TRY(const bool more, reader->next(batch));
    if (!more) return ok_status();
    if (!batch.problems.empty()) return base::invalid_argument(batch.problems.front().message);
    for (size_t row = 0; row < batch.row_count(); ++row) {
      Cells cells;
      for (const auto& place : places) {
        const auto cell = place ? batch.columns[*place].cell(row) : std::nullopt;
        cells.emplace_back(cell.value_or(std::string_view()));
      }
      if (const Status taken = take(cells); !taken.ok())
        return base::invalid_argument("row " + std::to_string(batch.row_numbers[row]) + ": " + taken.error().message);
    }
  }
}

Status named(const std::filesystem::path& file, const Status& status) {
  return status.ok() ? status : Status(Error{status.error().code, file.string() + ": " + status.error().message});
}

}  // namespace

Result<SyncList> read_sync_list(const std::filesystem::path& organisations, const std::filesystem::path& people) {
  SyncList list;
  if (!organisations.empty()) {
    const Columns columns{{"code", "name", "role"}, {"parent", "regions", "sources", "closed"}};
    MINGLU_CHECK(named(organisations, read_rows(organisations, columns, [&](const Cells& cells) -> Status {
                         MINGLU_TRY(const bool is_closed, parse_flag(cells[6], false));
                         list.organisations.push_back(
                             {cells[0], cells[1], cells[3], cells[2], split(cells[4]), split(cells[5]), is_closed});
                         return ok_status();
                       })));
  }
  if (!people.empty()) {
    const Columns columns{{"login", "display_name", "organisation"}, {"active"}};
    MINGLU_CHECK(named(people, read_rows(people, columns, [&](const Cells& cells) -> Status {
                         MINGLU_TRY(const bool is_active, parse_flag(cells[3], true));
                         list.people.push_back({cells[0], cells[1], cells[2], is_active});
                         return ok_status();
                       })));
  }
  return list;
}

}  // namespace minglu::flows
