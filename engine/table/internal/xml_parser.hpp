// expat, made safe: no entity declarations, no external subset's entities, bounded depth. Text arrives as UTF-8 (the
// caller decodes), so the encoding declaration is overridden. Element and attribute names come without namespace
// prefix.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace minglu::table::internal {

using XmlAttributes = std::vector<std::pair<std::string_view, std::string_view>>;

class XmlEvents {
 public:
  virtual ~XmlEvents() = default;
  virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view text) = 0;
};

class XmlParser {
 public:
  XmlParser(XmlEvents& events, size_t depth_max);
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;
  ~XmlParser();
  /// kInvalidArgument: entities are declared, too deep, not well-formed. kDataLoss: the document ends too early
  /// (`last`). After an error the parser takes no more.
  Status feed(std::string_view bytes, bool last);
  /// Called from an event: the current feed returns this error.
  void stop(Error error);

 private:
  struct Callbacks;
  void* handle_;
  XmlEvents& events_;
  size_t depth_max_;
  size_t depth_ = 0;
  XmlAttributes attributes_;
  std::optional<Error> stopped_;
};

/// The part of a name behind its prefix.
std::string_view local_name(std::string_view name) noexcept;

}  // namespace minglu::table::internal
