"""make faults: print what each run lost, posted twice or out of order, judged from what Slack accepted.

With names of runs, make only these. --scale 0.1 makes a tenth of the posts and kills.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.runs import RUNS, Options
from tests.support import postgres, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("run", nargs="*", help=f"any of {', '.join(RUNS)}")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies posts, kills and stops")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=float, default=1.0, help="multiplies the times of leases, for a slow machine")
    chosen = parser.parse_args()
    if unknown := set(chosen.run) - set(RUNS):
        parser.error(f"there is no run {', '.join(unknown)}; the runs are {', '.join(RUNS)}")
    failed = []
    run.begin()
    try:
        for name in chosen.run or RUNS:
            print(f"\n{name}: {RUNS[name].shows}", flush=True)
            with tempfile.TemporaryDirectory(prefix="faults") as folder:
                problems = RUNS[name].act(Options(Path(folder), chosen.scale, chosen.seed, chosen.times))
            print("  " + ("\n  ".join(problems) if problems else "as promised"), flush=True)
            failed += [name] if problems else []
    finally:
        postgres.stop_server()
        run.end()
    print(f"\n{len(failed)} runs broke a promise: {', '.join(failed)}" if failed else "\nevery promise kept")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
