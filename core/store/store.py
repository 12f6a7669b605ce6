"""Results on disk, addressed by what produced them.

One file per result, named by its key. Line 1 says what it is, line 2 is the sha256 of all that
follows, line 3 is a JSON header, then come the numbers, compressed. Nothing read from a file is
ever executed, and whatever is wrong with one, it is a miss: the result is computed again.
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import logging
import os
import re
import secrets
import tempfile
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, get_type_hints

from core.lab.experiment import ConfigT, Experiment, ViewT
from core.lab.run import ResultT
from core.store import encoding, reserved
from core.store.at_hand import AtHand
from core.store.encoding import DamagedError
from core.store.folder import Folder

log = logging.getLogger(__name__)
R = TypeVar("R")
Origin = Literal["local", "shipped"]
"""Which store a record is in: this installation's own, or that which comes with the project."""
Whose = Callable[[str], Origin | None]
MAGIC = b"deep-learning-lab result 1\n"
KEY = re.compile(r"[0-9a-f]{64}")
MOST_BYTES = 200_000_000
MOST_UNPACKED_BYTES = 256_000_000
MOST_UNWRITTEN = 8
_opening = threading.Lock()
SUFFIX = ".result"
_shipped = AtHand()
BESIDE = "tables"
"""Folder in the store for tables that were downloaded (`core.audit.fetch.tables`)."""
SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "results"


@dataclass(frozen=True)
class Provenance:
    """Where a result comes from and what it cost.

    Attributes:
        machine: Cores, architecture, system and processor; no host name.
        date: End of the run, ISO 8601, UTC.
        seconds: Processor time of this run alone: of the training thread and of the processes that
            the run started. Waiting for other runs and drawing live figures are not in it.
        flops: Floating-point operations, as the experiment counts them.
        peak_memory_bytes: Highest resident memory of the whole process seen during the run.
        torch: Version of torch.
        app: Version of this project.
    """

    machine: str
    date: str
    seconds: float
    flops: float
    peak_memory_bytes: int
    torch: str
    app: str


PROVENANCE = get_type_hints(Provenance)


@dataclass(frozen=True)
class Record(Generic[R]):
    """A result with what produced it.

    Attributes:
        result: What the run returned.
        provenance: When, where, at what cost.
        config: The settings, as JSON holds them.
        experiment: Slug, `challenge/experiment`.
        version: The experiment's version.
    """

    result: R
    provenance: Provenance
    config: dict[str, Any]
    experiment: str
    version: int


@dataclass(frozen=True)
class Found(Generic[R]):
    """A record and which store it came from."""

    record: Record[R]
    origin: Origin


class Store:
    """Records in a folder of bounded size; the least recently used are dropped first.

    Attributes:
        problem: One sentence while records cannot be written, else None.
    """

    def __init__(
        self, folder: Path, *, max_bytes: int = MOST_BYTES, read_only: bool = False
    ) -> None:
        """Open the folder; create it, for its owner only, unless `read_only`."""
        self.problem: str | None = None
        ours = (BESIDE, reserved.FILE)
        self._folder = Folder(folder, KEY.pattern, SUFFIX, max_bytes, beside=ours)
        self._read_only = read_only
        self._unwritten: OrderedDict[str, Record[Any]] = OrderedDict()
        if not read_only:
            try:
                self._folder.open()
            except OSError as error:
                self._complain(error)

    @property
    def refused(self) -> bool:
        """Whether the folder is not even read, because other users may write into it."""
        return self._folder.refused

    def get(self, key: str, result_type: type[R]) -> Record[R] | None:
        """Return a stored record, or None if there is none or its file is not usable.

        Raises:
            ValueError: If the key is not 64 hex digits.
            TypeError: If `result_type` has fields that no store can hold.
        """
        _check(key)
        encoding.kinds(result_type)
        kept = self._unwritten.get(key)
        if kept is not None and isinstance(kept.result, result_type):
            return kept
        try:
            record = decoded(self._folder.read(key), key, result_type)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except Exception as error:  # noqa: BLE001  Whatever a damaged file provokes: a miss.
            reason = str(error) if isinstance(error, DamagedError) else type(error).__name__
            log.warning("stored result %s cannot be used: %s", key[:8], reason)
            return None
        if not self._read_only:
            self._folder.touch(key)
        return record

    def holds(self, key: str) -> bool:
        """Tell whether there is a record of this name, without reading it.

        Raises:
            ValueError: If the key is not 64 hex digits.
        """
        _check(key)
        return key in self._unwritten or self._folder.holds(key)

    def keys(self) -> frozenset[str]:
        """Keys of all records, without reading them."""
        return self._folder.names() | set(self._unwritten)

    def put(self, key: str, record: Record[Any]) -> bool:
        """Keep a record and tell whether it is on disk now.

        When the disk will not take it, `problem` says so, and this process keeps the newest few
        such records at hand, so that looking at one again costs no second run.

        Raises:
            ValueError: If the key is not 64 hex digits.
            TypeError: If the result holds what cannot be stored.
        """
        _check(key)
        if self._read_only:
            return False
        spec, body = encoding.pack(record.result)
        try:
            self._folder.write(key, _encode(key, record, spec, body))
        except OSError as error:
            self._keep_at_hand(key, record)
            self._complain(error)
            return False
        self.problem = None
        self._unwritten.pop(key, None)
        return True

    def _keep_at_hand(self, key: str, record: Record[Any]) -> None:
        self._unwritten[key] = record
        while len(self._unwritten) > MOST_UNWRITTEN:
            self._unwritten.popitem(last=False)

    def _complain(self, error: OSError) -> None:
        """Say once that writing fails; the system's words for it hold no path."""
        if self.problem is None:
            reason = error.strerror or type(error).__name__
            self.problem = f"Results cannot be kept on this computer's disk now ({reason})."
            log.warning("results cannot be written: %s", reason)


def _check(key: str) -> None:
    if not KEY.fullmatch(key):
        raise ValueError("a key is 64 hexadecimal digits")


def packed(key: str, record: Record[Any]) -> bytes:
    """A record as the store would write it, to be sent from one machine to another.

    Raises:
        TypeError: If the result holds what cannot be stored.
    """
    return _encode(key, record, *encoding.pack(record.result))


def unpacked(content: bytes, key: str, result_type: type[R]) -> Record[R]:
    """Read what `packed` made.

    Raises:
        DamagedError: If it is not whole, or belongs to another key.
    """
    return decoded(content, key, result_type)


def _encode(key: str, record: Record[Any], spec: encoding.Spec, body: bytes) -> bytes:
    if len(body) > MOST_UNPACKED_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    header = {
        "key": key,
        "experiment": record.experiment,
        "version": record.version,
        "config": record.config,
        "provenance": dataclasses.asdict(record.provenance),
        "result": spec,
    }
    rest = json.dumps(header).encode("ascii") + b"\n" + zlib.compress(body, 3)
    return MAGIC + _digest(rest) + rest


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode("ascii") + b"\n"


def decoded(content: bytes, key: str, result_type: type[R]) -> Record[R]:
    """A record of the bytes that `Store.put` writes.

    Args:
        content: Of the file.
        key: What it must be the result of.
        result_type: Class of the result.

    Raises:
        DamagedError: If they are not those of a record with this key.
    """
    if not content.startswith(MAGIC):
        raise DamagedError("it is not a result")
    digest, rest = content[len(MAGIC) :][:65], content[len(MAGIC) + 65 :]
    if digest != _digest(rest):
        raise DamagedError("its checksum is wrong")
    head, _, packed = rest.partition(b"\n")
    header = json.loads(head)
    if header["key"] != key:
        raise DamagedError("it belongs to another key")
    result = encoding.unpack(result_type, header["result"], _decompressed(packed))
    config, slug, version = header["config"], header["experiment"], header["version"]
    if (type(config), type(slug), type(version)) != (dict, str, int):
        raise DamagedError("its header is wrong")
    return Record(result, _provenance(header["provenance"]), config, slug, version)


def _decompressed(packed: bytes) -> bytes:
    """Unpack at most `MOST_UNPACKED_BYTES`: a few bytes can stand for very many."""
    unpacker = zlib.decompressobj()
    body = unpacker.decompress(packed, MOST_UNPACKED_BYTES)
    if not unpacker.eof or unpacker.unused_data:
        raise DamagedError("its numbers do not unpack")
    return body


def _provenance(fields: dict[str, Any]) -> Provenance:
    for name, kind in PROVENANCE.items():
        if type(fields[name]) not in ((int, float) if kind is float else (kind,)):
            raise DamagedError("its provenance is wrong")
    return Provenance(**fields)


def find(experiment: Experiment[ConfigT, ViewT, ResultT], config: ConfigT) -> Found[ResultT] | None:
    """Look a result up: first among this installation's own, then among those shipped with it."""
    key = experiment.key(config)
    own = local_store().get(key, experiment.result)
    if own is not None:
        return Found(own, "local")
    place = SHIPPED / f"{key}{SUFFIX}"
    shipped = _shipped.once(
        place, experiment.result, lambda: shipped_store().get(key, experiment.result)
    )
    return None if shipped is None else Found(shipped, "shipped")


def whose(key: str) -> Origin | None:
    """Say which store `find` would look a key up in; what it finds there is not read."""
    if local_store().holds(key):
        return "local"
    return "shipped" if shipped_store().holds(key) else None


def listing() -> Whose:
    """Give `whose` as it is now, for many keys: each store is listed once."""
    own, shipped = local_store().keys(), shipped_store().keys()
    return lambda key: "local" if key in own else "shipped" if key in shipped else None


def local_store() -> Store:
    """The store this process reads and writes: `LAB_STORE`, else a folder of this user's."""
    with _opening:
        return opened(place())


def place() -> Path:
    """The folder that this process keeps things in."""
    chosen = os.environ.get("LAB_STORE")
    return Path(chosen).absolute() if chosen else users_folder()


def shipped_store() -> Store:
    """The results that come with the project; never written by the app."""
    return Store(SHIPPED, read_only=True)


@cache
def opened(folder: Path) -> Store:
    """The store in a folder; one for the whole process."""
    return Store(folder)


@cache
def users_folder() -> Path:
    """A cache folder of this user's own, or else a temporary one for this process."""
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
        folder = Path(base) / "deep-learning-lab"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except (OSError, RuntimeError):  # Read-only, somebody else's, or no home at all.
        # A fixed name in the shared temporary folder could be planted by somebody else.
        return Path(tempfile.gettempdir()) / f"deep-learning-lab-{secrets.token_hex(8)}"
    return folder
