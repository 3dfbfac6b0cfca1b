// Search at the size of a city: building the index, and a mix of queries against it.
//
//   bench_search build UNITS INDEX [THREADS]
//   bench_search ask UNITS INDEX [QUERIES] [THREADS]
//   bench_search change UNITS INDEX [CHANGES]
//
// Units are those of the synthetic city of that size, made on the way and not timed. The queries are made from units
// drawn at random: identifiers 10 %, full names 15 %, two characters 15 %, parts of names 30 %, typing errors 15 %,
// readings 10 %, parts of addresses 5 %; every query wants facets, every fifth has a district filter. "found" is the
// share whose unit stands among the first 20 hits (for the kinds that name one unit). Prints one JSON object.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/parallel.hpp"
#include "base/utf8.hpp"
#include "codes/catalog_file.hpp"
#include "codes/industry.hpp"
#include "search/builder.hpp"
#include "search/internal/text_forms.hpp"
#include "search/searcher.hpp"
#include "synth/scene.hpp"

namespace {

namespace search = minglu::search;
namespace synth = minglu::synth;

template <typename T>
T must(minglu::Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "bench_search: %s\n", result.error().message.c_str());
  std::exit(1);
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of the calling thread: what a query costs on a machine that others use too.
double cpu_seconds_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Of all threads, without the system's share.
double process_cpu_now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
}

uint64_t peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) / 1024;
}

/// The synthetic city as documents.
class CityDocuments {
 public:
  explicit CityDocuments(uint64_t units)
      : scene_(must(synth::build_scene({.units = units, .out_dir = "unused"}))),
        industries_(must(minglu::codes::Industries::load(minglu::codes::catalog_directory()))) {}

  search::UnitDocument document(uint64_t index, std::string* brand = nullptr) const {
    synth::TrueUnit unit;
    synth::make_unit(*scene_, index, unit);
    const synth::Version& now = unit.versions.back();
    if (brand != nullptr) *brand = now.brand;
    search::UnitDocument document;
    document.unit = index + 1;
    document.name = now.name;
    for (size_t i = 0; i + 1 < unit.versions.size(); ++i) {
      if (unit.versions[i].name != now.name) document.former_names.push_back(unit.versions[i].name);
    }
    document.short_name = now.short_name;
    document.legal_rep = now.legal_rep;
    document.uscc = unit.uscc;
    document.tax_id = unit.uscc;
    document.reg_no = unit.reg_no;
    document.org_code = unit.org_code;
    scene_->city.format_address(now.address, {}, document.address);
    const synth::Place& place = scene_->city.place(now.address.place);
    document.district = place.district_code;
    document.street = place.code12;
    document.industry = now.trade->industry_code;
    const std::string_view section = industries_.section_of(document.industry);
    document.industry_section = section.empty() ? '\0' : section[0];
    document.size = unit.persons >= 300 ? 2 : unit.persons >= 20 ? 3 : 4;
    document.status = unit.closed ? 2 : 1;
    document.sources = 1U | (index % 3 == 0 ? 2U : 0U) | (index % 7 == 0 ? 16U : 0U);
    document.founded_year = static_cast<uint16_t>(minglu::base::civil_from_date(unit.founded).year);
    document.conflict_count = index % 11 == 0 ? 1 : 0;
    document.rank = static_cast<uint16_t>(std::clamp(unit.persons, 0, 65'535));
    return document;
  }

 private:
  std::unique_ptr<synth::Scene> scene_;
  minglu::codes::Industries industries_;
};

search::SearchLanguage load_language() {
  const auto directory = minglu::codes::catalog_directory();
  search::SearchLanguage language;
  language.chars = must(minglu::text::CharTables::load(directory));
  language.lexicon = must(minglu::text::NameLexicon::load(directory, language.chars));
  return language;
}

int build(uint64_t units, const char* path, size_t threads) {
  constexpr uint64_t kBlock = 65'536;
  const CityDocuments city(units);
  search::IndexBuilder builder(load_language(), threads);
  double add_seconds = 0;
  double add_cpu = 0;
  for (uint64_t begin = 0; begin < units; begin += kBlock) {
    std::vector<search::UnitDocument> block(std::min(kBlock, units - begin));
    minglu::base::parallel_for(block.size(), 2, [&](size_t i, size_t) { block[i] = city.document(begin + i); });
    const double started = seconds_now();
    const double cpu_started = process_cpu_now();
    for (search::UnitDocument& document : block) must(builder.add(std::move(document)));
    add_seconds += seconds_now() - started;
    add_cpu += process_cpu_now() - cpu_started;
  }
  auto file = must(minglu::base::FileWriter::create(path));
  const double started = seconds_now();
  const double cpu_started = process_cpu_now();
  must(builder.finish([&](std::string_view bytes) { return file.append(bytes); }));
  const double finish_seconds = seconds_now() - started;
  const double finish_cpu = process_cpu_now() - cpu_started;
  const uint64_t bytes = file.bytes_written();
  must(file.finish());
  std::printf(
      "{\"units\": %llu, \"add_s\": %.1f, \"add_cpu_s\": %.1f, \"finish_s\": %.1f, \"finish_cpu_s\": %.1f, \"bytes\": "
      "%llu, \"peak_mib\": %llu}\n",
      static_cast<unsigned long long>(units), add_seconds, add_cpu, finish_seconds, finish_cpu,
      static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(peak_mib()));
  return 0;
}

struct Asked {
  const char* kind = "";
  search::Query query;
  uint64_t unit = 0;  // expected among the first; 0 = any answer will do
};

class QueryMaker {
 public:
  QueryMaker(const CityDocuments& city, const search::SearchLanguage& language, uint64_t units)
      : city_(city), chars_(*language.chars), units_(units), rng_(7) {
    for (char32_t c = 0x4E00; c < 0x9000; ++c) by_sound_[std::string(chars_.pinyin(c))].push_back(c);
  }

  Asked make() {
    std::string brand;
    const search::UnitDocument unit = city_.document(rng_.below(units_), &brand);
    const std::u32string name = minglu::base::decode_utf8(unit.name);
    Asked asked;
    asked.query.want_facets = true;
    if (rng_.below(5) == 0) asked.query.districts = {unit.district};
    const uint64_t draw = rng_.below(100);
    if (draw < 10) {
      asked = with(asked, "identifier", unit.uscc.substr(0, rng_.chance(0.8) ? 18 : 12), unit.unit);
    } else if (draw < 25) {
      asked = with(asked, "full_name", unit.name, unit.unit);
    } else if (draw < 40) {
      asked = with(asked, "two_characters", part(name, 2), 0);
    } else if (draw < 70) {
      asked = with(asked, "name_part", name_parts(name, brand), 0);
    } else if (draw < 85) {
      // A mistyped 字号 alone may mean many units; with the rest of the name it means one.
      const bool whole = rng_.chance(0.7);
      const std::u32string written = whole || brand.size() < 6 ? name : minglu::base::decode_utf8(brand);
      asked = with(asked, "typo", with_typo(written, minglu::base::decode_utf8(brand)), whole ? unit.unit : 0);
    } else if (draw < 95) {
      asked = with(asked, "pinyin", reading(unit.name, brand), 0);
    } else {
      asked = with(asked, "address", part(minglu::base::decode_utf8(unit.address), 5), 0);
    }
    return asked;
  }

 private:
  static Asked with(Asked asked, const char* kind, std::string text, uint64_t unit) {
    asked.kind = kind;
    asked.query.text = std::move(text);
    asked.unit = unit;
    return asked;
  }
  std::string part(const std::u32string& text, size_t length) {
    if (text.size() <= length) return minglu::base::encode_utf8(text);
    return minglu::base::encode_utf8(text.substr(rng_.below(text.size() - length + 1), length));
  }
  std::string name_parts(const std::u32string& name, const std::string& brand) {
    const uint64_t draw = rng_.below(4);
    if (draw == 0 && !brand.empty()) return brand;
    if (draw == 1) return part(name, 4) + " " + part(name, 2);
    return part(name, draw == 2 ? 3 : 5);
  }
  std::string with_typo(std::u32string name, const std::u32string& brand) {
    size_t at = brand.empty() ? std::u32string::npos : name.find(brand);
    at = at != std::u32string::npos ? at + rng_.below(brand.size()) : rng_.below(name.size());
    const auto& alike = by_sound_[std::string(chars_.pinyin(name[at]))];
    const bool by_sound = alike.size() > 1 && rng_.chance(0.7);
    name[at] = by_sound ? alike[rng_.below(alike.size())] : static_cast<char32_t>(0x4E00 + rng_.below(5000));
    return minglu::base::encode_utf8(name);
  }
  std::string reading(const std::string& name, const std::string& brand) {
    const std::string& text = brand.empty() ? name : brand;
    const std::u16string key = search::key_of(text, chars_, 20);
    if (rng_.chance(0.5)) return search::reading_of(key, chars_);
    const std::u16string whole = search::key_of(name, chars_, 20);
    const size_t at = whole.find(key);
    return search::initials_of(whole.substr(at == std::u16string::npos ? 0 : at, 5), chars_);
  }

  const CityDocuments& city_;
  const minglu::text::CharTables& chars_;
  uint64_t units_;
  minglu::base::Rng rng_;
  std::map<std::string, std::vector<char32_t>> by_sound_;
};

struct Timing {
  std::vector<double> milliseconds;
  std::vector<double> cpu_milliseconds;
  uint64_t expected = 0;
  uint64_t found = 0;
  uint64_t empty = 0;
};

void print_times(const char* name, std::vector<double>& times) {
  std::sort(times.begin(), times.end());
  const auto quantile = [&](double q) {
    return times[std::min(times.size() - 1, static_cast<size_t>(q * static_cast<double>(times.size())))];
  };
  double sum = 0;
  for (const double one : times) sum += one;
  std::printf(", \"%s_ms\": {\"mean\": %.2f, \"p50\": %.2f, \"p95\": %.2f, \"p99\": %.2f, \"max\": %.1f}", name,
              sum / static_cast<double>(times.size()), quantile(0.5), quantile(0.95), quantile(0.99), times.back());
}

void print_timing(const std::string& kind, Timing& timing) {
  std::printf(",\n \"%s\": {\"queries\": %zu, \"empty\": %llu, \"expected\": %llu, \"found\": %llu", kind.c_str(),
              timing.milliseconds.size(), static_cast<unsigned long long>(timing.empty),
              static_cast<unsigned long long>(timing.expected), static_cast<unsigned long long>(timing.found));
  print_times("cpu", timing.cpu_milliseconds);
  print_times("wall", timing.milliseconds);
  std::printf("}");
}

int ask(uint64_t units, const char* path, size_t count, size_t threads) {
  const CityDocuments city(units);
  const search::SearchLanguage language = load_language();
  const auto file = must(minglu::base::MappedFile::open(path));
  const std::string_view bytes = file.bytes();
  const search::Searcher searcher(
      language, must(search::SearchIndex::open({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()})));
  QueryMaker maker(city, language, units);
  std::vector<Asked> queries;
  while (queries.size() < count) queries.push_back(maker.make());
  std::map<std::string, Timing> timings;
  std::mutex mutex;
  const char* slow = std::getenv("MINGLU_SLOW_MS");  // names the queries that take more processor time than this
  const double limit = slow == nullptr ? 1e9 : std::strtod(slow, nullptr);
  const double started = seconds_now();
  minglu::base::parallel_for(queries.size(), threads, [&](size_t i, size_t) {
    const Asked& asked = queries[i];
    const double before = seconds_now();
    const double cpu_before = cpu_seconds_now();
    const search::Hits hits = must(searcher.search(asked.query, search::Scope::everything()));
    const double took = (seconds_now() - before) * 1000;
    const double cpu = (cpu_seconds_now() - cpu_before) * 1000;
    const bool found =
        std::any_of(hits.hits.begin(), hits.hits.end(), [&](const search::Hit& hit) { return hit.unit == asked.unit; });
    const std::lock_guard<std::mutex> guard(mutex);
    if (cpu > limit) std::fprintf(stderr, "%.1f ms %s %s\n", cpu, asked.kind, asked.query.text.c_str());
    for (Timing* timing : {&timings[asked.kind], &timings["all"]}) {
      timing->milliseconds.push_back(took);
      timing->cpu_milliseconds.push_back(cpu);
      timing->expected += asked.unit != 0 ? 1 : 0;
      timing->found += asked.unit != 0 && found ? 1 : 0;
      timing->empty += hits.total == 0 ? 1 : 0;
    }
  });
  const double seconds = seconds_now() - started;
  std::printf("{\"queries\": %zu, \"threads\": %zu, \"per_second\": %.0f, \"peak_mib\": %llu", count, threads,
              static_cast<double>(count) / seconds, static_cast<unsigned long long>(peak_mib()));
  for (auto& [kind, timing] : timings) print_timing(kind, timing);
  std::printf("}\n");
  return 0;
}

/// How long units that changed take to become searchable.
int change(uint64_t units, const char* path, uint64_t changes) {
  const CityDocuments city(units);
  const search::SearchLanguage language = load_language();
  const auto file = must(minglu::base::MappedFile::open(path));
  const std::string_view bytes = file.bytes();
  const auto base = must(search::SearchIndex::open({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}));
  search::DeltaIndex delta;
  minglu::base::Rng rng(3);
  for (uint64_t i = 0; i < changes; ++i) {
    search::UnitDocument document = city.document(rng.below(units));
    document.name += "新";
    delta.put(std::move(document));
  }
  const double started = seconds_now();
  const double cpu_started = process_cpu_now();
  const search::Searcher searcher(language, base, must(delta.freeze(language, base)));
  const auto hits = must(searcher.search({.text = "公司新"}, search::Scope::everything()));
  std::printf("{\"changes\": %zu, \"seconds\": %.3f, \"cpu_s\": %.3f, \"found\": %llu}\n", delta.size(),
              seconds_now() - started, process_cpu_now() - cpu_started, static_cast<unsigned long long>(hits.total));
  return 0;
}

uint64_t number(int argc, char** argv, int at, uint64_t otherwise) {
  return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 4 && std::strcmp(argv[1], "build") == 0) {
    return build(number(argc, argv, 2, 1000), argv[3], number(argc, argv, 4, 2));
  }
  if (argc >= 4 && std::strcmp(argv[1], "ask") == 0) {
    return ask(number(argc, argv, 2, 1000), argv[3], number(argc, argv, 4, 10'000), number(argc, argv, 5, 2));
  }
  if (argc >= 4 && std::strcmp(argv[1], "change") == 0) {
    return change(number(argc, argv, 2, 1000), argv[3], number(argc, argv, 4, 3'000));
  }
  std::fprintf(stderr, "bench_search build UNITS INDEX [THREADS] | bench_search ask UNITS INDEX [QUERIES] [THREADS]\n");
  return 2;
}
