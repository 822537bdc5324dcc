"""Turning a value into what the database may hold, and back.

``personal-data.keys`` has one key a line: the first seals, all open, so a new key goes on top and the old one leaves
after ``manage.py rotate_personal_keys``.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from procurement.privacy.keyfiles import key_file, read_or_create

KEYS = "personal-data.keys"
#: What a sealed value begins with, so that it is told apart from one an older version wrote.
MARK = "sealed:"


class Revealed(str):
    """An opened value that remembers its sealed form: saving it unchanged leaves the row as it was.

    Triggers that freeze signed terms compare columns; a value sealed anew would look like a change.
    """

    token: str

    def __new__(cls, text: str, token: str) -> "Revealed":
        value = super().__new__(cls, text)
        value.token = token
        return value

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.token


class Sealed:
    """A value as it came from the database, opened when somebody reads it."""

    __slots__ = ("_text", "token")

    def __init__(self, token: str) -> None:
        self.token = token
        self._text: Revealed | None = None

    def open(self) -> Revealed:
        if self._text is None:
            self._text = Revealed(open_sealed(self.token), self.token)
        return self._text

    def __str__(self) -> str:
        return str(self.open())

    def __bool__(self) -> bool:
        """Empty values are never sealed."""
        return True


def seal(text: str) -> str:
    return MARK + _cipher().encrypt(text.encode()).decode()


def is_sealed(stored: str) -> bool:
    return stored.startswith(MARK)


def open_sealed(stored: str) -> str:
    """Raises ImproperlyConfigured when none of the keys fits: a lost key is never taken for an empty value."""
    try:
        return _cipher().decrypt(stored.removeprefix(MARK).encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            _("个人信息无法解密：%(path)s 中没有对应的密钥，或者数据被改动。") % {"path": key_file(KEYS)}
        ) from error


def reseal(stored: str) -> str:
    """The same value under the newest key; a value an older version left open is sealed."""
    return seal(open_sealed(stored) if is_sealed(stored) else stored)


def _cipher() -> MultiFernet:
    path = key_file(KEYS)
    if not path.exists():
        read_or_create(KEYS, lambda: Fernet.generate_key() + b"\n")
    return _cipher_of(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _cipher_of(path: str, _changed: int) -> MultiFernet:
    """Read once per state of the file: a new key is used from the next value on, without a restart."""
    lines = read_or_create(KEYS, bytes).decode().split()
    if not lines:
        raise ImproperlyConfigured(_("密钥文件 %(path)s 是空的。") % {"path": path})
    return MultiFernet([Fernet(line) for line in lines])
