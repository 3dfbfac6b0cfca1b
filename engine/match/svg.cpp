#include "match/svg.hpp"

#include <cstdint>
#include <cstdio>

#include "base/utf8.hpp"

namespace minglu::match {
namespace {

constexpr std::string_view kFonts =
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','Helvetica Neue',Arial,"
    "sans-serif";

std::string number(double value) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.2f", value);
  return buffer;
}

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + number(value) + "\"";
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

double ems(char32_t c) {
  if (c >= 0x2E80) return 1;  // Han, kana, full-width forms
  if (c == U'i' || c == U'l' || c == U'.' || c == U',' || c == U' ' || c == U'|' || c == U'\'') return 0.3;
  if ((c >= U'A' && c <= U'Z') || c == U'm' || c == U'w' || c == U'%') return 0.68;
  return 0.56;
}

}  // namespace

std::string xml_escape(std::string_view utf8) {
  std::string out;
  for (const char32_t c : base::decode_utf8(utf8)) {
    switch (c) {
      case U'&': out += "&amp;"; break;
      case U'<': out += "&lt;"; break;
      case U'>': out += "&gt;"; break;
      case U'"': out += "&quot;"; break;
      case U'\'': out += "&#39;"; break;
      default: {
        const bool allowed = (c >= 0x20 || c == U'\t' || c == U'\n') && c != 0xFFFE && c != 0xFFFF;
        base::append_utf8(out, allowed ? c : U'\uFFFD');
      }
    }
  }
  return out;
}

double text_width(std::string_view utf8, double size) {
  double sum = 0;
  for (const char32_t c : base::decode_utf8(utf8)) sum += ems(c);
  return sum * size;
}

std::string fit_text(std::string_view utf8, double width, double size) {
  if (text_width(utf8, size) <= width) return std::string(utf8);
  std::string out;
  double sum = size;  // the ellipsis
  for (const char32_t c : base::decode_utf8(utf8)) {
    sum += ems(c) * size;
    if (sum > width) break;
    base::append_utf8(out, c);
  }
  return out + "…";
}

Svg::Svg(double width, double height, const SvgHead& head) {
  body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"" + attribute("width", width) +
          attribute("height", height) + " viewBox=\"0 0 " + number(width) + " " + number(height) + "\"" +
          attribute("font-family", kFonts) + ">\n<title>" + xml_escape(head.title) + "</title>\n<desc>" +
          xml_escape(head.description) + "</desc>\n";
  rect({.x = 0, .y = 0, .width = width, .height = height, .fill = "#ffffff"});
}

void Svg::rect(const RectSpec& spec) {
  body_ += "<rect" + attribute("x", spec.x) + attribute("y", spec.y) + attribute("width", spec.width) +
           attribute("height", spec.height) + (spec.radius > 0 ? attribute("rx", spec.radius) : "") +
           attribute("fill", spec.fill) + "/>\n";
}

void Svg::line(const LineSpec& spec) {
  body_ += "<line" + attribute("x1", spec.x1) + attribute("y1", spec.y1) + attribute("x2", spec.x2) +
           attribute("y2", spec.y2) + attribute("stroke", spec.stroke) + attribute("stroke-width", spec.width) +
           (spec.dashed ? attribute("stroke-dasharray", "4 3") : "") + "/>\n";
}

void Svg::circle(double x, double y, double radius, std::string_view fill) {
  body_ +=
      "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) + attribute("fill", fill) + "/>\n";
}

void Svg::text(double x, double y, std::string_view text, const TextStyle& style) {
  constexpr std::string_view kAnchors[] = {"start", "middle", "end"};
  body_ +=
      "<text" + attribute("x", x) + attribute("y", y) + attribute("font-size", style.size) +
      attribute("fill", style.fill) +
      (style.anchor == Anchor::kStart ? "" : attribute("text-anchor", kAnchors[static_cast<size_t>(style.anchor)])) +
      (style.bold ? attribute("font-weight", "600") : "") + ">" + xml_escape(text) + "</text>\n";
}

}  // namespace minglu::match
