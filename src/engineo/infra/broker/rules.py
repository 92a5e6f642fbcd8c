"""The policies of job classes as the store understands them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from engineo.infra.broker.handlers import Handler
from engineo.infra.broker.places import plain_text
from engineo.infra.broker.store import DedupKey, Keep, LimitRule
from engineo.kernel.errors import BootError
from engineo.kernel.policies import Dedup, Limit

MODES = {"started": "s", "done": "d", "throttle": "t", "debounce": "b"}
LONGEST_KEY = 120
EMPTY = "%"  # the key of the empty text, as no other text is encoded; "" is the queue as a whole


def milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)  # seconds as a float would lose one now and then


def rules_of(handlers: Sequence[Handler]) -> dict[str, tuple[LimitRule, LimitRule]]:
    """Per queue: the limit of the whole queue, and of each key. Raise `BootError` where two jobs disagree."""
    rules: dict[str, tuple[LimitRule, LimitRule]] = {}
    for handler in handlers:
        whole, by_key = LimitRule(), LimitRule()
        for limit in handler.limits:
            rule = LimitRule(limit.rate or 0, milliseconds(limit.per), limit.concurrency or 0)
            whole, by_key = (whole, rule) if limit.key else (rule, by_key)
        if handler.limits:
            known = rules.setdefault(handler.queue, (whole, by_key))
            if known != (whole, by_key):
                raise BootError(f"jobs of queue {handler.queue!r} declare different limits; a queue has one")
    return rules


def keep_of(queue: str, handlers: Sequence[Handler]) -> Keep:
    """The longest retention of the queue's jobs."""
    policies = [handler.retention for handler in handlers if handler.queue == queue]
    if not policies:
        return Keep()
    return Keep(
        max(milliseconds(policy.completed_age) for policy in policies),
        max(policy.completed_count for policy in policies),
        max(milliseconds(policy.failed_age) for policy in policies),
    )


def limit_key(limits: Sequence[Limit], payload: Mapping[str, Any]) -> str:
    """The value of the payload's field that a keyed limit names; "" without one."""
    for limit in limits:
        if limit.key is not None:
            return _short(str(payload.get(limit.key))) or EMPTY
    return ""


def dedup_key(dedup: Dedup, kind: str, queue: str, payload: Mapping[str, Any]) -> DedupKey:
    chosen = {name: payload.get(name) for name in dedup.by} if dedup.by else dict(payload)
    text = json.dumps(chosen, sort_keys=True, separators=(",", ":"), default=str)
    longest = milliseconds(dedup.max_wait) if dedup.max_wait is not None else 0
    key = _short(f"{queue}/{kind}/{text}")
    return DedupKey(MODES[dedup.until], key, milliseconds(dedup.window), longest)


def _short(text: str) -> str:
    """Keys as headers can hold them; long ones by their hash."""
    plain = plain_text(text)
    if len(plain) <= LONGEST_KEY:
        return plain
    return plain[:40] + hashlib.sha256(plain.encode()).hexdigest()
