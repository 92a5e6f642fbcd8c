"""What is measured. Each function has a stage that is empty, and returns its figures by name."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from benchmarks.queue.processes import Stage
from benchmarks.queue.server import PrivateServer

from engineo.ops.bench.figures import after_crash, calls, latencies_ms, per_day, per_second, percentile
from engineo.ops.bench.peers import Workers
from engineo.ops.bench.plan import Plan

SLEEP_MS = 5
WARM_UP = 10
PICKUP_GAP_MS = 20
SETTLE_SECONDS = 2.0  # after a start, until workers idle; after the last job, until it is acknowledged
RSS_JOBS = 1_000
MEGABYTE = 1024 * 1024

Figures = dict[str, float]
Scenario = Callable[[Stage, PrivateServer, Plan], Figures]


def drain(stage: Stage, server: PrivateServer, plan: Plan) -> Figures:
    """No-ops that wait already; commands are those of sending and working."""
    before = server.command_stats()
    stage.produce(plan.drain_jobs, bulk=True)
    with stage.workers(stage.peer.busy, plan.drain_jobs) as group:
        group.start()
        stage.wait_for(plan.drain_jobs, group)
        time.sleep(SETTLE_SECONDS)
        commands = calls(before, server.command_stats())
    return {"per_s": per_second(stage.executed()), "commands_per_job": commands / plan.drain_jobs}


def sleep(stage: Stage, _server: PrivateServer, plan: Plan) -> Figures:
    """Jobs of 5 ms that wait already, at a total concurrency of 16."""
    stage.produce(plan.sleep_jobs, bulk=True, sleep_ms=SLEEP_MS)
    with stage.workers(stage.peer.sleeping, plan.sleep_jobs) as group:
        group.start()
        stage.wait_for(plan.sleep_jobs, group)
    return {"per_s": per_second(stage.executed())}


def enqueue(stage: Stage, server: PrivateServer, plan: Plan) -> Figures:
    """One process, one thread; nobody works."""
    found = {"one_per_s": plan.enqueue_jobs / stage.produce(plan.enqueue_jobs, warm_up=WARM_UP)}
    if stage.peer.bulk:
        server.empty()
        found["bulk_per_s"] = plan.enqueue_jobs / stage.produce(plan.enqueue_jobs, bulk=True, warm_up=WARM_UP)
    return found


def pickup(stage: Stage, _server: PrivateServer, plan: Plan) -> Figures:
    """One job at a time for idle workers."""
    with stage.workers(stage.peer.busy, plan.pickups) as group:
        group.start()
        time.sleep(SETTLE_SECONDS)
        stage.produce(plan.pickups, warm_up=WARM_UP, gap_ms=PICKUP_GAP_MS)
        stage.wait_for(plan.pickups, group)
    latencies = latencies_ms(stage.executed())
    return {f"p{share}_ms": percentile(latencies, share / 100) for share in (50, 95, 99)}


def idle(stage: Stage, server: PrivateServer, plan: Plan) -> Figures:
    """One worker process with nothing to do."""
    found, size = {}, Workers(1, stage.peer.busy.concurrency)
    for queues in (1, 10):
        server.empty()
        with stage.workers(size, queues=queues) as group:
            group.start()
            time.sleep(SETTLE_SECONDS)
            before, started = server.command_stats(), time.monotonic()
            time.sleep(plan.idle.total_seconds())
            after, seconds = server.command_stats(), time.monotonic() - started
            group.check()
        found[f"per_day_{queues}"] = per_day(calls(before, after), timedelta(seconds=seconds))
    return found


def crash(stage: Stage, _server: PrivateServer, plan: Plan) -> Figures:
    """All workers die by kill -9 at half of the jobs, and others are started at once."""
    stage.produce(plan.crash_jobs, bulk=True, sleep_ms=SLEEP_MS)
    with stage.workers(stage.peer.sleeping, plan.crash_jobs) as group:
        group.start()
        stage.wait_for(plan.crash_jobs // 2, group, look_every=0.005)
        killed_us = time.time_ns() / 1_000
        group.kill()
    with stage.workers(stage.peer.sleeping, plan.crash_jobs) as group:
        group.start()
        deadline = killed_us / 1e6 + plan.crash_limit.total_seconds()
        while stage.ended(plan.crash_jobs) < plan.crash_jobs and time.time() < deadline:
            group.check()
            time.sleep(0.1)
    return after_crash(stage.executed(), plan.crash_jobs, killed_us)


def memory(stage: Stage, server: PrivateServer, plan: Plan) -> Figures:
    """Of the server while jobs wait; of the workers after they have worked some."""
    before = server.memory_bytes()
    stage.produce(plan.memory_jobs, bulk=True)
    per_job = (server.memory_bytes() - before) / plan.memory_jobs
    server.empty()
    stage.produce(RSS_JOBS, bulk=True)
    with stage.workers(stage.peer.busy, RSS_JOBS) as group:
        group.start()
        stage.wait_for(RSS_JOBS, group)
        rss = group.rss_bytes()
    return {"bytes_per_job": per_job, "workers_mb": rss / MEGABYTE}


ALL: Mapping[str, Scenario] = {
    function.__name__: function for function in (drain, sleep, enqueue, pickup, idle, crash, memory)
}
