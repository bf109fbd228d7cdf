import pytest

from records.sealing import Seal, SealBroken, new_key


def test_a_text_comes_back_and_cannot_be_read_without_the_key() -> None:
    seal = Seal([new_key()])
    sealed = seal.close("说不想再撑了")
    assert "说" not in sealed
    assert seal.open(sealed) == "说不想再撑了"
    assert seal.close("a") != seal.close("a")


def test_a_new_key_reads_what_the_old_one_sealed_and_another_one_does_not() -> None:
    old, new = new_key(), new_key()
    sealed = Seal([old]).close("a")
    assert Seal([new, old]).open(sealed) == "a"
    for spoilt in (sealed[:-3] + "abc", "", "nothing"):
        with pytest.raises(SealBroken, match=r"secrets\.json"):
            Seal([old]).open(spoilt)
    with pytest.raises(SealBroken):
        Seal([new]).open(sealed)
    with pytest.raises(ValueError, match="32 url-safe"):
        Seal(["short"])
