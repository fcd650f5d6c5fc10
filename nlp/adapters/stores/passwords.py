"""Passwords as argon2id hashes (RFC 9106), by argon2-cffi with its defaults."""

from __future__ import annotations

from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nlp.errors import FieldError, InvalidInput

LEAST, MOST = 10, 1000
"""Characters."""
NEVER = "!"
"""What is kept of people without a password: no hash, so that nothing matches it."""
_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(4)
"""Each takes 64 MB."""


def hashed(password: str) -> str:
    """With parameters and salt, as it is kept. :raises InvalidInput: too short, too long, or no text at all."""
    if not LEAST <= len(password) <= MOST:
        errors = [FieldError("/password", "گذرواژه باید ۱۰ تا ۱۰۰۰ نویسه باشد.")]
        raise InvalidInput(errors[0].detail, errors, f"a password has {LEAST} to {MOST} characters")
    return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


def matches(kept: str | None, password: str) -> bool:
    """Whether this password made the hash; without one it takes as long, and the answer is no."""
    made = None if kept == NEVER else kept
    with _AT_ONCE:
        try:
            found = _HASHER.verify(made or _nobody(), password[: MOST + 1].encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
    return found and made is not None


def is_dated(kept: str) -> bool:
    """Whether it was made with other parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that stands for who is not there."""
    return _HASHER.hash("no such person")
