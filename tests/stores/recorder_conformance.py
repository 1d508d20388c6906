"""The eventsourcing library's own conformance cases on our recorders.  Run as a program, apart from pytest:

importing the library changes the standard library's `dataclasses`, and importing its tests resets warnings.
"""

from __future__ import annotations

import sys
import tempfile
import types
import unittest
from pathlib import Path
from typing import Any

# Its tests import a cipher that we neither use nor install; an empty module of the name is enough.
for name in ("Crypto", "Crypto.Cipher", "Crypto.Cipher._mode_gcm", "Crypto.Cipher.AES"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["Crypto.Cipher"].AES = sys.modules["Crypto.Cipher.AES"]  # type: ignore[attr-defined]
sys.modules["Crypto.Cipher._mode_gcm"].GcmMode = object  # type: ignore[attr-defined]
sys.modules["Crypto.Cipher.AES"].key_size = (16, 24, 32)  # type: ignore[attr-defined]

from eventsourcing.tests import persistence as cases  # noqa: E402

from party_workflow_adapters.recorder import (  # noqa: E402
    SqliteAggregateRecorder,
    SqliteApplicationRecorder,
    SqliteProcessRecorder,
    SqliteRecorder,
    SqliteTrackingRecorder,
)


class OnAFile:
    """A recorder on a file of its own for every test."""

    kind: type[SqliteRecorder]

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)  # type: ignore[attr-defined]
        self.path = Path(folder.name) / "recorder.db"

    def create_recorder(self) -> Any:
        recorder = self.kind(self.path)
        self.addCleanup(recorder.close)  # type: ignore[attr-defined]
        return recorder


class TestAggregateRecorder(OnAFile, cases.AggregateRecorderTestCase):
    kind = SqliteAggregateRecorder


class TestApplicationRecorder(OnAFile, cases.ApplicationRecorderTestCase[Any]):
    kind = SqliteApplicationRecorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestTrackingRecorder(OnAFile, cases.TrackingRecorderTestCase):
    kind = SqliteTrackingRecorder


class TestProcessRecorder(OnAFile, cases.ProcessRecorderTestCase):
    kind = SqliteProcessRecorder


class TestNotificationIdsDoNotInterleave(OnAFile, cases.NonInterleavingNotificationIDsBaseCase):
    kind = SqliteApplicationRecorder


if __name__ == "__main__":
    unittest.main(verbosity=2)
