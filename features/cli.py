"""How every command starts: known errors become one readable message, never a stack trace."""

import sys
from collections.abc import Callable

from features.errors import HeadroomError


def run(main: Callable[[], None]) -> None:
    """Runs a command; a `HeadroomError` is printed to stderr and ends the process with status 2."""
    try:
        main()
    except HeadroomError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(130) from None
