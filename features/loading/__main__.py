"""`python -m features.loading`: see `make load`."""

from features import cli
from features.loading.load import main

if __name__ == "__main__":
    cli.run(main)
