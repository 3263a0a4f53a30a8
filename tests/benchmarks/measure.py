"""How things are measured: whole processes in turn, so that a machine that slows down slows both.

Processes are measured by their CPU time, which other processes change little.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report. `bound` is what is promised; None where nothing is."""

    name: str
    value: float
    unit: str
    bound: float | None
    note: str = ""
    at_least: bool = False
    """Whether the bound is a minimum."""

    @property
    def kept(self) -> bool:
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound


def hide_development_packages(folder: Path) -> None:
    """Let the processes that are measured find no `rich`, which only tools for development need.

    httpx imports it, and with it pygments, when it is there. A bot in service does not have those six megabytes.
    """
    (folder / "rich.py").write_text("raise ImportError(__name__)\n")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))


def process_seconds(command: Sequence[str], **variables: str) -> float:
    """Return the CPU time of a whole process, start and end included, from compiled modules as people run it."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | variables
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime


def paired(command: Sequence[str], other: Sequence[str], rounds: int, **variables: str) -> tuple[float, float, float]:
    """The median of the ratios command/other of runs in turn, and both medians in seconds. The first round warms up and doesn't count."""
    pairs = [(process_seconds(command, **variables), process_seconds(other, **variables)) for _ in range(rounds + 1)][1:]
    ratio = statistics.median(one / two for one, two in pairs)
    return ratio, statistics.median(one for one, _ in pairs), statistics.median(two for _, two in pairs)


def wall_seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its finished children have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(_resident(each) for each in (str(pid), *children))


def _resident(pid: str) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
