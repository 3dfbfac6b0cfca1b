#include <gtest/gtest.h>

#include "table/table_support.hpp"

namespace minglu::table {
namespace {

using testing_support::Cells;
using testing_support::drain;
using testing_support::ReadOutcome;

ReadOutcome read_xml(const std::string& text, ReadSpec spec = {}) {
  return drain(internal::open_xml(internal::ByteSource::from_memory(text), spec));
}

const std::string kList =
    "<企业列表 xmlns:x=\"u\"><统计 期=\"202601\"/>\n"
    "<企业 id=\"1\"><名称>深圳&lt;甲&gt;</名称><x:地址 "
    "区=\"福田\"><街道>莲花</街道></x:地址><标签>a</标签><标签>b</标签></企业>\n"
    "<企业 id=\"2\"><名称><![CDATA[乙 & 丙]]></名称><空/></企业>\n</企业列表>";

TEST(Xml, ChildrenAndAttributesBecomeColumns) {
  const auto null = std::nullopt;
  for (size_t read_bytes = 1; read_bytes <= 64; ++read_bytes) {
    const ReadOutcome out = read_xml(kList, {.read_buffer_bytes = read_bytes});
    ASSERT_FALSE(out.open_error) << out.open_error->message;
    EXPECT_EQ(out.names, (std::vector<std::string>{"id", "名称", "地址.区", "地址.街道", "标签", "空"}));
    EXPECT_EQ(out.rows, (std::vector<Cells>{{"1", "深圳<甲>", "福田", "莲花", "a|b", null},
                                            {"2", "乙 & 丙", null, null, null, null}}));
    EXPECT_FALSE(out.read_error);
  }
  EXPECT_EQ(read_xml(kList, {.record_path = "企业列表/企业"}).rows.size(), 2u);
  EXPECT_EQ(read_xml(kList, {.record_path = "企业列表/统计"}).rows, (std::vector<Cells>{{"202601"}}));
  EXPECT_TRUE(read_xml(kList, {.record_path = "企业列表/无"}).open_error);
}

TEST(Xml, FollowsItsDeclaration) {
  // "深圳" in GBK.
  for (const char* name : {"GB2312", "gbk", "GB18030"}) {
    const std::string text = std::string("<?xml version=\"1.0\" encoding=\"") + name +
                             "\"?><r><e><n>\xC9\xEE\xDB\xDA</n></e><e><n>x</n></e></r>";
    EXPECT_EQ(read_xml(text).rows, (std::vector<Cells>{{"深圳"}, {"x"}})) << name;
  }
  EXPECT_EQ(read_xml("<?xml version='1.0' encoding='utf-8'?><r><e><n>深圳</n></e></r>").rows,
            (std::vector<Cells>{{"深圳"}}));
  EXPECT_TRUE(read_xml("<?xml version='1.0' encoding='klingon'?><r><e><n>1</n></e></r>").open_error);
}

TEST(Xml, EntitiesAreRefused) {
  for (const std::string text :
       {"<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><r><e><n>&b;</n></e></r>",
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r><e><n>&x;</n></e></r>",
        "<!DOCTYPE r [<!ENTITY % p SYSTEM \"http://x/y.dtd\"> %p;]><r><e><n>1</n></e></r>",
        "<!DOCTYPE r SYSTEM \"http://x/y.dtd\"><r><e><n>&x;</n></e></r>", "<r><e><n>&x;</n></e></r>"}) {
    const ReadOutcome out = read_xml(text);
    ASSERT_TRUE(out.open_error) << text;
    EXPECT_EQ(out.open_error->code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(read_xml("<!DOCTYPE r><r><e><n>1</n></e></r>").rows.size(), 1u);
}

TEST(Xml, ATruncatedFileGivesItsWholeRowsThenFails) {
  const std::string whole = "<r><e><n>1</n></e><e><n>2</n></e><e><n>3</n></e></r>";
  for (size_t size = 20; size < whole.size(); ++size) {
    const ReadOutcome out = read_xml(whole.substr(0, size), {.record_path = "r/e"});
    if (out.open_error) {
      EXPECT_EQ(out.rows.size(), 0u);
      continue;
    }
    ASSERT_TRUE(out.read_error) << size;
    EXPECT_EQ(out.read_error->code, ErrorCode::kDataLoss);
    EXPECT_NE(out.read_error->message.find("record " + std::to_string(out.rows.size())), std::string::npos);
  }
}

TEST(Xml, MalformedDeepAndLong) {
  for (const std::string text : {"", "hello", "<r>", "<r><e><n>1</e></r>", "<r/>", "<r>\xFF</r>"}) {
    EXPECT_TRUE(read_xml(text).open_error) << text;
  }
  std::string deep = "<r><e><n>1</n></e><e><n>";
  for (int i = 0; i < 100000; ++i) deep += "<d>";
  EXPECT_TRUE(read_xml(deep).open_error || read_xml(deep).read_error);
  const std::string wide =
      "<r><e><n>1</n></e><e><n>" + std::string(5000, 'x') + "</n></e><e><n>" + std::string(500, 'x') + "</n></e></r>";
  EXPECT_EQ(read_xml(wide, {.limits = {.cell_bytes_max = 400, .row_bytes_max = 1000}}).codes(),
            "2:row_too_long! 3:cell_too_long!");
  EXPECT_EQ(read_xml("<r><n>1</n><m>2</m></r>").rows, (std::vector<Cells>{{"1", "2"}}));
}

}  // namespace
}  // namespace minglu::table
