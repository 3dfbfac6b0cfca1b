// Names of records: "source:key", as people and programs refer to what one source says about one thing.
//
//   entity_named(knowledge, "power:0755001")                 // the entity
//   shown_record("tax_reg:11010519491231002X01")             // "tax_reg:#5b8a1c0e9f3d2746"
//   entity_named(knowledge, "tax_reg:#5b8a1c0e9f3d2746")     // the same entity
//
// A key may be personal: the old tax number of a trader is the number of an identity card. Where records are shown to
// people, and where decisions about them are kept, such a key is replaced by "#" and the number of the entity in hex
// digits; it names the record wherever a key does. That hides the number from who reads it, not from who computes the
// entities of all possible numbers. Thread-safety: functions without state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "flows/knowledge.hpp"

namespace minglu::flows {

/// kInvalidArgument when it is not written so; kNotFound for an unknown source.
Result<uint64_t> entity_named(const Knowledge& knowledge, const std::string& record);
/// The key as it may be shown.
std::string shown_key(std::string_view source, std::string_view key);
/// The same for "source:key"; what is not written so is returned as it is.
std::string shown_record(const std::string& record);

}  // namespace minglu::flows
