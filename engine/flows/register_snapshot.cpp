#include "flows/register_snapshot.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "flows/unit_documents.hpp"
#include "search/builder.hpp"

namespace minglu::flows {
namespace {

constexpr uint64_t kProgressStep = 20'000;

search::SearchLanguage language_of(const Knowledge& knowledge) {
  return {knowledge.domain().shared_chars(), knowledge.domain().shared_lexicon()};
}

ListedField listed(uint64_t unit, std::string_view region, uint16_t field) {
  ListedField item;
  item.unit = unit;
  item.field = field;
  std::copy_n(region.data(), std::min(region.size(), item.region.size()), item.region.data());
  return item;
}

struct Lists {
  std::vector<ListedField> conflicts;
  std::vector<ListedField> missing;
  std::vector<OwnedUnit> owned;
};

void list_unit(const store::UnitRow& row, std::string_view region, const std::array<codes::FieldId, 2>& owners,
               Lists& lists) {
  const uint64_t unit = row.head.unit;
  for (const store::UnitField& field : row.fields) {
    if (field.conflict) lists.conflicts.push_back(listed(unit, region, field.field));
    const bool names_owner = field.field == owners[0].value || field.field == owners[1].value;
    if (names_owner && field.trusted) lists.owned.push_back({owner_hash_of(field.value), unit});
  }
  for (const uint16_t field : row.missing) lists.missing.push_back(listed(unit, region, field));
}

Status write_lists(const std::filesystem::path& path, Lists lists) {
  std::sort(lists.owned.begin(), lists.owned.end(), [](const OwnedUnit& a, const OwnedUnit& b) {
    return a.owner_hash != b.owner_hash ? a.owner_hash < b.owner_hash : a.unit < b.unit;
  });
  MINGLU_TRY(store::SectionFileWriter file, store::SectionFileWriter::create(path));
  MINGLU_CHECK(file.add_array("conflicts", lists.conflicts));
  MINGLU_CHECK(file.add_array("missing", lists.missing));
  MINGLU_CHECK(file.add_array("owned", lists.owned));
  return file.finish();
}

// One pass over all units makes both files.
Status write_files(Home& home, const store::State& state, uint64_t seq, const RegisterSnapshot::Progress& progress) {
  const DocumentMaker maker(home.knowledge());
  const codes::Fields& fields = home.knowledge().fields();
  const std::array<codes::FieldId, 2> owners{fields.require("owner_uscc"), fields.require("parent_uscc")};
  search::IndexBuilder builder(language_of(home.knowledge()), home.threads());
  Lists lists;
  store::UnitRow row;
  uint64_t done = 0;
  for (const store::DirectoryEntry& entry : state.units()) {
    MINGLU_CHECK(home.read_unit(entry, row));
    list_unit(row, maker.region_of(row), owners, lists);
    MINGLU_CHECK(builder.add(maker.make(row)));
    if (++done % kProgressStep == 0 && progress) progress("index", done, state.units().size());
  }
  MINGLU_TRY(base::FileWriter file, base::FileWriter::create(home.search_path(seq)));
  MINGLU_CHECK(builder.finish([&](std::string_view bytes) { return file.append(bytes); }));
  MINGLU_CHECK(file.finish());
  return write_lists(home.lists_path(seq), std::move(lists));
}

// Files of other states: readers that still hold them keep them mapped.
void remove_others(const std::filesystem::path& keep) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(keep.parent_path(), ignored)) {
    if (entry.path() != keep) std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace

uint64_t owner_hash_of(std::string_view uscc) { return base::hash64(uscc); }

std::span<const OwnedUnit> RegisterSnapshot::owned_by(std::string_view uscc) const {
  const uint64_t hash = owner_hash_of(uscc);
  const auto less = [](const OwnedUnit& a, uint64_t h) { return a.owner_hash < h; };
  const auto first = std::lower_bound(owned_.begin(), owned_.end(), hash, less);
  auto last = first;
  while (last != owned_.end() && last->owner_hash == hash) ++last;
  return {first, last};
}

Status RegisterSnapshot::open_files(Home& home) {
  MINGLU_TRY(index_bytes_, base::MappedFile::open(home.search_path(state_seq_)));
  MINGLU_TRY(search::SearchIndex index, search::SearchIndex::open(std::as_bytes(std::span(index_bytes_.bytes()))));
  MINGLU_TRY(lists_, store::SectionFile::open(home.lists_path(state_seq_)));
  MINGLU_TRY(conflicts_, lists_.array<ListedField>("conflicts"));
  MINGLU_TRY(missing_, lists_.array<ListedField>("missing"));
  MINGLU_TRY(owned_, lists_.array<OwnedUnit>("owned"));
  if (index.document_count() != state_->units().size())
    return base::data_loss("the search index does not hold the units of its state");
  searcher_.emplace(language_of(home.knowledge()), std::move(index));
  return ok_status();
}

Result<std::shared_ptr<const RegisterSnapshot>> RegisterSnapshot::make(Home& home, const Progress& progress) {
  auto snapshot = std::shared_ptr<RegisterSnapshot>(new RegisterSnapshot());
  MINGLU_TRY(snapshot->state_seq_, home.state_seq(UINT64_MAX));
  MINGLU_TRY(snapshot->state_, home.state(UINT64_MAX));
  if (!snapshot->state_) return std::shared_ptr<const RegisterSnapshot>(snapshot);
  if (!snapshot->open_files(home).ok()) {  // Absent, of another version, or damaged: it is derived.
    MINGLU_CHECK(write_files(home, *snapshot->state_, snapshot->state_seq_, progress));
    MINGLU_CHECK(snapshot->open_files(home));
  }
  remove_others(home.search_path(snapshot->state_seq_));
  remove_others(home.lists_path(snapshot->state_seq_));
  return std::shared_ptr<const RegisterSnapshot>(snapshot);
}

}  // namespace minglu::flows
