// The figures' part of the state hash: the sum of the hashes of all figures in force, one per entity and period, those
// of the latest date. Independent of the order in which they came. Every record segment keeps what it adds to the sum
// (store::SegmentInfo::figures_delta), so that the sum of a register is a sum over segments.
// Thread-safety: pure.
#pragma once

#include <cstdint>
#include <span>

#include "base/hash.hpp"
#include "store/record_segment.hpp"

namespace minglu::flows {

base::Hash128 hash_of_figures(uint64_t entity, int32_t period_yyyymm, uint64_t content);

/// What the segments up to here add up to. Cost: one addition per segment.
base::Hash128 sum_of_figures(std::span<const store::RecordSegment* const> segments);

}  // namespace minglu::flows
