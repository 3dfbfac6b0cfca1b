#!/usr/bin/env python3
"""Writes catalog/codes/{gbt4754_2017,reg_type_2011,reg_type_2023}.csv from the reference code tables.

Usage: make_codes.py REFERENCE_CODES_DIRECTORY OUTPUT_DIRECTORY
The same input gives the same bytes. The other files of catalog/codes and catalog/parameters are written by hand.
"""
import csv
import pathlib
import sys

# Short forms in daily use, looked up when a source writes words instead of a code.
ALIASES_2011 = {"110": "国有企业|全民|全民所有制", "120": "集体企业|集体所有制", "130": "股份合作企业|股份合作制",
                "140": "联营企业", "160": "股份制", "170": "私营企业", "171": "私营独资企业", "172": "私营合伙企业",
                "190": "其他企业", "200": "港澳台商投资企业", "230": "港澳台商独资经营", "300": "外商投资企业",
                "240": "港澳台商投资股份有限公司", "410": "个体工商户"}
ALIASES_2023 = {"131": "全民所有制企业|国有企业", "132": "集体所有制企业|集体企业", "133": "股份合作制企业",
                "140": "个人独资", "150": "合伙", "190": "其他内资", "400": "农民专业合作社|农民专业合作社联合社",
                "500": "个体户"}


def write(path, source, version, extra, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(f"# source: {source}\n# version: {version}\n")
        for line in extra:
            out.write(f"# note: {line}\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(ref, out):
    industries = read(ref / "gbt4754_2017.csv")
    columns = ["code", "level", "name", "parent", "section", "note"]
    write(out / "gbt4754_2017.csv",
          "GB/T 4754-2017 国民经济行业分类, from github.com/zmshe/capital 1655f7c and 0b8f1ae, "
          "via ../shared/data/ref/codes",
          "2017", ["20 门类, 97 大类, 473 中类, 1381 小类; the amendment of 2019 (国统字〔2019〕66号) is not in it"],
          columns, [[r[c] for c in columns] for r in industries])
    write(out / "reg_type_2011.csv",
          "关于划分企业登记注册类型的规定 (2011); ten codes seen in a public form, the rest K-M, "
          "via ../shared/data/ref/codes",
          "2011", ["replaced by reg_type_2023 (国统字〔2023〕14号); kept for older data"],
          ["code", "name", "parent", "aliases", "mark"],
          [[r["code"], r["name"], r["parent"], ALIASES_2011.get(r["code"], ""),
            "K-M" if r["evidence"] == "compiler" else "S22"]
           for r in read(ref / "reg_type_2011.csv")])
    write(out / "reg_type_2023.csv",
          "市场主体统计分类的划分规定 国统字〔2023〕14号 登记注册统计类别, from a public form, "
          "via ../shared/data/ref/codes",
          "2023", [], ["code", "name", "parent", "aliases", "mark"],
          [[r["code"], r["name"], "", ALIASES_2023.get(r["code"], ""), "S22"] for r in read(ref / "reg_type_2023.csv")])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
