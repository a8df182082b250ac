"""The embedded database server is stopped as a process, whoever runs it."""

import os
import subprocess
import sys

from tools import embedded_server

ENDS_ON_SIGINT = """
import pathlib, signal, sys
file = pathlib.Path(sys.argv[1])
def end(*_):
    file.unlink()
    sys.exit(0)
signal.signal(signal.SIGINT, end)
print("ready", flush=True)
signal.pause()
"""


def test_a_running_server_is_stopped_and_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_server, "DATA", tmp_path)
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    pid_file.parent.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", ENDS_ON_SIGINT, str(pid_file)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout.readline() == "ready\n"
        pid_file.write_text(f"{server.pid}\n/somewhere\n")
        embedded_server.stop()
        assert not pid_file.exists()
        assert server.wait(timeout=10) == 0


def test_a_number_that_went_to_another_process_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_server, "DATA", tmp_path)
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    pid_file.parent.mkdir()
    pid_file.write_text(f"{os.getpid()}\n")
    embedded_server.stop()
    assert pid_file.exists()
