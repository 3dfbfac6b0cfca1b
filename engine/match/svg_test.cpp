#include "match/svg.hpp"

#include <gtest/gtest.h>

namespace minglu::match {
namespace {

TEST(XmlEscape, MarkupAndWhatXmlCannotHoldAreReplaced) {
  EXPECT_EQ(xml_escape("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(xml_escape(std::string_view("x\0y\x1bz", 5)), "x\uFFFDy\uFFFDz");
  EXPECT_EQ(xml_escape("\xff深圳"), "\uFFFD深圳");
  EXPECT_EQ(xml_escape(""), "");
}

TEST(FitText, KeepsWhatFitsAndCutsBetweenCharacters) {
  EXPECT_EQ(fit_text("深圳", 100, 12), "深圳");
  EXPECT_EQ(fit_text("深圳市甲乙科技有限公司", 48, 12), "深圳市…");
  EXPECT_EQ(fit_text("深圳", 5, 12), "…");
  EXPECT_EQ(fit_text("", 0, 12), "");
}

TEST(Svg, IsOneDocumentWithoutScript) {
  Svg svg(900, 100, {.title = "<script>alert(1)</script>", .description = "d"});
  svg.text(1, 2, "</text><script>", {});
  svg.line({.x1 = 0, .y1 = 0, .x2 = 1, .y2 = 1, .stroke = "#000000", .dashed = true});
  const std::string document = svg.document();
  EXPECT_EQ(document.find("<script"), std::string::npos);
  EXPECT_TRUE(document.starts_with("<svg xmlns="));
  EXPECT_TRUE(document.ends_with("</svg>\n"));
}

}  // namespace
}  // namespace minglu::match
