// The files of a run: opened together, appended block by block in unit order, closed with their tails and a manifest.
// One thread. Memory: one buffer of 1 MiB per file.
// An error leaves no file under its final name except those already finished.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "synth/feed.hpp"
#include "synth/synth.hpp"
#include "table/writer.hpp"

namespace minglu::synth {

/// What the workers made of one block of units.
struct BlockOutput {
  std::vector<std::vector<FileBytes>> feeds;  // per feed, per file
  std::string truth, truth_units, truth_events;
  uint64_t units = 0;
};

class Output {
 public:
  /// Makes the folders and opens every file.
  static Result<Output> create(const std::filesystem::path& dir, const std::vector<const Feed*>& feeds,
                               const Calendar& calendar);
  Status append(const BlockOutput& block);
  /// Finishes all files and writes manifest.json and README.txt.
  Result<SynthReport> finish(const std::string& readme);

 private:
  struct FeedFile {
    const Layout* layout = nullptr;
    std::string name;
    std::unique_ptr<base::FileWriter> bytes;
    std::unique_ptr<table::TableWriter> table;
    uint64_t rows = 0;
  };
  Status open_file(const Feed& feed, const std::string& tag, FeedFile& file) const;
  static Status append_file(const FileBytes& part, FeedFile& file);
  Status write_truth(const BlockOutput& block);

  std::filesystem::path dir_;
  std::vector<std::vector<FeedFile>> files_;
  std::vector<FeedFile> truth_;  // truth, truth_units, truth_events
  uint64_t units_ = 0;
};

}  // namespace minglu::synth
