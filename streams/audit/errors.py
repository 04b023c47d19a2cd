"""ClickHouse's errors, for streams.delivery.failure: which pass by themselves, and how one is told without its text."""

from clickhouse_connect.driver.exceptions import ClickHouseError, DataError, Error, ProgrammingError

from streams.delivery.failure import is_transient

# Server error codes that pass by themselves (ClickHouse, src/Common/ErrorCodes.cpp): time-outs, network, limits on
# memory, queries and parts, a full disk, an unknown outcome, the same query still running, shutting down, Keeper.
TRANSIENT_CODES = frozenset(
    {159, 202, 203, 209, 210, 216, 236, 241, 242, 243, 252, 279, 319, 394, 425, 439, 519, 667, 734, 745, 999}
)


class SinkStoppedError(Exception):
    """The sink cannot go on; the message names place, rule and remedy, and quotes nothing of a record."""

    def __init__(self, place: str, rule: str, remedy: str) -> None:
        """`place`: topic, partition and offsets, or the part of the platform; `rule`: what is wrong."""
        super().__init__(f"{place}: {rule}: {remedy}")
        self.place = place
        self.rule = rule
        self.remedy = remedy


@is_transient.register
def _(error: ClickHouseError) -> bool:
    return False


@is_transient.register
def _(error: Error) -> bool:
    if error.code is not None:
        # An unknown server error counts as permanent: nothing may be dropped.
        return error.code in TRANSIENT_CODES
    # The client's own refusals are about our data; without a server's code all else is the way to the server.
    return not isinstance(error, DataError | ProgrammingError)


def describe(error: BaseException) -> str:
    """Type, code and symbolic name of an error; never its text, which may quote data."""
    named = (f" {error.code or ''} {error.name or ''}".rstrip()) if isinstance(error, Error) else ""
    return type(error).__name__ + named
