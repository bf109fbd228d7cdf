"""The certificate: a local one is made, kept and renewed; a given one is checked before use."""

import re
import shutil
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from config.listening import Tls
from deploy.certificates import CertificateFault, Pair, ends_soon, place, prepare

NOW = datetime(2026, 9, 30, 6, tzinfo=UTC)
NAMES = ("hotline.example.cn", "10.1.2.3")
LOCAL = Tls("local")


def local(folder: Path, names: tuple[str, ...] = NAMES, now: datetime = NOW) -> Pair:
    made = prepare(LOCAL, folder, names, now)
    assert made is not None
    return made


def given(pair: Pair) -> Tls:
    return Tls(str(pair.certificate), str(pair.key))


def test_without_a_certificate_nothing_is_made(tmp_path: Path) -> None:
    assert prepare(Tls(), tmp_path, (), NOW) is None
    assert place(Tls(), tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_local_one_names_what_people_type_and_is_trusted_by_its_authority(tmp_path: Path) -> None:
    pair = local(tmp_path)
    leaf, authority = (
        x509.load_pem_x509_certificate(path.read_bytes())
        for path in (pair.certificate, tmp_path / "tls" / "authority.pem")
    )
    leaf.verify_directly_issued_by(authority)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == list(NAMES)
    only = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert only.critical
    assert [str(name.value) for name in only.value.permitted_subtrees or ()] == [
        "hotline.example.cn",
        "10.1.2.3/32",
    ]


def test_its_keys_are_their_owner_s_alone_and_python_can_load_it(tmp_path: Path) -> None:
    pair = local(tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in pair.key.parent.iterdir()}
    assert modes == dict.fromkeys(
        ("certificate.pem", "key.pem", "authority.pem", "authority-key.pem"), 0o600
    )
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pair.certificate, pair.key)


def test_it_is_kept_until_a_month_before_its_end_and_the_authority_longer(tmp_path: Path) -> None:
    first = local(tmp_path).certificate.read_bytes()
    authority = (tmp_path / "tls" / "authority.pem").read_bytes()
    assert local(tmp_path, now=NOW + timedelta(days=366)).certificate.read_bytes() == first
    assert local(tmp_path, now=NOW + timedelta(days=368)).certificate.read_bytes() != first
    assert (tmp_path / "tls" / "authority.pem").read_bytes() == authority


def test_other_names_have_another_one(tmp_path: Path) -> None:
    first = local(tmp_path).certificate.read_bytes()
    assert local(tmp_path, ("10.9.9.9",)).certificate.read_bytes() != first


def test_a_good_pair_is_taken_as_it_is(tmp_path: Path) -> None:
    pair = local(tmp_path)
    assert prepare(given(pair), tmp_path, NAMES, NOW) == pair


def _gone(pair: Pair) -> None:
    pair.certificate.unlink()


def _no_key(pair: Pair) -> None:
    pair.key.unlink()


def _folder(pair: Pair) -> None:
    pair.certificate.unlink()
    pair.certificate.mkdir()


def _not_pem(pair: Pair) -> None:
    pair.certificate.write_text("a certificate\n")


def _key_not_pem(pair: Pair) -> None:
    pair.key.write_bytes(pair.certificate.read_bytes())


def _another_key(pair: Pair) -> None:
    other = local(pair.key.parent / "other")
    shutil.copy(other.key, pair.key)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_gone, r"the certificate .*certificate\.pem cannot be read: No such file"),
        (_no_key, r"the key .*key\.pem cannot be read: No such file.*\[tls\] key must be"),
        (_folder, r"the certificate .* cannot be read: Is a directory"),
        (_not_pem, r"certificate\.pem is not a certificate; it must be a PEM file"),
        (_key_not_pem, r"key\.pem is not a private key; it must be a PEM file"),
        (_another_key, r"the key .*key\.pem does not belong to the certificate .*must be a pair"),
    ],
)
def test_a_pair_that_cannot_be_used_is_named(tmp_path: Path, spoil: object, words: str) -> None:
    pair = local(tmp_path)
    spoil(pair)  # type: ignore[operator]
    with pytest.raises(CertificateFault, match=words):
        prepare(given(pair), tmp_path, NAMES, NOW)


@pytest.mark.parametrize("days", [-1, 398])
def test_one_that_is_not_valid_today_is_refused_with_its_dates(tmp_path: Path, days: int) -> None:
    pair = local(tmp_path)
    words = "is valid from 2026-09-30 to 2027-11-01, and today is"
    with pytest.raises(CertificateFault, match=words):
        prepare(given(pair), tmp_path, NAMES, NOW + timedelta(days=days))


def test_a_key_with_a_password_is_refused(tmp_path: Path) -> None:
    pair = local(tmp_path)
    pair.key.write_text(re.sub("PRIVATE", "ENCRYPTED PRIVATE", pair.key.read_text()))
    with pytest.raises(CertificateFault, match=r"password|is not a private key"):
        prepare(given(pair), tmp_path, NAMES, NOW)


def test_the_last_month_is_a_finding(tmp_path: Path) -> None:
    pair = local(tmp_path)
    assert ends_soon(pair, NOW) is None
    assert "ends on 2027-11-01" in str(ends_soon(pair, NOW + timedelta(days=380)))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "tls").write_text("in the way")
    with pytest.raises(CertificateFault, match="the local certificate cannot be written below"):
        local(tmp_path)
