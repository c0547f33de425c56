"""A child that dies with its parent, whenever the parent dies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from directory.paths import PACKAGE
from tests.fixtures.installation import is_running, wait_until

#: Starts a child that says its number, and then asks to die with its parent after a pause.
_PARENT = """
import os, subprocess, sys
child = '''
import os, sys, time
print(os.getpid(), flush=True)
time.sleep(float(sys.argv[2]))
from directory.postgres.lifeline import die_with_parent
die_with_parent(int(sys.argv[1]))
time.sleep(60)
'''
subprocess.run([sys.executable, "-c", child, str(os.getpid()), sys.argv[1]], check=False)
"""


@pytest.mark.parametrize("asks_after_s", ["0", "0.5"])
def test_a_child_ends_with_its_parent_though_it_asked_too_late(asks_after_s: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, asks_after_s],
        cwd=PACKAGE.parent, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.stdout.close()
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_running(child), seconds=30)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_supervised_process_whose_parent_is_gone_never_starts(
    command: str, tmp_path: Path
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    orphan = subprocess.run(
        [sys.executable, "-m", "directory.cli", command, "--supervised-by", str(gone.pid)],
        env=os.environ | {"FANAL_DATA_DIR": str(tmp_path)},
        cwd=PACKAGE.parent, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert orphan.returncode < 0
