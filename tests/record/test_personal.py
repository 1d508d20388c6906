"""Personal values: committed to in the log, opened beside it, erased without breaking anything (R-205)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from party_workflow.errors import InvalidInput
from party_workflow.personal import (
    MemoryOpenings,
    Opening,
    Personal,
    Sealed,
    Withheld,
    commitment,
    keyed_salts,
)

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
parts = st.tuples(
    names,
    st.sampled_from(["p-1", "p-2"]),
    st.sampled_from(["name", "ground"]),
    st.binary(min_size=32, max_size=32),
)


def _commit(part: tuple[str, str, str, bytes], log: str = "bureau") -> str:
    value, subject, field, salt = part
    return commitment(log, subject, field, salt, Personal(value).reveal())


@given(parts, parts)
def test_a_commitment_opens_to_one_value_of_one_subject_and_field_only(
    one: tuple[str, str, str, bytes], other: tuple[str, str, str, bytes]
) -> None:
    same = (Personal(one[0]), *one[1:]) == (Personal(other[0]), *other[1:])
    assert (_commit(one) == _commit(other)) == same


@given(parts)
def test_a_commitment_moved_to_another_log_no_longer_opens(part: tuple[str, str, str, bytes]) -> None:
    assert _commit(part) != _commit(part, log="another")


def test_the_golden_commitment_is_what_it_was() -> None:
    assert (
        commitment("bureau", "p-7", "person.name", bytes(range(32)), "王小明")
        == "12b58660594859d8c1d57a17828ac4a2d4ef55edccfd9bdc5741ae54e2360c6b"
    )


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment("bureau", "p-7", "person.name", b"short", "王小明")


def test_a_personal_value_does_not_show_itself() -> None:
    assert "王" not in repr(Personal("王小明"))
    assert "王" not in str(Personal("王小明"))
    opening = Opening("0" * 64, "bureau", "p-7", "person.name", bytes(32), "王小明", "c-1")
    assert "王" not in repr(opening)


def test_a_personal_value_is_normalised_and_bounded() -> None:
    assert Personal("e\u0301").reveal() == "é"
    with pytest.raises(InvalidInput, match="surrogate"):
        Personal("\ud800")
    with pytest.raises(InvalidInput, match="evidence"):
        Personal("x" * 20_001)
    with pytest.raises(InvalidInput, match="Expected a text, not a int"):
        Personal(13812345678)  # type: ignore[arg-type]


def test_R_205_a_deleted_opening_reads_as_erased_and_an_unknown_one_as_not_supplied() -> None:
    held = MemoryOpenings()
    bound = commitment("bureau", "p-7", "person.name", bytes(32), "王小明")
    opening = Opening(bound, "bureau", "p-7", "person.name", bytes(32), "王小明", "c-1")
    sealed = Sealed(commitment=bound)
    assert held.get(sealed) == Withheld("not-supplied")
    held.put([opening])
    found = held.get(sealed)
    assert isinstance(found, Opening)
    assert found.opens(sealed)
    assert held.erase("p-8") == 0
    assert held.erase("p-7") == 1
    assert held.get(sealed) == Withheld("erased")


def test_an_opening_of_another_value_does_not_open() -> None:
    bound = commitment("bureau", "p-7", "person.name", bytes(32), "王小明")
    swapped = Opening(bound, "bureau", "p-7", "person.name", bytes(32), "李小红", "c-1")
    assert not swapped.opens(Sealed(commitment=bound))


def test_keyed_salts_are_the_same_again_and_differ_by_command_and_place() -> None:
    salts = keyed_salts(bytes(32))
    assert salts("c-1", "a") == salts("c-1", "a")
    assert len({salts("c-1", "a"), salts("c-2", "a"), salts("c-1", "b")}) == 3
    with pytest.raises(ValueError, match="32 bytes"):
        keyed_salts(b"short")
