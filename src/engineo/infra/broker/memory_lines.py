"""The line of one queue in memory: who waits, whose turn it is, and what limits hold them back."""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engineo.infra.broker.places import Place
from engineo.infra.broker.store import LimitRule, Want
from engineo.kernel.ids import new_stamp

ABSENT, PUT_OFF, HELD_UP = "", "put off", "held up"  # turns that are not in line: none, until a time, until a job ends


@dataclass(slots=True)
class Limit:
    """What a limit remembers: of one key, or (key "") of the whole queue. `turn`: a mark, or its member in line."""

    running: int = 0
    started: int = 0
    ends: int = 0
    turn: str = ABSENT

    def may_start(self, rule: LimitRule, now: int) -> tuple[bool, int]:
        """Whether one more may start; if not, when one may (0: once a job has ended). May open a new window."""
        if rule.concurrency and self.running >= rule.concurrency:
            return False, 0
        if rule.rate:
            if now >= self.ends:
                self.started, self.ends = 0, now + rule.per
            if self.started >= rule.rate:
                return False, self.ends
        return True, 0


@dataclass(slots=True)
class Grant:
    """What a line gives out. `counted`: whether the whole queue's limit counts each; `put_off`: keys, until when."""

    places: list[Place] = field(default_factory=list)
    counted: bool = False
    wait: int = 0
    put_off: list[tuple[str, int]] = field(default_factory=list)


class Line:
    """Members sort by priority, then by their text. A limited key stands in line with one turn for all its jobs."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.paused = False
        self.waiting = 0  # how many
        self.done: list[tuple[int, str]] = []
        self.dead: list[tuple[int, str]] = []
        self._ready: list[tuple[int, str]] = []
        self._members: dict[str, tuple[int, Place | str]] = {}  # priority, and the job or the key whose turn it is
        self._held: dict[str, list[tuple[int, str, Place]]] = {}
        self._limits: dict[str, Limit] = {}

    def put(self, place: Place, now: int) -> None:
        key = place.key
        self.waiting += 1
        if not key:
            self._insert(place.priority, place.member, place)
            return
        bisect.insort(self._held.setdefault(key, []), (place.priority, place.member, place))
        limit = self._limits.setdefault(key, Limit())
        if limit.turn == ABSENT:
            self._queue_turn(key, limit, now)
        elif limit.turn in self._members and place.priority < self._members[limit.turn][0]:
            self._delete(limit.turn)
            self._insert(place.priority, limit.turn, key)

    def remove(self, place: Place) -> bool:
        """Take a job out of line; its key's turn stays, and finds nothing when it comes."""
        if place.key:
            held = self._held.get(place.key, [])
            entry = (place.priority, place.member, place)
            if entry not in held:
                return False
            held.remove(entry)
        elif place.member in self._members:
            self._delete(place.member)
        else:
            return False
        self.waiting -= 1
        return True

    def end(self, key: str, now: int) -> bool:
        """One job of a key, or of the whole queue (""), has ended. Answers whether somebody may start one now."""
        limit = self._limits.setdefault(key, Limit())
        limit.running = max(0, limit.running - 1)
        freed = not key
        if limit.turn == HELD_UP:
            freed = self._turn_comes_back(key, limit, now)
        self._tidy(key, now)
        return freed

    def window_ends(self, key: str, now: int) -> bool:
        """A turn that was put off comes back in line, if its key still has a job."""
        limit = self._limits.setdefault(key, Limit())
        back = limit.turn == PUT_OFF and self._turn_comes_back(key, limit, now)
        self._tidy(key, now)
        return back

    def take(self, want: Want, now: int) -> Grant:
        limited = want.whole.rate > 0 or want.whole.concurrency > 0
        whole = replace(self._limits.get("", Limit()))  # a copy: a window opens with a job only
        grant = Grant(counted=limited)
        allowed = want.count
        if limited:
            go, grant.wait = whole.may_start(want.whole, now)
            allowed = allowed if go else 0
            if want.whole.concurrency:
                allowed = min(allowed, want.whole.concurrency - whole.running)
            if want.whole.rate:
                allowed = min(allowed, want.whole.rate - whole.started)
        while len(grant.places) < allowed and self._ready and not self.paused:
            member = self._ready[0][1]
            _priority, what = self._members[member]
            self._delete(member)
            if isinstance(what, Place):
                grant.places.append(what)
            else:
                self._take_turn(what, want.by_key, now, grant)
        number = len(grant.places)
        self.waiting -= number
        if limited and number:
            whole.running += number
            whole.started += number
            self._limits[""] = whole
            grant.wait = whole.may_start(want.whole, now)[1] if number < want.count else 0
        if not self:
            grant.wait = 0
        return grant

    def jobs(self) -> Iterator[Place]:
        """Those in line, then those of limited keys."""
        for _priority, member in self._ready:
            what = self._members[member][1]
            if isinstance(what, Place):
                yield what
        for key in sorted(self._held):
            for _priority, _member, place in self._held[key]:
                yield place

    def drop_turn(self, key: str, now: int) -> None:
        """Take the turn of a key out of line if its jobs are gone."""
        limit = self._limits.get(key)
        if limit is not None and limit.turn in self._members and not self._held.get(key):
            self._delete(limit.turn)
            limit.turn = ABSENT
            self._tidy(key, now)

    def __bool__(self) -> bool:
        """Whether there is anything in line; the mark of a pause counts."""
        return self.paused or bool(self._ready)

    def _take_turn(self, key: str, rule: LimitRule, now: int, grant: Grant) -> None:
        limit = self._limits.setdefault(key, Limit())
        limit.turn = ABSENT
        held = self._held.get(key, [])
        go, again = limit.may_start(rule, now) if held else (False, 0)
        if go:
            grant.places.append(held.pop(0)[2])
            limit.running += 1
            limit.started += 1
            go, again = limit.may_start(rule, now) if held else (False, 0)
        if not held:
            self._held.pop(key, None)
        elif go:
            self._queue_turn(key, limit, now)
        elif again:
            limit.turn = PUT_OFF
            grant.put_off.append((key, again))
        else:
            limit.turn = HELD_UP
        self._tidy(key, now)

    def _turn_comes_back(self, key: str, limit: Limit, now: int) -> bool:
        limit.turn = ABSENT
        if not self._held.get(key):
            return False
        self._queue_turn(key, limit, now)
        return True

    def _queue_turn(self, key: str, limit: Limit, now: int) -> None:
        limit.turn = f"{new_stamp(now)}@{key}"
        self._insert(self._held[key][0][0], limit.turn, key)

    def _tidy(self, key: str, now: int) -> None:
        limit = self._limits.get(key)
        if limit is not None and not limit.running and limit.turn == ABSENT and now >= limit.ends:
            del self._limits[key]

    def _insert(self, priority: int, member: str, what: Place | str) -> None:
        self._members[member] = (priority, what)
        bisect.insort(self._ready, (priority, member))

    def _delete(self, member: str) -> None:
        priority, _what = self._members.pop(member)
        del self._ready[bisect.bisect_left(self._ready, (priority, member))]
