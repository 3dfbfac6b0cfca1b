// The command line: parses words, calls one function of cli/commands.hpp. The contract is docs/guide/cli.md.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <functional>

#include "cli/commands.hpp"
#include "flows/version.hpp"

namespace {

using namespace minglu::cli;

extern "C" void on_interrupt(int) { _exit(kExitInterrupted); }

using Action = std::function<int()>;

struct Program {
  GlobalOptions global;
  IngestOptions ingest;
  bool resolve_whole = false;
  RebuildOptions rebuild;
  UnitFindOptions find;
  UnitShowOptions show;
  ExportOptions export_options;
  AuditOptions audit;
  TrailOptions trail;
  PeopleOptions people;
  ActivityScoreOptions activity;
  ActivityOptions activity_register;
  LinkOptions link;
  LinkModelOptions link_model;
  LinkEvaluateOptions link_evaluate;
  std::string learn_out;
  DecideOptions decide;
  std::vector<std::string> truth_files;
  SynthOptions synth;
  DemoOptions demo;
  ServeOptions serve;
  BackupOptions backup;
  TiersOptions tiers;
  PinOptions pin;
  Action action;
};

// For CLI11: the complaint, or nothing.
std::string is_time_of_day(const std::string& text) {
  const auto is_below = [&](size_t at, const char* limit) {
    return std::isdigit(static_cast<unsigned char>(text[at])) != 0 &&
           std::isdigit(static_cast<unsigned char>(text[at + 1])) != 0 && text.substr(at, 2) < limit;
  };
  if (text == "never") return {};
  if (text.size() == 5 && text[2] == ':' && is_below(0, "24") && is_below(3, "60")) return {};
  return "\"" + text + "\" is no time of day; write for example 02:30, or never";
}

void add_global(CLI::App& app, GlobalOptions& global) {
  app.add_option("--home", global.home, "Folder of the register")->capture_default_str();
  app.add_option("--catalog", global.catalog, "Folder of the catalog (default: beside the program)");
  app.add_option("--ledger", global.ledger, "Ledger: sqlite:PATH or postgresql://... (default: sqlite in the home)");
  app.add_option("--threads", global.threads, "Worker threads")->capture_default_str()->check(CLI::Range(1, 256));
  app.add_flag("--json", global.json, "One JSON document on standard output");
  app.add_flag("--quiet", global.quiet, "No progress");
}

void add_data_commands(CLI::App& app, Program& p) {
  CLI::App* ingest =
      app.add_subcommand("ingest", "Take files in: minglu ingest SOURCE FILE...  or  minglu ingest --all DIR");
  ingest->add_option("source", p.ingest.source, "Source id (see: minglu sources)");
  ingest->add_option("files", p.ingest.files, "Files");
  ingest->add_option("--all", p.ingest.all, "Take in every file below a folder, matched to its source by name");
  ingest->add_option("--date", p.ingest.date, "Date the files speak for (default: from their names)");
  ingest->add_flag("--no-resolve", p.ingest.no_resolve, "Do not match and fuse yet");
  ingest->callback([&p, ingest] {
    if (p.ingest.all.empty() == p.ingest.files.empty())
      throw CLI::ValidationError("name SOURCE and FILE..., or --all DIR", 2);
    (void)ingest;
    p.action = [&p] { return run_ingest(p.global, p.ingest); };
  });
  CLI::App* resolve = app.add_subcommand("resolve", "Match and fuse what was taken in with --no-resolve");
  resolve->add_flag("--whole", p.resolve_whole, "Look at the whole register anew, also for records without identifier");
  resolve->callback([&p] { p.action = [&p] { return run_resolve(p.global, p.resolve_whole); }; });
  CLI::App* evaluate = app.add_subcommand("evaluate", "Compare the register with truth files (id, cluster_id)");
  evaluate->add_option("truth", p.truth_files, "Truth files, as minglu synth writes them")->required();
  evaluate->callback([&p] { p.action = [&p] { return run_evaluate(p.global, p.truth_files); }; });
  CLI::App* decide = app.add_subcommand("decide", "Decide that two records are one unit, or two; or undo a decision");
  CLI::Option* same =
      decide->add_option("--same", p.decide.same, "Two records SOURCE:KEY that are one unit")->expected(2);
  CLI::Option* different =
      decide->add_option("--different", p.decide.different, "Two records SOURCE:KEY that are two units")->expected(2);
  CLI::Option* undo = decide->add_option("--undo", p.decide.undo, "Commit of the decision to undo");
  same->excludes(different)->excludes(undo);
  different->excludes(undo);
  decide->add_option("--by", p.decide.by, "Who decides")->required();
  decide->add_option("--reason", p.decide.reason, "Why");
  decide->add_flag("--no-resolve", p.decide.no_resolve, "Do not match and fuse yet");
  decide->require_option(2, 6);
  decide->callback([&p] { p.action = [&p] { return run_decide(p.global, p.decide); }; });
  CLI::App* learn = app.add_subcommand("learn", "Learn the weights of likeness from the register, without labels");
  learn->add_option("--out", p.learn_out, "Model to write (JSON)")->required();
  learn->callback([&p] { p.action = [&p] { return run_learn(p.global, p.learn_out); }; });
  CLI::App* rebuild =
      app.add_subcommand("rebuild", "Make everything derived again from archive and ledger, and compare");
  rebuild->add_flag("--rematch", p.rebuild.rematch, "Match again and land the differences as a new commit");
  rebuild->callback([&p] { p.action = [&p] { return run_rebuild(p.global, p.rebuild); }; });
  CLI::App* audit = app.add_subcommand("audit-rules", "Run the audit rules on a file; findings as CSV");
  audit->add_option("file", p.audit.file, "CSV, XLSX, JSON, NDJSON, XML or Parquet whose columns are register fields")
      ->required();
  audit->add_option("--out", p.audit.out, "Findings file (default: standard output)");
  audit->add_option("--date", p.audit.date, "Date of the audit (default: today)");
  audit->callback([&p] { p.action = [&p] { return run_audit_rules(p.global, p.audit); }; });
  CLI::App* synth = app.add_subcommand("synth", "Make a synthetic city, or noisy feeds from real register rows");
  synth->add_option("--units", p.synth.units, "Units")->capture_default_str()->check(CLI::PositiveNumber);
  synth->add_option("--seed", p.synth.seed, "Seed")->capture_default_str();
  synth->add_option("--out", p.synth.out, "Folder to write")->required();
  synth->add_option("--from", p.synth.from, "Derive feeds from this register file instead");
  synth->add_option("--periods", p.synth.periods, "Monthly periods")->capture_default_str()->check(CLI::Range(1, 240));
  synth->callback([&p] { p.action = [&p] { return run_synth(p.global, p.synth); }; });
}

void add_link_subcommands(CLI::App& link, Program& p) {
  CLI::App* evaluate = link.add_subcommand("evaluate", "Compare clusters with the truth (both: id, cluster)");
  evaluate->add_option("clusters,--clusters", p.link_evaluate.clusters, "Clusters file")->required();
  evaluate->add_option("truth,--truth", p.link_evaluate.truth, "Truth file")->required();
  evaluate->callback([&p] { p.action = [&p] { return run_link_evaluate(p.global, p.link_evaluate); }; });
  CLI::App* model = link.add_subcommand("model", "Show what a model has learned: m, u and bits of every level");
  model->add_option("model", p.link_model.model, "Model written with --learned (JSON)")->required();
  model->add_option("--chart", p.link_model.chart, "Also draw it (SVG)");
  model->add_option("--lang", p.link_model.language, "Language: zh or en")
      ->capture_default_str()
      ->check(CLI::IsMember({"zh", "en"}));
  model->callback([&p] { p.action = [&p] { return run_link_model(p.global, p.link_model); }; });
}

void add_link_commands(CLI::App& app, Program& p) {
  CLI::App* link = app.add_subcommand("link", "Link records of any files with a model, without a register or labels");
  link->require_subcommand(0, 1);
  link->add_option("--model", p.link.model, "Model: which columns are compared how (JSON)");
  link->add_option("--left", p.link.left, "File or files to link");
  link->add_option("--right", p.link.right, "Other side: link across, never within a side");
  link->add_option("--out", p.link.out, "Clusters (CSV: id, cluster)");
  link->add_option("--pairs", p.link.pairs, "Also write the pairs above the review threshold (CSV)");
  link->add_option("--learned", p.link.learned, "Also write the model with what was learned (JSON)");
  CLI::Option* pair = link->add_option("--explain", p.link.explain, "Explain the pair LEFT RIGHT")->expected(2);
  link->add_option("--explain-cluster", p.link.explain_cluster, "Explain the unit of the record ID")->excludes(pair);
  link->add_option("--chart", p.link.chart, "Draw the explanation, or else what was learned (SVG)");
  link->add_option("--lang", p.link.language, "Language of explanations and chart: zh or en")
      ->capture_default_str()
      ->check(CLI::IsMember({"zh", "en"}));
  link->add_flag("--report", p.link.report, "Also say what is missing and which records nothing could link");
  add_link_subcommands(*link, p);
  link->callback([&p, link] {
    if (!link->get_subcommands().empty()) return;
    for (const auto& [name, given] : {std::pair{"--model", !p.link.model.empty()},
                                      {"--left", !p.link.left.empty()},
                                      {"--out", !p.link.out.empty()}}) {
      if (!given) throw CLI::RequiredError(name);
    }
    p.action = [&p] { return run_link(p.global, p.link); };
  });
}

/// The part of `minglu activity` that works on a register.
void add_activity_register_commands(CLI::App& activity, Program& p) {
  ActivityOptions& o = p.activity_register;
  const auto add = [&](const char* name, const char* summary) {
    CLI::App* command = activity.add_subcommand(name, summary);
    const std::string what = name;
    command->callback(
        [&p, what] { p.action = [&p, what] { return run_activity(p.global, what, p.activity_register); }; });
    return command;
  };
  add("models", "Versions of the register's models");
  CLI::App* draft = add("draft", "Draft a version of a model: a file, or a default model by its id (sixia, sishang)");
  draft->add_option("model", o.document, "Document (JSON), or id of a default model")->required();
  draft->add_option("--note", o.note, "What is new");
  draft->add_option("--by", o.by, "Who drafts it")->required();
  CLI::App* publish = add("publish", "Publish a draft of another person; freezes the statistics of a base period");
  publish->add_option("model", o.model, "Id")->required();
  publish->add_option("version", o.version, "Number of the draft")->required();
  publish->add_option("--base-period", o.period, "Month, e.g. 2026-06")->required();
  publish->add_option("--by", o.by, "Who publishes it")->required();
  CLI::App* run = add("run", "Score a period and seal it");
  run->add_option("model", o.model, "Id")->required();
  run->add_option("--period", o.period, "Month, e.g. 2026-06")->required();
  run->add_option("--by", o.by, "Who runs it")->required();
  run->add_option("--reason", o.reason, "Why a sealed period is revised");
  add("runs", "Sealed scores, the newest first");
  CLI::App* explain = add("explain", "Why a unit has its score");
  explain->add_option("model", o.model, "Id")->required();
  explain->add_option("unit", o.unit, "Unit")->required();
  CLI::App* simulate = add("simulate", "Who would move under a model; keeps nothing");
  simulate->add_option("model", o.document, "Document (JSON), or id of a default model")->required();
  simulate->add_option("--period", o.period, "Month, e.g. 2026-06")->required();
  simulate->add_option("--against", o.model, "Compare with the published version of this model");
  CLI::App* test = add("backtest", "Did the grades of a sealed period tell deaths and entries into 四上?");
  test->add_option("model", o.model, "Id")->required();
  test->add_option("--period", o.period, "Month, e.g. 2026-06")->required();
}

void add_activity_commands(CLI::App& app, Program& p) {
  CLI::App* activity =
      app.add_subcommand("activity", "Scores of activity: composite indices of any plain file, and of the register");
  activity->require_subcommand(1);
  CLI::App* score = activity->add_subcommand("score", "Score a file with a model, without a register");
  score->add_option("--model", p.activity.model, "Model: indicators, groups and methods (JSON)")->required();
  score->add_option("--data", p.activity.data, "One row per unit, one column per indicator")->required();
  score->add_option("--out", p.activity.out, "Scores (CSV: id, score, rank, grade, coverage, group:...)")->required();
  score->add_option("--id", p.activity.id_column, "Column of the unit's id (default: the model's, else the first)");
  score->add_option("--statistics", p.activity.statistics, "Use the statistics and weights frozen in this file (JSON)");
  score->add_option("--statistics-out", p.activity.statistics_out, "Freeze what was computed into this file (JSON)");
  score->add_flag("--detail", p.activity.detail, "Also write the normalised value of every indicator");
  score->callback([&p] { p.action = [&p] { return run_activity_score(p.global, p.activity); }; });
  activity->add_subcommand("methods", "The methods that a model can name, with parameters")->callback([&p] {
    p.action = [&p] { return run_activity_methods(p.global); };
  });
  add_activity_register_commands(*activity, p);
}

void add_unit_commands(CLI::App& app, Program& p) {
  CLI::App* unit = app.add_subcommand("unit", "Find and show units");
  unit->require_subcommand(1);
  CLI::App* find = unit->add_subcommand("find", "Search by identifier, unit id or part of a name");
  find->add_option("text", p.find.text, "What to look for")->required();
  find->add_option("--limit", p.find.limit, "Most hits")->capture_default_str();
  find->callback([&p] { p.action = [&p] { return run_unit_find(p.global, p.find); }; });
  CLI::App* show = unit->add_subcommand("show", "One unit with every claim");
  show->add_option("id", p.show.id, "Unit id, USCC or name")->required();
  show->add_option("--as-of", p.show.as_of, "As true at this date");
  show->add_option("--known-at", p.show.known_at, "As known at this commit, date or time");
  CLI::Option* pin = show->add_option("--pin", p.show.pin, "As this pin says");
  pin->excludes("--as-of")->excludes("--known-at");
  show->callback([&p] { p.action = [&p] { return run_unit_show(p.global, p.show); }; });
}

void add_pin_commands(CLI::App& app, Program& p) {
  CLI::App* pin = app.add_subcommand("pin", "Name a moment of both times, for ever");
  pin->require_subcommand(1);
  CLI::App* add = pin->add_subcommand("add", "Name the register as of a day, as known at a commit");
  add->add_option("name", p.pin.name, "Name; unique, never changed")->required();
  add->add_option("--as-of", p.pin.as_of, "The world at this date (default: the day of the commit)");
  add->add_option("--known-at", p.pin.known_at, "As known at this commit, date or time (default: now)");
  add->add_option("--note", p.pin.note, "What it is for");
  add->add_option("--by", p.pin.by, "Who names it")->required();
  add->callback([&p] { p.action = [&p] { return run_pin_add(p.global, p.pin); }; });
  pin->add_subcommand("list", "All pins, the newest first")->callback([&p] {
    p.action = [&p] { return run_pin_list(p.global); };
  });
}

void add_operate_commands(CLI::App& app, Program& p) {
  CLI::App* list = app.add_subcommand(
      "export", "Write a list: units conflicts new missing refused members batches quality findings");
  list->add_option("list", p.export_options.list, "Which list")->required();
  list->add_option("--out", p.export_options.out, "File ending in .csv, .xlsx or .parquet")->required();
  CLI::Option* since =
      list->add_option("--since", p.export_options.since, "new: units minted by commits after this one");
  list->callback([&p, since] {
    p.export_options.has_since = since->count() > 0;
    p.action = [&p] { return run_export(p.global, p.export_options); };
  });
  app.add_subcommand("status", "Counts and hashes")->callback([&p] {
    p.action = [&p] { return run_status(p.global); };
  });
  app.add_subcommand("sources", "The sources of the catalog")->callback([&p] {
    p.action = [&p] { return run_sources(p.global); };
  });
  app.add_subcommand("sync", "Bring the warehouse, home/warehouse.duckdb, up to the ledger's head")->callback([&p] {
    p.action = [&p] { return run_sync(p.global); };
  });
  app.add_subcommand("verify", "Read every byte and compare digests, chain and checksums")->callback([&p] {
    p.action = [&p] { return run_verify(p.global); };
  });
  app.add_subcommand("doctor",
                     "Is this register healthy, and what is to be done? Changes nothing, also while it is served")
      ->callback([&p] { p.action = [&p] { return run_doctor(p.global); }; });
  CLI::App* serve = app.add_subcommand("serve", "Open the register: API and console, until interrupted");
  serve->add_option("--address", p.serve.address, "Address to listen on")->capture_default_str();
  serve->add_option("--port", p.serve.port, "Port; 0 takes any free one")->capture_default_str();
  serve->add_option("--web", p.serve.web, "Folder of the built console (default: beside the program)");
  serve->add_option("--second-factor", p.serve.second_factor, "Whether sensitive operations need the second factor")
      ->capture_default_str()
      ->check(CLI::IsMember({"required", "optional"}));
  serve->add_option("--password-profile", p.serve.password_profile, "Rules for pass phrases")
      ->capture_default_str()
      ->check(CLI::IsMember({"dengbao-3", "asvs"}));
  serve->add_option("--sign-on", p.serve.sign_on, "File (JSON) that says at which issuer people may sign on (OIDC)");
  serve
      ->add_option("--resolve-whole-at", p.serve.whole_resolve,
                   "Local time at which the whole register is looked at anew after live changes, or never")
      ->capture_default_str()
      ->check(CLI::Validator(is_time_of_day, "HH:MM|never"));
  serve->add_flag("--behind-proxy", p.serve.behind_proxy, "Trust X-Forwarded-For of a proxy on this machine");
  serve->add_option("--watch", p.serve.watch, "Folder to watch: files in DIR/SOURCE/ are taken in");
  serve->add_option("--watch-settle", p.serve.watch_settle_s, "Seconds a file there must stay unchanged")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3600.0));
  serve->add_flag("--check", p.serve.check, "Start, take in what the watched folder holds, stop");
  serve->callback([&p] { p.action = [&p] { return run_serve(p.global, p.serve); }; });
  CLI::App* demo = app.add_subcommand("demo", "From dirty feeds to a fused register, and what came out");
  demo->add_option("--real", p.demo.real, "Folder of real data instead of a synthetic city");
  demo->add_option("--units", p.demo.units, "Units of the synthetic city")->capture_default_str();
  demo->add_option("--report", p.demo.report, "Write the counts as Markdown");
  demo->add_option("--port", p.demo.port, "Port of the console afterwards")->capture_default_str();
  demo->add_flag("--no-serve", p.demo.no_serve, "Do not open the console afterwards");
  demo->callback([&p] { p.action = [&p] { return run_demo(p.global, p.demo); }; });
}

void add_trail_commands(CLI::App& app, Program& p) {
  CLI::App* trail = app.add_subcommand("audit", "The audit trail of the server: its head to be noted, its chain");
  trail->require_subcommand(1);
  CLI::App* head = trail->add_subcommand("head", "Print the head, to be noted where nobody here can write");
  head->add_option("--append", p.trail.heads, "Also append it to this file of noted heads");
  head->callback([&p] { p.action = [&p] { return run_audit_head(p.global, p.trail); }; });
  CLI::App* verify = trail->add_subcommand("verify", "Compute the whole chain anew, and compare noted heads");
  verify->add_option("--heads", p.trail.heads, "File of noted heads, as head --append writes it");
  verify->callback([&p] { p.action = [&p] { return run_audit_verify(p.global, p.trail); }; });
}

void add_people_commands(CLI::App& app, Program& p) {
  CLI::App* people = app.add_subcommand("people", "Accounts of organisations and their people");
  people->require_subcommand(1);
  CLI::App* sync = people->add_subcommand("sync", "Take over organisations and people from files, while nobody serves");
  sync->add_option("--organisations", p.people.organisations,
                   "Columns: code, name, role; parent, regions, sources, closed");
  sync->add_option("--people", p.people.people, "Columns: login, display_name, organisation; active");
  sync->add_flag("--complete", p.people.complete, "What is not listed has gone: disabled, never deleted");
  sync->add_flag("--dry-run", p.people.dry_run, "Say what would be done, and do nothing");
  sync->add_flag("--may-end-many", p.people.may_end_many, "More than half of the accounts may be disabled");
  sync->callback([&p] {
    if (p.people.organisations.empty() && p.people.people.empty())
      throw CLI::RequiredError("--organisations or --people");
    p.action = [&p] { return run_people_sync(p.global, p.people); };
  });
}

void add_backup_commands(CLI::App& app, Program& p) {
  CLI::App* backup = app.add_subcommand("backup", "Add a backup to a folder, also while the register is served");
  backup->require_subcommand(0, 1);
  backup->add_option("--to", p.backup.to, "Folder of backups, made when absent; each file is kept once");
  backup->add_option("--keep", p.backup.keep, "Forget all but so many backups, the newest (default: keep all)")
      ->check(CLI::PositiveNumber);
  backup->add_flag("--with-index", p.backup.with_index, "Also what could be made again, so that a restore is quick");
  CLI::App* list = backup->add_subcommand("list", "The backups of a folder, oldest first");
  CLI::App* verify = backup->add_subcommand("verify", "Read every byte of a backup and compare digests and chains");
  CLI::App* drill = backup->add_subcommand("drill", "Restore a backup elsewhere, compare, and write a dated report");
  CLI::App* restore = app.add_subcommand("restore", "Make a home from a backup; --home must be absent or empty");
  for (CLI::App* command : {list, verify}) command->add_option("dir", p.backup.from, "Folder of backups")->required();
  for (CLI::App* command : {drill, restore})
    command->add_option("--from", p.backup.from, "Folder of backups")->required();
  for (CLI::App* command : {verify, drill, restore})
    command->add_option("--backup", p.backup.name, "Which one (default: the newest)");
  drill->add_option("--scratch", p.backup.scratch, "Folder for the trial home, removed afterwards");
  list->callback([&p] { p.action = [&p] { return run_backup_list(p.global, p.backup); }; });
  verify->callback([&p] { p.action = [&p] { return run_backup_verify(p.global, p.backup); }; });
  drill->callback([&p] { p.action = [&p] { return run_backup_drill(p.global, p.backup); }; });
  restore->callback([&p] { p.action = [&p] { return run_restore(p.global, p.backup); }; });
  backup->callback([&p, backup] {
    if (!backup->get_subcommands().empty()) return;
    if (p.backup.to.empty()) throw CLI::RequiredError("--to");
    p.action = [&p] { return run_backup(p.global, p.backup); };
  });
}

void add_tiers_commands(CLI::App& app, Program& p) {
  CLI::App* tiers = app.add_subcommand("tiers", "四上, 准四上, 育苗: which library a unit belongs to");
  tiers->require_subcommand(1);
  CLI::App* classify = tiers->add_subcommand("classify", "Judge the units of a plain file by the lines of 四上");
  classify->add_option("--data", p.tiers.data, "Units: one row each, see docs/guide/cli.md")->required();
  classify->add_option("--out", p.tiers.out, "Result (CSV): one row for every row of the data")->required();
  classify->add_option("--date", p.tiers.date, "Day to judge on (default: today)");
  classify->add_option("--money-unit", p.tiers.money_unit, "Unit of money columns whose name does not say it")
      ->check(CLI::IsMember({"yuan", "thousand_yuan", "wan_yuan"}));
  classify->add_option("--figures", p.tiers.figures, "Cumulative figures by source and month");
  classify->add_option("--list", p.tiers.list, "The current list of 四上");
  classify->add_option("--list-version", p.tiers.list_version, "Its name (default: that of the file)");
  classify->add_option("--previous", p.tiers.previous, "Result of the period before: moves and waiting periods");
  classify->callback([&p] { p.action = [&p] { return run_tiers_classify(p.global, p.tiers); }; });
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, on_interrupt);
  CLI::App app{"Minglu (名录): a dynamic statistical business register"};
  app.set_version_flag("--version", minglu::flows::kVersion);
  app.require_subcommand(1);
  app.fallthrough();
  Program program;
  add_global(app, program.global);
  add_data_commands(app, program);
  add_link_commands(app, program);
  add_activity_commands(app, program);
  add_unit_commands(app, program);
  add_pin_commands(app, program);
  add_operate_commands(app, program);
  add_trail_commands(app, program);
  add_people_commands(app, program);
  add_backup_commands(app, program);
  add_tiers_commands(app, program);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kExitOk : kExitUsage;
  }
  return program.action();
}
