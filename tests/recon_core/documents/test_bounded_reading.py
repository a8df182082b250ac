"""A document is read in a process of its own: whatever happens there, the caller gets a code."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from document_samples import CII, picture_of, text_pdf

from recon_core.documents import bounded, read_document
from recon_core.documents.bounded import Limits, read_bounded
from recon_core.documents.pictures import with_pictures
from recon_core.errors import FileFormatError, FinalError, RetryableError

LINES = ("Invoice No: AB-1234", "Date: 02/03/2026", "Total: 1,085.00 EUR", "VAT DE136695976 " * 2)
PDF = text_pdf(LINES)
KERNEL = Path(bounded.__file__).parents[2]


@pytest.fixture
def reader(monkeypatch):
    """The child's reader replaced by one that does what it is told."""

    def replace(body: str) -> None:
        before, run, after = bounded._START.rpartition("reader_process.main")
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        double = f"def double(data, filename):\n{lines}reader_process.read_document = double\n"
        monkeypatch.setattr(bounded, "_START", f"{before}{double}{run}{after}")

    return replace


def code_of(limits: Limits) -> str:
    with pytest.raises(FinalError) as error:
        read_bounded(PDF, "bill.pdf", limits)
    return error.value.code


def test_the_child_says_what_the_reader_says():
    read = read_bounded(PDF, "bill.pdf")
    assert read == with_pictures(PDF, read_document(PDF, "bill.pdf"))
    assert read.pages[0].picture


def test_a_small_xml_is_read_without_a_child(monkeypatch):
    monkeypatch.setattr(bounded, "_START", "raise SystemExit(1)")
    assert read_bounded(CII.encode()).fields["number"].value == "F-2026-7"


def test_errors_come_back_as_they_were_raised(reader):
    page = b"<html>" + b" " * 1_000_000 + b"</html>"
    with pytest.raises(FileFormatError) as error:
        read_bounded(page)
    assert error.value.code == "einvoice_unknown_root"
    reader("from recon_core.errors import RetryableError\nraise RetryableError('ocr_timeout')")
    with pytest.raises(RetryableError):
        read_bounded(PDF)


@pytest.mark.parametrize(
    ("body", "limits", "code"),
    [
        ("while True: pass", Limits(wall_s=2), "document_too_slow"),
        ("while True: pass", Limits(cpu_s=1), "document_too_slow"),
        ("return bytearray(2_000_000_000)", Limits(), "document_too_heavy"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", Limits(), "document_too_heavy"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", Limits(), "document_crashed"),
        ("import ctypes\nctypes.string_at(0)", Limits(), "document_crashed"),
        ("import os\nos._exit(3)", Limits(), "document_crashed"),
        ("def deeper(): deeper()\ndeeper()", Limits(), "document_crashed"),
        ("raise ZeroDivisionError(data[:20])", Limits(), "document_crashed"),
    ],
)
def test_a_reader_that_goes_wrong_is_told_by_a_code(reader, body, limits, code):
    reader(body)
    assert code_of(limits) == code


def test_what_a_crashed_reader_had_in_hand_is_not_told(reader):
    reader("import sys\nprint(data)\nsys.stderr.write(repr(data))\nraise ValueError(data)")
    with pytest.raises(FinalError) as error:
        read_bounded(PDF)
    assert str(error.value) == "document_crashed: ValueError"


def test_programs_that_the_reader_started_end_with_it(reader, tmp_path):
    told = tmp_path / "pid"
    reader(
        "import subprocess\n"
        "child = subprocess.Popen(['tail', '-f', '/dev/null'])\n"
        f"open({str(told)!r}, 'w').write(str(child.pid))\n"
        "while True: pass"
    )
    assert code_of(Limits(wall_s=3)) == "document_too_slow"
    # killed, and by now taken away or waiting for that
    state = Path(f"/proc/{told.read_text()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_nothing_of_the_worker_is_handed_to_the_reader(reader, tmp_path):
    told = tmp_path / "told.json"
    secret = (tmp_path / "open").open("w")
    os.set_inheritable(secret.fileno(), True)
    reader(
        "import json, os\n"
        "files = [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')"
        " if os.path.exists(f'/proc/self/fd/{n}')]\n"
        f"open({str(told)!r}, 'w').write(json.dumps([dict(os.environ), files]))"
    )
    environment = {"PATH": os.defpath, "PGPASSWORD": "secret", "LANG": "C.UTF-8"}
    with pytest.raises(FinalError):
        read_bounded(PDF, environment=environment)
    names, files = json.loads(told.read_text())
    secret.close()
    assert sorted(names) == ["LANG", "OMP_THREAD_LIMIT", "PATH", "TMPDIR"]
    assert str(tmp_path / "open") not in files
    assert not Path(names["TMPDIR"]).exists()


def test_the_reader_runs_from_an_archive_in_any_directory(tmp_path):
    archive = tmp_path / "kernel.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for path in (KERNEL / "recon_core").rglob("*.py"):
            target.write(path, path.relative_to(KERNEL))
    (tmp_path / "bill.pdf").write_bytes(PDF)
    program = (
        "import sys; from recon_core.documents.bounded import read_bounded, __file__ as place\n"
        "assert 'kernel.zip' in place\n"
        "print(read_bounded(open('bill.pdf', 'rb').read()).fields['number'].value)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(archive)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stdout.strip() == "AB-1234", ran.stderr


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_picture_is_read_within_the_limits():
    read = read_bounded(picture_of(LINES), "scan.png", environment=os.environ)
    assert read.fields["number"].value == "AB-1234"


def test_without_tesseract_on_its_path_the_reader_says_so(tmp_path):
    with pytest.raises(FinalError) as error:
        read_bounded(picture_of(LINES), "scan.png", environment={"PATH": str(tmp_path)})
    assert error.value.code == "ocr_unavailable"
