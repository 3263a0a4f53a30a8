"""make faults: `python -m tests.faults [RUN ...] [--scale 0.1]` prints what each run lost, posted twice or out of order."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults import runs
from tests.support import postgres, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("run", nargs="*", choices=[*runs.RUNS, []], help="runs to make; all without any")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies posts and kills")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    run.begin()
    failed = []
    try:
        for name in chosen.run or runs.RUNS:
            print(f"\n{name}: {runs.RUNS[name].shows}", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                problems = runs.RUNS[name].act(Path(folder), chosen.scale, chosen.seed)
            print("  " + ("; ".join(problems) if problems else "as promised"), flush=True)
            failed += [name] if problems else []
    finally:
        postgres.stop_server()
        run.end()
    print(f"\n{len(failed)} runs broke a promise: {', '.join(failed)}" if failed else "\nevery promise kept")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
