"""The error hierarchy of the whole project.

Every message names the table, row, column or setting, shows the offending value, and says what to do.
Commands print the message without a stack trace (see `features.cli.run`).
"""


class HeadroomError(Exception):
    """Anything a user can mend: bad data, a bad setting, a missing file, a damaged bundle."""


class ConfigError(HeadroomError):
    """A setting is unknown, missing or contradicts another."""


class DataError(HeadroomError):
    """Data is missing, unreadable or unfit for its purpose."""


class ContractError(DataError):
    """A table breaks the data contract beyond the share of bad rows that may be set aside."""


class LeakageError(DataError):
    """A training set would let a model see what was not yet known."""


class BundleError(HeadroomError):
    """A model bundle is incomplete, tampered with, or of a shape that would make its reasons wrong."""


class RequestError(HeadroomError):
    """A request cannot be answered as it stands.

    Attributes:
        field: path of the offending field, such as `rows[0].utilisation_avg_3m`; empty for the whole request.
        status: the HTTP status that fits, a 4xx.
    """

    def __init__(self, message: str, *, field: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.field = field
        self.status = status
