#include "table/internal/xml_parser.hpp"

#include <expat.h>

#include <algorithm>

namespace minglu::table::internal {
namespace {

XML_Parser parser_of(void* handle) noexcept { return static_cast<XML_Parser>(handle); }

constexpr size_t kFeedBytesMax = size_t{1} << 20;  // expat takes an int

}  // namespace

std::string_view local_name(std::string_view name) noexcept {
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct XmlParser::Callbacks {
  static void start(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto& p = *static_cast<XmlParser*>(self);
    if (p.stopped_) return;
    if (++p.depth_ > p.depth_max_) {
      p.stop(base::invalid_argument("XML is nested deeper than " + std::to_string(p.depth_max_) + " levels"));
      return;
    }
    p.attributes_.clear();
    for (size_t i = 0; attributes[i] != nullptr; i += 2) {
      const std::string_view full(attributes[i]);
      if (full == "xmlns" || full.starts_with("xmlns:")) continue;
      p.attributes_.emplace_back(local_name(full), attributes[i + 1]);
    }
    p.events_.start(local_name(name), p.attributes_);
  }
  static void end(void* self, const XML_Char* name) {
    auto& p = *static_cast<XmlParser*>(self);
    if (p.stopped_) return;
    --p.depth_;
    p.events_.end(local_name(name));
  }
  static void text(void* self, const XML_Char* bytes, int count) {
    auto& p = *static_cast<XmlParser*>(self);
    if (!p.stopped_) p.events_.text({bytes, static_cast<size_t>(count)});
  }
  static void refuse(XmlParser& p) {
    p.stop(base::invalid_argument("XML declares entities, which are not read; save it without a DOCTYPE"));
  }
  static void entity(void* self, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*,
                     const XML_Char*, const XML_Char*) {
    refuse(*static_cast<XmlParser*>(self));
  }
  static void skipped(void* self, const XML_Char*, int) { refuse(*static_cast<XmlParser*>(self)); }
};

XmlParser::XmlParser(XmlEvents& events, size_t depth_max)
    : handle_(XML_ParserCreate("UTF-8")), events_(events), depth_max_(depth_max) {
  MINGLU_ASSERT(handle_ != nullptr);
  XML_Parser parser = parser_of(handle_);
  XML_SetUserData(parser, this);
  XML_SetElementHandler(parser, Callbacks::start, Callbacks::end);
  XML_SetCharacterDataHandler(parser, Callbacks::text);
  XML_SetEntityDeclHandler(parser, Callbacks::entity);
  XML_SetSkippedEntityHandler(parser, Callbacks::skipped);
}

XmlParser::~XmlParser() { XML_ParserFree(parser_of(handle_)); }

void XmlParser::stop(Error error) {
  if (stopped_) return;
  stopped_ = std::move(error);
  XML_StopParser(parser_of(handle_), XML_FALSE);
}

Status XmlParser::feed(std::string_view bytes, bool last) {
  XML_Parser parser = parser_of(handle_);
  do {
    const size_t count = std::min(bytes.size(), kFeedBytesMax);
    const bool final_piece = last && count == bytes.size();
    const XML_Status status = XML_Parse(parser, bytes.data(), static_cast<int>(count), final_piece ? 1 : 0);
    bytes.remove_prefix(count);
    if (stopped_) return *stopped_;
    if (status == XML_STATUS_OK) continue;
    const XML_Error code = XML_GetErrorCode(parser);
    const bool cut_off = last && (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
                                  code == XML_ERROR_PARTIAL_CHAR || code == XML_ERROR_UNCLOSED_CDATA_SECTION);
    std::string message =
        std::string(XML_ErrorString(code)) + " at line " + std::to_string(XML_GetCurrentLineNumber(parser));
    stopped_ = cut_off ? base::data_loss("XML ends too early: " + message)
                       : base::invalid_argument("not well-formed XML: " + message);
    return *stopped_;
  } while (!bytes.empty());
  return ok_status();
}

}  // namespace minglu::table::internal
