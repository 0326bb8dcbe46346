from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.cleaning import Price, gtin, html_tree, identifier, price, text, unshown, utc, words_of_html
from oracle.errors import Malformed


@pytest.mark.parametrize(
    ("written", "minor", "currency"),
    [
        ("1,299.00", 129900, None),
        ("1.299,00", 129900, None),
        ("¥1,299", 129900, "CNY"),
        ("$119.99", 11999, "USD"),
        ("1.2万", 1200000, None),
        ("1.299万", 1299000, None),
        ("１２９９", 129900, None),
        ("￥１，２９９．００", 129900, "CNY"),
        ("1299元", 129900, "CNY"),
        ("€1.299,00", 129900, "EUR"),
        ("RMB 1,299.00", 129900, "CNY"),
        ("12,5", 1250, None),
        ("1 299,00", 129900, None),
        (199, 19900, None),
        (Decimal("1.5"), 150, None),
    ],
)
def test_price_reads_what_proves_itself(written: object, minor: int, currency: str | None) -> None:
    assert price(written) == Price(minor, currency)


@pytest.mark.parametrize(
    ("written", "hints", "minor"),
    [
        ("1,299", {"default": "CNY"}, 129900),
        ("1,299", {"currency": "USD"}, 129900),
        ("1.299", {"default": "EUR", "locale": "de"}, 129900),
        ("1,299", {"default": "EUR", "locale": "en"}, 129900),
        ("¥1,299", {"currency": "JPY"}, 1299),
        ("1.299", {"currency": "KWD", "locale": "en"}, 1299),
    ],
)
def test_price_takes_hints(written: str, hints: dict[str, str], minor: int) -> None:
    assert price(written, **hints).minor == minor


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1.299", "PRICE_AMBIGUOUS"),
        ("1,299", "PRICE_AMBIGUOUS"),
        ("999 CNY 1,099", "PRICE_AMBIGUOUS"),
        ("¥1,29,9.0", "PRICE_AMBIGUOUS"),
        ("12..50", "PRICE_AMBIGUOUS"),
        ("NaN", "PRICE_UNREADABLE"),
        ("inf", "PRICE_UNREADABLE"),
        ("面议", "PRICE_UNREADABLE"),
        ("٣٤", "PRICE_UNREADABLE"),
        ("1e5", "PRICE_"),
        ("-5", "PRICE_NEGATIVE"),
        ("0.299", "PRICE_UNREADABLE"),
        ("9" * 30, "PRICE_TOO_LARGE"),
        (True, "PRICE_UNREADABLE"),
    ],
)
def test_price_refuses_to_guess(written: object, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        price(written)


def test_dot_and_three_digits_are_ambiguous_in_yuan() -> None:
    with pytest.raises(Malformed, match="PRICE_AMBIGUOUS"):
        price("1.299", default="CNY")


def test_price_refuses_two_currencies() -> None:
    with pytest.raises(Malformed, match="CURRENCY_CONFLICT"):
        price("€5", currency="CNY")


def test_missing_price_is_no_error() -> None:
    assert price(None, default="CNY") == Price(None, "CNY")


@given(st.text(max_size=80), st.sampled_from([None, "CNY", "JPY", "EUR"]))
def test_price_gives_an_integer_or_malformed(written: str, currency: str | None) -> None:
    try:
        found = price(written, default=currency)
    except Malformed as exc:
        assert exc.reason.isupper()
    else:
        assert found.minor is None or (type(found.minor) is int and found.minor >= 0)


@given(st.integers(0, 10**12))
def test_price_round_trips_grouped_amounts(fen: int) -> None:
    assert price(f"¥{fen // 100:,}.{fen % 100:02d}").minor == fen


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2007-12-31T19:00:00-05:00", 1199145600),
        ("2008-01-01T00:00:00Z", 1199145600),
        ("2008-01-01T08:00:00.25+08:00", 1199145600),
        ("2008-01-01", 1199145600),
    ],
)
def test_times_become_utc_seconds(written: str, seconds: int) -> None:
    assert utc(written) == seconds


@pytest.mark.parametrize(
    "written", ["昨天", "2026-13-41T25:00:00Z", "2026-01-01T00:00:00", "1767225600", 5, "２０２６-01-01"]
)
def test_other_times_are_refused(written: object) -> None:
    with pytest.raises(Malformed, match="TIME_UNREADABLE"):
        utc(written)


def test_gtin_with_a_wrong_check_digit_is_none() -> None:
    assert gtin("4 006381 333931") == "04006381333931"
    assert gtin("4006381333932") is None
    assert gtin("00000000000000") is None


@given(st.text(alphabet=st.characters(max_codepoint=0x7F), max_size=60).map(str.strip))
def test_controls_are_shown_reversibly(raw: str) -> None:
    clean = text(raw) or ""
    assert unshown(clean) == raw
    assert not any(ord(char) < 32 and char not in "\t\n\r" for char in clean)


def test_text_is_nfc_and_capped() -> None:
    assert text("e\u0301") == "é"
    assert text("x" * 50, 10) == "x" * 10
    assert text("\ud800") == "\\u{d800}"


def test_id_is_never_cut() -> None:
    with pytest.raises(Malformed, match="ID_UNUSABLE"):
        identifier("x" * 201)


def test_html_gives_words_without_scripts() -> None:
    assert words_of_html("<p>Warm &amp; light</p><script>x()</script>") == "Warm & light"


def test_tag_with_very_many_attributes_is_refused_fast() -> None:
    with pytest.raises(Malformed, match="TAG_TOO_WIDE"):
        html_tree(b"<a " + b"".join(b"b%d " % n for n in range(50_000)) + b">", "utf-8")
