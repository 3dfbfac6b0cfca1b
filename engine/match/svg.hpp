// A small canvas for charts: one self-contained SVG 1.1 document, no script, no style sheet, no reference to anything
// outside. Every text is escaped; what XML cannot hold (control characters, ill-formed UTF-8) becomes U+FFFD.
//
//   Svg svg(900, 300, {.title = "为什么", .description = "..."});
//   svg.rect({.x = 20, .y = 20, .width = 100, .height = 12, .fill = "#2b6cb0"});
//   svg.text(24, 60, "科技 <1>", {.size = 13});
//   const std::string document = svg.document();
//
// Units are pixels of the picture; widths of text are estimated (Han one em, others about half), as no font is at hand.
// Numbers are written with two decimals, so equal input gives equal bytes. Thread-safety: an object belongs to one
// thread.
#pragma once

#include <string>
#include <string_view>

namespace minglu::match {

enum class Anchor : uint8_t { kStart, kMiddle, kEnd };

struct TextStyle {
  double size = 13;
  std::string_view fill = "#1f2933";
  Anchor anchor = Anchor::kStart;
  bool bold = false;
};

struct SvgHead {
  std::string_view title;
  std::string_view description;
};

struct RectSpec {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  std::string_view fill;
  double radius = 0;
};

struct LineSpec {
  double x1 = 0;
  double y1 = 0;
  double x2 = 0;
  double y2 = 0;
  std::string_view stroke;
  double width = 1;
  bool dashed = false;
};

class Svg {
 public:
  Svg(double width, double height, const SvgHead& head);
  void rect(const RectSpec& spec);
  void line(const LineSpec& spec);
  void circle(double x, double y, double radius, std::string_view fill);
  /// `y` is the base line.
  void text(double x, double y, std::string_view text, const TextStyle& style);
  /// The whole document.
  [[nodiscard]] std::string document() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

/// Text for an element or a quoted attribute.
std::string xml_escape(std::string_view utf8);
/// Estimated width in pixels.
double text_width(std::string_view utf8, double size);
/// The text, or as much of its beginning as fits, with "…".
std::string fit_text(std::string_view utf8, double width, double size);

}  // namespace minglu::match
