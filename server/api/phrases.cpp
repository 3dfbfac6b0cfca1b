#include "server/api/phrases.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace minglu::server {
namespace {

struct Phrase {
  std::string_view chinese;
  std::string_view english;
};

constexpr std::array kPhrases = std::to_array<Phrase>({
    // Parts of bodies and parameters.
    {"必填", "required"},
    {"不能为空", "may not be empty"},
    {"应为文字", "must be a text"},
    {"没有这一项", "is not known"},
    {"至少 {} 个字", "at least {} characters"},
    {"最多 {} 个字", "at most {} characters"},
    {"应为 true 或 false", "must be true or false"},
    {"应为一列文字", "must be a list of texts"},
    {"应为一列，最多 {} 项", "must be a list of at most {} items"},
    {"应为 {} 到 {} 项文字", "must be {} to {} texts"},
    {"应为 {} 到 {} 之间的整数", "must be a whole number from {} to {}"},
    {"应为一个对象", "must be an object"},
    {"应为 1 到 1000 条记录", "must be 1 to 1000 records"},
    {"应为 same、different 或 value", "must be same, different or value"},
    {"应为 xlsx 或 csv", "must be xlsx or csv"},
    {"没有这个清单", "there is no such list"},
    {"请求体不是合法的 JSON", "The body is not JSON"},
    {"请求体应为一个 JSON 对象", "The body must be a JSON object"},
    {"/records 的每一项应为对象", "Each of /records must be an object"},
    {"/records 的值应为文字或数字", "Values in /records must be texts or numbers"},
    {"{} 应为 {} 到 {} 之间的整数", "{} must be a whole number from {} to {}"},
    {"{} 应为 true 或 false", "{} must be true or false"},
    {"{} 应为代码，以逗号分隔", "{} must be codes, separated by commas"},
    {"{} 应为日期，例如 {}", "{} must be a date, such as {}"},
    {"cursor 不是上一页给出的值", "The cursor is not what the page before answered"},
    {"翻页最多到第 10,000 条；请缩小条件，或导出全部结果",
     "Pages end at the 10,000th; narrow the question, or export all"},
    {"sort 应为 relevance、name、founded 或 unit", "sort must be relevance, name, founded or unit"},
    {"outcome 应为 ok、denied 或 failed", "outcome must be ok, denied or failed"},
    {"file_name 应为文件名，不带目录", "file_name must be the name of a file, without folders"},
    {"{}含有无效字符", "{} contains invalid characters"},
    {"{}最多 {} 个字符", "{}: at most {} characters"},
    // What is not there.
    {"没有编号为 {} 的单位", "There is no unit {}"},
    {"编号为 {} 的单位当时尚无来源记录", "No source knew unit {} then"},
    {"没有编号为 {} 的导入", "There is no import {}"},
    {"没有编号为 {} 的任务", "There is no task {}"},
    {"没有编号为 {} 的决定", "There is no decision {}"},
    {"没有编号为 {} 的导出文件", "There is no export file {}"},
    {"没有编号为 {} 的用户", "There is no user {}"},
    {"没有编号为 {} 的对象", "There is nothing with the number {}"},
    {"没有编号为“{}”的密钥", "There is no key “{}”"},
    {"没有来源“{}”", "There is no source “{}”"},
    {"没有代码表“{}”", "There is no code list “{}”"},
    {"没有区域“{}”", "There is no region “{}”"},
    {"没有名为“{}”的指标项", "There is no field “{}”"},
    {"没有名为“{}”的筛选", "There is no saved filter “{}”"},
    {"没有名为“{}”的清单", "There is no list “{}”"},
    {"没有角色“{}”，可选：{}", "There is no role “{}”; there are: {}"},
    {"名录中没有记录“{}”", "The register has no record “{}”"},
    {"这条记录没有填写该项", "This record does not state that field"},
    {"来源“{}”没有“{}”这一项；可用：{}", "Source “{}” has no column “{}”; it has: {}"},
    {"请指明来源：没有来源“{}”", "Name a source: there is no source “{}”"},
    // What may not be, or not now.
    {"您的角色不能查看这个清单，也不能导出", "Your role may not look at this list, so it may not export it"},
    {"您的账号只能按区和来源筛选：行业、规模、状态、冲突和缺失可能出自统计调查",
     "Your account may filter by district and source only: the rest may come from surveys"},
    {"退回的行不属于任何区，请由全市范围的账号下载",
     "Rejected rows belong to no district; an account of the whole city may download them"},
    {"区、街道账号必须指定所辖区域", "Accounts of districts and streets need their regions"},
    {"角色“{}”必须单独授予，不能与其他角色由同一人兼任", "Role “{}” must stand alone"},
    {"登录名“{}”已存在", "Login “{}” is taken"},
    {"登录名“{}”不能含空格或控制字符", "Login “{}” may not contain blanks or control characters"},
    {"登录名“{}”应为 2 到 64 个字符", "Login “{}” must have 2 to 64 characters"},
    {"不能停用自己的账号", "You cannot disable your own account"},
    {"链接无效或已过期，请向安全管理员重新申请",
     "The link is invalid or has expired; ask the security administrator for another"},
    {"链接与登录名不符，或链接已失效", "The link is not for this login, or has served"},
    {"系统已经初始化，请由安全管理员新建账号", "The system is set up; the security administrator makes accounts"},
    {"这份名单会停用 {} 个账号，超过现有 {} 个的一半，可能不完整；确认无误请允许大量停用",
     "This list would disable {} accounts, more than half of {}: it may be cut short. If it is right, allow to end "
     "many"},
    {"原密码不对", "The old pass phrase is wrong"},
    {"新密码不能与原密码相同", "The new pass phrase must differ from the old one"},
    {"密码不能包含登录名或姓名", "A pass phrase may not contain login or name"},
    {"密码太短，至少 {} 个字符", "The pass phrase is too short: at least {} characters"},
    {"密码太长，最多 {} 个字符", "The pass phrase is too long: at most {} characters"},
    {"密码应含大写字母、小写字母、数字、符号中的至少 {} 类",
     "A pass phrase needs {} of: upper case, lower case, digits, signs"},
    {"动态口令不对：请核对手机时间，输入当前显示的 6 位数字",
     "The one-time code is wrong: check the phone's clock and enter the six digits it shows"},
    {"缺少待绑定的密钥，请重新开始绑定", "The secret to be confirmed is missing; begin again"},
    {"更换动态口令前，请先用现在的动态口令重新登录；丢失时请联系安全管理员重置",
     "Log in with the present one-time code first; if it is lost, ask the security administrator"},
    {"任务已经开始或已经结束，不能取消", "The task has begun or ended and cannot be cancelled"},
    {"提交 {} 的决定已经撤销", "The decision of commit {} is undone already"},
    {"两条记录相同：{}", "Both records are the same: {}"},
    {"两条记录已由相同的标识或名称合为一个单位，没有相似度可解释",
     "Both records are one unit by identifier or name; there is no likeness to explain"},
    {"名录中有标识的单位不足 {} 个，或超过 {} 个，这里不做相似比对",
     "Fewer than {} units with identifiers, or more than {}: likeness is not compared here"},
    {"相似比对正在计算，请稍后再看", "Likeness is being worked out; look again soon"},
    {"审计日志暂时无法写入，操作结果未知；请稍后重试",
     "The audit trail cannot be written at present, the outcome is unknown; try again later"},
    {"最多保存 200 个筛选，请先删除不用的", "At most 200 saved filters; delete some first"},
});

constexpr std::string_view kAny = "{}";

/// What stands for each {} of the pattern; the shortest stretches. Null when the text does not fit.
std::optional<std::vector<std::string_view>> match(std::string_view pattern, std::string_view text) {
  std::vector<std::string_view> parts;
  const size_t first = pattern.find(kAny);
  if (first == std::string_view::npos) {
    if (pattern != text) return std::nullopt;
    return parts;
  }
  if (!text.starts_with(pattern.substr(0, first))) return std::nullopt;
  text.remove_prefix(first);
  pattern.remove_prefix(first);
  while (!pattern.empty()) {
    pattern.remove_prefix(kAny.size());
    const std::string_view literal = pattern.substr(0, pattern.find(kAny));
    const bool is_last = literal.size() == pattern.size();
    size_t end = literal.empty() ? text.size() : text.find(literal);
    if (is_last && !literal.empty() && text.ends_with(literal)) end = text.size() - literal.size();
    if (end == std::string_view::npos || (is_last && end + literal.size() != text.size())) return std::nullopt;
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + literal.size());
    pattern.remove_prefix(literal.size());
  }
  return parts;
}

std::string filled(std::string_view pattern, const std::vector<std::string_view>& parts) {
  std::string out;
  size_t next = 0;
  for (size_t at = pattern.find(kAny); at != std::string_view::npos && next < parts.size(); at = pattern.find(kAny)) {
    out.append(pattern.substr(0, at)).append(parts[next++]);
    pattern.remove_prefix(at + kAny.size());
  }
  return out.append(pattern);
}

std::string phrase_in_english(std::string_view text) {
  for (const Phrase& phrase : kPhrases) {
    if (const auto parts = match(phrase.chinese, text)) return filled(phrase.english, *parts);
  }
  return std::string(text);
}

}  // namespace

std::vector<Fault> faults_of(std::string_view message) {
  constexpr std::string_view kColon = "：";
  constexpr std::string_view kNext = "；/";
  std::vector<Fault> faults;
  while (message.starts_with('/')) {
    const size_t end = std::min(message.find(kNext), message.size());
    const std::string_view one = message.substr(0, end);
    const size_t colon = one.find(kColon);
    if (colon == std::string_view::npos) return {};
    faults.push_back({std::string(one.substr(0, colon)), std::string(one.substr(colon + kColon.size()))});
    message.remove_prefix(end == message.size() ? end : end + kNext.size() - 1);
  }
  return faults;
}

std::string in_english(std::string_view message) {
  const std::vector<Fault> faults = faults_of(message);
  if (faults.empty()) return phrase_in_english(message);
  std::string out;
  for (const Fault& fault : faults)
    out += (out.empty() ? "" : "; ") + fault.pointer + ": " + phrase_in_english(fault.message);
  return out;
}

}  // namespace minglu::server
