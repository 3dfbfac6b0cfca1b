#include "synth/output.hpp"

#include <nlohmann/json.hpp>
#include <span>

#include "base/utf8.hpp"

namespace minglu::synth {
namespace {

struct TruthFile {
  const char* name;
  const char* head;
};

constexpr TruthFile kTruthFiles[] = {
    {"truth.csv", "id,cluster_id\n"},
    {"truth_units.csv",
     "unit,kind,uscc,reg_no,founded,closed,revoked,dormant,parent_unit,parent_uscc,name,legal_rep,address,region_code,"
     "industry_code,capital_wan,capital_currency,revenue_year_yuan,persons\n"},
    {"truth_events.csv", "unit,date,event,name,legal_rep,address,region_code,capital_wan,industry_code\n"},
};

Result<std::unique_ptr<base::FileWriter>> open_bytes(const std::filesystem::path& path, std::string_view head) {
  MINGLU_TRY(base::FileWriter writer, base::FileWriter::create(path));
  MINGLU_CHECK(writer.append(head));
  return std::make_unique<base::FileWriter>(std::move(writer));
}

Status make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return ok_status();
  return base::invalid_argument("cannot make the folder \"" + folder.string() + "\": " + error.message());
}

}  // namespace

Result<Output> Output::create(const std::filesystem::path& dir, const std::vector<const Feed*>& feeds,
                              const Calendar& calendar) {
  Output output;
  output.dir_ = dir;
  for (const Feed* feed : feeds) {
    MINGLU_CHECK(make_folder(dir / "feeds" / feed->layout.source_id));
    std::vector<FeedFile>& files = output.files_.emplace_back();
    for (const std::string& tag : feed->schedule(calendar)) {
      MINGLU_CHECK(output.open_file(*feed, tag, files.emplace_back()));
    }
  }
  for (const TruthFile& truth : kTruthFiles) {
    FeedFile& file = output.truth_.emplace_back();
    file.name = truth.name;
    MINGLU_TRY(file.bytes, open_bytes(dir / truth.name, truth.head));
  }
  return output;
}

Status Output::open_file(const Feed& feed, const std::string& tag, FeedFile& file) const {
  const Layout& layout = feed.layout;
  file.layout = &layout;
  file.name = "feeds/" + layout.source_id + "/" + layout.source_id + "_" + tag + "." + std::string(layout.extension());
  if (layout.format != Format::kXlsx && layout.format != Format::kParquet) {
    MINGLU_TRY(file.bytes, open_bytes(dir_ / file.name, encode_head(layout)));
    return ok_status();
  }
  std::vector<table::OutColumn> columns;
  for (const Column& column : layout.columns) {
    columns.push_back({column.name, column.number ? table::CellKind::kNumber : table::CellKind::kText});
  }
  if (layout.format == Format::kParquet) {
    MINGLU_TRY(file.table, table::create_parquet(dir_ / file.name, std::move(columns), {}));
  } else {
    MINGLU_TRY(file.table, table::create_xlsx(dir_ / file.name, std::move(columns), {}));
  }
  return ok_status();
}

Status Output::append_file(const FileBytes& part, FeedFile& file) {
  if (part.rows == 0) return ok_status();
  std::string_view bytes = part.bytes;
  if (file.table != nullptr) {
    std::vector<std::optional<std::string_view>> cells;
    while (!bytes.empty()) {
      decode_separated_row(bytes, cells);
      MINGLU_CHECK(file.table->row(cells));
    }
  } else {
    constexpr size_t kSeparator = 2;  // ",\n" before the first row of a JSON array
    if (file.layout->format == Format::kJson && file.rows == 0) bytes.remove_prefix(kSeparator);
    MINGLU_CHECK(file.bytes->append(bytes));
  }
  file.rows += part.rows;
  return ok_status();
}

Status Output::write_truth(const BlockOutput& block) {
  MINGLU_CHECK(truth_[0].bytes->append(block.truth));
  MINGLU_CHECK(truth_[1].bytes->append(block.truth_units));
  return truth_[2].bytes->append(block.truth_events);
}

Status Output::append(const BlockOutput& block) {
  for (size_t feed = 0; feed < files_.size(); ++feed) {
    for (size_t file = 0; file < files_[feed].size(); ++file) {
      MINGLU_CHECK(append_file(block.feeds[feed][file], files_[feed][file]));
    }
  }
  units_ += block.units;
  return write_truth(block);
}

Result<SynthReport> Output::finish(const std::string& readme) {
  SynthReport report;
  report.units = units_;
  nlohmann::ordered_json manifest;
  for (std::vector<FeedFile>& feed : files_) {
    for (FeedFile& file : feed) {
      if (file.rows == 0) {  // nothing to hand over: dropping the writer leaves no file, nor may an older one stay
        std::error_code ignored;
        std::filesystem::remove(dir_ / file.name, ignored);
        continue;
      }
      if (file.bytes != nullptr) {
        MINGLU_CHECK(file.bytes->append(encode_tail(*file.layout)));
        MINGLU_CHECK(file.bytes->finish());
      } else {
        MINGLU_CHECK(file.table->finish());
      }
      const uint64_t size = std::filesystem::file_size(dir_ / file.name);
      report.files.push_back({file.name, file.rows, size});
      report.rows += file.rows;
      report.bytes += size;
      manifest["files"].push_back(
          {{"name", file.name}, {"source", file.layout->source_id}, {"rows", file.rows}, {"bytes", size}});
    }
  }
  for (FeedFile& file : truth_) MINGLU_CHECK(file.bytes->finish());
  manifest["units"] = report.units;
  manifest["rows"] = report.rows;
  manifest["bytes"] = report.bytes;
  MINGLU_CHECK(base::write_file_durably(dir_ / "manifest.json", manifest.dump(1) + "\n"));
  MINGLU_CHECK(base::write_file_durably(dir_ / "README.txt", readme));
  return report;
}

}  // namespace minglu::synth
