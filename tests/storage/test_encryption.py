"""Secrets at rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import OperatorError
from bot.storage.encryption import Encryption, Undecipherable, fresh_key

ENCRYPTION = Encryption([fresh_key()])


@given(value=st.text(), place=st.text())
def test_any_text_comes_back_in_its_place(value: str, place: str) -> None:
    assert ENCRYPTION.decrypt(ENCRYPTION.encrypt(value, place=place), place=place) == value


def test_a_value_that_was_moved_to_another_place_does_not_decrypt() -> None:
    secret = ENCRYPTION.encrypt("token", place="row 1")

    with pytest.raises(Undecipherable):
        ENCRYPTION.decrypt(secret, place="row 2")


def test_what_a_former_key_encrypted_is_read_and_the_newest_key_writes() -> None:
    former, newest = fresh_key(), fresh_key()
    old = Encryption([former]).encrypt("token", place="row")
    both = Encryption([newest, former])

    assert both.decrypt(old, place="row") == "token"
    assert Encryption([newest]).decrypt(both.encrypt("token", place="row"), place="row") == "token"


@pytest.mark.parametrize("secret", ["", "not a token", "gAAAAA", "é"])
def test_what_no_key_opens_is_told_with_the_way_back(secret: str) -> None:
    with pytest.raises(Undecipherable, match="python -m bot connect"):
        ENCRYPTION.decrypt(secret, place="row")


def test_without_keys_a_fresh_one_is_offered() -> None:
    with pytest.raises(OperatorError) as refusal:
        Encryption([])

    offered = str(refusal.value).rpartition("ENCRYPTION_KEYS=")[2]
    assert Encryption([offered]).encrypt("token", place="row")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("key", ["hunter2", "", "é" * 32, "A" * 44])
def test_a_bad_key_is_named_by_its_position_and_not_quoted(key: str) -> None:
    with pytest.raises(OperatorError, match="key 2 is no Fernet key") as refusal:
        Encryption([fresh_key(), key])

    assert not key or key not in str(refusal.value)
