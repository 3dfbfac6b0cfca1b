"""A Chinese register of any size with known duplicates, made from real rows: 60 % entities, 40 % corrupted copies.

When there are fewer real rows than entities, further entities are recombined: a real name with two other characters in
its brand (字号), an address of the same city with other numbers, and representative, date and capital of other rows.
Copying whole rows under a new name would make every entity a near-duplicate of its siblings, which no register is.
Copies are corrupted one to four times, at rates near those measured between real sources: address rewritten in about
half, representative changed in a quarter. Same seed and rows, same bytes. Cost: about 30 µs a record.
"""
import collections
import csv
import pathlib
import random
import re

SHARE_OF_ENTITIES = 0.6
KEEPS_USCC, COPY_KEEPS_USCC = 0.15, 0.10
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FORMS = ("股份有限公司", "有限责任公司", "有限公司", "公司", "商行", "经营部")
SHORTER = {"有限责任公司": ("有限公司", "公司", ""), "股份有限公司": ("股份公司", "有限公司", ""),
           "有限公司": ("公司", "")}
CAPITAL_FORMS = ("{}万元人民币", "{}(万元)", "{}（万元）", "{}万", "{}(万人民币元)", "人民币{}万元")
ROOM = re.compile(r"(?:[A-Za-z]?\d+[A-Za-z]?(?:室|号|房|单元|层|楼|铺)?|之[一二三四五六七八九十]+)$")


def read_table(path):
    """Rows of a catalog table, whose comment lines begin with #."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def wide(text):
    """Full-width letters, digits and brackets, as an old input method writes them."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def everyday_big5(character):
    """True for the everyday part of Big5: 合 stays as it is in traditional text, rather than becoming a rare 閤."""
    try:
        return 0xA4 <= character.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False


class Names:
    """Splits a registered name into region, brand, middle and form, as far as a corruption needs it."""

    def __init__(self, catalog):
        words = {r["word"] for r in read_table(catalog / "names/regions.csv")
                 if len(r["word"]) > 1 and (r["form"] == "full" or r["level"] in ("province", "city"))}
        self.words = words
        self.longest = max(map(len, words))

    def region(self, name):
        """Characters of the regions the name begins with: 深圳市龙岗区亚荣百货商行 -> 6."""
        start = 0
        while True:
            for size in range(min(self.longest, len(name) - start - 3), 1, -1):
                if name[start:start + size] in self.words:
                    start += size
                    break
            else:
                return start

    def split(self, name):
        at = self.region(name)
        form = next((f for f in FORMS if name.endswith(f) and len(name) - len(f) > at + 2), "")
        return name[:at], name[at:at + 2], name[at + 2:len(name) - len(form)], form


class Characters:
    """Which characters may stand for another: traditional form, same reading, same shape; only those seen in names."""

    def __init__(self, catalog, names):
        seen = collections.Counter("".join(names))
        common = {c for c, n in seen.items() if n >= 5}
        self.traditional = {}
        for row in read_table(catalog / "chars/simplified.csv"):
            if everyday_big5(row["traditional"]) and not everyday_big5(row["simplified"]):
                self.traditional.setdefault(row["simplified"], row["traditional"])
        self.sound, self.shape = {}, {}
        for row in read_table(catalog / "chars/pinyin.csv"):
            self._group(self.sound, [c for c in row["characters"] if c in common])
        by_corner = collections.defaultdict(list)
        for row in read_table(catalog / "chars/shapes.csv"):
            if row["character"] in common and row["four_corner"] and row["component"]:
                by_corner[row["four_corner"][:4], row["component"]].append(row["character"])
        for group in by_corner.values():
            self._group(self.shape, group)

    @staticmethod
    def _group(table, group):
        for c in group:
            others = [o for o in group if o != c]
            if others:
                table[c] = others


class Register:
    """Real rows and the pools that further entities are recombined from."""

    def __init__(self, folder, catalog, rng):
        self.rng = rng
        self.names = Names(catalog)
        self.rows = self._read(folder)
        rng.shuffle(self.rows)
        self.characters = Characters(catalog, [r[0] for r in self.rows])
        self.taken, self.codes = {r[0] for r in self.rows}, {r[1] for r in self.rows}
        self.brand_pool = [c for r in self.rows for c in self.names.split(r[0])[1] if "一" <= c <= "龥"]
        self.by_city = collections.defaultdict(list)
        for row in self.rows:
            self.by_city[row[6]].append(row[3])

    def _read(self, folder):
        """(name, uscc, representative, address, founded, capital, city), one row a name and one a code."""
        columns = {"reg_imh_sz.csv": "企业名称 统一社会信用代码 法人代表 注册地址 注册日期 注册资金 地区".split(),
                   "reg_new_sz_2019_0708.csv": "name uscc oper_name address start_date reg_capital city".split()}
        columns["reg_imh_gd_other.csv"] = columns["reg_imh_sz.csv"]
        names, codes, rows = set(), set(), []
        for file_name, wanted in sorted(columns.items()):
            with open(pathlib.Path(folder) / file_name, encoding="utf-8-sig", newline="") as file:
                for source in csv.DictReader(file):
                    row = [(source[c] or "").strip() for c in wanted]
                    row = ["" if cell in ("N/A", "nan", "-") else cell for cell in row]
                    if len(row[0]) < 5 or len(row[1]) != 18 or row[0] in names or row[1] in codes:
                        continue
                    names.add(row[0])
                    codes.add(row[1])
                    rows.append(row)
        return rows

    def uscc(self, like):
        """A valid code of the same kind and district with another organisation (GB 32100-2015, GB 11714-1997)."""
        code = like
        while code in self.codes:
            organisation = "MA" + "".join(self.rng.choices(USCC_ALPHABET, k=6))
            weights = (3, 7, 9, 10, 5, 8, 4, 2)
            check = (11 - sum(w * int(c, 36) for w, c in zip(weights, organisation)) % 11) % 11
            code = like[:8] + organisation + ("X" if check == 10 else str(check))
            total = sum(USCC_ALPHABET.find(c) * pow(3, i, 31) for i, c in enumerate(code))
            code += USCC_ALPHABET[(31 - total % 31) % 31]
        self.codes.add(code)
        return code

    def entity(self, number):
        """The number-th entity: a real row, or a recombined one once those are used up."""
        if number < len(self.rows):
            return self.rows[number]
        rng, base = self.rng, self.rows[number % len(self.rows)]
        region, _, middle, form = self.names.split(base[0])
        name = base[0]
        while name in self.taken:
            name = region + rng.choice(self.brand_pool) + rng.choice(self.brand_pool) + middle + form
        self.taken.add(name)
        address = re.sub(r"\d+", lambda m: str(rng.randrange(1, 10 ** min(len(m[0]), 4))),
                         rng.choice(self.by_city[base[6]]))
        person, date, sum_of = (rng.choice(self.rows) for _ in range(3))
        return [name, self.uscc(base[1]), person[2], address, date[4], sum_of[5], base[6]]


class Corrupter:
    """Damages one copy; every method takes and returns the cells (name, uscc, representative, address, ...)."""

    def __init__(self, register):
        self.register, self.rng, self.names = register, register.rng, register.names
        self.characters = register.characters
        self.damages = [(self.width, 20), (self.traditional, 10), (self.homophone, 12), (self.lookalike, 10),
                        (self.form, 22), (self.region_dropped, 12), (self.region_moved, 10), (self.address, 48),
                        (self.representative, 26), (self.capital, 25), (self.emptied, 20)]

    def __call__(self, cells):
        cells = list(cells)
        chosen = [damage for damage, percent in self.damages if self.rng.random() * 100 < percent]
        self.rng.shuffle(chosen)
        for damage in chosen[:4] or [self.rng.choice(self.damages)[0]]:
            damage(cells)
        return cells

    def width(self, cells):
        for at in (0, 3):
            cells[at] = wide(cells[at])

    def traditional(self, cells):
        table = self.characters.traditional
        cells[0] = "".join(table.get(c, c) for c in cells[0])

    def _brand_character(self, cells, table):
        region, brand, middle, form = self.names.split(cells[0])
        at = self.rng.randrange(2)
        if at < len(brand) and brand[at] in table:
            brand = brand[:at] + self.rng.choice(table[brand[at]]) + brand[at + 1:]
        cells[0] = region + brand + middle + form

    def homophone(self, cells):
        self._brand_character(cells, self.characters.sound)

    def lookalike(self, cells):
        self._brand_character(cells, self.characters.shape)

    def form(self, cells):
        for form, shorter in SHORTER.items():
            if cells[0].endswith(form):
                cells[0] = cells[0][:-len(form)] + self.rng.choice(shorter)
                return

    def region_dropped(self, cells):
        cells[0] = cells[0][self.names.region(cells[0]):]

    def region_moved(self, cells):
        region, brand, middle, form = self.names.split(cells[0])
        if region and form:
            cells[0] = f"{brand}{middle}({region.removesuffix('市')}){form}"

    def address(self, cells):
        """Three in five written otherwise, one in five without its room, one in five another place."""
        kind = self.rng.randrange(5)
        if kind == 4:
            cells[3] = self.rng.choice(self.register.by_city[cells[6]])
        elif kind == 3:
            cells[3] = ROOM.sub("", cells[3])
        elif kind == 2:
            cells[3] = re.sub(r"^(广东省)?[^市]{2,4}市", "", cells[3])
        elif kind == 1:
            cells[3] = cells[3].replace("街道", "").replace("社区", "").replace("号", "")
        else:
            cells[3] = wide(("" if cells[3].startswith("广东") else "广东省") + cells[3])

    def representative(self, cells):
        cells[2] = self.rng.choice(self.register.rows)[2]

    def capital(self, cells):
        """The same sum in another of the ways registers write it; sums in foreign money are left."""
        amount = re.fullmatch(r"([\d,.]+)[(（]?万?[(（]?(?:元|人民币|元人民币|人民币元)?[)）]?", cells[5])
        if amount and "万" in cells[5]:
            cells[5] = self.rng.choice(CAPITAL_FORMS).format(amount[1].replace(",", ""))

    def emptied(self, cells):
        for at in (4, 5):
            if self.rng.random() < 0.7:
                cells[at] = ""


def write(registers, catalog, folder, rows, seed):
    """Writes folder/input.csv; returns its (id, cluster) rows in the order of the file."""
    rng = random.Random(seed)
    register = Register(registers, catalog, rng)
    entities = [register.entity(n) for n in range(round(rows * SHARE_OF_ENTITIES))]
    corrupt = Corrupter(register)
    records = [(n, [*e[:1], e[1] if rng.random() < KEEPS_USCC else "", *e[2:]]) for n, e in enumerate(entities)]
    for _ in range(rows - len(entities)):
        number = rng.randrange(len(entities))
        cells = corrupt(entities[number])
        if rng.random() >= COPY_KEEPS_USCC:
            cells[1] = ""
        records.append((number, cells))
    rng.shuffle(records)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "input.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "name", "uscc", "legal_rep", "address", "founded", "capital"])
        writer.writerows([f"c{i:07d}", *cells[:6]] for i, (_, cells) in enumerate(records, 1))
    return [[f"c{i:07d}", str(number)] for i, (number, _) in enumerate(records, 1)]
