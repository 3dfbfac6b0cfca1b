// Words for currencies and their ISO 4217 codes. Equal to list "currency" of catalog/codes/lists.csv (tested); compiled
// in because reading an amount is a pure function without a catalog at hand.
#pragma once

#include <array>
#include <string_view>

namespace minglu::units::internal {

struct CurrencyName {
  std::string_view name;
  std::string_view code;
};

// Longer names stand before their own prefixes.
inline constexpr std::array<CurrencyName, 71> kCurrencyNames = {{
    {"人民币元", "CNY"},   {"人民币", "CNY"},   {"CNY", "CNY"},      {"RMB", "CNY"},
    {"￥", "CNY"},         {"¥", "CNY"},        {"香港元", "HKD"},   {"港元", "HKD"},
    {"港币", "HKD"},       {"港圆", "HKD"},     {"HKD", "HKD"},      {"HK$", "HKD"},
    {"美元", "USD"},       {"美金", "USD"},     {"美圆", "USD"},     {"USD", "USD"},
    {"US$", "USD"},        {"$", "USD"},        {"欧元", "EUR"},     {"EUR", "EUR"},
    {"€", "EUR"},          {"日元", "JPY"},     {"日圆", "JPY"},     {"日币", "JPY"},
    {"JPY", "JPY"},        {"英镑", "GBP"},     {"GBP", "GBP"},      {"£", "GBP"},
    {"新台币", "TWD"},     {"台币", "TWD"},     {"TWD", "TWD"},      {"NT$", "TWD"},
    {"澳门元", "MOP"},     {"澳门币", "MOP"},   {"MOP", "MOP"},      {"新加坡元", "SGD"},
    {"新加坡币", "SGD"},   {"新元", "SGD"},     {"新币", "SGD"},     {"SGD", "SGD"},
    {"澳大利亚元", "AUD"}, {"澳元", "AUD"},     {"AUD", "AUD"},      {"加拿大元", "CAD"},
    {"加元", "CAD"},       {"CAD", "CAD"},      {"瑞士法郎", "CHF"}, {"CHF", "CHF"},
    {"韩国元", "KRW"},     {"韩元", "KRW"},     {"韩币", "KRW"},     {"KRW", "KRW"},
    {"新西兰元", "NZD"},   {"NZD", "NZD"},      {"德国马克", "DEM"}, {"马克", "DEM"},
    {"DEM", "DEM"},        {"法国法郎", "FRF"}, {"法郎", "FRF"},     {"FRF", "FRF"},
    {"泰国铢", "THB"},     {"泰铢", "THB"},     {"THB", "THB"},      {"马来西亚林吉特", "MYR"},
    {"林吉特", "MYR"},     {"MYR", "MYR"},      {"卢布", "RUB"},     {"RUB", "RUB"},
    {"瑞典克朗", "SEK"},   {"丹麦克朗", "DKK"}, {"挪威克朗", "NOK"},
}};

}  // namespace minglu::units::internal
