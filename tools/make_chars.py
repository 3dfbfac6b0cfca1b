#!/usr/bin/env python3
"""Writes catalog/chars/{simplified,pinyin,shapes}.csv from the Han character table of the reference data.

Usage: make_chars.py HAN_CHAR_FEATURES_TSV OUTPUT_DIRECTORY
Only what the engine reads is written, in one fixed order, so that the same input gives the same bytes.
"""
import csv
import sys
import unicodedata

SOURCE = ("Unihan 15.0 (Debian unicode-data 15.0.0-1, Unicode licence); component from nlp-hanzi-similar e3eca5b "
          "(Apache-2.0); via ../shared/data/ref/chars/han_char_features.tsv")

# Unihan lists the character itself among its simplified forms when it also lives on in simplified text
# (乾 著 徵 瞭 藉 夥 摺 覆). Such characters stay, except these, which the 通用规范汉字表 (2013) does not hold.
SELF_MAPPING_YET_TRADITIONAL = {"復": "复", "裡": "里"}
# Forms of older, Taiwan and Hong Kong print for which Unihan records no simplified form, or one outside current use.
# Pairs that are both current in registered names (昇/升, 喆/哲, 淩/凌, 甯/宁, 堃/坤, 鉅 as 钜) are left apart.
PRINT_VARIANTS = (
    "佔占裏里綫线麪面峯峰羣群衞卫牀床滙汇鷄鸡啓启啟启銹锈衆众佈布侷局倖幸僱雇兇凶冑胄勳勋卽即喫吃嚐尝嚮向噁恶"
    "塚冢墻墙壎埙寀采崑昆崙仑嵗岁嶽岳巖岩廕荫弔吊彫雕敎教旣既査查棊棋槓杠樑梁歎叹淨净淒凄湧涌溼湿滷卤燉炖燻熏"
    "爲为産产甦苏痠酸癒愈癡痴盃杯眞真祕秘竪竖籤签糉粽糰团紮扎絃弦絶绝綉绣綑捆緑绿罎坛羨羡臥卧舘馆菸烟蒐搜蓆席"
    "蔘参藴蕴蠔蚝証证説说諡谥謡谣讚赞豔艳醖酝釦扣録录鉢钵鋭锐鍊炼鍼针鎌镰鎚锤鎭镇鑑鉴閲阅霑沾顔颜餵喂饑饥鰕虾"
    "鳬凫鵰雕託托諮咨綵彩")

def in_bmp(char):
    return ord(char) <= 0xFFFF


def simplified_map(rows):
    mapping = {}
    for row in rows:
        char, forms = row["char"], row["simp"]
        if char in SELF_MAPPING_YET_TRADITIONAL:
            mapping[char] = SELF_MAPPING_YET_TRADITIONAL[char]
        elif forms and char not in forms and in_bmp(forms[0]):
            mapping[char] = forms[0]
    mapping.update(zip(PRINT_VARIANTS[::2], PRINT_VARIANTS[1::2], strict=True))
    # Chains (薴→苧→苎) end at their last form, so that folding twice changes nothing.
    for char in mapping:
        seen = {char}
        while mapping[char] in mapping and mapping[char] not in seen:
            seen.add(mapping[char])
            mapping[char] = mapping[mapping[char]]
    return {k: v for k, v in mapping.items() if k != v}


def toneless(reading):
    decomposed = unicodedata.normalize("NFD", reading.split()[0].split(",")[0].lower())
    kept = "".join("v" if c == "\u0308" else c for c in decomposed if c == "\u0308" or not unicodedata.combining(c))
    return kept.replace("uv", "v")


def write(path, comment, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(f"# source: {SOURCE}\n# version: Unihan 15.0\n# note: {comment}\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    table, out = sys.argv[1], sys.argv[2]
    with open(table, encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    rows = [r for r in rows if in_bmp(r["char"])]
    write(f"{out}/simplified.csv", "traditional to simplified; a character of current simplified text is never a key",
          ["traditional", "simplified"], sorted(simplified_map(rows).items()))
    syllables = {}
    for row in rows:
        syllables.setdefault(toneless(row["pinyin"]), []).append(row["char"])
    write(f"{out}/pinyin.csv", "first Mandarin reading without tone; v stands for u umlaut", ["pinyin", "characters"],
          [(s, "".join(sorted(c))) for s, c in sorted(syllables.items())])
    shapes = []
    for row in rows:
        if not 0x4E00 <= ord(row["char"]) <= 0x9FFF:
            continue
        corner = row["four_corner"].split()[0].replace(".", "") if row["four_corner"] else ""
        shapes.append((row["char"], corner, row["cangjie"], row["strokes"], row["component"]))
    write(f"{out}/shapes.csv", "four-corner code without dot, Cangjie code, strokes, main component; empty = unknown",
          ["character", "four_corner", "cangjie", "strokes", "component"], sorted(shapes))


if __name__ == "__main__":
    main()
