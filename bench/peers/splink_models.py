"""Splink settings of each dataset.

historical_50k, febrl3, febrl4 (its detailed model) and fake_1000 are those of Splink's own example notebooks for
Splink 5 (docs/demos/examples/duckdb of moj-analytical-services/splink): blocking rules, comparisons, deterministic
rules with their assumed recall, pairs sampled for u, EM sessions, prediction threshold. Two things differ: the columns
that only charts need are not kept, which saves Splink time, and u is sampled with a seed. The others have no published
settings; they follow the notebooks' style: exact levels with term frequencies, Jaro-Winkler levels, exact and prefix
blocking, ten million pairs for u. Company names get a brand column in SQL, as Splink leaves splitting them to the user.
The blocking rules and cleaning of musicbrainz_20k and chinese_1m, and fake_1000_wide, were widened once after looking
at missed true pairs. That is help from labels which no run gets; it favours Splink and is said beside the figures.
"""
import dataclasses

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import block_on

U_PAIRS = 1e7


@dataclasses.dataclass
class Model:
    """What one run needs. `derived` are extra SQL columns; `one_per_source` clusters by single best links."""
    comparisons: list
    blocking: list
    deterministic: list
    recall: float
    em: list
    link_type: str = "dedupe_only"
    derived: str = ""
    u_pairs: float = U_PAIRS
    em_without_tf: bool = True
    predict_threshold: float | None = None
    one_per_source: bool = False


def exact_tf(column):
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def fuzzy_tf(column, *thresholds):
    return cl.JaroWinklerAtThresholds(column, list(thresholds)).configure(term_frequency_adjustments=True)


def historical_50k():
    return Model(
        derived="first_name || ' ' || surname as first_name_surname_concat",
        blocking=[block_on("substr(first_name,1,3)", "substr(surname,1,4)"), block_on("surname", "dob"),
                  block_on("first_name", "dob"), block_on("postcode_fake", "first_name"),
                  block_on("postcode_fake", "surname"), block_on("dob", "birth_place"),
                  block_on("substr(postcode_fake,1,3)", "dob"), block_on("substr(postcode_fake,1,3)", "first_name"),
                  block_on("substr(postcode_fake,1,3)", "surname"),
                  block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)")],
        comparisons=[cl.ForenameSurnameComparison("first_name", "surname",
                                                  forename_surname_concat_col_name="first_name_surname_concat"),
                     cl.DateOfBirthComparison("dob", input_is_string=True), cl.PostcodeComparison("postcode_fake"),
                     exact_tf("birth_place"), exact_tf("occupation")],
        deterministic=[block_on("first_name", "surname", "dob"),
                       block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
                       block_on("dob", "postcode_fake")],
        recall=0.6, u_pairs=5e6, em=[block_on("first_name", "surname"), block_on("dob")])


def febrl3():
    return Model(
        blocking=[block_on(c) for c in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")],
        comparisons=[cl.NameComparison("given_name"), cl.NameComparison("surname"),
                     cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
                     cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]), exact_tf("street_number"),
                     exact_tf("postcode")],
        deterministic=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"),
                       "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth"],
        recall=0.9, u_pairs=1e6, em=[block_on("date_of_birth"), block_on("postcode")], em_without_tf=False,
        predict_threshold=0.2)


def febrl4():
    return Model(
        link_type="link_only",
        blocking=[block_on("given_name", "surname"), "l.given_name = r.surname and l.surname = r.given_name",
                  block_on("date_of_birth"), block_on("soc_sec_id"), block_on("state", "address_1"),
                  block_on("street_number", "address_1"), block_on("postcode")],
        comparisons=[cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
                     cl.NameComparison("surname").configure(term_frequency_adjustments=True),
                     cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d",
                                              invalid_dates_as_null=True),
                     cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), exact_tf("street_number"),
                     cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True)],
        deterministic=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        recall=0.8, u_pairs=1e6, em=[block_on("date_of_birth"), block_on("postcode")], predict_threshold=0.2)


def fake_1000():
    return Model(
        blocking=[block_on("first_name"), block_on("surname")],
        comparisons=[cl.NameComparison("first_name"), cl.NameComparison("surname"),
                     cl.DateOfBirthComparison("dob", input_is_string=True), exact_tf("city"),
                     cl.EmailComparison("email")],
        deterministic=["l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
                       "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
                       "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2", block_on("email")],
        recall=0.7, u_pairs=1e6, em=[block_on("dob"), block_on("email")], em_without_tf=False)


# One source writes "artist - title" and no artist, one "title - album" and no album, one "004-title", "album (1995)".
SONG = r"""regexp_replace(lower(case
        when artist is null and contains(title, ' - ') then regexp_replace(title, '^.*? - ', '')
        when album is null and contains(title, ' - ') then regexp_replace(title, ' - .*$', '')
        else regexp_replace(title, '^[0-9]+-', '') end), '[^\pL0-9 ]', '', 'g') as song,
    regexp_replace(lower(coalesce(regexp_replace(album, ' [(][0-9]{4}[)]$', ''), case when contains(title, ' - ')
        then regexp_replace(title, '^.*? - ', '') end)), '[^\pL0-9 ]', '', 'g') as record,
    lower(coalesce(artist, case when contains(title, ' - ') then regexp_extract(title, '^(.*?) - ', 1) end))
        as artist_low,
    right(regexp_replace(coalesce(year, regexp_extract(album, '[(]([0-9]{4})[)]$', 1)), '[^0-9]', '', 'g'), 2) as year2,
    regexp_replace(number, '^0+', '') as track"""


def fake_1000_wide():
    """The published blocking of fake_1000 reaches only half of the true pairs: the same model with two more rules."""
    model = fake_1000()
    model.blocking += [block_on("dob"), block_on("email")]
    return model


def musicbrainz_20k():
    """Five sources without duplicates inside: links between sources, at most one record of a source in a cluster."""
    return Model(
        link_type="link_only", one_per_source=True, predict_threshold=0.01, derived=SONG,
        blocking=[block_on("song"), block_on("substr(song,1,6)", "substr(record,1,3)"),
                  block_on("substr(record,1,8)", "track"), block_on("substr(song,1,8)", "track"),
                  block_on("artist_low", "substr(song,1,3)"), block_on("artist_low", "track"),
                  block_on("substr(song,1,8)", "year2"), block_on("record", "substr(song,1,1)")],
        comparisons=[fuzzy_tf("song", 0.95, 0.88, 0.7), fuzzy_tf("record", 0.95, 0.88, 0.7),
                     fuzzy_tf("artist_low", 0.95, 0.88), exact_tf("year2"), exact_tf("track"),
                     cl.JaroWinklerAtThresholds("language", [0.8])],
        deterministic=[block_on("song", "record"), block_on("song", "artist_low"),
                       block_on("record", "track", "year2")],
        recall=0.7, em=[block_on("song"), block_on("record")])


def norway():
    """Yearly states of one register: a unit comes at most once a year."""
    return Model(
        link_type="link_only", one_per_source=True, predict_threshold=0.01,
        blocking=[block_on("name"), block_on("address", "postal_code"), block_on("founded", "kommune"),
                  block_on("substr(name,1,6)", "postal_code"), block_on("substr(name,1,8)")],
        comparisons=[fuzzy_tf("name", 0.95, 0.88), fuzzy_tf("address", 0.95, 0.85), exact_tf("postal_code"),
                     cl.DateOfBirthComparison("founded", input_is_string=True), exact_tf("industry"), exact_tf("form")],
        deterministic=[block_on("name", "founded"), block_on("name", "address")], recall=0.8,
        em=[block_on("name"), block_on("founded")])


# The region in front or in brackets and the legal form behind are removed; brackets, width and dots are folded.
BRAND = r"""regexp_replace(regexp_replace(regexp_replace(
        translate(nfc_normalize(name), '（）', '()'), '[(][^)]*[)]', '', 'g'),
    '^(中国)?([^省]{2,3}省)?([^市]{2,3}市)?([^区县]{2,3}[区县])?' ||
    '(深圳|广州|东莞|佛山|珠海|中山|惠州|汕头)?', ''),
    '(股份|有限责任|有限)*公司$', '') as brand"""


# Full-width digits and brackets are folded, province and number sign removed.
PLACE = r"""translate(regexp_replace(address, '^广东省|号', '', 'g'),
    '０１２３４５６７８９（）－', '0123456789()-') as place"""


def chinese_1m():
    return Model(
        predict_threshold=0.01, derived=f"{BRAND}, {PLACE}",
        blocking=[block_on("uscc"), block_on("name"), block_on("brand"), block_on("legal_rep", "substr(brand,1,2)"),
                  block_on("founded", "substr(brand,1,2)"), block_on("legal_rep", "founded"),
                  block_on("place", "substr(brand,1,1)"), block_on("substr(brand,1,4)", "substr(place,1,10)"),
                  block_on("place", "legal_rep"), block_on("place", "founded"),
                  block_on("founded", "substr(place,1,8)")],
        comparisons=[
            cl.CustomComparison(output_column_name="company", comparison_levels=[
                cll.NullLevel("name"), cll.ExactMatchLevel("name", term_frequency_adjustments=True),
                cll.ExactMatchLevel("brand", term_frequency_adjustments=True), cll.JaroWinklerLevel("brand", 0.92),
                cll.JaroWinklerLevel("name", 0.92), cll.JaroWinklerLevel("brand", 0.8), cll.ElseLevel()]),
            exact_tf("legal_rep"), fuzzy_tf("place", 0.95, 0.88, 0.7), exact_tf("founded"),
            cl.ExactMatch("uscc"), exact_tf("capital")],
        deterministic=[block_on("uscc"), block_on("name", "legal_rep"), block_on("name", "founded")], recall=0.7,
        em=[block_on("name"), block_on("place", "founded")])


def listed():
    """The left side has a short name only: whether one name holds the other is a level of its own."""
    return Model(
        link_type="link_only", one_per_source=True, predict_threshold=0.01,
        derived=BRAND + ", regexp_replace(address, '^中华人民共和国|^中国| ', '', 'g') as place",
        blocking=[block_on("name"), block_on("brand"), block_on("substr(brand,1,2)", "substr(place,1,2)"),
                  block_on("legal_rep"), block_on("substr(place,1,10)"), block_on("substr(brand,1,4)")],
        comparisons=[
            cl.CustomComparison(output_column_name="company", comparison_levels=[
                cll.NullLevel("name"), cll.ExactMatchLevel("name", term_frequency_adjustments=True),
                cll.ExactMatchLevel("brand", term_frequency_adjustments=True),
                cll.CustomLevel("contains(name_l, name_r) or contains(name_r, name_l)", "one name holds the other"),
                cll.JaroWinklerLevel("brand", 0.88), cll.JaroWinklerLevel("brand", 0.7), cll.ElseLevel()]),
            exact_tf("legal_rep"), fuzzy_tf("place", 0.95, 0.88, 0.75)],
        deterministic=[block_on("name"), block_on("brand", "legal_rep"), block_on("legal_rep", "substr(place,1,10)")],
        recall=0.6, em=[block_on("legal_rep"), block_on("substr(place,1,10)")])


WIDE = {"fake_1000": fake_1000_wide}
MODELS = {"historical_50k": historical_50k, "febrl3": febrl3, "febrl4": febrl4, "fake_1000": fake_1000,
          "musicbrainz_20k": musicbrainz_20k, "norway": norway, "listed": listed, "listed_full": listed,
          "chinese_1m": chinese_1m}
