// Contexts and dictionaries of Zstandard that free themselves, for packed_rows and packed_file.
//   const ZstdPacker context(ZSTD_createCCtx());
// Thread-safety: a context belongs to one thread at a time; a dictionary may be read by any number.
#pragma once

#include <zstd.h>

#include <memory>

namespace minglu::store {

struct FreeZstd {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};
using ZstdPacker = std::unique_ptr<ZSTD_CCtx, FreeZstd>;
using ZstdUnpacker = std::unique_ptr<ZSTD_DCtx, FreeZstd>;
using ZstdDictionary = std::unique_ptr<ZSTD_DDict, FreeZstd>;

}  // namespace minglu::store
