"""The one place where faces of the toolkit look at the clock; everything else is told the time."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment in UTC, whole seconds, without its zone."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
