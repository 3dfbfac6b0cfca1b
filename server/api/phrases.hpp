// The words of errors in English. Errors are worded in Chinese where they arise; whoever asks in English gets them
// through this table of phrases, and in Chinese what it does not know.
//
//   in_english("没有来源“abc”")                              // "There is no source “abc”"
//   in_english("/login：至少 2 个字；/roles：必填")             // "/login: at least 2 characters; /roles: required"
//
// A phrase is a whole text; {} in it stands for anything, and is carried over. The first that fits counts.
// Thread-safety: functions without state. Cost: about 10 us; errors only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"

namespace minglu::server {

std::string in_english(std::string_view message);

/// The parts of a message that Body::check made; empty for other messages.
std::vector<Fault> faults_of(std::string_view message);

}  // namespace minglu::server
