from dashboard.passwords import hash_password, matches


def test_a_password_matches_its_own_hash_only() -> None:
    hashed = hash_password("right-and-long")
    assert hashed.startswith("$argon2id$")
    assert matches("right-and-long", hashed)
    assert not matches("wrong-and-long", hashed)


def test_nobody_and_a_broken_hash_never_match() -> None:
    assert not matches("anything", None)
    assert not matches("anything", "not a hash")
