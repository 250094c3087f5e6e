"""Print the nth `sh` block of the README, so that CI runs what a newcomer runs."""

import re
import sys
from pathlib import Path


def blocks() -> list[str]:
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    return [found.strip() for found in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


if __name__ == "__main__":
    sys.stdout.write(blocks()[int(sys.argv[1]) - 1] + "\n")
