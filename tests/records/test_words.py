"""Word boxes survive packing: order, offsets and confidence exactly, coordinates to an eighth of a point."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.words import WordBox, pack_words, unpack_words

POINTS = st.floats(0, 16_383)


@st.composite
def boxes(draw: st.DrawFn) -> list[WordBox]:
    found, place = [], 0
    for _ in range(draw(st.integers(0, 30))):
        start = place + draw(st.integers(0, 100_000))
        place = start + draw(st.integers(0, 70_000))
        conf = draw(st.none() | st.integers(0, 100).map(float))
        found.append(WordBox(start, place, *(draw(POINTS) for _ in range(4)), conf))
    return found


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(boxes())
def test_what_was_packed_comes_back(given_boxes: list[WordBox]) -> None:
    back = unpack_words(pack_words(given_boxes))
    assert [(one.start, one.end, one.conf) for one in back] == [(one.start, one.end, one.conf) for one in given_boxes]
    for mine, theirs in zip(back, given_boxes, strict=True):
        assert all(abs(a - b) <= 0.125 for a, b in zip(mine[2:6], theirs[2:6], strict=True))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=4, max_size=4))
def test_no_coordinate_breaks_it(sides: list[float]) -> None:
    (back,) = unpack_words(pack_words([WordBox(0, 1, *sides)]))
    assert all(0 <= side <= 16_383.75 and math.isfinite(side) for side in back[2:6])


def test_a_page_of_words_takes_few_bytes() -> None:
    words = [
        WordBox(n * 7, n * 7 + 6, 40 + n % 10 * 50, 60 + n // 10 * 12, 85 + n % 10 * 50, 70 + n // 10 * 12)
        for n in range(500)
    ]
    assert len(pack_words(words)) < 500 * 8


def test_boxes_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="follow"):
        pack_words([WordBox(5, 9, 0, 0, 1, 1), WordBox(8, 10, 0, 0, 1, 1)])


@pytest.mark.parametrize("data", [b"\x02abc", b"\x01abc", b"\x01x\x9cc`\x00\x00\x00\x01\x00\x01"])
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="word boxes"):
        unpack_words(data)


def test_no_boxes_are_no_bytes() -> None:
    assert pack_words([]) == b""
    assert unpack_words(b"") == []
