#include "table/internal/xlsx_package.hpp"

#include <zip.h>

#include <utility>

namespace minglu::table::internal {
namespace {

zip_t* archive_of(void* handle) noexcept { return static_cast<zip_t*>(handle); }

constexpr size_t kPieceBytes = size_t{64} << 10;
/// A tiny workbook compresses well without being a bomb: the ratio counts above this.
constexpr uint64_t kRatioFreeBytes = uint64_t{16} << 20;

}  // namespace

ZipPart::ZipPart(ZipPart&& other) noexcept
    : package_(other.package_), file_(std::exchange(other.file_, nullptr)), name_(std::move(other.name_)) {}

ZipPart::~ZipPart() {
  if (file_ != nullptr) zip_fclose(static_cast<zip_file_t*>(file_));
}

Result<bool> ZipPart::read(std::string& out) {
  out.resize(kPieceBytes);
  auto* file = static_cast<zip_file_t*>(file_);
  const zip_int64_t got = zip_fread(file, out.data(), kPieceBytes);
  if (got < 0) {
    out.clear();
    return base::data_loss("\"" + package_->name() + "\": part " + name_ + " is damaged: " + zip_file_strerror(file));
  }
  out.resize(static_cast<size_t>(got));
  MINGLU_CHECK(package_->account(out.size()));
  return got > 0;
}

Result<std::unique_ptr<ZipPackage>> ZipPackage::open(ByteSource bytes, const ReadLimits& limits) {
  std::unique_ptr<ZipPackage> package(new ZipPackage(std::move(bytes), limits));
  const ByteSource& source = package->bytes_;
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* zip_source = source.in_memory()
                                 ? zip_source_buffer_create(source.memory().data(), source.memory().size(), 0, &error)
                                 : zip_source_file_create(source.name().c_str(), 0, 0, &error);
  zip_t* archive = zip_source != nullptr ? zip_open_from_source(zip_source, ZIP_RDONLY, &error) : nullptr;
  if (archive == nullptr) {
    if (zip_source != nullptr) zip_source_free(zip_source);
    const std::string words = zip_error_strerror(&error);
    zip_error_fini(&error);
    return base::invalid_argument("\"" + source.name() +
                                  "\" is no whole .xlsx workbook (cut off, damaged, encrypted or another format): " +
                                  words + "; open it in a spreadsheet program and save it as .xlsx or CSV");
  }
  zip_error_fini(&error);
  package->archive_ = archive;
  return package;
}

ZipPackage::~ZipPackage() {
  if (archive_ != nullptr) zip_discard(archive_of(archive_));
}

bool ZipPackage::has(const std::string& part) const {
  return zip_name_locate(archive_of(archive_), part.c_str(), 0) >= 0;
}

Result<ZipPart> ZipPackage::part(const std::string& name) {
  const zip_int64_t index = zip_name_locate(archive_of(archive_), name.c_str(), 0);
  if (index < 0) return base::not_found("\"" + bytes_.name() + "\" has no part " + name);
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive_of(archive_), static_cast<zip_uint64_t>(index), 0, &stat) == 0 &&
      (stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
    return base::invalid_argument("\"" + bytes_.name() + "\" is encrypted; save it without a password");
  }
  zip_file_t* file = zip_fopen_index(archive_of(archive_), static_cast<zip_uint64_t>(index), 0);
  if (file == nullptr) {
    return base::data_loss("\"" + bytes_.name() + "\": part " + name +
                           " cannot be read: " + zip_strerror(archive_of(archive_)));
  }
  return ZipPart(*this, file, name);
}

Status ZipPackage::account(uint64_t bytes) {
  inflated_bytes_ += bytes;
  const bool over_size = inflated_bytes_ > limits_.unzipped_bytes_max;
  const bool over_ratio =
      inflated_bytes_ > kRatioFreeBytes && inflated_bytes_ / limits_.unzip_ratio_max > bytes_.byte_count();
  if (!over_size && !over_ratio) return ok_status();
  return base::invalid_argument("\"" + bytes_.name() + "\" unpacks to more than " +
                                (over_size ? std::to_string(limits_.unzipped_bytes_max) + " bytes"
                                           : std::to_string(limits_.unzip_ratio_max) + " times its size") +
                                ", which is refused; save the table as CSV");
}

Status ZipPackage::parse(const std::string& name, XmlEvents& events) {
  MINGLU_TRY(ZipPart opened, part(name));
  XmlParser parser(events, limits_.depth_max);
  std::string piece;
  for (;;) {
    MINGLU_TRY(const bool more, opened.read(piece));
    const Status status = parser.feed(piece, !more);
    if (!status.ok())
      return Error{status.error().code, "\"" + bytes_.name() + "\", " + name + ": " + status.error().message};
    if (!more) return ok_status();
  }
}

}  // namespace minglu::table::internal
