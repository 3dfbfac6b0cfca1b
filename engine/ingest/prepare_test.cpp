#include "ingest/prepare.hpp"

#include <gtest/gtest.h>

#include "codes/catalog_file.hpp"
#include "rules/domain.hpp"

namespace minglu::ingest {
namespace {

// Coordinates of an internet map become WGS-84; a pair that is no point stays as written and is never trusted.
TEST(Prepare, CoordinatesOfAnotherDatumAreConverted) {
  const auto catalog = codes::catalog_directory();
  const codes::Fields fields = codes::Fields::load(catalog).value();
  const auto domain = rules::Domain::load(catalog).value();
  const Sources sources = Sources::load(catalog, fields).value();
  const SourceDefinition& source = sources.at(*sources.find("lagou_jobs"));
  ASSERT_EQ(source.datum, geo::Datum::kGcj02);
  const ColumnPlan plan = plan_columns(source, fields, {"companyFullName", "latitude", "longitude"}).value();
  table::RawBatch raw;
  raw.columns.resize(3);
  for (const auto& row : std::vector<std::vector<std::string>>{
           {"甲公司", "22.543639", "113.93775"}, {"乙公司", "0", "0"}, {"丙公司", "", "113.9"}}) {
    raw.row_numbers.push_back(raw.row_numbers.size() + 1);
    for (size_t c = 0; c < row.size(); ++c) {
      if (row[c].empty()) raw.columns[c].append_null();
      if (!row[c].empty()) raw.columns[c].append(row[c]);
    }
  }
  const CleanContext context{domain->catalog(), domain->regions(), domain->chars(), domain->addresses(),
                             domain->names()};
  const PreparedBatch batch = prepare_batch(raw, plan, {.source_date = Date{18'000}}, context);
  ASSERT_EQ(batch.rows.size(), 3U);
  const codes::FieldId east = fields.require("longitude");
  const codes::FieldId north = fields.require("latitude");
  const units::RecordView good(batch.record(batch.rows[0]));
  EXPECT_EQ(good.trusted_text(east), "113.932883");
  EXPECT_EQ(good.trusted_text(north), "22.546671");
  const units::RecordView zero(batch.record(batch.rows[1]));
  EXPECT_EQ(zero.text(east), "0");
  EXPECT_EQ(zero.trusted_text(east), "");
  const units::RecordView half(batch.record(batch.rows[2]));
  EXPECT_EQ(half.trusted_text(east), "");
}

}  // namespace
}  // namespace minglu::ingest
