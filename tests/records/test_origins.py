import pytest

from records.origins import Origin, of_origin, origin


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("059522770001", Origin.LOCAL),
        ("0595227", Origin.LOCAL),
        ("02162525000", Origin.ELSEWHERE),
        ("13912340000", Origin.ELSEWHERE),  # a block of Changzhou
        ("13505950000", Origin.LOCAL),  # a block of Quanzhou
        ("1350595", Origin.LOCAL),
        ("", Origin.UNKNOWN),
        ("110", Origin.UNKNOWN),
        ("0085212345678", Origin.UNKNOWN),
        ("10000000000", Origin.UNKNOWN),
        ("19905950000", Origin.UNKNOWN),  # a block that is not known
    ],
)
def test_where_a_number_is_from(number: str, found: Origin) -> None:
    assert origin(number, "0595") is found


def test_beginnings_of_an_origin() -> None:
    beginnings = ["0595227", "0216252", "1350595", ""]
    assert of_origin(beginnings, "0595", Origin.LOCAL) == {"0595227", "1350595"}
    assert of_origin(beginnings, "0595", Origin.UNKNOWN) == {""}
