// Netstrings ("5:hello,"): the encoding under the hash chains of the ledger and of the audit trail. A list of them
// reads back in one way only, so two different records never have the same bytes. Internal to store/. Thread-safety:
// functions without state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace minglu::store {

inline void put_netstring(std::string& out, std::string_view field) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
  out += ',';
}
inline void put_netstring(std::string& out, int64_t field) {
  put_netstring(out, std::string_view(std::to_string(field)));
}

}  // namespace minglu::store
