"""`python -m serving`: serve a champion, build a Bento, verify and replay the records."""

import argparse

from features import cli
from serving.service import commands


def main() -> None:
    """Command line of the serving package."""
    parser = argparse.ArgumentParser(prog="serving", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    serve = actions.add_parser("serve", help="serve the champion on loopback")
    serve.add_argument("--config", default="portfolio", help="whose champion")
    serve.add_argument("--port", type=int, default=3000)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on; loopback by default")
    bento = actions.add_parser("bento", help="build the deployable Bento with the champion in it")
    bento.add_argument("--config", default="portfolio", help="whose champion")
    actions.add_parser("verify", help="check the hash chain of the records and recompute every answer")
    args = parser.parse_args()
    if args.action == "serve":
        commands.serve(args.config, args.host, args.port)
    elif args.action == "bento":
        print(commands.bento(args.config))
    else:
        print(commands.verify())


if __name__ == "__main__":
    cli.run(main)
