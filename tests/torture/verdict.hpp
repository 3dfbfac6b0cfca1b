// What a crash driver says of a home after a crash: how much was acknowledged, and what of it is lost or half done.
//   Verdict verdict;  verdict.lose("acknowledged record 7 is not there");  return print_verdict(verdict);
// Thread-safety: one thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace minglu::torture {

struct Verdict {
  int64_t acked = 0;
  int64_t lost = 0;
  int64_t half_states = 0;
  std::vector<std::string> notes;
  void lose(std::string note) { ++lost, notes.push_back(std::move(note)); }
  void halve(std::string note) { ++half_states, notes.push_back(std::move(note)); }
};

/// One line of JSON on standard output; the exit code: 0 when nothing is lost or half done, else 1.
inline int print_verdict(const Verdict& verdict) {
  const nlohmann::json json = {
      {"acked", verdict.acked}, {"lost", verdict.lost}, {"half_states", verdict.half_states}, {"notes", verdict.notes}};
  std::printf("%s\n", json.dump().c_str());
  return verdict.lost + verdict.half_states == 0 ? 0 : 1;
}

}  // namespace minglu::torture
