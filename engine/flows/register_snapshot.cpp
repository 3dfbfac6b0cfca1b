#include "flows/register_snapshot.hpp"

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
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

bool by_owner(const OwnedUnit& a, const OwnedUnit& b) {
  return a.owner_hash != b.owner_hash ? a.owner_hash < b.owner_hash : a.unit < b.unit;
}

// Appends what waits for people about the unit, and whom it names as its owner.
template <typename Lists>
void list_unit(const store::UnitRow& row, std::string_view region, const codes::Fields& fields, Lists& lists) {
  const uint64_t unit = row.head.unit;
  const codes::FieldId owner = fields.require("owner_uscc");
  const codes::FieldId parent = fields.require("parent_uscc");
  for (const store::UnitField& field : row.fields) {
    if (field.conflict) lists.conflicts.push_back(listed(unit, region, field.field));
    const bool names_owner = field.field == owner.value || field.field == parent.value;
    if (names_owner && field.trusted) lists.owned.push_back({owner_hash_of(field.value), unit});
  }
  for (const uint16_t field : row.missing) lists.missing.push_back(listed(unit, region, field));
}

struct AllLists {
  std::vector<ListedField> conflicts;
  std::vector<ListedField> missing;
  std::vector<OwnedUnit> owned;
};

Status write_lists(const std::filesystem::path& path, AllLists lists) {
  std::sort(lists.owned.begin(), lists.owned.end(), by_owner);
  MINGLU_TRY(store::SectionFileWriter file, store::SectionFileWriter::create(path));
  MINGLU_CHECK(file.add_array("conflicts", lists.conflicts));
  MINGLU_CHECK(file.add_array("missing", lists.missing));
  RegionFieldCounts counts;
  count_items(lists.conflicts, 1, counts);
  MINGLU_CHECK(file.add_array("conflict_count", as_list(counts)));
  counts.clear();
  count_items(lists.missing, 1, counts);
  MINGLU_CHECK(file.add_array("missing_count", as_list(counts)));
  MINGLU_CHECK(file.add_array("owned", lists.owned));
  return file.finish();
}

// kNotFound and kDataLoss when they have to be made: absent, of another version, or damaged.
Result<std::shared_ptr<const SnapshotFiles>> open_files(Home& home, std::shared_ptr<const store::State> state) {
  auto files = std::make_shared<SnapshotFiles>();
  files->seq = state->seq();
  MINGLU_TRY(files->index_bytes, base::MappedFile::open(home.search_path(files->seq)));
  MINGLU_TRY(files->index, search::SearchIndex::open(std::as_bytes(std::span(files->index_bytes.bytes()))));
  MINGLU_TRY(files->lists, store::SectionFile::open(home.lists_path(files->seq)));
  MINGLU_TRY(files->conflicts, files->lists.array<ListedField>("conflicts"));
  MINGLU_TRY(files->missing, files->lists.array<ListedField>("missing"));
  MINGLU_TRY(files->conflict_counts, files->lists.array<RegionFieldCount>("conflict_count"));
  MINGLU_TRY(files->missing_counts, files->lists.array<RegionFieldCount>("missing_count"));
  MINGLU_TRY(files->owned, files->lists.array<OwnedUnit>("owned"));
  if (files->index->document_count() != state->units().size())
    return base::data_loss("the search index does not hold the units of its state");
  files->state = std::move(state);
  return std::shared_ptr<const SnapshotFiles>(std::move(files));
}

uint64_t seq_of(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  uint64_t seq = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), seq);
  return error == std::errc() && end == stem.data() + stem.size() ? seq : 0;
}

// Sequence numbers of the search indexes that are there, the newest first.
std::vector<uint64_t> index_seqs(const Home& home) {
  std::vector<uint64_t> seqs;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(home.search_path(0).parent_path(), ignored)) {
    if (entry.path().extension() == home.search_path(0).extension()) seqs.push_back(seq_of(entry.path()));
  }
  std::sort(seqs.rbegin(), seqs.rend());
  return seqs;
}

// Files of earlier states: readers that still hold them keep them mapped. Those of later states are being made.
void remove_earlier(const Home& home, uint64_t keep) {
  std::error_code ignored;
  for (const std::filesystem::path& folder : {home.search_path(0).parent_path(), home.lists_path(0).parent_path()}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      if (seq_of(entry.path()) < keep) std::filesystem::remove(entry.path(), ignored);
    }
  }
}

}  // namespace

uint64_t owner_hash_of(std::string_view uscc) { return base::hash64(uscc); }

Status write_snapshot_files(Home& home, const store::State& state, const SnapshotProgress& progress) {
  const DocumentMaker maker(home.knowledge());
  search::IndexBuilder builder(language_of(home.knowledge()), home.threads());
  AllLists lists;
  store::UnitRow row;
  uint64_t done = 0;
  for (const store::DirectoryEntry& entry : state.units()) {
    MINGLU_CHECK(home.read_unit(entry, row));
    list_unit(row, maker.region_of(row), home.knowledge().fields(), lists);
    MINGLU_CHECK(builder.add(maker.make(row)));
    if (++done % kProgressStep == 0 && progress) progress("index", done, state.units().size());
  }
  MINGLU_CHECK(write_lists(home.lists_path(state.seq()), std::move(lists)));
  // The index last: a maker looks for it, and finds the lists beside it.
  MINGLU_TRY(base::FileWriter file, base::FileWriter::create(home.search_path(state.seq())));
  MINGLU_CHECK(builder.finish([&](std::string_view bytes) { return file.append(bytes); }));
  return file.finish();
}

std::vector<uint64_t> RegisterSnapshot::owned_by(std::string_view uscc) const {
  const OwnedUnit from{owner_hash_of(uscc), 0};
  std::vector<uint64_t> units;
  const auto collect = [&](std::span<const OwnedUnit> owned, bool is_base) {
    for (auto it = std::lower_bound(owned.begin(), owned.end(), from, by_owner);
         it != owned.end() && it->owner_hash == from.owner_hash; ++it) {
      if (!is_base || !changed_ || !std::binary_search(changed_->begin(), changed_->end(), it->unit))
        units.push_back(it->unit);
    }
  };
  if (files_) collect(files_->owned, true);
  collect(owned_, false);
  std::sort(units.begin(), units.end());
  return units;
}

SnapshotMaker::SnapshotMaker(Home& home) : home_(home), documents_(home.knowledge()) {}

Result<std::shared_ptr<const RegisterSnapshot>> SnapshotMaker::make(const SnapshotProgress& progress) {
  MINGLU_TRY(std::shared_ptr<const store::State> state, home_.state(UINT64_MAX));
  if (!state) return std::shared_ptr<const RegisterSnapshot>(new RegisterSnapshot());
  MINGLU_CHECK(take_files(state, progress));
  if (shown_->seq() < state->seq()) MINGLU_CHECK(follow(*shown_, *state));
  shown_ = state;
  return freeze(std::move(state));
}

// The newest files there are; new ones when there are none, or when too much has changed since.
Status SnapshotMaker::take_files(const std::shared_ptr<const store::State>& state, const SnapshotProgress& progress) {
  MINGLU_TRY(std::shared_ptr<const SnapshotFiles> newest, newest_files(state->seq()));
  const bool is_close =
      newest && (newest->seq >= state->whole_seq() || state->changed_since(newest->seq).size() <= kReindexUnits);
  if (!is_close) {
    MINGLU_CHECK(write_snapshot_files(home_, *state, progress));
    MINGLU_TRY(newest, open_files(home_, state));
  }
  if (files_ && files_->seq == newest->seq) return ok_status();
  files_ = std::move(newest);
  shown_ = files_->state;
  delta_ = {};
  changed_.clear();
  remove_earlier(home_, files_->seq);
  return ok_status();
}

// Null when there are none that can be read.
Result<std::shared_ptr<const SnapshotFiles>> SnapshotMaker::newest_files(uint64_t seq_to) {
  for (const uint64_t seq : index_seqs(home_)) {
    if (files_ && files_->seq == seq) return files_;
    if (seq > seq_to) continue;
    MINGLU_TRY(std::shared_ptr<const store::State> state, home_.state(seq));
    if (!state || state->seq() != seq) continue;
    Result<std::shared_ptr<const SnapshotFiles>> files = open_files(home_, std::move(state));
    if (files.ok()) return files;
  }
  return std::shared_ptr<const SnapshotFiles>();
}

// A unit disappears by merging into another.
Status SnapshotMaker::follow(const store::State& earlier, const store::State& state) {
  for (const store::DirectoryEntry& entry : state.changed_since(earlier.seq())) MINGLU_CHECK(put_unit(entry));
  std::vector<store::Tombstone> merged;
  std::set_difference(state.tombstones().begin(), state.tombstones().end(), earlier.tombstones().begin(),
                      earlier.tombstones().end(), std::back_inserter(merged),
                      [](const store::Tombstone& a, const store::Tombstone& b) { return a.unit < b.unit; });
  for (const store::Tombstone& tombstone : merged) {
    delta_.remove(tombstone.unit);
    changed_[tombstone.unit] = {};
  }
  return ok_status();
}

Status SnapshotMaker::put_unit(const store::DirectoryEntry& entry) {
  store::UnitRow row;
  MINGLU_CHECK(home_.read_unit(entry, row));
  delta_.put(documents_.make(row));
  UnitLists& lists = changed_[entry.unit];
  lists = {};
  list_unit(row, documents_.region_of(row), home_.knowledge().fields(), lists);
  return ok_status();
}

Result<std::shared_ptr<const RegisterSnapshot>> SnapshotMaker::freeze(std::shared_ptr<const store::State> state) {
  auto snapshot = std::shared_ptr<RegisterSnapshot>(new RegisterSnapshot());
  snapshot->state_ = std::move(state);
  snapshot->files_ = files_;
  std::shared_ptr<const search::FrozenDelta> delta;
  AllLists fresh;
  if (!changed_.empty()) {
    MINGLU_TRY(delta, delta_.freeze(language_of(home_.knowledge()), *files_->index));
    std::vector<uint64_t> units;
    for (const auto& [unit, lists] : changed_) {
      units.push_back(unit);
      fresh.conflicts.insert(fresh.conflicts.end(), lists.conflicts.begin(), lists.conflicts.end());
      fresh.missing.insert(fresh.missing.end(), lists.missing.begin(), lists.missing.end());
      fresh.owned.insert(fresh.owned.end(), lists.owned.begin(), lists.owned.end());
    }
    snapshot->changed_ = std::make_shared<const std::vector<uint64_t>>(std::move(units));
    std::sort(fresh.owned.begin(), fresh.owned.end(), by_owner);
  }
  snapshot->searcher_.emplace(language_of(home_.knowledge()), *files_->index, std::move(delta));
  snapshot->conflicts_ =
      ListedFields(files_->conflicts, files_->conflict_counts, snapshot->changed_, std::move(fresh.conflicts));
  snapshot->missing_ =
      ListedFields(files_->missing, files_->missing_counts, snapshot->changed_, std::move(fresh.missing));
  snapshot->owned_ = std::move(fresh.owned);
  return std::shared_ptr<const RegisterSnapshot>(snapshot);
}

}  // namespace minglu::flows
