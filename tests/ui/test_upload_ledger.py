"""What visitors upload is bounded: for one, for all, while it arrives, and after they have left."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ui import upload_ledger, upload_limits
from core.ui.upload_ledger import GRACE, IDLE, MOST_OF_ALL, MOST_OF_ONE, RECENT, FullError, Ledger

TABLE = 20_000_000


class House:
    """A store, the sessions that are connected, and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.here: set[str] = set()
        self.store: dict[str, tuple[str, int]] = {}
        self.ledger = Ledger(self.remove, self.here.__contains__, clock=lambda: self.now)

    def remove(self, session_id: str, file_id: str) -> None:
        owner, _ = self.store.pop(file_id)
        assert owner == session_id

    def put(self, session_id: str, file_id: str, size: int = TABLE) -> bool:
        self.here.add(session_id)
        try:
            self.ledger.admit(session_id, file_id, size)
        except FullError as error:
            assert str(error).endswith(".")
            return False
        self.store[file_id] = (session_id, size)
        return True


@pytest.fixture
def house() -> House:
    return House()


def test_a_visitors_own_older_files_go_first(house):
    for n in range(60):
        assert house.put("a", f"f{n}")
    assert set(house.store) == {"f59"} and house.ledger.total == TABLE


def test_a_table_and_a_picture_stay_together(house):
    assert house.put("a", "table", 20_971_520) and house.put("a", "picture", 5_000_000)
    assert set(house.store) == {"table", "picture"}


def test_others_files_that_are_in_use_are_not_pushed_out(house):
    names = "abcd"
    assert all(house.put(name, name) for name in names)
    assert not house.put("e", "e")
    house.now = RECENT - 1
    for name in names:
        house.ledger.used(name)
    house.now = RECENT + 1
    assert not house.put("e", "e") and set(house.store) == set(names)
    house.now = 2 * RECENT
    assert house.put("e", "e") and len(house.store) == 4


def test_the_one_longest_unused_goes(house):
    for name in "abcd":
        house.put(name, name)
        house.now += 1
    house.ledger.used("a")
    house.now += RECENT + 10
    assert house.put("e", "e") and set(house.store) == {"a", "c", "d", "e"}


def test_files_of_those_who_left_make_room_at_once(house):
    for name in "abcd":
        house.put(name, name)
    house.here.remove("c")
    assert house.put("e", "e") and set(house.store) == {"a", "b", "d", "e"}


def test_whoever_leaves_takes_the_files_along(house):
    house.put("a", "a")
    house.here.clear()
    house.ledger.sweep()
    house.now = GRACE - 1
    house.ledger.sweep()
    assert "a" in house.store
    house.here.add("a")
    house.ledger.sweep()
    house.here.clear()
    house.now = GRACE + 1
    house.ledger.sweep()
    assert "a" in house.store, "who comes back starts anew"
    house.now += GRACE
    house.ledger.sweep()
    assert not house.store and house.ledger.total == 0


def test_what_nobody_uses_goes(house):
    house.put("a", "a")
    house.now = IDLE - 1
    house.ledger.used("a")
    house.now = IDLE + 1
    house.ledger.sweep()
    assert "a" in house.store
    house.now += IDLE
    house.ledger.sweep()
    assert not house.store


def test_what_is_too_large_for_one_is_refused(house):
    assert house.put("a", "small", 1)
    assert not house.put("a", "large", MOST_OF_ONE + 1)
    assert set(house.store) == {"small"}


def test_a_thread_sweeps_and_ends_when_nothing_is_held():
    gone: list[str] = []
    ledger = Ledger(lambda _, name: gone.append(name), lambda _: False, lambda: 1e9, every=0.01)
    ledger.admit("a", "a", 1)
    ledger._held["a"].at = 0.0
    for _ in range(500):
        if not ledger._sweeps:
            break
        time.sleep(0.01)
    assert gone == ["a"] and not ledger._sweeps


STEPS = st.tuples(
    st.sampled_from("abcdefgh"), st.integers(0, 30), st.integers(0, 22_000_000),
    st.sampled_from(["put", "leave", "use", "sweep", "forget", "end"]), st.floats(0, 200),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=60))
def test_the_bounds_hold_whatever_happens(steps):
    house = House()
    for session, n, size, what, seconds in steps:
        house.now += seconds
        name = f"{session}{n}"
        if what == "put":
            house.put(session, name, size)
        elif what == "leave":
            house.here.discard(session)
        elif what == "use":
            house.ledger.used(name)
        elif what == "sweep":
            house.ledger.sweep()
        elif what == "forget":
            house.store.pop(name, None)
            house.ledger.forget(name)
        else:
            house.store = {k: v for k, v in house.store.items() if v[0] != session}
            house.ledger.forget_session(session)
        held = [size for _, size in house.store.values()]
        assert sum(held) == house.ledger.total <= MOST_OF_ALL
        for one in "abcdefgh":
            own = [size for owner, size in house.store.values() if owner == one]
            assert sum(own) <= MOST_OF_ONE


def in_a_loop(work):
    """Run a coroutine in a thread of its own: the browser tests leave a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


def test_only_so_much_arrives_at_once():
    async def work():
        gate, most = upload_limits.Gate(most=50), 0

        async def one():
            nonlocal most
            async with gate.through(20):
                most = max(most, gate.arriving)
                await asyncio.sleep(0.01)

        await asyncio.gather(*(one() for _ in range(10)))
        return most, gate.arriving

    assert in_a_loop(work) == (40, 0)


def test_whoever_waits_too_long_is_told():
    async def work():
        gate = upload_limits.Gate(most=50, patience=0.05)
        async with gate.through(50):
            with pytest.raises(FullError, match="try again"):
                async with gate.through(1):
                    pass
        async with gate.through(10**9):
            return gate.arriving

    assert in_a_loop(work) == 50


def test_no_more_than_so_many_wait():
    async def work():
        gate = upload_limits.Gate(most=1, patience=1.0)

        async def one():
            async with gate.through(1):
                await asyncio.sleep(0.2)

        tasks = [one() for _ in range(upload_limits.MOST_WAITING + 5)]
        found = await asyncio.gather(*tasks, return_exceptions=True)
        return sum(isinstance(one, FullError) for one in found)

    assert in_a_loop(work) >= 4


def test_a_form_that_never_ends_is_given_up(monkeypatch):
    from starlette.datastructures import Headers
    from starlette.exceptions import HTTPException
    from starlette.formparsers import MultiPartParser

    upload_limits.install()
    monkeypatch.setattr(upload_limits, "SECONDS_TO_ARRIVE", 0.05)

    async def body():
        yield b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n1'
        await asyncio.sleep(60)

    async def work():
        kind = Headers({"content-type": "multipart/form-data; boundary=x"})
        with pytest.raises(HTTPException) as caught:
            await MultiPartParser(kind, body()).parse()
        return caught.value.status_code, upload_limits.Installed.gate.arriving

    assert in_a_loop(work) == (408, 0)


def test_the_servers_store_of_files_is_bounded():
    """With the store that this Streamlit has; fails when its methods are named otherwise."""
    from starlette.exceptions import HTTPException
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    manager = MemoryUploadedFileManager("/upload")
    manager.add_file("early", UploadedFileRec("e", "e.csv", "text/csv", b"12"))
    ledger = upload_limits.watched(manager, lambda session: True)
    ledger._every = None
    assert ledger.total == 2

    def add(session: str, name: str, size: int) -> None:
        manager.add_file(session, UploadedFileRec(name, "t.csv", "text/csv", bytes(size)))

    for n in range(5):
        add("a", f"a{n}", TABLE)
    assert list(manager.file_storage["a"]) == ["a4"]
    for session in "bcd":
        add(session, session, TABLE)
    with pytest.raises(HTTPException) as caught:
        add("f", "f", TABLE)
    assert caught.value.status_code == 503 and caught.value.detail == upload_ledger.FULL
    assert not manager.file_storage.get("f")
    manager.remove_file("b", "b")
    manager.remove_session_files("c")
    assert ledger.total == 2 * TABLE + 2
    held = sum(len(f.data) for files in manager.file_storage.values() for f in files.values())
    assert held == ledger.total
