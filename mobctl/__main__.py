"""Run the command line; an uncaught exception is a bug of ours: one line, exit status 4."""

import sys


def main() -> None:
    """Run mobctl as a command."""
    if sys.argv[1:] == ["--version"]:  # without importing anything: editors and CI ask often
        from mobctl import __version__

        sys.stdout.write(f"mobctl {__version__}\n")
        return
    debug = "--debug" in sys.argv
    try:
        from mobctl.cli import run

        status = run([arg for arg in sys.argv[1:] if arg != "--debug"])
    except KeyboardInterrupt:
        import os
        import signal

        signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # whoever presses once more does not wait
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(141) from None
    except Exception as error:
        if debug:
            raise
        text = f"{type(error).__name__}: {error}".replace("\n", " ")[:300]
        sys.stderr.write(f"mobctl: a bug in mobctl, please report it ({text}); --debug shows more\n")
        raise SystemExit(4) from None
    raise SystemExit(status)


if __name__ == "__main__":
    main()
