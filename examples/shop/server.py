"""Start the shop: python examples/shop/server.py --port 8900

The password of both customers comes from the environment variable SHOP_PASSWORD, so that no list of
processes shows it; without one it is `pass-the-baton`.
"""

import argparse
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from shopapi import Shop, ShopServer, ShopSettings
from shopapi.parts import PASSWORD


def main() -> int:
    """Serve until somebody says stop. Exit code 2: the arguments or the port cannot be used."""
    options = _parser().parse_args()
    try:
        server = ShopServer(Shop(_settings(options)), port=options.port)
    except (OSError, OverflowError) as error:
        print(f"The shop cannot listen on port {options.port}: {error}", file=sys.stderr)
        print("hint: choose another one with --port, or --port 0 for any free one", file=sys.stderr)
        return 2
    with server, suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, _stop)
        print(f"The shop is open at {server.url} (Ctrl-C closes it)", flush=True)
        server.serve_forever()
    return 0


def _settings(options: argparse.Namespace) -> ShopSettings:
    return ShopSettings(
        password=os.environ.get("SHOP_PASSWORD") or PASSWORD,
        token_lifetime=options.token_lifetime,
        slow=options.slow,
        flaky=options.flaky,
        seed=options.seed,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="server.py", description="A small shop to test against.")
    parser.add_argument("--port", type=int, default=8900, help="0 takes a free one (default: 8900)")
    parser.add_argument(
        "--token-lifetime", type=_count, default=3600, metavar="SECONDS", help="default: 3600"
    )
    parser.add_argument(
        "--slow", type=_not_negative, default=0.0, metavar="SECONDS", help="how long /recommendations takes"
    )
    parser.add_argument(
        "--flaky", type=_share, default=0.0, metavar="SHARE", help="how often /products/…/stock fails, 0 to 1"
    )
    parser.add_argument("--seed", type=int, help="makes the failures of --flaky repeatable")
    return parser


def _count(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return int(text)


def _not_negative(text: str) -> float:
    if not 0 <= float(text) < float("inf"):
        raise argparse.ArgumentTypeError("must not be negative")
    return float(text)


def _share(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return float(text)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
