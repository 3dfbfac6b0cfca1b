// A trail that was rewritten whole, or whose end was cut off, is told by the heads that were noted elsewhere.
#include "flows/trail_flow.hpp"

#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"
#include "store/audit_store.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

class Trail : public ::testing::Test {
 protected:
  [[nodiscard]] HomeSpec spec() const { return {folder_.path(), "", catalog(), 1}; }
  void write(const std::vector<std::string>& actors) {
    auto audit = store::AuditStore::open({.url = "sqlite:" + (folder_.path() / "audit.db").string()});
    ASSERT_TRUE(audit.ok());
    for (const std::string& actor : actors)
      ASSERT_TRUE((*audit)->append({.at_us = 1'000'000, .actor = actor, .operation = "get_unit"}).ok());
  }
  void remove() {
    for (const char* name : {"audit.db", "audit.db-wal", "audit.db-shm"}) fs::remove(folder_.path() / name);
  }
  TempFolder folder_;
};

TEST_F(Trail, AgreesWithTheHeadsThatWereNoted) {
  const fs::path notes = folder_.path() / "heads.txt";
  EXPECT_EQ(trail_head(spec()).error().code, ErrorCode::kNotFound);
  write({});
  EXPECT_EQ(trail_head(spec()).error().code, ErrorCode::kFailedPrecondition);
  write({"wang", "li"});
  ASSERT_TRUE(note_head(notes, *trail_head(spec())).ok());
  ASSERT_TRUE(note_head(notes, *trail_head(spec())).ok());
  write({"zhao"});
  ASSERT_TRUE(note_head(notes, *trail_head(spec())).ok());
  const auto heads = parse_heads(read_all(notes));
  ASSERT_TRUE(heads.ok()) << heads.error().message;
  ASSERT_EQ(heads->size(), 2u) << "the same head is noted once";
  EXPECT_EQ(heads->back(), *trail_head(spec()));
  const auto check = check_trail(spec(), *heads);
  ASSERT_TRUE(check.ok());
  EXPECT_EQ(check->entries, 3);
  EXPECT_EQ(check->heads, 2u);
  EXPECT_TRUE(check->problems.empty());
}

TEST_F(Trail, ThatWasWrittenAnewIsTold) {
  write({"wang", "li"});
  const TrailHead noted = *trail_head(spec());
  remove();
  write({"nobody", "li"});
  const auto check = check_trail(spec(), {noted});
  ASSERT_TRUE(check.ok());
  ASSERT_EQ(check->problems.size(), 1u) << "its own chain is whole";
  EXPECT_NE(check->problems.front().find("entry 2, has another hash"), std::string::npos) << check->problems.front();
}

TEST_F(Trail, WhoseEndWasCutOffIsTold) {
  write({"wang", "li"});
  const TrailHead noted = *trail_head(spec());
  remove();
  write({"wang"});
  const auto check = check_trail(spec(), {noted});
  ASSERT_TRUE(check.ok());
  ASSERT_EQ(check->problems.size(), 1u);
  EXPECT_NE(check->problems.front().find("is not in the trail any more"), std::string::npos);
}

TEST_F(Trail, NotesThatCannotBeReadAreNamed) {
  const std::string hash(64, 'a');
  for (const std::string& bad : {std::string("yesterday"), "2026-01-01T00:00:00Z 0 " + hash,
                                 "2026-01-01T00:00:00Z 7x " + hash, "2026-01-01T00:00:00Z 7 " + hash + "0"}) {
    const auto heads = parse_heads("# noted by hand\n\n" + bad + "\n");
    ASSERT_FALSE(heads.ok()) << bad;
    EXPECT_NE(heads.error().message.find("line 3"), std::string::npos);
  }
  EXPECT_EQ(parse_heads("2026-01-01T00:00:00Z 7 " + hash + "\r\n")->size(), 1u);
}

}  // namespace
}  // namespace minglu::flows
