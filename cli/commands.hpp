// One function per command; options are plain values, so that commands can be called and tested without a shell.
// Each returns an exit code (cli/context.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace minglu::cli {

struct IngestOptions {
  std::string source;
  std::vector<std::string> files;
  std::string all;  // folder; its files are matched to sources by name
  std::string date;
  bool no_resolve = false;
};
int run_ingest(const GlobalOptions& global, const IngestOptions& options);

struct RebuildOptions {
  bool rematch = false;
};
int run_rebuild(const GlobalOptions& global, const RebuildOptions& options);

struct ServeOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 8080;
  std::string web;  // folder of the built console; empty: beside the program
  std::string second_factor = "required";
  std::string password_profile = "dengbao-3";
  std::string sign_on;                  // file that configures single sign-on; empty: none
  std::string whole_resolve = "02:30";  // local time, or "never"
  bool behind_proxy = false;
  std::string watch;            // folder whose files are taken in; empty: none
  double watch_settle_s = 2.0;  // a file there is done when nothing has changed for so long
  bool check = false;           // start, take what the watched folder holds, stop
};
int run_serve(const GlobalOptions& global, const ServeOptions& options);

int run_status(const GlobalOptions& global);
/// `whole`: also when nothing is pending, and never live: likeness is looked for anew.
int run_resolve(const GlobalOptions& global, bool whole);
int run_evaluate(const GlobalOptions& global, const std::vector<std::string>& truth_files);
struct DecideOptions {
  std::vector<std::string> same;       // two records
  std::vector<std::string> different;  // two records
  uint64_t undo = 0;
  std::string by;
  std::string reason;
  bool no_resolve = false;
};
int run_decide(const GlobalOptions& global, const DecideOptions& options);
int run_learn(const GlobalOptions& global, const std::string& out);

struct UnitFindOptions {
  std::string text;
  uint32_t limit = 20;
};
int run_unit_find(const GlobalOptions& global, const UnitFindOptions& options);

struct UnitShowOptions {
  std::string id;  // unit id, USCC or exact name
  std::string as_of;
  std::string known_at;  // commit seq, date or time
  std::string pin;       // both by name
};
int run_unit_show(const GlobalOptions& global, const UnitShowOptions& options);

struct PinOptions {
  std::string name;
  std::string as_of;
  std::string known_at;
  std::string note;
  std::string by;
};
int run_pin_add(const GlobalOptions& global, const PinOptions& options);
int run_pin_list(const GlobalOptions& global);

struct ExportOptions {
  std::string list;
  std::string out;
  uint64_t since = 0;
  bool has_since = false;
};
int run_export(const GlobalOptions& global, const ExportOptions& options);

struct BackupOptions {
  std::string to;
  std::string from;     // folder of backups, for all but `backup` itself
  std::string name;     // of one backup; empty: the newest
  std::string scratch;  // of the drill; empty: the system's folder for temporary files
  bool with_index = false;
  uint64_t keep = 0;
};
int run_backup(const GlobalOptions& global, const BackupOptions& options);
int run_backup_list(const GlobalOptions& global, const BackupOptions& options);
int run_backup_verify(const GlobalOptions& global, const BackupOptions& options);
int run_backup_drill(const GlobalOptions& global, const BackupOptions& options);
int run_restore(const GlobalOptions& global, const BackupOptions& options);

int run_verify(const GlobalOptions& global);
int run_doctor(const GlobalOptions& global);
int run_sources(const GlobalOptions& global);
/// Brings the warehouse (home/warehouse.duckdb) up to the ledger's head.
int run_sync(const GlobalOptions& global);

struct ActivityScoreOptions {
  std::string model;
  std::string data;
  std::string out;
  std::string statistics;      // frozen statistics to use
  std::string statistics_out;  // write those computed
  std::string id_column;
  bool detail = false;
};
int run_activity_score(const GlobalOptions& global, const ActivityScoreOptions& options);
int run_activity_methods(const GlobalOptions& global);

struct ActivityOptions {
  std::string document;  // file, or id of a default model
  std::string model;
  uint64_t version = 0;
  std::string period;
  std::string by;
  std::string note;
  std::string reason;
  uint64_t unit = 0;
};
/// `what`: models, draft, publish, run, runs, explain, simulate, backtest.
int run_activity(const GlobalOptions& global, const std::string& what, const ActivityOptions& options);

struct LinkOptions {
  std::string model;
  std::vector<std::string> left;
  std::vector<std::string> right;
  std::string out;
  std::string pairs;
  std::string learned;
  std::vector<std::string> explain;  // LEFT RIGHT
  std::string explain_cluster;
  std::string chart;
  std::string language = "zh";  // or "en"
  bool report = false;
};
int run_link(const GlobalOptions& global, const LinkOptions& options);

struct LinkModelOptions {
  std::string model;
  std::string chart;
  std::string language = "zh";
};
int run_link_model(const GlobalOptions& global, const LinkModelOptions& options);

struct LinkEvaluateOptions {
  std::string clusters;
  std::string truth;
};
int run_link_evaluate(const GlobalOptions& global, const LinkEvaluateOptions& options);

struct AuditOptions {
  std::string file;
  std::string out;
  std::string date;
};
int run_audit_rules(const GlobalOptions& global, const AuditOptions& options);

struct PeopleOptions {
  std::string organisations;  // files; empty: none
  std::string people;
  bool complete = false;
  bool dry_run = false;
  bool may_end_many = false;
};
int run_people_sync(const GlobalOptions& global, const PeopleOptions& options);

struct TrailOptions {
  std::string heads;  // file of noted heads; empty: none
};
int run_audit_head(const GlobalOptions& global, const TrailOptions& options);
int run_audit_verify(const GlobalOptions& global, const TrailOptions& options);

struct TiersOptions {
  std::string data;
  std::string out;
  std::string date;        // empty: today
  std::string money_unit;  // of columns whose name does not say it
  std::string figures;
  std::string list;
  std::string list_version;  // empty: the name of the list's file
  std::string previous;
};
int run_tiers_classify(const GlobalOptions& global, const TiersOptions& options);

struct SynthOptions {
  uint64_t units = 1000;
  uint64_t seed = 1;
  std::string out;
  std::string from;
  uint32_t periods = 24;
};
int run_synth(const GlobalOptions& global, const SynthOptions& options);

struct DemoOptions {
  uint16_t port = 8080;
  bool no_serve = false;
  std::string real;  // folder of the real data; empty: a synthetic city
  uint64_t units = 20000;
  std::string report;  // Markdown file for the counts
};
int run_demo(const GlobalOptions& global, const DemoOptions& options);

}  // namespace minglu::cli
