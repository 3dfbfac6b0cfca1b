"""The city that the tests of access look at: a synthetic one with its noise, and canaries. A canary is a value that
stands in one unit only and is easy to find again in any bytes: whoever gets it although the unit, the class of the
source or the person behind it is not theirs has found a leak."""
import csv
import itertools
import os
import re
import subprocess

MARK = "龘"
HAN = ("的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对"
       "小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动"
       "方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感")
REGEX = re.compile("(龘..|1397[0-9]{7}|2[3]97[0-9]{4}|77[0-9]{5}3|9144030088[0-9]{6}[0-9A-Z]{2})")


def check_char(payload):
    """GB 32100-2015, of the first 17 characters."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(payload))
    return alphabet[(31 - total % 31) % 31]


def org_check_char(payload):
    """GB 11714, of the first 8 characters."""
    rest = 11 - sum(int(c) * w for c, w in zip(payload, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


class Token:
    """One canary: `classes` must all be allowed; `form` is None, or how the value is masked."""

    def __init__(self, text, unit, classes, form=None):
        self.text, self.unit, self.classes, self.form = text, unit, frozenset(classes), form


class Unit:
    def __init__(self, area, region, number):
        self.area, self.region, self.number = area, region, number
        org = f"88{number:06d}"
        self.uscc = "91440300" + org + org_check_char(org)
        self.uscc += check_char(self.uscc)
        self.name, self.id, self.has_visible_source = "", None, True


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


class Regions:
    """What an account's regions cover, from the catalog: an area is its members less the streets that another area
    has out of them (experience-and-trust §7; catalog/codes/regions_areas.csv)."""

    def __init__(self, catalog):
        self.areas = {}
        for row in read_csv(os.path.join(catalog, "codes", "regions_areas.csv")):
            self.areas.setdefault(row["area"], []).append(row["member"])
        self.streets = [row["code"] for row in read_csv(os.path.join(catalog, "codes", "regions.csv"))
                        if row["level"] == "street"]

    def covers(self, granted, region):
        if not granted:
            return True
        return bool(region) and any(self.covers_one(one, region) for one in granted)

    def covers_one(self, granted, region):
        members = self.areas.get(granted, [granted])
        if not any(region.startswith(member) for member in members):
            return False
        cut_out = [street for area, streets in self.areas.items() if area != granted
                   for street in streets if len(street) == 9 and granted in self.areas]
        return len(granted) == 9 or not any(region.startswith(street) for street in cut_out)

    def a_street(self, area, at=0):
        inside = [street for street in self.streets if self.covers_one(area, street)]
        return inside[at % len(inside)]


class City:
    def __init__(self, catalog):
        self.regions, self.tokens, self.units = Regions(catalog), {}, []
        self.names = itertools.product(HAN, HAN)
        self.numbers = itertools.count(1)

    def token(self, unit, classes, form=None):
        text = MARK + "".join(next(self.names))
        self.tokens[text] = Token(text, unit, classes, form)
        return text

    def number(self, unit, pattern, classes, form=None):
        text = pattern.format(next(self.numbers))
        self.tokens[text] = Token(text, unit, classes, form)
        return text

    def feed(self, program, catalog, home, scratch, units):
        """Synthesises and takes in the noisy part."""
        folder = os.path.join(scratch, "city")
        base = [program, "--catalog", catalog, "--quiet"]
        subprocess.run([*base, "synth", "--units", str(units), "--periods", "2", "--seed", "7", "--out", folder],
                       check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*base, "--home", home, "ingest", "--all", os.path.join(folder, "feeds")], check=True,
                       stdout=subprocess.DEVNULL)

    def make_canaries(self):
        """Two full units in every area, and one that only a survey knows. Answers records by source."""
        records = {"scjg_reg": [], "tax_reg": [], "tj_census": []}
        for area in self.regions.areas:
            for kind in range(3):
                unit = Unit(area, self.regions.a_street(area, kind), len(self.units) + 1)
                self.units.append(unit)
                self.tokens[unit.uscc] = Token(unit.uscc, unit, ["SURVEY"] if kind == 2 else ["PUBLIC"])
                if kind == 2:
                    unit.has_visible_source = False
                    unit.name = f"深圳市{self.token(unit, ['SURVEY'])}调查有限公司"
                else:
                    unit.name = f"深圳市{self.token(unit, ['PUBLIC'])}科技有限公司"
                    records["scjg_reg"].append(self.registered(unit))
                    records["tax_reg"].append(self.taxed(unit))
                records["tj_census"].append(self.counted(unit))
        records["scjg_reg"].append(self.rejected())
        return records

    def rejected(self):
        """A row that becomes no record stands in no region: it is for the whole city and for whose source it is."""
        unit = Unit("", "", 900_000)
        unit.source = "scjg_reg"
        return {"统一社会信用代码": "", "企业名称": f"深圳市{self.token(unit, ['PUBLIC'])}科技有限公司",
                "法定代表人": "周" + self.token(unit, ["PUBLIC"])}

    def registered(self, unit):
        parent = self.units[len(self.units) - 4].uscc if len(self.units) > 4 and unit.number % 3 == 1 else ""
        if parent:  # The code of the parent stands in its child's record, too, and whoever sees that may see it.
            self.tokens[parent].seen_by = unit
        return {"统一社会信用代码": unit.uscc, "企业名称": unit.name, "成立日期": "2015-03-01", "登记状态": "1",
                "法定代表人": "赵" + self.token(unit, ["PUBLIC"], "person"),
                "住所": "深圳市" + self.token(unit, ["PUBLIC"], "address") + "路1号",
                "行政区划": unit.region, "行业代码": "6510", "隶属企业代码": parent,
                "经营范围": self.token(unit, ["PUBLIC"]) + "的销售",
                "联系电话": self.number(unit, "1397{:07d}", ["DEPT_ADMIN"], "phone")}

    def taxed(self, unit):
        return {"纳税人识别号": unit.uscc, "社会信用代码": unit.uscc, "纳税人名称": unit.name,
                "法定代表人姓名": "钱" + self.token(unit, ["DEPT_ADMIN"], "person"),
                "生产经营地址": "深圳市" + self.token(unit, ["DEPT_ADMIN"], "address") + "路2号",
                "所属街道": unit.region, "登记日期": "2015-03-02",
                "联系电话": self.number(unit, "1397{:07d}", ["DEPT_ADMIN"], "phone"),
                "固定电话": "0755" + self.number(unit, "2397{:04d}", ["DEPT_ADMIN"], "phone")}

    def counted(self, unit):
        return {"底册码": str(88000 + unit.number), "统一社会信用代码": unit.uscc, "单位详细名称": unit.name,
                "主要业务活动": self.token(unit, ["SURVEY"]), "行业代码": "7340", "区划代码": unit.region,
                "单位所在地": "深圳市" + self.token(unit, ["SURVEY"], "address") + "路3号",
                "法定代表人": "孙" + self.token(unit, ["SURVEY"], "person"), "运营状态": "1",
                "移动电话": self.number(unit, "1397{:07d}", ["SURVEY"], "phone"),
                # More women than people: a finding, whose words carry the numbers.
                "从业人员期末人数": "1", "其中女性": self.number(unit, "77{:05d}3", ["SURVEY"])}
