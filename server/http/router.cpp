#include "server/http/router.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace minglu::server {
namespace {

constexpr std::array<std::string_view, 5> kMethods = {"GET", "POST", "PUT", "PATCH", "DELETE"};

std::vector<std::string> split_template(std::string_view path) {
  MINGLU_ASSERT(path.starts_with('/'));
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    segments.emplace_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

bool is_word(std::string_view text) { return text.find_first_of("{}") == std::string_view::npos; }

}  // namespace

/// One segment of the tree. Names are sorted by the length of their verb, the longest first, so that the bare name is
/// tried last.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> words;
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> names;  // verb (":undo" or "") and what follows
  std::map<std::string, size_t, std::less<>> methods;                // routes that end here

  Node& child(const std::string& segment) {
    if (is_word(segment)) {
      auto& slot = words[segment];
      if (!slot) slot = std::make_unique<Node>();
      return *slot;
    }
    const size_t close = segment.find('}');
    MINGLU_ASSERT(segment.starts_with('{') && close != std::string::npos && close > 1);
    const std::string verb = segment.substr(close + 1);
    MINGLU_ASSERT(is_word(verb));
    MINGLU_ASSERT(verb.empty() || verb.starts_with(':'));
    for (auto& [known, node] : names) {
      if (known == verb) return *node;
    }
    const auto place =
        std::find_if(names.begin(), names.end(), [&](const auto& name) { return name.first.size() < verb.size(); });
    return *names.insert(place, {verb, std::make_unique<Node>()})->second;
  }

  /// Depth is bounded by the depth of the tree, never by the request.
  void collect(const std::vector<std::string>& segments, size_t at, std::vector<std::string>& parts,
               const std::function<bool(const Node&)>& found, bool& done) const {
    if (at == segments.size()) {
      if (!methods.empty()) done = found(*this);
      return;
    }
    if (const auto word = words.find(segments[at]); word != words.end()) {
      word->second->collect(segments, at + 1, parts, found, done);
    }
    for (const auto& [verb, node] : names) {
      if (done) return;
      if (segments[at].size() <= verb.size() || !segments[at].ends_with(verb)) continue;
      parts.push_back(segments[at].substr(0, segments[at].size() - verb.size()));
      node->collect(segments, at + 1, parts, found, done);
      if (!done) parts.pop_back();
    }
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

void Router::add(Route route) {
  MINGLU_ASSERT(std::find(kMethods.begin(), kMethods.end(), route.method) != kMethods.end());
  MINGLU_ASSERT(route.handler != nullptr);
  Node* node = root_.get();
  for (const std::string& segment : split_template(route.path)) node = &node->child(segment);
  const bool fresh = node->methods.emplace(route.method, routes_.size()).second;
  MINGLU_ASSERT(fresh);
  routes_.push_back(std::move(route));
}

void Router::set_fallback(Handler handler) { fallback_ = std::move(handler); }

Router::Match Router::match(std::string_view method, const std::vector<std::string>& segments) const {
  if (method == "HEAD") method = "GET";
  Match match;
  std::vector<std::string_view> allowed;
  bool done = false;
  const auto found = [&](const Node& node) {
    if (const auto route = node.methods.find(method); route != node.methods.end()) {
      match.route = route->second;
      return true;
    }
    for (const auto& [name, index] : node.methods) allowed.push_back(name);
    return true;  // The narrowest path that fits is meant, also when another path of the same shape has the method.
  };
  root_->collect(segments, 0, match.parts, found, done);
  if (match.route || allowed.empty()) return match;
  if (std::find(allowed.begin(), allowed.end(), "GET") != allowed.end()) allowed.push_back("HEAD");
  allowed.push_back("OPTIONS");
  std::sort(allowed.begin(), allowed.end());
  allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
  for (const std::string_view name : allowed) match.allow.append(match.allow.empty() ? "" : ", ").append(name);
  return match;
}

}  // namespace minglu::server
