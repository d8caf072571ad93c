"""Keys of the user's own for networks that ask for one: from the environment, else from the system's keyring."""

from __future__ import annotations

import os

from influence.errors import UsageError

SERVICE = "influence"


class MissingKeyError(UsageError):
    """A network that answers with a key of the user's own only, and there is none."""


def key_of(network: str) -> str:
    """The user's key; it is sent in a header and never stands in an address, a kept reply or a message.

    Raises
    ------
    MissingKeyError
        There is none.
    """
    name = f"INFLUENCE_{network.upper()}_KEY"
    key = os.environ.get(name) or _from_keyring(network)
    if not key:
        raise MissingKeyError(
            f"{network} answers with a key of your own only", where=name, expected="the key, in the environment",
            hint=f'or, with the extra keys, in the keyring: python -m keyring set {SERVICE} {network}',
        )  # fmt: skip
    return key


def _from_keyring(network: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(SERVICE, network)
    except KeyringError:
        return None
