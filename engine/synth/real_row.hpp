// One row of a real register as the derivation sees it, and how another department would write its values.
//
// The register's text has no parts that are known for certain, so the noise works on characters: prefixes dropped,
// digits widened, tails cut. Shares of catalog/synth/rates.csv.
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/rng.hpp"
#include "synth/lexicon.hpp"
#include "synth/rates.hpp"
#include "table/columns.hpp"

namespace minglu::synth {

struct RealRow {
  std::string uscc;  // as cleaned; empty when there is none
  bool uscc_trusted = false;
  std::string reg_no;
  std::string name;
  std::string legal_rep;
  std::string address;
  std::string founded;
  std::string region_code;
};

/// Which file column holds what.
struct RealColumns {
  std::string source_id;     // definition in catalog/sources whose keys the truth file uses
  bool name_in_key = false;  // the source's key is identifier and name
  std::optional<size_t> uscc, reg_no, name, legal_rep, address, founded, region_code;
};

/// By header. kInvalidArgument, listing the headers known, when there is no column of names or of identifiers.
Result<RealColumns> detect_columns(const std::vector<std::string>& names);
void read_row(const RealColumns& columns, const table::RawBatch& batch, size_t row, RealRow& out);

/// `other` is the address of another unit: what stands in the file when the place differs altogether.
std::string rewrite_address(base::Rng& rng, const Rates& rates, const std::string& address, const std::string& other);
std::string rewrite_name(base::Rng& rng, const Rates& rates, const std::string& name);
std::string rewrite_person(base::Rng& rng, const Rates& rates, const Lexicon& lexicon, const std::string& person);
std::string rewrite_identifier(base::Rng& rng, const Rates& rates, const std::string& uscc);
/// Without city and legal form: at most a few characters; at a stated rate only a subsequence of the name.
std::string shorten_name(base::Rng& rng, const Rates& rates, const Lexicon& lexicon, const std::string& name);

}  // namespace minglu::synth
